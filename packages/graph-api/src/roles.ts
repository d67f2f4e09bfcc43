import type { Role } from './ports.ts';

const ranks: ReadonlyMap<Role, number> = new Map([
  ['Reports Reader', 1],
  ['Cloud Application Administrator', 2],
  ['Global Administrator', 3],
]);

/** Roles include one another: Global Administrator, Cloud Application Administrator, Reports Reader. */
export function hasRole(role: Role, least: Role): boolean {
  return (ranks.get(role) ?? 0) >= (ranks.get(least) ?? Number.POSITIVE_INFINITY);
}

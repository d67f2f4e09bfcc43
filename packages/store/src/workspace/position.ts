// Where a page by cursor starts: after the key of the last resource before it. Sorted lists have the sort key in front of
// (created, id); a missing sort key comes last when ascending and first when descending, as in `orderBy`.
import { invalidCursor } from '@joinery/scim';
import type { ResourceTypeName } from '@joinery/service-provider/ports';
import { isResourceId } from './row.ts';
import { sortKeyOf, type Sort } from './sort-sql.ts';

export interface Position {
  readonly created: Date;
  readonly id: string;
  /** As PostgreSQL prints it; null: the resource has none. Undefined in the default order. */
  readonly key: string | null | undefined;
}

/** A cursor must fit into a URL; longer keys are refused by `printPosition`. */
const keyLengthMax = 4_000;

/** Undefined when the sort key is too long for a cursor. */
export function printPosition({ created, id, key }: Position): string | undefined {
  if (key !== undefined && key !== null && key.length > keyLengthMax) return undefined;
  return JSON.stringify(key === undefined ? [created.getTime(), id] : [created.getTime(), id, key]);
}

/** Throws `scim.invalid_cursor`; the service provider hands back only what the store gave it. */
export function readPosition(text: string, isSorted: boolean): Position {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    throw invalidCursor();
  }
  if (!Array.isArray(parts) || parts.length !== (isSorted ? 3 : 2)) throw invalidCursor();
  const [created, id, key] = parts as readonly unknown[];
  const isKey = key === null || typeof key === 'string' || key === undefined;
  if (typeof created !== 'number' || !Number.isSafeInteger(created) || typeof id !== 'string' || !isKey) {
    throw invalidCursor();
  }
  if (!isResourceId(id)) throw invalidCursor();
  return { created: new Date(created), id, key };
}

/** The condition that a resource comes after the position in the list's order. */
export function afterSql(
  position: Position,
  sort: Sort | undefined,
  type: ResourceTypeName,
  parameter: (value: unknown) => string,
): string {
  const created = parameter(position.created);
  const id = parameter(position.id);
  const behind = `(r.created, r.id) > (${created}::timestamptz, ${id}::uuid)`;
  const key = sortKeyOf(sort, type);
  if (key === undefined) return behind;
  const descending = sort?.descending === true;
  if (position.key === null || position.key === undefined) {
    const sameKey = `(${key.sql} is null and ${behind})`;
    return descending ? `(${sameKey} or ${key.sql} is not null)` : sameKey;
  }
  const value = `${parameter(position.key)}::${key.type}`;
  const sameKey = `(${key.sql} = ${value} and ${behind})`;
  return descending
    ? `(${key.sql} < ${value} or ${sameKey})`
    : `(${key.sql} > ${value} or ${sameKey} or ${key.sql} is null)`;
}

/** What a clause looks at: the object itself, its manager, or its groups. */
export type FilterAttribute =
  | { readonly kind: 'own'; readonly name: string }
  /** `name` undefined: the manager's object id. */
  | { readonly kind: 'manager'; readonly name: string | undefined }
  /** `objectId`: the ids of the groups; `transitive` takes in those that hold a group of the object. */
  | { readonly kind: 'groups'; readonly transitive: boolean; readonly name: 'objectId' | 'displayName' };

export const managerAttribute = 'manager';

type GroupsAttribute = FilterAttribute & { readonly kind: 'groups' };

/** The names of all attributes that concern groups, as clauses write them. */
export const groupAttributes: ReadonlyMap<string, GroupsAttribute> = new Map<string, GroupsAttribute>([
  ['memberOf', { kind: 'groups', transitive: false, name: 'objectId' }],
  ['memberOf.objectId', { kind: 'groups', transitive: false, name: 'objectId' }],
  ['memberOf.displayName', { kind: 'groups', transitive: false, name: 'displayName' }],
  ['transitiveMemberOf', { kind: 'groups', transitive: true, name: 'objectId' }],
  ['transitiveMemberOf.objectId', { kind: 'groups', transitive: true, name: 'objectId' }],
  ['transitiveMemberOf.displayName', { kind: 'groups', transitive: true, name: 'displayName' }],
]);

/**
 * Reads a clause's attribute name: `department`; `manager` and `manager.department`; `memberOf` and `transitiveMemberOf`,
 * each with `.objectId` (the same) or `.displayName`. Undefined for a name of the latter kinds with a wrong end, such as
 * `memberOf.mail`. Names are case-sensitive.
 */
export function parseFilterAttribute(name: string): FilterAttribute | undefined {
  const [base = '', ...rest] = name.split('.');
  if (base === managerAttribute) {
    const inner = rest.join('.');
    if (rest.length === 0) return { kind: 'manager', name: undefined };
    return inner.trim() === '' ? undefined : { kind: 'manager', name: inner };
  }
  if (base === 'memberOf' || base === 'transitiveMemberOf') return groupAttributes.get(name);
  return { kind: 'own', name };
}

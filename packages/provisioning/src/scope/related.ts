import type { EntitledObject, RelatedReads } from '@joinery/directory/ports';
import { parseFilterAttribute, type FilterAttribute, type SourceValue } from '@joinery/expressions';

/** What a scoping filter reads of other objects: beside the objects themselves, which of their changes matter. */
export interface ScopeReads extends RelatedReads {
  /** A group's displayName is read, not only its id. */
  readonly groupNames: boolean;
  /** An attribute of the manager is read, not only who it is. */
  readonly managerAttributes: boolean;
}

const nothing: ScopeReads = {
  manager: false,
  memberOf: false,
  transitiveMemberOf: false,
  groupNames: false,
  managerAttributes: false,
};

function withAttribute(reads: ScopeReads, attribute: FilterAttribute): ScopeReads {
  switch (attribute.kind) {
    case 'own':
      return reads;
    case 'manager':
      return { ...reads, manager: true, managerAttributes: reads.managerAttributes || attribute.name !== undefined };
    case 'groups':
      return {
        ...reads,
        memberOf: reads.memberOf || !attribute.transitive,
        transitiveMemberOf: reads.transitiveMemberOf || attribute.transitive,
        groupNames: reads.groupNames || attribute.name === 'displayName',
      };
  }
}

/** What a filter with these attributes reads of other objects; undefined: nothing. */
export function scopeReads(attributes: readonly string[]): ScopeReads | undefined {
  const reads = attributes
    .map(parseFilterAttribute)
    .reduce((all, one) => (one ? withAttribute(all, one) : all), nothing);
  return reads.manager || reads.memberOf || reads.transitiveMemberOf ? reads : undefined;
}

/** What is read for two filters at once. */
export function bothReads(one: ScopeReads | undefined, other: ScopeReads | undefined): ScopeReads | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    manager: one.manager || other.manager,
    memberOf: one.memberOf || other.memberOf,
    transitiveMemberOf: one.transitiveMemberOf || other.transitiveMemberOf,
    groupNames: one.groupNames || other.groupNames,
    managerAttributes: one.managerAttributes || other.managerAttributes,
  };
}

/** Computed for the object itself, or a list of references: no clause can ask for them. */
const unreadable: ReadonlySet<string> = new Set(['IsSoftDeleted', 'members']);

/** A clause's attribute that can't be answered: it would silently have no value. */
export function isUnreadable(name: string): boolean {
  const attribute = parseFilterAttribute(name);
  if (attribute === undefined || attribute.kind === 'groups') return false;
  if (attribute.kind === 'own') return unreadable.has(attribute.name);
  if (attribute.name === undefined || attribute.name === 'manager') return false;
  // Of a manager, what is neither computed nor leads further.
  const inner = parseFilterAttribute(attribute.name);
  return inner?.kind !== 'own' || unreadable.has(inner.name) || inner.name === 'appRoleAssignments';
}

function unread(name: string): never {
  throw new Error(`invariant broken: the scoping filter reads ${name}, which was not read with the object`);
}

/** The value of an attribute of the manager or the groups. Undefined: the name is one of the object's own. */
export function relatedValue(object: EntitledObject, name: string): SourceValue | undefined {
  const attribute = parseFilterAttribute(name);
  if (attribute === undefined || attribute.kind === 'own') return undefined;
  if (attribute.kind === 'groups') {
    const groups = attribute.transitive ? object.related?.transitiveMemberOf : object.related?.memberOf;
    return (groups ?? unread(name)).map((group) => group[attribute.name]);
  }
  const manager = object.related?.manager;
  if (manager === undefined) return unread(name);
  return manager?.get(attribute.name ?? 'objectId') ?? null;
}

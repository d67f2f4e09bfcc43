import type { EntitledObject } from '@joinery/directory/ports';
import type { AttributeLookup, SourceValue } from '@joinery/expressions';

/**
 * The whole source object as mappings and filters see it: the directory's attributes, and those that are computed.
 * `isSoftDeleted` undefined: not decided yet, as while the scoping filter itself is evaluated.
 */
export function sourceLookup(object: EntitledObject, isSoftDeleted: boolean | undefined): AttributeLookup {
  return (name): SourceValue => {
    switch (name) {
      case 'IsSoftDeleted':
        return isSoftDeleted === undefined ? null : isSoftDeleted ? 'True' : 'False';
      case 'appRoleAssignments':
        return object.roles;
      case 'manager':
        return object.managerId ?? null;
      case 'objectId':
        return object.attributes.get(name) ?? object.id;
      default:
        return object.attributes.get(name) ?? null;
    }
  };
}

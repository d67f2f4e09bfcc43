import { findAttribute, groupAttributes, userAttributes } from './attributes.ts';
import type { DirectoryGroup, DirectoryUser, DirectoryValue } from './objects.ts';

const guestMark = /#EXT#@/i;

/**
 * The address that a guest's userPrincipalName was made from: `ann_fabrikam.com#EXT#@contoso.com` → `ann@fabrikam.com`.
 * Others are returned as they are. @see `entra-provisioning` §4.8, the B2B source rule
 */
export function originalAddress(userPrincipalName: string): string {
  const mark = guestMark.exec(userPrincipalName);
  if (mark === null) return userPrincipalName;
  const alias = userPrincipalName.slice(0, mark.index);
  const separator = alias.lastIndexOf('_');
  return separator <= 0 ? userPrincipalName : `${alias.slice(0, separator)}@${alias.slice(separator + 1)}`;
}

/** Mappings see the only business phone as text; every other multi-valued attribute as a list. */
function valueForMapping(name: string, value: DirectoryValue): DirectoryValue | undefined {
  return name === 'businessPhones' && Array.isArray(value) ? (value[0] as string | undefined) : value;
}

function addAttributes(
  kind: 'user' | 'group',
  attributes: ReadonlyMap<string, DirectoryValue>,
  view: Map<string, DirectoryValue>,
): void {
  for (const [name, value] of attributes) {
    const mappingName = findAttribute(kind, name)?.mappingName ?? name;
    // Under Graph's name too, so that a column of a source is found by the name that it has there.
    view.set(name, value);
    const shown = mappingName === name ? undefined : valueForMapping(name, value);
    if (shown !== undefined) view.set(mappingName, shown);
  }
}

/** What attribute mappings and scoping filters read of a user, without references. `objectId` is the user's id unless given. */
export function userForMappings(user: DirectoryUser, objectId: string = user.id): ReadonlyMap<string, DirectoryValue> {
  const view = new Map<string, DirectoryValue>();
  addAttributes('user', user.attributes, view);
  view.set('objectId', objectId);
  view.set('userPrincipalName', originalAddress(user.userPrincipalName));
  view.set('originalUserPrincipalName', user.userPrincipalName);
  view.set('accountEnabled', user.accountEnabled);
  view.set('createdDateTime', user.createdDateTime.toISOString());
  return view;
}

export function groupForMappings(
  group: DirectoryGroup,
  objectId: string = group.id,
): ReadonlyMap<string, DirectoryValue> {
  const view = new Map<string, DirectoryValue>();
  addAttributes('group', group.attributes, view);
  view.set('objectId', objectId);
  view.set('displayName', group.displayName);
  view.set('securityEnabled', group.securityEnabled);
  view.set('createdDateTime', group.createdDateTime.toISOString());
  return view;
}

/** A source attribute as mappings may name it. */
export interface MappingAttribute {
  readonly name: string;
  readonly type: 'String' | 'Boolean' | 'DateTime' | 'Reference';
  readonly multiValued: boolean;
}

function describe(kind: 'user' | 'group'): readonly MappingAttribute[] {
  return (kind === 'user' ? userAttributes : groupAttributes).map(({ mappingName, name, type, multiValued }) => ({
    name: mappingName,
    type: type === 'boolean' ? 'Boolean' : type === 'dateTime' ? 'DateTime' : 'String',
    multiValued: multiValued && name !== 'businessPhones',
  }));
}

const single = (name: string, type: MappingAttribute['type'] = 'String'): MappingAttribute => ({
  name,
  type,
  multiValued: false,
});

/** Everything that the mapping editor offers; `IsSoftDeleted` and `appRoleAssignments` are computed by the engine. */
export const mappingAttributes: Readonly<Record<'user' | 'group', readonly MappingAttribute[]>> = {
  user: [
    single('objectId'),
    single('userPrincipalName'),
    single('originalUserPrincipalName'),
    single('accountEnabled', 'Boolean'),
    single('IsSoftDeleted', 'Boolean'),
    { name: 'appRoleAssignments', type: 'String', multiValued: true },
    single('createdDateTime', 'DateTime'),
    single('manager', 'Reference'),
    ...describe('user'),
  ],
  group: [
    single('objectId'),
    single('displayName'),
    single('securityEnabled', 'Boolean'),
    single('IsSoftDeleted', 'Boolean'),
    single('createdDateTime', 'DateTime'),
    { name: 'members', type: 'Reference', multiValued: true },
    ...describe('group'),
  ],
};

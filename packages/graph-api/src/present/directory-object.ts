import type { DirectoryGroup, DirectoryObject, DirectoryUser, DirectoryValue } from '@joinery/directory/ports';
import { findAttribute } from '@joinery/directory/ports';

/** What Graph answers without `$select`. @see https://learn.microsoft.com/graph/api/user-get */
const userDefaults = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
] as const;

const groupDefaults = [
  'id',
  'deletedDateTime',
  'createdDateTime',
  'description',
  'displayName',
  'groupTypes',
  'mail',
  'mailEnabled',
  'mailNickname',
  'securityEnabled',
] as const;

type Presented = Record<string, unknown>;

/** `select` undefined: the default properties. The keys are names of the schema or of attributes that the object has. */
export function presentUser(user: DirectoryUser, select?: readonly string[]): Presented {
  return presentProperties(select ?? userDefaults, (name) => userProperty(user, name));
}

export function presentGroup(group: DirectoryGroup, select?: readonly string[]): Presented {
  return presentProperties(select ?? groupDefaults, (name) => groupProperty(group, name));
}

/** In a collection that holds both kinds. */
export function presentDirectoryObject(object: DirectoryObject, select?: readonly string[]): Presented {
  const presented = object.kind === 'user' ? presentUser(object, select) : presentGroup(object, select);
  return { '@odata.type': odataType(object.kind), ...presented };
}

export function odataType(kind: 'user' | 'group'): string {
  return `#microsoft.graph.${kind}`;
}

/** `id` is always there: lists and links are useless without. */
function presentProperties(names: readonly string[], property: (name: string) => unknown): Presented {
  const pairs = [...new Set(['id', ...names])]
    .map((name) => [name, property(name)] as const)
    .filter((pair): pair is readonly [string, unknown] => pair[1] !== undefined);
  return Object.fromEntries(pairs);
}

function userProperty(user: DirectoryUser, name: string): unknown {
  switch (name) {
    case 'id':
      return user.id;
    case 'userPrincipalName':
      return user.userPrincipalName;
    case 'accountEnabled':
      return user.accountEnabled;
    case 'createdDateTime':
      return user.createdDateTime.toISOString();
    case 'deletedDateTime':
      return user.deletedDateTime?.toISOString() ?? null;
    case 'onPremisesExtensionAttributes':
      return extensionAttributes(user.attributes);
    default:
      return attributeProperty('user', user.attributes, name);
  }
}

function groupProperty(group: DirectoryGroup, name: string): unknown {
  switch (name) {
    case 'id':
      return group.id;
    case 'displayName':
      return group.displayName;
    case 'securityEnabled':
      return group.securityEnabled;
    case 'createdDateTime':
      return group.createdDateTime.toISOString();
    case 'deletedDateTime':
      return group.deletedDateTime?.toISOString() ?? null;
    default:
      return attributeProperty('group', group.attributes, name);
  }
}

/** Absent: null, or an empty list, for an attribute of the schema; nothing for a name that the object does not have. */
function attributeProperty(
  kind: 'user' | 'group',
  attributes: ReadonlyMap<string, DirectoryValue>,
  name: string,
): unknown {
  const value = attributes.get(name);
  if (value !== undefined) return value;
  const definition = findAttribute(kind, name);
  if (definition === undefined) return undefined;
  return definition.multiValued ? [] : null;
}

function extensionAttributes(attributes: ReadonlyMap<string, DirectoryValue>): Presented {
  const names = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`);
  return Object.fromEntries(names.map((name) => [name, attributes.get(name) ?? null]));
}

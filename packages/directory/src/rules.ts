import { findAttribute, findAttributeByMappingName } from './attributes.ts';
import { invalidValue } from './errors.ts';
import type { AppRoleDefinition, DirectoryValue } from './objects.ts';
import type { GroupChange, NewGroup, NewUser, UserChange } from './ports.ts';

/**
 * `graph`: the documented limit of each attribute. `source`: an import's values may be longer than Graph's, except where
 * a search index needs the limit.
 */
export type AttributeLimits = 'graph' | 'source';

const attributesMax = 300;
const attributeNameMax = 128;
const valuesMax = 1_000;
const otherLengthMax = 16_384;
// RFC 5321 §4.5.3.1; Entra's own limits (64 and 48) are narrower than the addresses that people have.
const localPartMax = 64;
const domainMax = 255;
const displayNameMax = 256;

const fixedNames = {
  user: ['id', 'objectId', 'userPrincipalName', 'originalUserPrincipalName', 'accountEnabled', 'manager', 'managerId'],
  group: ['id', 'objectId', 'displayName', 'securityEnabled', 'members', 'memberIds'],
};
const computedNames = ['createdDateTime', 'deletedDateTime', 'IsSoftDeleted', 'appRoleAssignments'];

/** A name that no free attribute may have: a field of the object, a reference, or something computed. */
export function isReservedAttribute(kind: 'user' | 'group', name: string): boolean {
  return fixedNames[kind].includes(name) || computedNames.includes(name);
}

/** Lone surrogates and NUL cannot be stored; other control characters have no place in a directory. */
// oxlint-disable-next-line no-control-regex -- the point of the check
const controlCharacter = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;

function checkText(attribute: string, value: string, lengthMax: number): void {
  if (value.length > lengthMax) {
    throw invalidValue(attribute, `it has ${value.length} characters, at most ${lengthMax} are allowed`);
  }
  if (controlCharacter.test(value) || !value.isWellFormed()) {
    throw invalidValue(attribute, 'it holds a control character or half of a surrogate pair');
  }
}

/** One `@` with a local part and a domain; no blanks. Throws `directory.invalid_value`. */
export function checkUserPrincipalName(value: string): void {
  checkText('userPrincipalName', value, localPartMax + 1 + domainMax);
  const [localPart, domain, ...more] = value.split('@');
  if (localPart === undefined || domain === undefined || more.length > 0 || localPart === '' || domain === '') {
    throw invalidValue('userPrincipalName', 'it must have the form alias@domain with exactly one "@"');
  }
  if (/\s/u.test(value)) throw invalidValue('userPrincipalName', 'it must not hold blanks');
  if (localPart.length > localPartMax) {
    throw invalidValue('userPrincipalName', `the part before "@" has more than ${localPartMax} characters`);
  }
  if (domain.length > domainMax) {
    throw invalidValue('userPrincipalName', `the domain has more than ${domainMax} characters`);
  }
}

function checkName(kind: 'user' | 'group', name: string): void {
  if (name === '' || name.length > attributeNameMax || controlCharacter.test(name) || !name.isWellFormed()) {
    throw invalidValue(name, `an attribute's name has 1 to ${attributeNameMax} printable characters`);
  }
  if (isReservedAttribute(kind, name)) {
    throw invalidValue(name, 'it is not one of the free attributes of the object');
  }
  const alias = findAttributeByMappingName(kind, name);
  if (alias !== undefined && alias.name !== name) throw invalidValue(name, `it is called ${alias.name} here`);
}

function lengthMaxOf(kind: 'user' | 'group', name: string, limits: AttributeLimits): number {
  const definition = findAttribute(kind, name);
  if (definition === undefined) return otherLengthMax;
  return limits === 'graph' || name === 'displayName' || name === 'mail' ? definition.lengthMax : otherLengthMax;
}

function checkValue(kind: 'user' | 'group', name: string, value: DirectoryValue, limits: AttributeLimits): void {
  const definition = findAttribute(kind, name);
  if (definition !== undefined) {
    if ((definition.type === 'boolean') !== (typeof value === 'boolean')) {
      throw invalidValue(name, definition.type === 'boolean' ? 'it must be true or false' : 'it must be text');
    }
    if (definition.multiValued !== Array.isArray(value)) {
      throw invalidValue(name, definition.multiValued ? 'it must be a list' : 'it must be a single value');
    }
    if (definition.type === 'dateTime' && typeof value === 'string' && Number.isNaN(Date.parse(value))) {
      throw invalidValue(name, 'it must be a date and time of ISO 8601');
    }
  }
  if (typeof value === 'boolean') return;
  const values = typeof value === 'string' ? [value] : value;
  if (values.length > valuesMax) throw invalidValue(name, `it has more than ${valuesMax} values`);
  for (const text of values) checkText(name, text, lengthMaxOf(kind, name, limits));
}

/** Names, types and lengths; null (clear it) is always right. Throws `directory.invalid_value` naming the attribute. */
export function checkAttributes(
  kind: 'user' | 'group',
  attributes: ReadonlyMap<string, DirectoryValue | null>,
  limits: AttributeLimits = 'graph',
): void {
  if (attributes.size > attributesMax) throw invalidValue('attributes', `there are more than ${attributesMax}`);
  for (const [name, value] of attributes) {
    checkName(kind, name);
    if (value !== null) checkValue(kind, name, value, limits);
  }
}

function checkGroupName(value: string): void {
  if (value.trim() === '') throw invalidValue('displayName', 'it must not be empty');
  checkText('displayName', value, displayNameMax);
}

export function checkNewUser(user: NewUser, limits: AttributeLimits = 'graph'): void {
  checkUserPrincipalName(user.userPrincipalName);
  checkAttributes('user', user.attributes, limits);
}

export function checkUserChange(change: UserChange): void {
  if (change.userPrincipalName !== undefined) checkUserPrincipalName(change.userPrincipalName);
  if (change.attributes !== undefined) checkAttributes('user', change.attributes);
}

export function checkNewGroup(group: NewGroup, limits: AttributeLimits = 'graph'): void {
  checkGroupName(group.displayName);
  checkAttributes('group', group.attributes, limits);
}

export function checkGroupChange(change: GroupChange): void {
  if (change.displayName !== undefined) checkGroupName(change.displayName);
  if (change.attributes !== undefined) checkAttributes('group', change.attributes);
}

/** App roles of one application: ids and values are unique, the default access role's id is not used. */
export function checkAppRoles(roles: readonly AppRoleDefinition[], defaultRoleId: string): void {
  const ids = new Set<string>([defaultRoleId]);
  const values = new Set<string>();
  for (const role of roles) {
    checkText('appRoles', role.displayName, displayNameMax);
    checkText('appRoles', role.description, 1024);
    if (!isGuid(role.id)) throw invalidValue('appRoles', `the id of "${role.displayName}" is not a GUID`);
    if (ids.has(role.id.toLowerCase())) throw invalidValue('appRoles', `the id ${role.id} is used already`);
    ids.add(role.id.toLowerCase());
    if (role.value === null) continue;
    checkText('appRoles', role.value, 250);
    if (values.has(role.value)) throw invalidValue('appRoles', `the value "${role.value}" is used twice`);
    values.add(role.value);
  }
}

export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

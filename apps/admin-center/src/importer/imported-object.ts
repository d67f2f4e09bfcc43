import type { SourceObject } from '@joinery/connector-kit';
import {
  checkNewGroup,
  checkNewUser,
  findAttribute,
  findAttributeByMappingName,
  invalidValue,
  isReservedAttribute,
  type DirectoryAttributes,
  type DirectoryValue,
  type ImportedObject,
} from '@joinery/directory';
import { deriveObjectId } from './object-id.ts';

const listSeparator = ';';

function toBoolean(name: string, value: DirectoryValue): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (text === 'true' || text === 'false') return text === 'true';
  throw invalidValue(name, 'it must be true or false');
}

/** Text for a list is cut at `;`; every other value is taken as it is, and checked afterwards. */
function toValue(kind: 'user' | 'group', name: string, value: DirectoryValue): DirectoryValue {
  const definition = findAttribute(kind, name);
  if (definition?.type === 'boolean') return toBoolean(name, value);
  if (definition?.multiValued !== true || typeof value !== 'string') return value;
  const parts = value.split(listSeparator).map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

const ownFields = {
  user: new Set(['userPrincipalName', 'accountEnabled']),
  group: new Set(['displayName', 'securityEnabled']),
};

/**
 * Attributes by Graph's names: a source may use those or the mappings' (`mobile`); names that the directory does not
 * know stay as they are, the directory's own (`objectId`) are left out and told to `onReserved`. The source's id becomes
 * `onPremisesImmutableId`, as with a directory that is synchronized to Entra.
 */
function toAttributes(object: SourceObject, onReserved: (name: string) => void): DirectoryAttributes {
  const { kind } = object;
  const attributes = new Map<string, DirectoryValue>();
  for (const [name, value] of object.attributes) {
    if (ownFields[kind].has(name)) continue;
    if (isReservedAttribute(kind, name)) {
      onReserved(name);
      continue;
    }
    const known = findAttribute(kind, name) === undefined ? findAttributeByMappingName(kind, name)?.name : undefined;
    if (known === undefined) attributes.set(name, toValue(kind, name, value));
    else if (!object.attributes.has(known)) attributes.set(known, toValue(kind, known, value));
  }
  if (!attributes.has('onPremisesImmutableId')) attributes.set('onPremisesImmutableId', object.id);
  return attributes;
}

function getText(object: SourceObject, name: string): string {
  const value = object.attributes.get(name);
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw invalidValue(name, 'the source gives none');
}

function getBoolean(object: SourceObject, name: string): boolean {
  const value = object.attributes.get(name);
  return value === undefined || value === '' ? true : toBoolean(name, value);
}

/** What the directory is to hold of an object of the source. Throws `directory.invalid_value`. */
export function toImportedObject(
  source: string,
  object: SourceObject,
  onReserved: (name: string) => void,
): ImportedObject {
  const sourceId = object.id;
  const candidateId = deriveObjectId(source, object.kind, sourceId);
  const attributes = toAttributes(object, onReserved);
  if (object.kind === 'user') {
    const userPrincipalName = getText(object, 'userPrincipalName');
    const accountEnabled = getBoolean(object, 'accountEnabled');
    checkNewUser({ userPrincipalName, accountEnabled, attributes }, 'source');
    const managerSourceId = object.managerId;
    return { kind: 'user', sourceId, candidateId, userPrincipalName, accountEnabled, attributes, managerSourceId };
  }
  const displayName = getText(object, 'displayName');
  const securityEnabled = getBoolean(object, 'securityEnabled');
  checkNewGroup({ displayName, securityEnabled, attributes }, 'source');
  const memberSourceIds = [...new Set(object.memberIds)];
  return { kind: 'group', sourceId, candidateId, displayName, securityEnabled, attributes, memberSourceIds };
}

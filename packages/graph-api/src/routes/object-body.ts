import { brandId, type ObjectId } from '@joinery/base';
import { findAttribute, isGuid, type DirectoryValue } from '@joinery/directory/ports';
import { badRequest } from '../errors.ts';

/** Names that a body may hold beside attributes; the handlers read those that they know. */
const otherNames = {
  user: ['id', 'userPrincipalName', 'accountEnabled', 'passwordProfile', 'manager@odata.bind'],
  group: ['id', 'displayName', 'securityEnabled', 'members@odata.bind'],
} as const;

/**
 * The attributes of a user's or group's body; null clears one, and so does an empty text. Throws `graph.bad_request` for a
 * property that the directory does not have or does not let administrators set.
 */
export function readAttributes(kind: 'user' | 'group', body: object): ReadonlyMap<string, DirectoryValue | null> {
  const attributes = new Map<string, DirectoryValue | null>();
  for (const [name, value] of Object.entries(body)) {
    if (name.startsWith('@odata.') || otherNames[kind].some((other) => other === name)) continue;
    if (kind === 'user' && name === 'onPremisesExtensionAttributes') {
      if (typeof value !== 'object' || value === null) throw badRequest(`The value of "${name}" must be an object.`);
      for (const [inner, innerValue] of Object.entries(value)) {
        attributes.set(checkName(kind, inner), readValue(inner, innerValue));
      }
    } else {
      attributes.set(checkName(kind, name), readValue(name, value));
    }
  }
  return attributes;
}

/** For a new object: what is absent or cleared is simply not there. */
export function presentOnly(
  attributes: ReadonlyMap<string, DirectoryValue | null>,
): ReadonlyMap<string, DirectoryValue> {
  return new Map([...attributes].filter((pair): pair is [string, DirectoryValue] => pair[1] !== null));
}

function checkName(kind: 'user' | 'group', name: string): string {
  const definition = findAttribute(kind, name);
  if (!definition) throw badRequest(`Invalid property "${name.slice(0, 100)}": a ${kind} has no such attribute.`);
  if (definition.readOnly) throw badRequest(`The property "${name}" is read-only.`);
  return name;
}

function readValue(name: string, value: unknown): DirectoryValue | null {
  if (value === null || value === '') return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((one): one is string => typeof one === 'string')) {
    return value.length === 0 ? null : value;
  }
  throw badRequest(`The value of "${name}" must be text, true or false, a list of texts, or null.`);
}

/** The object id at the end of an `@odata.id` or `@odata.bind` address, whatever its host. Throws `graph.bad_request`. */
export function readReference(address: string): ObjectId {
  const match = /(?:^|\/)(?:users|groups|directoryObjects)(?:\/|\(')([^/'()?#]+)(?:'\))?$/.exec(address);
  const id = match?.[1] ?? address;
  if (!isGuid(id)) {
    throw badRequest(
      `"${address.slice(0, 200)}" is not the address of a directory object; it must end with /directoryObjects/<id>.`,
    );
  }
  return brandId<ObjectId>(id.toLowerCase());
}

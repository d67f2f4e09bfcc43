import { invalidValue } from '../errors.ts';
import { isObject, kindOf } from '../json-shape.ts';
import type { Attribute, ResourceType, Schema } from './characteristics.ts';
import { commonAttributes } from './common.ts';
import { onlyNames, readAttributes, readText, refuse, schemaLimits } from './define-attribute.ts';
import { groupType, userType } from './resource-types.ts';
import { resourceTypesWith, type SchemaExtension, type TenantSchemas } from './tenant-schemas.ts';

/** The last part is like an attribute's name, so that a PATCH path can name the schema as a whole. */
const urnForm = /^urn:[a-z0-9][a-z0-9-]{1,31}(?::[\w.-]+)*:[a-z][\w-]*$/i;
/** Those of the IETF are registered, RFC 7643 §10. */
const reservedUrn = /^urn:ietf:/i;
const typeName = /^[a-z][a-z0-9]*$/i;
const endpointForm = /^\/[a-z][a-z0-9_-]*$/i;

/** What is or may become part of the protocol below the base path, lower case. */
const reservedEndpoints: ReadonlySet<string> = new Set(
  ['Users', 'Groups', 'Me', 'Bulk', 'Schemas', 'ResourceTypes', 'ServiceProviderConfig', 'ServiceConfiguration'].map(
    (name) => `/${name.toLowerCase()}`,
  ),
);
const reservedTypes: ReadonlySet<string> = new Set([
  'user',
  'group',
  'schema',
  'resourcetype',
  'serviceproviderconfig',
]);
/** Membership is made of rows of its own, which only groups and users have. */
const reservedAttributes: ReadonlySet<string> = new Set(['members', 'groups', 'password']);

function lowerNames(attributes: readonly Attribute[]): ReadonlySet<string> {
  return new Set(attributes.map(({ name }) => name.toLowerCase()));
}

/** A name that one path could mean in two ways is refused. */
function checkNames(attributes: readonly Attribute[], taken: ReadonlySet<string>, where: string): void {
  attributes.forEach(({ name }, index) => {
    if (!taken.has(name.toLowerCase())) return;
    throw refuse(`${where}[${index}].name`, `must not be '${name}', which a built-in schema has`);
  });
}

function readUrn(given: unknown, others: TenantSchemas, where: string): string {
  if (typeof given !== 'string' || given.length > schemaLimits.urnLengthMax || !urnForm.test(given)) {
    throw refuse(where, 'must be a URN such as urn:contoso:scim:schemas:1.0:Badge');
  }
  if (reservedUrn.test(given)) throw refuse(where, 'must not begin with urn:ietf:, which is registered');
  const lower = given.toLowerCase();
  for (const { schema } of [...others.extensions, ...others.resourceTypes]) {
    const other = schema.id.toLowerCase();
    if (lower === other || lower.startsWith(`${other}:`) || other.startsWith(`${lower}:`)) {
      throw refuse(where, `must be neither equal to ${schema.id} nor a part of it or around it`);
    }
  }
  return given;
}

function readSchema(given: unknown, others: TenantSchemas, taken: ReadonlySet<string>, where: string): Schema {
  if (!isObject(given)) throw refuse(where, `must be an object, not ${kindOf(given)}`);
  const prefix = where === 'The schema' ? '' : `${where}.`;
  onlyNames(given, ['id', 'name', 'description', 'attributes', 'resourceType'], where);
  const id = readUrn(given['id'], others, `${prefix}id`);
  const name = readText(given['name'], `${prefix}name`, schemaLimits.nameLengthMax);
  const description =
    given['description'] === undefined ? name : readText(given['description'], `${prefix}description`);
  const attributes = readAttributes(given['attributes'], `${prefix}attributes`, 1);
  checkNames(attributes, taken, `${prefix}attributes`);
  return { id, name, description, attributes };
}

/**
 * Reads the definition of an extension of User or Group: `{ id, name, description?, resourceType, attributes }`, attributes as in
 * RFC 7643 §7. `others` are the tenant's other schemas. Refused, as `scim.invalid_value` that names the place: URNs of the
 * IETF or in use, attributes that a built-in schema of the type has, names that objects inherit, more than
 * `schemaLimits`, more than two levels, characteristics that contradict each other.
 */
export function readSchemaExtension(given: unknown, others: TenantSchemas): SchemaExtension {
  if (others.extensions.length >= schemaLimits.extensionsMax) {
    throw invalidValue({ detail: `A tenant has at most ${schemaLimits.extensionsMax} extensions.` });
  }
  const resourceType = isObject(given) ? given['resourceType'] : undefined;
  if (resourceType !== 'User' && resourceType !== 'Group') throw refuse('resourceType', 'must be User or Group');
  const type = resourceType === 'User' ? userType : groupType;
  const builtIn = [commonAttributes, type.schema.attributes, ...type.extensions.map(({ schema }) => schema.attributes)];
  return { resourceType, schema: readSchema(given, others, lowerNames(builtIn.flat()), 'The schema') };
}

/**
 * Reads the definition of a resource type: `{ name, endpoint, description?, schema: { id, name, description?, attributes } }`. Refused
 * as in `readSchemaExtension`, further names and endpoints in use, and the attributes `members`, `groups` and `password`.
 */
export function readResourceType(given: unknown, others: TenantSchemas): ResourceType {
  if (others.resourceTypes.length >= schemaLimits.resourceTypesMax) {
    throw invalidValue({ detail: `A tenant has at most ${schemaLimits.resourceTypesMax} resource types.` });
  }
  if (!isObject(given)) throw refuse('The resource type', `must be an object, not ${kindOf(given)}`);
  onlyNames(given, ['name', 'endpoint', 'description', 'schema'], 'The resource type');
  const name = readText(given['name'], 'name', schemaLimits.nameLengthMax);
  const endpoint = readText(given['endpoint'], 'endpoint', schemaLimits.nameLengthMax);
  const taken = resourceTypesWith(others);
  if (!typeName.test(name)) throw refuse('name', 'must be a letter, then letters and digits');
  if (!endpointForm.test(endpoint))
    throw refuse('endpoint', 'must be like /Devices: one segment that begins with a letter');
  const isTaken = (key: 'name' | 'endpoint', text: string): boolean =>
    taken.some((type) => type[key].toLowerCase() === text.toLowerCase());
  if (reservedTypes.has(name.toLowerCase()) || isTaken('name', name)) throw refuse('name', `'${name}' is taken`);
  if (reservedEndpoints.has(endpoint.toLowerCase()) || isTaken('endpoint', endpoint)) {
    throw refuse('endpoint', `'${endpoint}' is taken`);
  }
  const reserved = new Set([...lowerNames(commonAttributes), ...reservedAttributes]);
  return {
    name,
    endpoint,
    description: given['description'] === undefined ? name : readText(given['description'], 'description'),
    schema: readSchema(given['schema'], others, reserved, 'schema'),
    extensions: [],
  };
}

/**
 * What a change of a schema that resources have values of takes away: the names of attributes that must have no value.
 * Throws `scim.invalid_value` for a change under which stored values would no longer be what the schema says: another type,
 * `multiValued`, `caseExact` or `uniqueness`, and an attribute that becomes required.
 */
export function removedAttributes(before: Schema, after: Schema): readonly string[] {
  const removed: string[] = [];
  compareAttributes(before.attributes, after.attributes, '', (name) => {
    removed.push(name);
  });
  return removed;
}

const fixed = ['type', 'multiValued', 'caseExact', 'uniqueness'] as const;

function compareAttributes(
  before: readonly Attribute[],
  after: readonly Attribute[],
  prefix: string,
  onRemoved: (name: string) => void,
): void {
  const old = new Map(before.map((attribute) => [attribute.name, attribute]));
  for (const attribute of after) {
    const known = old.get(attribute.name);
    old.delete(attribute.name);
    const where = `${prefix}${attribute.name}`;
    if (attribute.required && known?.required !== true) {
      throw refuse(where, 'can not become required while resources have values of the schema');
    }
    if (known === undefined) continue;
    const changed = fixed.find((characteristic) => known[characteristic] !== attribute[characteristic]);
    if (changed !== undefined) {
      throw refuse(where, `can not change its ${changed} while resources have values of the schema`);
    }
    compareAttributes(known.subAttributes ?? [], attribute.subAttributes ?? [], `${where}.`, (name) => {
      throw refuse(`${where}.${name}`, 'can not be removed while resources have values of the schema');
    });
  }
  for (const name of old.keys()) onRemoved(name);
}

import type { Json, JsonObject } from '@joinery/base';
import type { DiscoveredAttribute } from '@joinery/connector-kit';
import { memberOf, parseJson, readList } from './answer.ts';
import { isJsonArray, isJsonObject } from './attribute-value.ts';
import { coreGroupUrn, coreUserUrn } from './create-body.ts';
import type { ScimClient, ScimRequest } from './scim-client.ts';
import { parseTargetPath } from './target-path.ts';

const attributesMax = 2_000;
const typesOfElements: ReadonlyMap<string, readonly string[]> = new Map([
  ['emails', ['work', 'home', 'other']],
  ['phoneNumbers', ['work', 'home', 'mobile', 'fax', 'pager', 'other']],
  ['addresses', ['work', 'home', 'other']],
]);
/** Sub-attributes that describe an element and are not values of their own. */
const describing: ReadonlySet<string> = new Set(['type', 'primary', '$ref', 'display']);

const request = (path: string): ScimRequest => ({ method: 'GET', path, label: `GET ${path}`, purpose: 'object' });

/** Undefined: the target has no `/ResourceTypes`. */
async function readAll(
  client: ScimClient,
  path: '/ResourceTypes' | '/Schemas',
): Promise<readonly JsonObject[] | undefined> {
  const answer = await client.send(request(path));
  if (answer.status === 404 && path === '/ResourceTypes') return undefined;
  if (answer.status < 200 || answer.status >= 300) throw client.errorOf(request(path), answer);
  const body = parseJson(answer.body);
  // Some targets answer a bare array (RFC 7644 §4 wants a ListResponse).
  if (isJsonArray(body)) return body.filter(isJsonObject);
  return readList(request(path), answer).resources;
}

function textOf(object: JsonObject, name: string): string {
  const value = memberOf(object, name);
  return typeof value === 'string' ? value : '';
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

/** URNs of the schemas that make up the kind: its core schema and the extensions of its resource type. */
function schemaUrns(types: readonly JsonObject[], kind: 'user' | 'group'): readonly string[] {
  const core = kind === 'user' ? coreUserUrn : coreGroupUrn;
  const endpoint = kind === 'user' ? '/users' : '/groups';
  const type = types.find(
    (one) =>
      textOf(one, 'schema').toLowerCase() === core.toLowerCase() || textOf(one, 'endpoint').toLowerCase() === endpoint,
  );
  if (type === undefined) return [core];
  const extensions = objectsIn(memberOf(type, 'schemaExtensions')).map((one) => textOf(one, 'schema'));
  return [textOf(type, 'schema') || core, ...extensions.filter((urn) => urn !== '')];
}

function typeOf(attribute: JsonObject): DiscoveredAttribute['type'] {
  switch (textOf(attribute, 'type').toLowerCase()) {
    case 'boolean':
      return 'Boolean';
    case 'integer':
      return 'Integer';
    case 'datetime':
      return 'DateTime';
    case 'binary':
      return 'Binary';
    case 'reference':
      return 'Reference';
    default:
      return 'String';
  }
}

function mutabilityOf(attribute: JsonObject): DiscoveredAttribute['mutability'] {
  switch (textOf(attribute, 'mutability').toLowerCase()) {
    case 'readonly':
      return 'ReadOnly';
    case 'immutable':
      return 'Immutable';
    case 'writeonly':
      return 'WriteOnly';
    default:
      return 'ReadWrite';
  }
}

function definition(
  name: string,
  attribute: JsonObject,
  change: Partial<DiscoveredAttribute> = {},
): DiscoveredAttribute {
  return {
    name,
    type: typeOf(attribute),
    multivalued: memberOf(attribute, 'multiValued') === true,
    caseExact: memberOf(attribute, 'caseExact') === true,
    required: memberOf(attribute, 'required') === true,
    anchor: false,
    mutability: mutabilityOf(attribute),
    ...change,
  };
}

/** Values of `type` that an element can have: the canonical ones, else those of RFC 7643 §4.1.2. */
function elementTypes(name: string, subs: readonly JsonObject[]): readonly string[] {
  const type = subs.find((sub) => textOf(sub, 'name').toLowerCase() === 'type');
  const canonical = type === undefined ? undefined : memberOf(type, 'canonicalValues');
  const values = isJsonArray(canonical) ? canonical.filter((value) => typeof value === 'string') : [];
  return values.length > 0 ? values : type === undefined ? [] : (typesOfElements.get(name) ?? []);
}

/** One attribute as paths of mappings: complex ones by their sub-attributes, multi-valued complex ones by element type. */
function flatten(prefix: string, attribute: JsonObject): readonly DiscoveredAttribute[] {
  const name = textOf(attribute, 'name');
  const path = `${prefix}${name}`;
  const subs = objectsIn(memberOf(attribute, 'subAttributes'));
  if (textOf(attribute, 'type').toLowerCase() !== 'complex' || subs.length === 0) return [definition(path, attribute)];
  // A reference is known by the id it holds, as manager and members are.
  const referring = subs.find(
    (sub) => textOf(sub, 'name') === '$ref' && textOf(sub, 'type').toLowerCase() === 'reference',
  );
  const holdsId = subs.some((sub) => textOf(sub, 'name') === 'value');
  if (referring !== undefined && holdsId) return [definition(path, attribute, { type: 'Reference' })];
  if (memberOf(attribute, 'multiValued') !== true) {
    return subs.map((sub) => definition(`${path}.${textOf(sub, 'name')}`, sub, inherited(attribute, sub)));
  }
  const types = elementTypes(name, subs);
  const values = subs.filter((sub) => !describing.has(textOf(sub, 'name')));
  if (types.length === 0) return [definition(path, attribute)];
  return types.flatMap((type) =>
    values.map((sub) =>
      definition(`${path}[type eq ${JSON.stringify(type)}].${textOf(sub, 'name')}`, sub, {
        ...inherited(attribute, sub),
        multivalued: false,
      }),
    ),
  );
}

/** A part is required only where the whole is, and read-only where the whole is. */
function inherited(attribute: JsonObject, sub: JsonObject): Partial<DiscoveredAttribute> {
  return {
    required: memberOf(attribute, 'required') === true && memberOf(sub, 'required') === true,
    ...(mutabilityOf(attribute) === 'ReadOnly' ? { mutability: 'ReadOnly' as const } : {}),
  };
}

function isWritablePath(name: string): boolean {
  try {
    parseTargetPath(name);
    return true;
  } catch {
    // A name that no mapping could write is left out of the list.
    return false;
  }
}

/**
 * The attributes of one kind by the target's `/ResourceTypes` and `/Schemas` (RFC 7643 §6, §7), flattened as Entra writes
 * them: `name.givenName`, `emails[type eq "work"].value` for each canonical type, `urn:…:User:department`. A target without
 * `/ResourceTypes` gets its core schema only. Throws `ConnectorError` when `/Schemas` can't be read.
 */
export async function discoverAttributes(
  client: ScimClient,
  kind: 'user' | 'group',
): Promise<readonly DiscoveredAttribute[]> {
  const resourceTypes = (await readAll(client, '/ResourceTypes')) ?? [];
  const schemas = (await readAll(client, '/Schemas')) ?? [];
  const found: DiscoveredAttribute[] = [
    {
      name: 'id',
      type: 'String',
      multivalued: false,
      caseExact: true,
      required: false,
      anchor: true,
      mutability: 'ReadOnly',
    },
    { name: 'externalId', type: 'String', multivalued: false, caseExact: true, required: false, anchor: false, mutability: 'ReadWrite' }, // prettier-ignore
  ];
  for (const [index, urn] of schemaUrns(resourceTypes, kind).entries()) {
    const schema = schemas.find((one) => textOf(one, 'id').toLowerCase() === urn.toLowerCase());
    const prefix = index === 0 ? '' : `${urn}:`;
    for (const attribute of objectsIn(schema && memberOf(schema, 'attributes')))
      found.push(...flatten(prefix, attribute));
  }
  const seen = new Set<string>();
  return found
    .filter(({ name }) => isWritablePath(name) && !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()))
    .slice(0, attributesMax);
}

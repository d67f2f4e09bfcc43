/**
 * The checks of scim2-tester by their names, on every resource type and every attribute that the endpoint announces: the core
 * ones, the enterprise extension, and an extension and a type of a tenant. Nothing here knows the schemas but by discovery.
 */
import type { Json, JsonObject } from '@joinery/base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorUrn, listUrn, type ScimClient } from '../../apps/workspace/test/client.ts';
import { signIn } from '../../apps/workspace/test/console.ts';
import { aWorkspace, type TestWorkspace } from '../../apps/workspace/test/test-workspace.ts';
import { device, consulting } from './tenant-schemas.ts';

interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly canonicalValues?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}
interface Schema {
  readonly id: string;
  readonly attributes: readonly Attribute[];
}
interface ResourceType {
  readonly name: string;
  readonly endpoint: string;
  readonly schema: string;
  readonly schemaExtensions?: readonly { readonly schema: string }[];
}

let running: TestWorkspace;
let scim: ScimClient;
let types: readonly ResourceType[];
let schemas: ReadonlyMap<string, Schema>;
/** Ids that references may point to. */
let userId: string;

beforeAll(async () => {
  running = await aWorkspace({ rateLimit: { perSecond: 0, burst: 1 } });
  scim = running.scim;
  const session = await signIn(running.workspace.url);
  for (const [path, body] of [
    ['/api/schemas', consulting],
    ['/api/resource-types', device],
  ] as const) {
    const answer = await session.send('POST', path, body);
    expect(answer.status, answer.text).toBe(201);
  }
  userId = await scim.create('/Users', { userName: 'target' });
  types = (await scim.get('/ResourceTypes')).body['Resources'] as unknown as ResourceType[];
  const listed = (await scim.get('/Schemas')).body['Resources'] as unknown as Schema[];
  schemas = new Map(listed.map((schema) => [schema.id, schema]));
});
afterAll(() => running?.stop());

const named = (name: string): ResourceType => {
  const type = types.find((each) => each.name === name);
  if (type === undefined) throw new Error(`${name} is not announced`);
  return type;
};
const attributesOf = (urn: string): readonly Attribute[] => schemas.get(urn)?.attributes ?? [];

let made = 0;
/** A random value of the attribute's type, other with each call. */
function valueOf(attribute: Attribute, owner: Attribute | undefined): Json {
  made += 1;
  // A member is what it is: its type follows from its id.
  if (owner?.name === 'members') return attribute.name === 'type' ? 'User' : userId;
  if (attribute.subAttributes !== undefined) return elementOf(attribute);
  if (attribute.canonicalValues !== undefined && attribute.canonicalValues.length > 0)
    return attribute.canonicalValues[made % attribute.canonicalValues.length] ?? '';
  switch (attribute.type) {
    case 'boolean':
      return made % 2 === 0;
    case 'integer':
      return made;
    case 'decimal':
      return made + 0.5;
    case 'dateTime':
      return new Date(Date.UTC(2024, 0, 1) + made * 60_000).toISOString();
    case 'binary':
      return Buffer.from(`certificate ${made}`).toString('base64');
    case 'reference':
      return `https://example.com/${made}`;
    default:
      return `${attribute.name} ${made}`;
  }
}

const isSettable = ({ mutability }: Attribute): boolean => mutability === 'readWrite' || mutability === 'immutable';

function elementOf(attribute: Attribute): JsonObject {
  const subs = (attribute.subAttributes ?? []).filter((sub) => isSettable(sub) && !sub.name.startsWith('$'));
  return Object.fromEntries(subs.map((sub) => [sub.name, valueOf(sub, attribute)]));
}

const wholeValue = (attribute: Attribute): Json => {
  const value = valueOf(attribute, undefined);
  return attribute.multiValued ? [value] : value;
};

/** A resource with every attribute that may be set. */
function fullResource(type: ResourceType): JsonObject {
  const valuesOf = (urn: string): JsonObject =>
    Object.fromEntries(
      attributesOf(urn)
        .filter(
          ({ name, mutability }) =>
            isSettable({ mutability } as Attribute) && !['schemas', 'id', 'meta'].includes(name),
        )
        .map((attribute) => [attribute.name, wholeValue(attribute)]),
    );
  const extensions = (type.schemaExtensions ?? []).map(({ schema }) => schema);
  return {
    schemas: [type.schema, ...extensions],
    ...valuesOf(type.schema),
    ...Object.fromEntries(extensions.map((urn) => [urn, valuesOf(urn)])),
  };
}

/** That all of `expected` is in `actual`; of lists, that each element is. */
function expectHeld(actual: Json | undefined, expected: Json, where: string): void {
  if (Array.isArray(expected)) {
    for (const each of expected)
      expect((actual ?? []) as readonly Json[], where).toContainEqual(
        typeof each === 'object' && each !== null ? expect.objectContaining(each) : each,
      );
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [name, value] of Object.entries(expected))
      expectHeld((actual as JsonObject | undefined)?.[name], value as Json, `${where}.${name}`);
  } else {
    expect(actual, where).toEqual(expected);
  }
}

const requested = (type: ResourceType): readonly string[] =>
  [type.schema, ...(type.schemaExtensions ?? []).map(({ schema }) => schema)].flatMap((urn) =>
    attributesOf(urn)
      .filter(({ returned }) => returned === 'request')
      .map(({ name }) => `${urn}:${name}`),
  );

/** The resource with what is returned on request only. */
async function readWhole(type: ResourceType, id: string): Promise<JsonObject> {
  const { status, body } = await scim.get(`${type.endpoint}/${id}`);
  expect(status).toBe(200);
  const whole = new Map<string, unknown>(Object.entries(body));
  if (requested(type).length === 0) return body;
  const more = (await scim.get(`${type.endpoint}/${id}?attributes=${requested(type).join(',')}`)).body;
  for (const [name, value] of Object.entries(more))
    if (name.startsWith('urn:')) whole.set(name, { ...(whole.get(name) as object), ...(value as object) });
    else if (!whole.has(name)) whole.set(name, value);
  return Object.fromEntries(whole) as JsonObject;
}

describe('discovery', () => {
  test('service_provider_config_endpoint', async () => {
    const { status, body } = await scim.get('/ServiceProviderConfig');
    expect(status).toBe(200);
    for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag'])
      expect((body[name] as JsonObject)['supported'], name).toBeTypeOf('boolean');
    for (const scheme of body['authenticationSchemes'] as JsonObject[])
      for (const name of ['type', 'name', 'description']) expect(scheme[name]).toBeTypeOf('string');
  });

  const allowsReadingOnly = (path: string) => async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, body } = await scim.send(method, path, method === 'DELETE' ? {} : { body: {} });
      expect([status, body['schemas']], method).toEqual([405, [errorUrn]]);
    }
  };
  test('service_provider_config_endpoint_methods', allowsReadingOnly('/ServiceProviderConfig'));
  test('resource_types_endpoint_methods', allowsReadingOnly('/ResourceTypes'));
  test('schemas_endpoint_methods', allowsReadingOnly('/Schemas'));

  test('query_all_resource_types', () => {
    expect(types.map(({ name }) => name)).toEqual(['User', 'Group', 'Device']);
  });

  test('query_resource_type_by_id', async () => {
    for (const type of types) expect((await scim.get(`/ResourceTypes/${type.name}`)).body).toEqual(type);
  });

  const isNotFound = (path: string) => async () => {
    const { status, body } = await scim.get(path);
    expect([status, body['schemas'], body['status']]).toEqual([404, [errorUrn], '404']);
  };
  test('access_invalid_resource_type', isNotFound('/ResourceTypes/invalid'));
  test('access_invalid_schema', isNotFound('/Schemas/urn:example:invalid'));
  test('random_url', isNotFound('/a7c0e1f4'));

  test('resource_types_schema_validation', () => {
    for (const { schema, schemaExtensions = [] } of types)
      for (const urn of [schema, ...schemaExtensions.map((each) => each.schema)])
        expect(schemas.has(urn), urn).toBe(true);
  });

  test('query_all_schemas', async () => {
    const { status, body } = await scim.get('/Schemas');
    expect([status, body['schemas'], body['totalResults']]).toEqual([200, [listUrn], schemas.size]);
  });

  test('access_schema_by_id', async () => {
    for (const [urn, schema] of schemas) expect((await scim.get(`/Schemas/${urn}`)).body).toEqual(schema);
  });

  test('core_schemas_validation', () => {
    for (const name of ['ResourceType', 'ServiceProviderConfig', 'Schema'])
      expect(schemas.has(`urn:ietf:params:scim:schemas:core:2.0:${name}`)).toBe(true);
  });
});

describe.each(['User', 'Group', 'Device'])('%s', (name) => {
  const aResource = async (): Promise<{ id: string; body: JsonObject; answer: JsonObject }> => {
    const type = named(name);
    const body = fullResource(type);
    const { status, body: answer, text } = await scim.post(type.endpoint, body);
    expect(status, text).toBe(201);
    return { id: String(answer['id']), body, answer };
  };

  /** Without what is never shown, e.g. a password. */
  const shown = (body: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(body).filter(
        ([key]) => attributesOf(named(name).schema).find((each) => each.name === key)?.returned !== 'never',
      ),
    );

  test('object_creation: with every attribute that the schemas have', async () => {
    const { id, body } = await aResource();
    expectHeld(await readWhole(named(name), id), shown(body), name);
  });

  test('object_query', async () => {
    const { id } = await aResource();
    const { status, body } = await scim.get(`${named(name).endpoint}/${id}`);
    expect([status, body['id'], (body['meta'] as JsonObject)['resourceType']]).toEqual([200, id, name]);
  });

  test('object_query_without_id: the newest is in the list', async () => {
    const { id } = await aResource();
    const seen: string[] = [];
    const { endpoint } = named(name);
    for (let startIndex = 1, total = 1; startIndex <= total; startIndex = seen.length + 1) {
      const { body } = await scim.get(`${endpoint}?startIndex=${startIndex}`);
      total = Number(body['totalResults']);
      seen.push(...(body['Resources'] as { id: string }[]).map((each) => each.id));
    }
    expect(seen).toContain(id);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('object_query_with_attributes, object_list_with_attributes, search_with_attributes', async () => {
    const type = named(name);
    const { id } = await aResource();
    const [first = 'externalId'] = attributesOf(type.schema)
      .filter(({ mutability, returned, required }) => mutability === 'readWrite' && returned === 'default' && required)
      .map((each) => each.name);
    const only = [...new Set(['id', 'schemas', first])].toSorted();
    const resources = async (query: string, search: JsonObject): Promise<readonly JsonObject[]> => [
      (await scim.get(`${type.endpoint}/${id}?${query}`)).body,
      ...((await scim.get(`${type.endpoint}?${query}`)).body['Resources'] as JsonObject[]),
      ...((await scim.post(`${type.endpoint}/.search`, search)).body['Resources'] as JsonObject[]),
    ];
    for (const resource of await resources(`attributes=${first}`, { attributes: [first] }))
      expect(Object.keys(resource).toSorted()).toEqual(only);
    for (const resource of await resources(`excludedAttributes=${first}`, { excludedAttributes: [first] }))
      expect(resource).not.toHaveProperty([first]);
  });

  test('object_replacement', async () => {
    const type = named(name);
    const { id } = await aResource();
    const immutable = new Set(
      [type.schema, ...(type.schemaExtensions ?? []).map(({ schema }) => schema)].flatMap((urn) =>
        attributesOf(urn).flatMap((each) => (each.mutability === 'immutable' ? [each.name] : [])),
      ),
    );
    const current = await readWhole(type, id);
    const keeps = (values: JsonObject, before: JsonObject): JsonObject =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          key,
          immutable.has(key)
            ? (before[key] as Json)
            : key.startsWith('urn:')
              ? keeps(value as JsonObject, (before[key] ?? {}) as JsonObject)
              : (value as Json),
        ]),
      );
    const wanted = keeps(fullResource(type), current);
    const { status, text } = await scim.put(`${type.endpoint}/${id}`, wanted);
    expect(status, text).toBe(200);
    expectHeld(await readWhole(type, id), shown(wanted), name);
  });

  test('object_deletion', async () => {
    const { id } = await aResource();
    const path = `${named(name).endpoint}/${id}`;
    expect((await scim.delete(path)).status).toBe(204);
    expect((await scim.get(path)).status).toBe(404);
  });

  /** Every attribute, and every sub-attribute of the singular complex ones, by its path with the URN. */
  const paths = (): readonly { urn: string; attribute: Attribute; sub?: Attribute }[] => {
    const type = named(name);
    return [type.schema, ...(type.schemaExtensions ?? []).map(({ schema }) => schema)].flatMap((urn) =>
      attributesOf(urn)
        .filter((attribute) => isSettable(attribute) && !['schemas', 'id', 'meta'].includes(attribute.name))
        .flatMap((attribute) => [
          { urn, attribute },
          ...(attribute.multiValued ? [] : (attribute.subAttributes ?? []))
            .filter((sub) => isSettable(sub) && !sub.name.startsWith('$'))
            .map((sub) => ({ urn, attribute, sub })),
        ]),
    );
  };

  const valueIn = (resource: JsonObject, urn: string, attribute: Attribute, sub?: Attribute): Json | undefined => {
    const holder = urn === named(name).schema ? resource : ((resource[urn] ?? {}) as JsonObject);
    const value = holder[attribute.name] as Json | undefined;
    return sub === undefined ? value : ((value as JsonObject | undefined)?.[sub.name] as Json | undefined);
  };

  /** A resource with its required attributes only, extensions included. */
  const aMinimal = async (): Promise<string> => {
    const type = named(name);
    const required = (urn: string): JsonObject =>
      Object.fromEntries(
        attributesOf(urn)
          .filter((each) => each.required && isSettable(each) && each.name !== 'schemas')
          .map((attribute) => [attribute.name, wholeValue(attribute)]),
      );
    const extensions = (type.schemaExtensions ?? []).map(({ schema }) => [schema, required(schema)] as const);
    const body = { schemas: [type.schema], ...required(type.schema), ...Object.fromEntries(extensions) };
    return scim.create(type.endpoint, body);
  };

  test('check_add_attribute, check_replace_attribute, check_remove_attribute: every attribute by its URN path', async () => {
    const type = named(name);
    const checked: string[] = [];
    for (const { urn, attribute, sub } of paths()) {
      const id = await aMinimal();
      const path = `${urn}:${attribute.name}${sub === undefined ? '' : `.${sub.name}`}`;
      const target = sub ?? attribute;
      const isImmutable = attribute.mutability === 'immutable';
      checked.push(path);
      for (const op of isImmutable ? (['add'] as const) : (['add', 'replace'] as const)) {
        const value = sub === undefined ? wholeValue(attribute) : valueOf(sub, attribute);
        const answer = await scim.patch(`${type.endpoint}/${id}`, { op, path, value });
        expect([200, 204], `${op} ${path}: ${answer.text}`).toContain(answer.status);
        if (target.returned === 'never' || target.mutability === 'writeOnly') continue;
        const read = await readWhole(type, id);
        expectHeld(valueIn(read, urn, attribute, sub), value, `${op} ${path}`);
        if (answer.status === 200 && target.returned === 'default')
          expectHeld(valueIn(answer.body, urn, attribute, sub), value, `${op} ${path}, answered`);
      }
      const answer = await scim.patch(`${type.endpoint}/${id}`, { op: 'remove', path });
      if (attribute.required || isImmutable) {
        expect([answer.status, answer.body['scimType']], path).toEqual([400, 'mutability']);
        continue;
      }
      expect([200, 204], `remove ${path}: ${answer.text}`).toContain(answer.status);
      expect(valueIn(await readWhole(type, id), urn, attribute, sub) ?? [], `remove ${path}`).toEqual([]);
    }
    const announced = [type.schema, ...(type.schemaExtensions ?? []).map(({ schema }) => schema)];
    for (const urn of announced)
      expect(
        checked.some((path) => path.startsWith(`${urn}:`)),
        urn,
      ).toBe(true);
  });

  test('an attribute that is readOnly is refused by its path', async () => {
    const type = named(name);
    const id = await aMinimal();
    for (const { name: attribute, mutability } of attributesOf(type.schema)) {
      if (mutability !== 'readOnly') continue;
      const operation = { op: 'replace', path: `${type.schema}:${attribute}`, value: 'x' };
      const { status, body } = await scim.patch(`${type.endpoint}/${id}`, operation);
      expect([status, body['scimType']], attribute).toEqual([400, 'mutability']);
    }
  });
});

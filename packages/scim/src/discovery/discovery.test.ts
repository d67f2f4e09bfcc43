import { describe, expect, test } from 'vitest';
import { applyPatch } from '../patch/apply.ts';
import { parsePatch } from '../patch/parse.ts';
import type { Attribute } from '../schema/characteristics.ts';
import { groupType, userType } from '../schema/resource-types.ts';
import { resourceTypesOf } from './resource-types.ts';
import { schemasOf } from './schemas.ts';
import { serviceProviderConfig } from './service-provider-config.ts';

const baseUrl = 'https://example.com/scim/v2';
const types = [userType, groupType];
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('/ResourceTypes', () => {
  test('has the body of RFC 7643 §8.6, with the extension not required', () => {
    expect(resourceTypesOf(types, baseUrl)).toEqual([
      {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
        id: 'User',
        name: 'User',
        endpoint: '/Users',
        description: 'User Account',
        schema: 'urn:ietf:params:scim:schemas:core:2.0:User',
        schemaExtensions: [{ schema: enterprise, required: false }],
        meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/User` },
      },
      {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
        id: 'Group',
        name: 'Group',
        endpoint: '/Groups',
        description: 'Group',
        schema: 'urn:ietf:params:scim:schemas:core:2.0:Group',
        schemaExtensions: [],
        meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/Group` },
      },
    ]);
  });
});

interface Published {
  readonly name: string;
  readonly type: string;
  readonly canonicalValues?: readonly string[];
  readonly subAttributes?: readonly Published[];
}

describe('/Schemas', () => {
  const schemas = schemasOf(types, baseUrl) as unknown as readonly {
    readonly id: string;
    readonly description: string;
    readonly attributes: readonly Published[];
  }[];
  const byId = new Map(schemas.map((schema) => [schema.id, schema]));

  test('resolves every schema of the resource types, and describes the discovery bodies (scim2-tester)', () => {
    expect(schemas.map((schema) => schema.id)).toEqual([
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:core:2.0:Group',
      enterprise,
      'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
      'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
      'urn:ietf:params:scim:schemas:core:2.0:Schema',
    ]);
  });

  test('has no null for an absent characteristic (Entra ID)', () => {
    expect(JSON.stringify(schemas)).not.toContain('null');
  });

  test('says "User Account" (Microsoft Postman collection)', () => {
    expect(byId.get(userType.schema.id)?.description).toContain('User Account');
  });

  test('lists id and externalId with User and Group', () => {
    for (const { schema } of types) {
      expect(
        byId
          .get(schema.id)
          ?.attributes.slice(0, 2)
          .map(({ name }) => name),
      ).toEqual(['id', 'externalId']);
    }
  });

  test('suggests the labels of addresses, which Entra flattens into paths', () => {
    const addresses = byId.get(userType.schema.id)?.attributes.find(({ name }) => name === 'addresses');
    expect(addresses?.subAttributes?.find(({ name }) => name === 'type')?.canonicalValues).toEqual([
      'work',
      'home',
      'other',
    ]);
    expect(addresses?.subAttributes?.map(({ name }) => name)).toContain('primary');
  });

  test('has no complex attribute inside a complex one in a resource (erratum 8415)', () => {
    for (const id of [userType.schema.id, groupType.schema.id, enterprise]) {
      const subs = byId.get(id)?.attributes.flatMap((attribute) => attribute.subAttributes ?? []);
      expect(subs?.filter(({ type }) => type === 'complex')).toEqual([]);
    }
  });
});

describe('every attribute that is published', () => {
  const writable = userType.extensions
    .map(({ schema }) => schema)
    .concat(userType.schema)
    .flatMap((schema) => schema.attributes.map((attribute) => [`${schema.id}:${attribute.name}`, attribute] as const))
    .filter(([, { mutability }]) => mutability === 'readWrite');

  test.each(writable)('%s can be added, replaced and removed by its full path (scim2-tester)', (path, attribute) => {
    const apply = (from: { userName: string }, op: string, value?: unknown): ReturnType<typeof applyPatch> =>
      applyPatch(userType, from, parsePatch(userType, { Operations: [{ op, path, value }] }).operations);
    const added = apply({ userName: 'babs' }, 'add', sampleOf(attribute, 'a'));
    const replaced = apply(added.attributes as { userName: string }, 'replace', sampleOf(attribute, 'b'));
    expect(added.changed).toBe(true);
    if (attribute.type !== 'boolean') expect(replaced.changed).toBe(true);
    if (attribute.required) return;
    const removed = apply(replaced.attributes as { userName: string }, 'remove');
    expect(removed.attributes).toEqual({ userName: 'babs' });
  });
});

function sampleOf(attribute: Attribute, text: string): unknown {
  if (attribute.type === 'boolean') return true;
  if (attribute.type !== 'complex') return text;
  const subs = (attribute.subAttributes ?? []).filter((sub) => sub.mutability === 'readWrite');
  const object = Object.fromEntries(subs.map((sub) => [sub.name, sampleOf(sub, text)]));
  return attribute.multiValued ? [object] : object;
}

describe('/ServiceProviderConfig', () => {
  const options = { baseUrl, filterMaxResults: 1000, defaultPageSize: 100, maxPageSize: 1000 };

  test('announces neither bulk nor cursors unless told so', () => {
    expect(serviceProviderConfig(options)).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: false, index: true, defaultPaginationMethod: 'index', defaultPageSize: 100 },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
      meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
    });
  });

  test('announces bulk and cursors with their limits', () => {
    const bulk = { maxOperations: 1000, maxPayloadSize: 1048576 };
    expect(serviceProviderConfig({ ...options, bulk, cursor: { cursorTimeout: 3600 } })).toMatchObject({
      bulk: { supported: true, ...bulk },
      pagination: { cursor: true, cursorTimeout: 3600 },
    });
  });
});

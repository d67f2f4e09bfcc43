import type { JsonObject } from '@joinery/base';
import {
  groupType,
  parsePatch,
  readFilter,
  readResource,
  readResourceType,
  readSchemaExtension,
  userType,
} from '@joinery/scim';
import { expect, test } from 'vitest';
import { readBulkRequest } from '../src/bulk/bulk-request.ts';
import { routes } from '../src/routes.ts';
import { aService, baseUrl, tenantA } from './service.ts';

const none = { extensions: [], resourceTypes: [] };
const extension = readSchemaExtension(
  { id: 'urn:example:x:Badge', name: 'Badge', resourceType: 'User', attributes: [{ name: 'number' }] },
  none,
);
const device = readResourceType(
  {
    name: 'Device',
    endpoint: '/Devices',
    schema: {
      id: 'urn:example:x:Device',
      name: 'Device',
      attributes: [
        { name: 'displayName', required: true },
        { name: 'slots', type: 'integer' },
      ],
    },
  },
  none,
);

async function aDescribed() {
  const own = {
    ...none,
    extensions: [extension],
    resourceTypes: [device],
    isStrict: false,
    acceptsUnknownMembers: false,
  };
  const settings = { ...own, extensions: [], resourceTypes: [] };
  return aService({
    tokenEndpoint: 'https://scim.example.com/scim/oauth2/token',
    settings: { get: (tenantId) => Promise.resolve(tenantId === tenantA ? own : settings) },
  });
}

type Operation = JsonObject & { readonly responses: JsonObject };
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const pathsOf = (body: JsonObject): Paths => body['paths'] as Paths;

function references(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name === '$ref' && typeof part === 'string' ? [part] : references(part),
  );
}

function find(document: JsonObject, reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce((value: unknown, name) => (value as Record<string, unknown> | undefined)?.[name], document);
}

test('every row of the table of routes is in it, and nothing else', async () => {
  const { send } = await aService();
  const answer = await send('GET', '/openapi.json', { token: null });
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.body).toMatchObject({ openapi: '3.1.1', servers: [{ url: baseUrl }] });
  const documented = Object.entries(pathsOf(answer.body)).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
});

test('is an OpenAPI document: operations have answers and ids of their own, parameters are declared, references lead somewhere', async () => {
  const { body } = await (await aDescribed()).send('GET', '/openapi.json');
  const ids: unknown[] = [];
  for (const [path, operations] of Object.entries(pathsOf(body))) {
    expect(path).toMatch(/^\//);
    for (const operation of Object.values(operations)) {
      ids.push(operation['operationId']);
      expect(operation.responses).toHaveProperty('default');
      for (const status of Object.keys(operation.responses)) expect(status).toMatch(/^(default|[1-5]\d\d)$/);
      const parameters = JSON.stringify(operation['parameters'] ?? []);
      expect(parameters.includes('/parameters/id"')).toBe(path.includes('{id}'));
      for (const requirement of operation['security'] as readonly JsonObject[]) {
        for (const scheme of Object.keys(requirement)) {
          expect(find(body, `#/components/securitySchemes/${scheme}`), scheme).toBeDefined();
        }
      }
    }
  }
  expect(new Set(ids).size).toBe(ids.length);
  const all = references(body);
  expect(all.length).toBeGreaterThan(50);
  for (const reference of all) expect(find(body, reference), reference).toBeDefined();
});

test('needs a credential for what only a credential may do, and holds none', async () => {
  const service = await aDescribed();
  const token = await service.newToken();
  const { body, text } = await service.send('GET', '/openapi.json', { token });
  expect(text).not.toContain(token);
  const paths = pathsOf(body);
  expect(paths['/Users']?.['get']?.['security']).toEqual([{ bearer: [] }, { clientCredentials: ['scim.read'] }]);
  expect(paths['/Users/.search']?.['post']?.['security']).toEqual([
    { bearer: [] },
    { clientCredentials: ['scim.read'] },
  ]);
  expect(paths['/Users']?.['post']?.['security']).toEqual([{ bearer: [] }, { clientCredentials: ['scim.write'] }]);
  expect(paths['/ServiceProviderConfig']?.['get']?.['security']).toEqual([]);
  const { send } = await aService();
  const withoutTokens = (await send('GET', '/openapi.json')).body;
  expect(pathsOf(withoutTokens)['/Users']?.['get']?.['security']).toEqual([{ bearer: [] }]);
});

test('the examples are what the service provider takes', async () => {
  const service = await aDescribed();
  const { body } = await service.send('GET', '/openapi.json');
  const paths = pathsOf(body);
  const example = (method: string, path: string): JsonObject => {
    const content = find(paths[path]?.[method] ?? {}, '#/requestBody/content') as JsonObject;
    return (content['application/scim+json'] as JsonObject)['example'] as JsonObject;
  };
  for (const type of [userType, groupType, device]) {
    readResource(type, example('post', type.endpoint), 'create', true);
    readResource(type, example('put', `${type.endpoint}/{id}`), 'replace', true);
    expect(parsePatch(type, example('patch', `${type.endpoint}/{id}`), true).operations).toHaveLength(1);
    readFilter(String(example('post', `${type.endpoint}/.search`)['filter']), type);
  }
  expect(readBulkRequest(example('post', '/Bulk')).operations.every(({ problem }) => problem === undefined)).toBe(true);
  const answer = await service.send('POST', '/Bulk', { body: example('post', '/Bulk') });
  expect(answer.body['Operations']).toMatchObject([{ status: '201' }, { status: '201' }]);
});

test('shows what a tenant has added to who has its credential', async () => {
  const service = await aDescribed();
  const own = (await service.send('GET', '/openapi.json')).body;
  const { properties } = find(own, '#/components/schemas/User') as { properties: JsonObject };
  expect(properties['urn:example:x:Badge']).toMatchObject({ properties: { number: { type: 'string' } } });
  expect(find(own, '#/components/schemas/Device')).toMatchObject({
    required: expect.arrayContaining(['displayName']) as unknown,
    properties: { slots: { type: 'integer' }, id: { readOnly: true } },
  });
  expect(Object.keys(pathsOf(own)['/Devices/{id}'] ?? {}).toSorted()).toEqual(['delete', 'get', 'patch', 'put']);
  const wrong = await service.send('GET', '/openapi.json', { token: 'wrong' });
  expect(wrong.status).toBe(401);
  const anyone = await service.send('GET', '/openapi.json', { token: null });
  expect(anyone.text).not.toContain('urn:example');
  expect(anyone.text).not.toContain('/Devices');
});

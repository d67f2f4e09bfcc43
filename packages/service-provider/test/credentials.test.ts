/** Every row of the table of routes with every kind of credential in every spelling of its path. A new row is walked by itself. */
import { readResourceType, type ResourceType } from '@joinery/scim';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateToken } from '../src/index.ts';
import type { Route } from '../src/router.ts';
import { resourceRows, routes } from '../src/routes.ts';
import { aService, tenantA, tenantB, type TestService } from './service.ts';

const device: ResourceType = readResourceType(
  {
    name: 'Device',
    endpoint: '/Devices',
    schema: { id: 'urn:example:Device', name: 'Device', attributes: [{ name: 'displayName', required: true }] },
  },
  { extensions: [], resourceTypes: [] },
);
/** The rows of everyone and of the types that a tenant added. */
const everyRow: readonly Route[] = [...routes, ...resourceRows({ name: 'Device', type: device })];
const secretWord = 'existing';
const bodies: Readonly<Record<string, object>> = {
  '/Users': { userName: 'ada@contoso.com' },
  '/Groups': { displayName: 'Engineering' },
  '/Devices': { displayName: 'Printer' },
};

interface Walked {
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  readonly isWrite: boolean;
  /** The path names a resource of tenant A. */
  readonly isOfResource: boolean;
  readonly body?: object;
}

const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

function walkOne(row: { method: string; path: string; isPublic: boolean }, ids: ReadonlyMap<string, string>): Walked {
  const { method, path, isPublic } = row;
  const id = ids.get(path);
  if (path.includes('{id}') && id === undefined) throw new Error(`${path} needs an id in this test`);
  const collection = path.replace(/\/(\{id\}|\.search)$/, '');
  const change = { Operations: [{ op: 'replace', path: 'externalId', value: 'x' }] };
  const body = path.endsWith('.search') ? {} : method === 'PATCH' ? change : (bodies[collection] ?? {});
  return {
    label: `${method} ${path}`,
    method,
    path: path.replace('{id}', id ?? ''),
    isPublic,
    isWrite: !reads.has(method) && !path.endsWith('.search') && path !== '/Me',
    isOfResource: path.includes('{id}') && bodies[collection] !== undefined,
    ...(['POST', 'PUT', 'PATCH'].includes(method) ? { body } : {}),
  };
}

/** A service with one resource of each type in tenant A, and every request that the table allows. */
async function aWalk(): Promise<{ service: TestService; requests: readonly Walked[] }> {
  const settings = { extensions: [], resourceTypes: [device], isStrict: false, acceptsUnknownMembers: false };
  const service = await aService({ settings: { get: () => Promise.resolve(settings) } });
  const ids = new Map([
    ['/ResourceTypes/{id}', 'User'],
    ['/Schemas/{id}', 'urn:ietf:params:scim:schemas:core:2.0:User'],
  ]);
  for (const [path, body] of Object.entries(bodies)) {
    const named = Object.fromEntries(Object.keys(body).map((name) => [name, `${secretWord}@contoso.com`]));
    const { status, body: made } = await service.send('POST', path, { body: named });
    expect(status).toBe(201);
    ids.set(`${path}/{id}`, String(made['id']));
  }
  const implied = everyRow.filter(({ method }) => method === 'GET');
  const rows = [...everyRow, ...implied.flatMap((row) => ['HEAD', 'OPTIONS'].map((method) => ({ ...row, method })))];
  return { service, requests: rows.map((row) => walkOne(row, ids)) };
}

/** Other ways to write the path, of which some are its own and none may open more than it. */
function spellings(path: string): readonly string[] {
  const [, first = ''] = path.split('/');
  if (first === '') return ['//', '/%2e/', '/;', '/.', '/%2f'];
  const rest = path.slice(1 + first.length);
  const encoded = `%${first.charCodeAt(0).toString(16)}${first.slice(1)}`;
  return [
    `/${first.toLowerCase()}${rest}`,
    `/${first.toUpperCase()}${rest}`,
    `/${encoded}${rest}`,
    `/%25${encoded.slice(1)}${rest}`,
    `/${first}${rest}/`,
    `//${first}${rest}`,
    `/${first}//${rest.slice(1)}`,
    `/${first}${rest}//`,
    `/${first};v=1${rest}`,
    `/${first}${rest};v=1`,
    `/${first}%3bv=1${rest}`,
    `/./${first}${rest}`,
    `/x/../${first}${rest}`,
    `/x/%2e%2e/${first}${rest}`,
    `/ServiceProviderConfig/../${first}${rest}`,
    `/ServiceProviderConfig/%2e%2e/${first}${rest}`,
    `/ServiceProviderConfig%2f..%2f${first}${rest}`,
    `/%2f${first}${rest}`,
    `/${first}%2f${rest.slice(1)}`,
    `/${first}%5c${rest.slice(1)}`,
    `/${first}\\${rest.slice(1)}`,
    `/${first}${rest}%00`,
    `/${first}${rest}%20`,
    `/${first}${rest}.json`,
    `/${first}${rest}?x=/ServiceProviderConfig`,
  ];
}

/** OPTIONS has a test of its own: it tells the methods of the fixed table, which is public, to anyone. */
const isNoPreflight = ({ method }: Walked): boolean => method !== 'OPTIONS';

const rowsOf = (service: TestService): string => JSON.stringify([...service.resources.rows.values()]);

interface Refused {
  readonly name: string;
  readonly token: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly challenge: RegExp;
}

async function refusedCredentials(service: TestService): Promise<readonly Refused[]> {
  const revoked = await service.newToken({ name: 'revoked' });
  const listed = await service.credentials.list(tenantA);
  const id = listed.find(({ name }) => name === 'revoked')?.id;
  if (id === undefined) throw new Error('no credential');
  await service.credentials.revoke(tenantA, id, new Date(service.clock.now() - 1));
  const live = await service.newToken();
  const invalid = /error="invalid_token"/;
  return [
    { name: 'no credential', token: null, challenge: /^Bearer realm="scim"$/ },
    { name: 'a cookie', token: null, headers: { cookie: `session=${live}` }, challenge: /^Bearer realm="scim"$/ },
    { name: 'an empty token', token: '', challenge: invalid },
    { name: 'an unknown token', token: generateToken(), challenge: invalid },
    { name: 'a token of another form', token: 'admin', challenge: invalid },
    { name: 'a live token with one character more', token: `${live}x`, challenge: invalid },
    { name: 'a live token as Basic', token: null, headers: { authorization: `Basic ${live}` }, challenge: /^Bearer/ },
    {
      name: 'an expired token',
      token: await service.newToken({ expires: new Date('2026-06-01T11:59:59Z') }),
      challenge: /expired/,
    },
    { name: 'a revoked token', token: revoked, challenge: /revoked/ },
    {
      name: 'a token of another audience',
      token: await service.newToken({ audience: 'https://other.example/scim/v2' }),
      challenge: /audience/,
    },
  ];
}

let walk: Awaited<ReturnType<typeof aWalk>>;
let refused: readonly Refused[];
beforeAll(async () => {
  walk = await aWalk();
  refused = await refusedCredentials(walk.service);
});

describe('a credential that is none', () => {
  test('is 401 with a challenge and an Error body on every row, but nothing at all is enough for the public ones', async () => {
    const { service, requests } = walk;
    for (const request of requests.filter(isNoPreflight)) {
      for (const { name, token, headers = {}, challenge } of refused) {
        const answer = await service.send(request.method, request.path, { ...request, token, headers });
        const label = `${request.label} with ${name}`;
        if (request.isPublic && token === null && headers['authorization'] === undefined) {
          expect([200, 204], label).toContain(answer.status);
          continue;
        }
        expect(answer.status, label).toBe(401);
        expect(answer.headers.get('www-authenticate'), label).toMatch(challenge);
        if (request.method === 'HEAD') continue;
        expect(answer.headers.get('content-type'), label).toContain('application/scim+json');
        const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
        expect(answer.body, label).toMatchObject({ schemas, status: '401' });
      }
    }
  });

  test('opens no spelling of a path either', async () => {
    const { service, requests } = walk;
    const before = rowsOf(service);
    for (const request of requests.filter(isNoPreflight)) {
      for (const { name, token, headers = {} } of refused) {
        if (request.isPublic && token === null) continue;
        for (const path of spellings(request.path)) {
          const isPublic = /^\/ServiceProviderConfig\?|^\/serviceproviderconfig$/.test(path);
          const answer = await service.send(request.method, path, { ...request, token, headers });
          if (!isPublic) expect(answer.status, `${request.label} as ${path} with ${name}`).toBe(401);
          expect(answer.text).not.toContain(secretWord);
        }
      }
    }
    expect(rowsOf(service)).toBe(before);
    expect(service.failures).toEqual([]);
  });
});

test('OPTIONS shows methods of the fixed table and nothing else; a tenant’s own types to nobody but the tenant', async () => {
  const { service, requests } = walk;
  for (const request of requests.filter(({ method }) => method === 'OPTIONS')) {
    for (const { name, token, headers = {} } of refused) {
      const answer = await service.send('OPTIONS', request.path, { token, headers });
      const isOwn = request.path.startsWith('/Devices');
      expect([answer.status, answer.text === ''], `${request.label} with ${name}`).toEqual(
        isOwn ? [401, false] : [204, true],
      );
    }
  }
});

describe('a token that may only read', () => {
  test('reads, and every write is 403 insufficient_scope', async () => {
    const { service, requests } = walk;
    const token = await service.newToken({ scopes: ['scim.read'] });
    const before = rowsOf(service);
    for (const request of requests) {
      const answer = await service.send(request.method, request.path, { ...request, token });
      if (!request.isWrite) {
        expect([200, 204, 501], request.label).toContain(answer.status);
        continue;
      }
      expect(answer.status, request.label).toBe(403);
      expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="scim.write"');
    }
    expect(rowsOf(service)).toBe(before);
  });

  test('writes by no spelling of a path', async () => {
    const { service, requests } = walk;
    const token = await service.newToken({ scopes: ['scim.read'] });
    const before = rowsOf(service);
    for (const request of requests.filter(({ isWrite }) => isWrite)) {
      for (const path of spellings(request.path)) {
        const { status } = await service.send(request.method, path, { ...request, token });
        expect([400, 403, 404, 405], `${request.label} as ${path}`).toContain(status);
      }
    }
    expect(rowsOf(service)).toBe(before);
  });
});

describe('a token of another tenant', () => {
  test('finds no id of this one, in no spelling, and no list shows anything of it', async () => {
    const { service, requests } = walk;
    const token = await service.newToken({ tenantId: tenantB });
    const before = rowsOf(service);
    for (const request of requests.filter(({ isOfResource, method }) => isOfResource && method !== 'OPTIONS')) {
      const answer = await service.send(request.method, request.path, { ...request, token });
      expect(answer.status, request.label).toBe(404);
      for (const path of spellings(request.path)) {
        const spelled = await service.send(request.method, path, { ...request, token });
        expect([400, 404, 405], `${request.label} as ${path}`).toContain(spelled.status);
      }
    }
    expect(rowsOf(service)).toBe(before);
    for (const request of requests.filter(({ isWrite }) => !isWrite)) {
      const answer = await service.send(request.method, request.path, { ...request, token });
      expect(answer.text, request.label).not.toContain(secretWord);
    }
  });

  test('finds the names of this one free', async () => {
    const { service } = await aWalk();
    const token = await service.newToken({ tenantId: tenantB });
    for (const [path, body] of Object.entries(bodies)) {
      const named = Object.fromEntries(Object.keys(body).map((name) => [name, `${secretWord}@contoso.com`]));
      expect((await service.send('POST', path, { token, body: named })).status, path).toBe(201);
    }
  });
});

test('a live token gets from every spelling what the row gives, or a refusal, never a failure', async () => {
  const { service, requests } = await aWalk();
  for (const request of requests) {
    for (const path of [request.path, ...spellings(request.path)]) {
      const { status } = await service.send(request.method, path, request);
      const known = [200, 201, 204, 400, 404, 405, 409, 501];
      expect(known, `${request.label} as ${path}`).toContain(status);
    }
  }
  expect(service.failures).toEqual([]);
});

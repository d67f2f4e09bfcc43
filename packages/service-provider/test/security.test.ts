import { describe, expect, test } from 'vitest';
import { generateToken } from '../src/index.ts';
import { routes } from '../src/routes.ts';
import { aService, baseUrl, tenantA, tenantB, type TestService } from './service.ts';

const bodies: Readonly<Record<string, unknown>> = {
  '/Users': { userName: 'ada@contoso.com' },
  '/Groups': { displayName: 'Engineering' },
};

/** Every row of the table with real ids in the place of `{id}`, and a body that would be accepted. */
async function everyRequest(service: TestService) {
  const user = await service.send('POST', '/Users', { body: { userName: 'existing@contoso.com' } });
  const group = await service.send('POST', '/Groups', { body: { displayName: 'Existing' } });
  const ids: Readonly<Record<string, string>> = {
    '/Users/{id}': String(user.body['id']),
    '/Groups/{id}': String(group.body['id']),
    '/ResourceTypes/{id}': 'User',
    '/Schemas/{id}': 'urn:ietf:params:scim:schemas:core:2.0:User',
  };
  return routes.map(({ method, path, isPublic }) => {
    const collection = path.replace(/\/(\{id\}|\.search)$/, '');
    const patch = { Operations: [{ op: 'replace', path: 'externalId', value: 'x' }] };
    const body = path.endsWith('.search') ? {} : method === 'PATCH' ? patch : bodies[collection];
    return {
      method,
      path: path.replace('{id}', ids[path] ?? ''),
      isPublic,
      isWrite: method !== 'GET' && !path.endsWith('.search') && path !== '/Me',
      ...(method === 'POST' || method === 'PUT' || method === 'PATCH' ? { body: body ?? {} } : {}),
    };
  });
}

function spellings(path: string): readonly string[] {
  const [, first = ''] = path.split('/');
  if (first === '') return ['//', '/%2e/', '/;'];
  const rest = path.slice(1 + first.length);
  const encoded = `%${first.charCodeAt(0).toString(16)}${first.slice(1)}`;
  return [
    `/${first.toLowerCase()}${rest}`,
    `/${first.toUpperCase()}${rest}`,
    `/${encoded}${rest}`,
    `/${first}${rest}/`,
    `//${first}${rest}`,
    `/${first}${rest}//`,
    `/${first};v=1${rest}`,
    `/${first}%3bv=1${rest}`,
    `/./${first}${rest}`,
    `/x/../${first}${rest}`,
    `/x/%2e%2e/${first}${rest}`,
    `/%2f${first}${rest}`,
    `/${first}%2f${rest.slice(1)}`,
    `/${first}%5c${rest.slice(1)}`,
    `/${first}${rest}%00`,
    `/${first}${rest}%20`,
    `/${first}${rest}.json`,
  ];
}

describe('without a live token of this service provider', () => {
  test('every row but the public ones is 401 with an Error body and a challenge', async () => {
    const service = await aService();
    const tokens: readonly (readonly [string, string | null, RegExp])[] = [
      ['none', null, /^Bearer realm="scim"$/],
      ['empty', '', /error="invalid_token"/],
      ['unknown', generateToken(), /error="invalid_token"/],
      ['no token of ours', 'admin', /error="invalid_token"/],
      ['expired', await service.newToken({ expires: new Date('2026-06-01T11:59:59Z') }), /expired/],
      ['of another audience', await service.newToken({ audience: 'https://other.example/scim/v2' }), /audience/],
    ];
    for (const request of await everyRequest(service)) {
      for (const [name, token, challenge] of tokens) {
        const answer = await service.send(request.method, request.path, { ...request, token });
        const label = `${request.method} ${request.path} with ${name} token`;
        if (request.isPublic && token === null) {
          expect(answer.status, label).toBe(200);
          continue;
        }
        expect(answer.status, label).toBe(401);
        expect(answer.headers.get('www-authenticate'), label).toMatch(challenge);
        expect(answer.headers.get('content-type'), label).toContain('application/scim+json');
        expect(answer.body, label).toMatchObject({
          schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          status: '401',
        });
      }
    }
  });

  test('no spelling of a path is answered', async () => {
    const service = await aService();
    for (const request of await everyRequest(service)) {
      for (const path of request.isPublic ? [] : spellings(request.path)) {
        const answer = await service.send(request.method, path, { ...request, token: null });
        expect(answer.status, `${request.method} ${path}`).toBe(401);
      }
    }
    expect(service.failures).toEqual([]);
  });

  test('a revoked token is refused and says so', async () => {
    const service = await aService();
    const token = await service.newToken({ name: 'leaving' });
    const [credential] = (await service.credentials.list(tenantA)).filter(({ name }) => name === 'leaving');
    await service.credentials.revoke(tenantA, credential!.id, new Date(service.clock.now() + 60_000));
    expect((await service.send('GET', '/Users', { token })).status).toBe(200);
    service.clock.current += 60_000;
    const answer = await service.send('GET', '/Users', { token });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('revoked');
  });

  test('an unknown token and one of another form get the same answer', async () => {
    const service = await aService();
    const answers = await Promise.all(
      [generateToken(), 'x', ''].map((token) => service.send('GET', '/Users', { token })),
    );
    expect(new Set(answers.map(({ body }) => body['detail']))).toHaveProperty('size', 1);
  });

  test.each(['Basic YWRtaW46YWRtaW4=', 'Bearer', 'Bearer ', 'bearer  ', 'Token x', '', 'Bearer a b'])(
    'Authorization "%s" is 401, also where anyone may read',
    async (authorization) => {
      const service = await aService();
      for (const path of ['/Users', '/ServiceProviderConfig', '/NoSuchRoute']) {
        const answer = await service.send('GET', path, { token: null, headers: { authorization } });
        expect(answer.status, path).toBe(401);
      }
    },
  );

  test('a token in the URL or the body does not count', async () => {
    const service = await aService();
    const token = await service.newToken();
    expect((await service.send('GET', `/Users?access_token=${token}`, { token: null })).status).toBe(401);
    const body = { access_token: token, userName: 'ada@contoso.com' };
    expect((await service.send('POST', '/Users', { token: null, body })).status).toBe(401);
  });
});

describe('with a live token', () => {
  test('the scheme is read in any letter case', async () => {
    const service = await aService();
    const token = await service.newToken();
    const answer = await service.send('GET', '/Users', { token: null, headers: { authorization: `bEARER  ${token}` } });
    expect(answer.status).toBe(200);
  });

  test('that may only read, every write is 403 insufficient_scope and changes nothing', async () => {
    const service = await aService();
    const token = await service.newToken({ scopes: ['scim.read'] });
    for (const request of await everyRequest(service)) {
      const before = JSON.stringify([...service.resources.rows.values()]);
      const answer = await service.send(request.method, request.path, { ...request, token });
      const label = `${request.method} ${request.path}`;
      if (!request.isWrite) {
        expect([200, 501], label).toContain(answer.status);
        continue;
      }
      expect(answer.status, label).toBe(403);
      expect(answer.headers.get('www-authenticate'), label).toContain('error="insufficient_scope", scope="scim.write"');
      expect(JSON.stringify([...service.resources.rows.values()]), label).toBe(before);
    }
  });

  test('of another tenant, every id is 404, lists are empty and names are free', async () => {
    const service = await aService();
    const requests = await everyRequest(service);
    const token = await service.newToken({ tenantId: tenantB });
    for (const request of requests.filter(({ path }) => /^\/(Users|Groups)\/[^.]/.test(path))) {
      const answer = await service.send(request.method, request.path, { ...request, token });
      expect(answer.status, `${request.method} ${request.path}`).toBe(404);
    }
    for (const path of ['/Users', '/Groups']) {
      expect((await service.send('GET', path, { token })).body).toMatchObject({ totalResults: 0, Resources: [] });
    }
    const same = await service.send('POST', '/Users', { token, body: { userName: 'existing@contoso.com' } });
    expect(same.status).toBe(201);
  });

  test('an unknown, a deleted and another tenant’s id get the same answer', async () => {
    const service = await aService();
    const created = await service.send('POST', '/Users', { body: { userName: 'gone@contoso.com' } });
    const id = String(created.body['id']);
    const foreign = await service.send('GET', `/Users/${id}`, { token: await service.newToken({ tenantId: tenantB }) });
    await service.send('DELETE', `/Users/${id}`);
    const deleted = await service.send('GET', `/Users/${id}`);
    expect(deleted.text).toBe(foreign.text);
  });

  test('members of another tenant are refused', async () => {
    const service = await aService();
    const token = await service.newToken({ tenantId: tenantB });
    const foreign = await service.send('POST', '/Users', { token, body: { userName: 'b@b.example' } });
    const group = { displayName: 'Ours', members: [{ value: foreign.body['id'] }] };
    expect((await service.send('POST', '/Groups', { body: group })).status).toBe(400);
  });

  test('the Host header has no say in locations', async () => {
    const service = await aService();
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
    const answer = await service.send('POST', '/Users', { body: { userName: 'ada@contoso.com' }, headers });
    expect(answer.text).not.toContain('evil');
    expect(answer.headers.get('location')).toMatch(`${baseUrl}/Users/`);
  });
});

describe('hostile input', () => {
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    '__PROTO__',
    'name.__proto__',
    '__proto__.polluted',
    'toString',
  ];

  test.each(names)('the name %s in any place neither pollutes nor fails with 500', async (name) => {
    const service = await aService();
    const text = (value: string) =>
      `{"userName":"${crypto.randomUUID()}","${name}":${value},"name":{"${name}":${value}}}`;
    const polluted = '{"polluted":"yes","admin":true}';
    const created = await service.send('POST', '/Users', { body: text(polluted) });
    expect(created.status).toBe(201);
    const id = String(created.body['id']);
    const patches = [
      `{"Operations":[{"op":"add","path":"${name}","value":${polluted}}]}`,
      `{"Operations":[{"op":"replace","value":{"${name}":${polluted}}}]}`,
      `{"Operations":[{"op":"add","path":"name.${name}","value":"x"}]}`,
      `{"Operations":[{"op":"add","path":"emails[type eq \\"work\\"].${name}","value":"x"}]}`,
      `{"Operations":[{"op":"add","path":"emails[${name} eq \\"work\\"].value","value":"x"}]}`,
      `{"${name}":${polluted},"Operations":[]}`,
    ];
    for (const body of patches)
      expect((await service.send('PATCH', `/Users/${id}`, { body })).status).toBeLessThan(500);
    expect((await service.send('PUT', `/Users/${id}`, { body: text('"x"') })).status).toBeLessThan(500);
    for (const query of ['filter', 'sortBy', 'attributes', 'excludedAttributes', name]) {
      const value = query === 'filter' ? `${name} eq "x"` : name;
      expect((await service.send('GET', `/Users?${query}=${encodeURIComponent(value)}`)).status).toBeLessThan(500);
    }
    expect((await service.send('GET', `/Schemas/${name}`)).status).toBe(404);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('polluted');
    expect(service.failures).toEqual([]);
  });

  test('a filter nested a thousand deep is 400', async () => {
    const service = await aService();
    const filter = `${'('.repeat(1000)}userName eq "a"${')'.repeat(1000)}`;
    const answer = await service.send('POST', '/Users/.search', { body: { filter } });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
  });

  test('an id is ours, whatever the client sends', async () => {
    const service = await aService();
    const body = { id: '1', externalId: '1', userName: 'ada@contoso.com' };
    const created = await service.send('POST', '/Users', { body });
    expect(created.body['id']).not.toBe('1');
    expect((await service.send('GET', '/Users/1')).status).toBe(404);
  });
});

describe('logs', () => {
  test('hold neither token nor literals of filters', async () => {
    const service = await aService();
    const token = await service.newToken();
    await service.send('GET', `/Users?filter=userName eq "secret@contoso.com"&t=${token}`, { token });
    await service.send('GET', `/${token}`, { token });
    const text = JSON.stringify(service.log.entries);
    expect(service.log.entries).toHaveLength(2);
    expect(text).not.toContain(token);
    expect(text).not.toContain('secret@');
  });

  test('show a tenant the refusal of its own expired token', async () => {
    const service = await aService();
    const token = await service.newToken({ expires: new Date('2026-01-01T00:00:00Z') });
    await service.send('GET', '/Users', { token });
    expect(service.log.entries.at(-1)).toMatchObject({
      tenantId: tenantA,
      status: 401,
      errorCode: 'scim.invalid_token',
    });
  });
});

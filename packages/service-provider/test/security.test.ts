import { describe, expect, test } from 'vitest';
import { generateToken } from '../src/index.ts';
import { aService, baseUrl, tenantA, tenantB } from './service.ts';

describe('without a live token of this service provider', () => {
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

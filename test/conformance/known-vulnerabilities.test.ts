/**
 * What went wrong in other SCIM servers, one test for each by its number or address: the same attack against the workspace, over
 * HTTP. What calls out is elsewhere: targets in packages/connector-scim/test/guard.test.ts, webhooks in apps/workspace/test/webhooks.test.ts.
 */
import { request } from 'node:http';
import type { JsonObject } from '@joinery/base';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { core, createScimClient, enterprise, unique, type ScimClient } from '../../apps/workspace/test/client.ts';
import { call, postJson, signIn, type ConsoleSession } from '../../apps/workspace/test/console.ts';
import { administrator, aWorkspace, type TestWorkspace } from '../../apps/workspace/test/test-workspace.ts';

let running: TestWorkspace;
let session: ConsoleSession;
let scim: ScimClient;
let stranger: ScimClient;
beforeAll(async () => {
  running = await aWorkspace({ rateLimit: { perSecond: 0, burst: 1 } });
  session = await signIn(running.workspace.url);
  scim = running.scim;
  await running.createTenant('Stranger');
  stranger = createScimClient(running.tenantUrl, await running.newToken({ tenant: 'Stranger' }));
});
afterAll(() => running?.stop());

async function setRules(rules: JsonObject): Promise<void> {
  const answer = await session.send('PUT', '/api/rules', {
    verifiedDomains: [],
    protectedAccounts: [],
    protectsOwner: true,
    keepsSignInNameOnAdoption: true,
    roleGroups: [],
    ...rules,
  });
  expect(answer.status, answer.text).toBe(200);
}
beforeEach(() => setRules({}));

const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const totalOf = async (filter: string, client = scim) =>
  (await client.get(`/Users?filter=${encodeURIComponent(filter)}`)).body['totalResults'];

/** A local account of the tenant, as its administrator makes one. */
async function aLocalAccount(): Promise<{ id: string; userName: string }> {
  const userName = `${unique('local')}@contoso.com`;
  const { status, body, text } = await session.send('POST', '/api/users', { userName, email: userName });
  expect(status, text).toBe(201);
  return { id: String(body['id']), userName };
}

/** The request target as it is, which fetch would make regular. */
function raw(path: string, headers: Readonly<Record<string, string>> = {}): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(running.workspace.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

describe('identity of an account', () => {
  test('CVE-2025-41115 (Grafana): a numeric externalId is never taken for an id', async () => {
    const victim = await scim.create('/Users', { userName: unique('victim') });
    for (const externalId of ['1', victim]) {
      const made = await scim.post('/Users', { userName: unique('numeric'), externalId, id: externalId });
      expect(made.status).toBe(201);
      const id = String(made.body['id']);
      expect(id).not.toBe(externalId);
      expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect((await scim.patch(`/Users/${id}`, replace('title', 'changed'))).status).toBe(200);
    }
    expect((await scim.get('/Users/1')).status).toBe(404);
    expect((await scim.get(`/Users/${victim}`)).body).not.toHaveProperty('title');
  });

  test('CVE-2022-1680 (GitLab): an account gets no address that the tenant does not own', async () => {
    await setRules({ verifiedDomains: ['contoso.com'] });
    const { id } = await aLocalAccount();
    const stolen = 'thief@evil.example';
    const answers = [
      await scim.patch(`/Users/${id}`, replace('emails[type eq "work"].value', stolen)),
      await scim.patch(`/Users/${id}`, replace('userName', stolen)),
      await scim.put(`/Users/${id}`, { userName: stolen, emails: [{ value: stolen, primary: true }] }),
      await scim.post('/Users', { userName: stolen }),
      await scim.post('/Users', { userName: unique('x@contoso.com'), emails: [{ value: stolen }] }),
    ];
    for (const { status, text } of answers) expect([400, 403], text).toContain(status);
    expect(await totalOf(`userName eq "${stolen}" or emails.value eq "${stolen}"`)).toBe(0);
  });

  test('CVE-2026-9092 (Casdoor): no account is linked by its e-mail address', async () => {
    const { id, userName } = await aLocalAccount();
    const made = await scim.post('/Users', { userName: unique('other'), emails: [{ value: userName, type: 'work' }] });
    expect([made.status, made.body['id'] === id]).toEqual([201, false]);
    expect((await scim.post('/Users', { userName: userName.toUpperCase() })).status).toBe(409);
  });

  test('CISO Assistant, pull 4658: the first write of an account that SCIM did not make changes no sign-in name', async () => {
    const { id } = await aLocalAccount();
    const answers = [
      await scim.patch(`/Users/${id}`, replace('externalId', 'x'), replace('userName', 'thief@contoso.com')),
      await scim.patch(`/Users/${id}`, replace('emails[type eq "work"].value', 'thief@contoso.com')),
      await scim.put(`/Users/${id}`, { userName: 'thief@contoso.com' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
  });

  test('SCIM Hunting (Doyensec): internal attributes are not the client’s, and a deleted account does not come back', async () => {
    const userName = unique('internal');
    const meta = { created: '2001-01-01T00:00:00Z', version: 'W/"99"', location: 'https://evil.example/' };
    const made = await scim.post('/Users', { id: 'x', userName, meta, groups: [{ value: 'admins' }] });
    expect(made.body['meta']).toMatchObject({ version: 'W/"1"', resourceType: 'User' });
    expect(made.text).not.toMatch(/evil|2001-01-01|admins/);
    const id = String(made.body['id']);
    for (const path of ['id', 'meta.created', 'groups', 'meta.version'])
      expect((await scim.patch(`/Users/${id}`, replace(path, 'x'))).body['scimType'], path).toBe('mutability');
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
    const again = await scim.post('/Users', { id, userName });
    expect([again.status, again.body['id'] === id]).toEqual([201, false]);
    expect((await scim.put(`/Users/${id}`, { userName: unique('back') })).status).toBe(404);
  });

  test('SCIM Hunting (Doyensec): the order of a bulk request evades no rule', async () => {
    const admins = await scim.create('/Groups', { displayName: unique('Admins') });
    await setRules({ roleGroups: [{ group: admins }], verifiedDomains: ['contoso.com'] });
    const operations = [
      {
        method: 'PATCH',
        path: `/Groups/${admins}`,
        data: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:u' }] }],
      },
      { method: 'POST', path: '/Users', bulkId: 'u', data: { userName: unique('u') + '@contoso.com' } },
      { method: 'POST', path: '/Users', bulkId: 'v', data: { userName: 'v@evil.example' } },
      { method: 'DELETE', path: `/Groups/${admins}` },
    ];
    const { body } = await scim.post('/Bulk', { Operations: operations });
    const statuses = (body['Operations'] as { status: string }[]).map(({ status }) => status);
    expect([statuses[0], statuses[1], statuses[3]]).toEqual(['403', '201', '403']);
    expect(['400', '403']).toContain(statuses[2]);
    expect((await scim.get(`/Groups/${admins}`)).body['members'] ?? []).toEqual([]);
  });
});

describe('who may call', () => {
  test.each([
    '/scim/v2/%55sers',
    '/scim/v2%2fUsers',
    '/scim%2fv2/Users',
    '//scim/v2/Users',
    '/scim/v2//Users',
    '/scim/v2/;/Users',
    '/scim/v2/Users;x',
    '/SCIM/V2/USERS',
    '/%73%63%69%6d/v2/Users',
    '/x/%2e%2e/scim/v2/Users',
    '/scim/v2/ServiceProviderConfig/..%2fUsers',
  ])('CVE-2026-32130 (Zitadel): the path %s opens nothing', async (path) => {
    const userName = unique('hidden');
    await scim.create('/Users', { userName });
    const { status, text } = await raw(path);
    expect([400, 401, 404]).toContain(status);
    expect(text).not.toContain('hidden');
  });

  test('CVE-2026-32131 (Zitadel): another tenant’s id with a good token of one’s own is 404 on every verb', async () => {
    const user = await scim.create('/Users', { userName: unique('ours') });
    const group = await scim.create('/Groups', { displayName: unique('ours'), members: [{ value: user }] });
    for (const path of [`/Users/${user}`, `/Groups/${group}`]) {
      const answers = [
        await stranger.get(path),
        await stranger.put(path, { userName: 'x', displayName: 'x' }),
        await stranger.patch(path, replace('externalId', 'x')),
        await stranger.delete(path),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect((await scim.get(path)).body['meta']).toMatchObject({ version: 'W/"1"' });
    }
  });

  test('CVE-2025-4210 (Casdoor): no verb on any endpoint works without a credential', async () => {
    const before = await totalOf('userName pr');
    for (const path of ['/Users', '/Users/x', '/Groups', '/Groups/x', '/Bulk', '/.search', '/Me', '/Schemas', '/']) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        const body = method === 'GET' || method === 'DELETE' ? {} : { body: { userName: 'intruder' } };
        expect((await scim.send(method, path, { token: null, ...body })).status, `${method} ${path}`).toBe(401);
      }
    }
    expect(await totalOf('userName pr')).toBe(before);
  });

  test('GHSA-q9rw-q89f-jx2f (Budibase): a session is no credential for SCIM, nor a SCIM token one for the console', async () => {
    const headers = { cookie: session.cookie, 'x-csrf-token': session.csrfToken };
    expect((await scim.send('GET', '/Users', { token: null, headers })).status).toBe(401);
    const bearer = { authorization: `Bearer ${running.token}` };
    for (const path of ['/api/tokens', '/api/users', '/api/rules', '/api/requests'])
      expect((await call(running.workspace.url + path, { headers: bearer })).status, path).toBe(401);
  });

  test.each(['Bearer', 'Bearer ', 'Bearer null', 'Bearer undefined', 'Bearer ""', 'bearer    '])(
    'ToolJet, issue 16217: "%s" is no token',
    async (authorization) => {
      const { status } = await raw('/scim/v2/Users', { authorization });
      expect(status).toBe(401);
    },
  );

  test('Vouch, pulls 310 and 317: a token sees its own tenant in lists, searches, filters and references', async () => {
    const userName = unique('confidential');
    const id = await scim.create('/Users', { userName, externalId: 'same', [enterprise]: { department: 'Secret' } });
    const queries = ['', `?filter=${encodeURIComponent(`id eq "${id}"`)}`, '?filter=externalId%20eq%20%22same%22'];
    for (const query of queries) expect((await stranger.get(`/Users${query}`)).body['totalResults'], query).toBe(0);
    for (const path of ['/.search', '/Users/.search'])
      expect((await stranger.post(path, { filter: `userName eq "${userName}"` })).body['totalResults']).toBe(0);
    const group = { displayName: unique('theirs'), members: [{ value: id }] };
    expect((await stranger.post('/Groups', group)).status).toBe(400);
    expect((await stranger.post('/Users', { userName })).status).toBe(201);
  });

  test('scim-for-keycloak, issue 8, and Janssen, issue 8: a token without a right is not made', async () => {
    const wish = { name: unique('none'), expires: '2099-01-01T00:00:00Z' };
    for (const scopes of [[], ['everything']])
      expect((await session.send('POST', '/api/tokens', { ...wish, scopes })).status).toBe(400);
  });

  test('Fleet, pull 48858: a token that may read writes nothing', async () => {
    const made = await session.send('POST', '/api/tokens', {
      name: unique('reader'),
      expires: '2099-01-01T00:00:00Z',
      scopes: ['scim.read'],
    });
    const reader = createScimClient(running.tenantUrl, String(made.body['token']));
    const id = await scim.create('/Users', { userName: unique('read') });
    expect((await reader.get(`/Users/${id}`)).status).toBe(200);
    const answers = [
      await reader.post('/Users', { userName: unique('w') }),
      await reader.put(`/Users/${id}`, { userName: unique('w') }),
      await reader.patch(`/Users/${id}`, replace('active', false)),
      await reader.delete(`/Users/${id}`),
      await reader.post('/Bulk', { Operations: [] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  });

  test('GitLab, issue 435096: tokens have a prefix and a checksum, end, tell their last use, and two are live at once', async () => {
    const name = unique('rotated');
    const { body } = await session.send('POST', '/api/tokens', { name, expires: '2099-01-01T00:00:00Z' });
    const first = String(body['token']);
    expect(first).toMatch(/^joinery_[0-9A-Za-z]{40,}$/);
    expect((await session.send('POST', '/api/tokens', { name: unique('x') })).status).toBe(400);
    const rotated = await session.send('POST', `/api/tokens/${String(body['id'])}/rotate`);
    const second = String(rotated.body['token']);
    for (const token of [first, second]) expect((await scim.send('GET', '/Users?count=1', { token })).status).toBe(200);
    await expect
      .poll(async () => (await session.get('/api/tokens')).text, { timeout: 30_000 })
      .toMatch(/"lastUsed":"20/);
  });
});

describe('privilege', () => {
  test('Keycloak, issues 47536 and 50473: a protected account is so by every endpoint', async () => {
    const userName = unique('owner');
    const id = await scim.create('/Users', { userName, active: true });
    await setRules({ protectedAccounts: [userName] });
    const data = [replace('active', false)];
    const bulk = await scim.post('/Bulk', {
      Operations: [
        { method: 'PATCH', path: `/Users/${id}`, data },
        { method: 'DELETE', path: `/Users/${id}` },
      ],
    });
    expect(bulk.body['Operations']).toMatchObject([{ status: '403' }, { status: '403' }]);
    const answers = [
      await scim.patch(`/Users/${id}`, replace('active', 'False')),
      await scim.put(`/Users/${id}`, { userName, active: false }),
      await scim.delete(`/Users/${id}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await scim.get(`/Users/${id}`)).body).toMatchObject({ userName, active: true });
  });

  test('CVE-2026-9099 (Keycloak): nobody joins a group that grants a role', async () => {
    const user = await scim.create('/Users', { userName: unique('climber') });
    const group = await scim.create('/Groups', { displayName: unique('Administrators') });
    await setRules({ roleGroups: [{ group }] });
    const value = [{ value: user }];
    const answers = [
      await scim.patch(`/Groups/${group}`, { op: 'add', path: 'members', value }),
      await scim.patch(`/Groups/${group}`, { op: 'add', value: { members: value } }),
      await scim.put(`/Groups/${group}`, { displayName: 'x', members: value }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await scim.get(`/Users/${user}`)).body['groups'] ?? []).toEqual([]);
  });

  test('CVE-2026-94000 (Keycloak): no group is put inside one that grants a role, nor a member into one that is', async () => {
    const user = await scim.create('/Users', { userName: unique('nested') });
    const inner = await scim.create('/Groups', { displayName: unique('Inner') });
    const outer = await scim.create('/Groups', { displayName: unique('Outer'), members: [{ value: inner }] });
    const loose = await scim.create('/Groups', { displayName: unique('Loose'), members: [{ value: user }] });
    await setRules({ roleGroups: [{ group: outer }] });
    const add = (group: string, value: string) =>
      scim.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value, type: 'Group' }] });
    for (const answer of [await add(outer, loose), await add(inner, loose), await add(inner, user)])
      expect(answer.status, answer.text).toBe(403);
  });

  test('Atlas Workforce, issue 175: an attribute that is called a role gives none', async () => {
    const userName = `${unique('self-made')}@contoso.com`;
    const made = await scim.post('/Users', {
      schemas: [core],
      userName,
      password: 'Correct-Horse-1',
      roles: [{ value: 'administrator', primary: true }],
      entitlements: [{ value: 'owner' }],
      userType: 'Administrator',
      isAdmin: true,
      tenant: 'Stranger',
    });
    expect(made.status).toBe(201);
    const answer = await postJson(`${running.workspace.url}/api/session`, {
      email: userName,
      password: 'Correct-Horse-1',
    });
    expect(answer.status).toBe(401);
    const { email, password } = administrator;
    expect((await postJson(`${running.workspace.url}/api/session`, { email, password })).status).toBe(200);
  });
});

describe('hostile input', () => {
  test.each([
    [{ op: 'add', value: { '__proto__.polluted': 'yes' } }],
    [{ op: 'replace', value: JSON.parse('{"__proto__":{"polluted":"yes"}}') as unknown }],
    [{ op: 'add', path: '__proto__.polluted', value: 'yes' }],
    [{ op: 'add', path: 'constructor.prototype.polluted', value: 'yes' }],
    [{ op: 'add', path: 'name.__proto__.polluted', value: 'yes' }],
    [{ op: 'add', path: 'emails[type eq "work"].__proto__', value: { polluted: 'yes' } }],
    [{ op: 'add', path: 'emails', value: JSON.parse('[{"__proto__":{"polluted":"yes"},"value":"a@b"}]') as unknown }],
    [{ op: 'add', value: { [`${enterprise}:__proto__.polluted`]: 'yes' } }],
  ])('CVE-2026-48170, GHSA-9m6g-wc8r-q59c (scim-patch): %j touches no prototype', async (operation) => {
    const id = await scim.create('/Users', { userName: unique('polluter') });
    const answer = await scim.patch(`/Users/${id}`, operation);
    expect([200, 400], answer.text).toContain(answer.status);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect((await scim.get(`/Users/${id}`)).text).not.toContain('polluted');
  });

  test.each([
    ['(', 'userName eq "a"', ')'],
    ['not (', 'userName eq "a"', ')'],
    ['emails[not (', 'value pr', ')]'],
  ])(
    'CVE-2026-46689, GHSA-r5fr-9gmv-jggh (kanidm): a filter nested deep by "%s" is 400',
    async (open, middle, close) => {
      for (const depth of [100, 10_000]) {
        const filter = `${open.repeat(depth)}${middle}${close.repeat(depth)}`;
        const { status, body } = await scim.post('/Users/.search', { filter });
        expect([status, body['scimType']]).toEqual([400, 'invalidFilter']);
      }
      expect((await scim.get('/Users?count=1')).status).toBe(200);
    },
  );
});

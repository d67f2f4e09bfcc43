import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '@joinery/testkit';
import { createScimClient, unique } from './client.ts';
import { call, postJson, sessionOf, signIn, type ConsoleSession } from './console.ts';
import { administrator, aWorkspace, type TestWorkspace } from './test-workspace.ts';

let running: TestWorkspace;
let url: string;
let session: ConsoleSession;
/** Of another tenant. */
let stranger: ConsoleSession;

const later = '2099-12-31T00:00:00Z';

beforeAll(async () => {
  running = await aWorkspace();
  ({ url } = running.workspace);
  session = await signIn(url);
  stranger = await aSecondTenant();
});
afterAll(() => running.stop());

/** By its set-up link, as an operator makes it beside the running server. */
async function aSecondTenant(): Promise<ConsoleSession> {
  const { setupUrl } = await running.createTenant('Fabrikam');
  const token = new URL(setupUrl ?? '').searchParams.get('token');
  const body = { token, email: 'admin@fabrikam.example', password: 'another long password' };
  const answer = await postJson(`${url}/api/setup`, body);
  expect(answer.status).toBe(201);
  const again = await postJson(`${url}/api/setup`, { ...body, email: 'second@fabrikam.example' });
  expect([again.status, again.body['code']]).toEqual([410, 'workspace.setup_link_spent']);
  return sessionOf(url, answer);
}

describe('session', () => {
  test('sign-in sets an HttpOnly SameSite cookie and answers the CSRF token', async () => {
    const answer = await postJson(`${url}/api/session`, administrator);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      csrfToken: expect.any(String) as string,
      administrator: { email: administrator.email },
      tenant: { name: 'Contoso' },
    });
    expect(JSON.stringify(answer.body)).not.toContain('argon2');
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).not.toMatch(/; Secure/);
    expect((await sessionOf(url, answer).get('/api/me')).body).toEqual(answer.body);
  });

  test.each([
    { ...administrator, password: 'wrong' },
    { email: 'nobody@contoso.example', password: 'wrong' },
  ])('a wrong sign-in is 401 with one text: %j', async (credentials) => {
    const answer = await postJson(`${url}/api/session`, credentials);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      401,
      'application/problem+json; charset=utf-8',
    ]);
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'The e-mail address or the password is wrong.',
      code: 'workspace.wrong_sign_in',
    });
  });

  test('an address in another letter case signs in', async () => {
    await signIn(url, { ...administrator, email: ' ADMIN@contoso.example' });
  });

  test('ten failed sign-ins of one account are followed by 429 with Retry-After', async () => {
    const other = await aWorkspace();
    try {
      const guess = () => postJson(`${other.workspace.url}/api/session`, { ...administrator, password: 'guess' });
      const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await guess()).status));
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      const answer = await postJson(`${other.workspace.url}/api/session`, administrator);
      expect([answer.status, answer.body['code']]).toEqual([429, 'workspace.too_many_sign_ins']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await other.stop();
    }
  });

  test('sign-out ends the session', async () => {
    const leaving = await signIn(url);
    expect((await leaving.send('DELETE', '/api/session')).status).toBe(204);
    expect((await leaving.get('/api/me')).status).toBe(401);
  });
});

const guarded = [
  ['GET', '/api/me'],
  ['DELETE', '/api/session'],
  ['GET', '/api/tenant'],
  ['GET', '/api/tokens'],
  ['POST', '/api/tokens'],
  ['POST', '/api/tokens/018f0000-0000-7000-8000-000000000000/rotate'],
  ['DELETE', '/api/tokens/018f0000-0000-7000-8000-000000000000'],
  ['GET', '/api/users'],
  ['GET', '/api/groups'],
  ['GET', '/api/groups/018f0000-0000-7000-8000-000000000000/members'],
  ['GET', '/api/requests'],
  ['GET', '/api/users/018f0000-0000-7000-8000-000000000000'],
  ['GET', '/api/groups/018f0000-0000-7000-8000-000000000000'],
  ['GET', '/api/requests/1-1'],
  ['GET', '/api/events'],
] as const;

describe('access', () => {
  test.each(guarded)('%s %s needs a session; a bearer token is none', async (method, path) => {
    const headers = { authorization: `Bearer ${running.token}` };
    for (const init of [{ method }, { method, headers }, { method, headers: { cookie: 'joinery_workspace=x' } }]) {
      const answer = await call(url + path, init);
      expect([answer.status, answer.body['code']]).toEqual([401, 'workspace.not_signed_in']);
    }
  });

  test.each(guarded.filter(([method]) => method !== 'GET'))('%s %s needs the CSRF token', async (method, path) => {
    for (const header of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': stranger.csrfToken }]) {
      const answer = await call(url + path, { method, headers: { cookie: session.cookie, ...header } });
      expect([answer.status, answer.body['code']]).toEqual([403, 'workspace.csrf_refused']);
    }
    expect((await session.get('/api/me')).status).toBe(200);
  });

  test('a form of another site cannot sign in', async () => {
    const body = JSON.stringify(administrator);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect(
        (await call(`${url}/api/session`, { method: 'POST', headers: { 'content-type': type }, body })).status,
      ).toBe(415);
    }
  });

  test('a session is no credential for SCIM', async () => {
    expect((await call(`${running.tenantUrl}/Users`, { headers: { cookie: session.cookie } })).status).toBe(401);
  });

  test('unknown routes are problems', async () => {
    const answer = await session.get('/api/nothing');
    expect([answer.status, answer.body['code']]).toEqual([404, 'workspace.not_found']);
  });
});

describe('tokens', () => {
  test('a token is shown once, works at the Tenant URL and is listed without its secret', async () => {
    const name = unique('Entra');
    const created = await session.send('POST', '/api/tokens', { name, expires: later });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name,
      tenantUrl: `${url}/scim/v2`,
      audience: `${url}/scim/v2`,
      scopes: ['scim.read', 'scim.write'],
      state: 'active',
      lastUsed: null,
      expires: '2099-12-31T00:00:00.000Z',
    });
    const token = String(created.body['token']);
    expect((await createScimClient(running.tenantUrl, token).get('/Users')).status).toBe(200);
    const list = await session.get('/api/tokens');
    expect(list.text).toContain(name);
    expect(list.text).not.toContain(token);
    expect(running.logged()).not.toContain(token);
  });

  test('its last use is shown soon after', async () => {
    const name = unique('used');
    const { body } = await session.send('POST', '/api/tokens', { name, expires: later });
    await createScimClient(running.tenantUrl, String(body['token'])).get('/Users');
    await waitFor(async () => {
      const { tokens } = (await session.get('/api/tokens')).body as {
        tokens: { name: string; lastUsed: string | null }[];
      };
      return tokens.find((token) => token.name === name)?.lastUsed;
    });
  });

  test.each([
    [{ name: '', expires: later }, 400],
    [{ name: 'x' }, 400],
    [{ name: 'x', expires: '2020-01-01T00:00:00Z' }, 400],
    [{ name: 'x', expires: 'tomorrow' }, 400],
    [{ name: 'x', expires: later, scopes: [] }, 400],
    [{ name: 'x', expires: later, scopes: ['admin'] }, 400],
    [{ name: 'x', expires: later, audience: 'nonsense' }, 400],
    [{ name: 'x', expires: later, tenantId: 'other' }, 400],
    [[], 400],
  ])('%j is refused', async (body, status) => {
    const answer = await session.send('POST', '/api/tokens', body);
    expect([answer.status, answer.body['code']]).toEqual([status, 'workspace.invalid_input']);
  });

  test('a live name is 409', async () => {
    const name = unique('same');
    await session.send('POST', '/api/tokens', { name, expires: later });
    const answer = await session.send('POST', '/api/tokens', { name, expires: later });
    expect([answer.status, answer.body['code']]).toEqual([409, 'workspace.token_name_taken']);
  });

  test('rotation gives a new secret under the same name; the old one lives on for the overlap', async () => {
    const name = unique('rotated');
    const old = await session.send('POST', '/api/tokens', { name, expires: later, scopes: ['scim.read'] });
    const path = `/api/tokens/${String(old.body['id'])}/rotate`;
    const fresh = await session.send('POST', path, { overlapSeconds: 3600 });
    expect(fresh.status).toBe(201);
    expect(fresh.body).toMatchObject({ name, scopes: ['scim.read'], state: 'active' });
    for (const { body } of [old, fresh]) {
      expect((await createScimClient(running.tenantUrl, String(body['token'])).get('/Users')).status).toBe(200);
    }
    const { tokens } = (await session.get('/api/tokens')).body as { tokens: { id: string; state: string }[] };
    expect(tokens.find(({ id }) => id === old.body['id'])).toMatchObject({ state: 'ending' });
    const second = await session.send('POST', `/api/tokens/${String(fresh.body['id'])}/rotate`, { overlapSeconds: 0 });
    expect(second.status).toBe(201);
    expect((await createScimClient(running.tenantUrl, String(fresh.body['token'])).get('/Users')).status).toBe(401);
  });

  test('rotation without a body overlaps a day', async () => {
    const old = await session.send('POST', '/api/tokens', { name: unique('rotated'), expires: later });
    expect((await session.send('POST', `/api/tokens/${String(old.body['id'])}/rotate`)).status).toBe(201);
  });

  test('of parallel rotations of one token one succeeds', async () => {
    const name = unique('rotated');
    const old = await session.send('POST', '/api/tokens', { name, expires: later });
    const path = `/api/tokens/${String(old.body['id'])}/rotate`;
    const answers = await Promise.all(Array.from({ length: 6 }, () => session.send('POST', path, {})));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 404, 404, 404, 404, 404]);
  });

  test('a token that ends within 30, 7 or 1 days says so', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000 - 3_600_000).toISOString();
    for (const [days, warning] of [
      [31.1, null],
      [30, 30],
      [7, 7],
      [1, 1],
    ] as const) {
      const wish = { name: unique('ending'), expires: inDays(days) };
      expect((await session.send('POST', '/api/tokens', wish)).body['expiresWithinDays']).toBe(warning);
    }
  });

  test('a revoked token is refused at once and says why', async () => {
    const created = await session.send('POST', '/api/tokens', { name: unique('revoked'), expires: later });
    const scim = createScimClient(running.tenantUrl, String(created.body['token']));
    expect((await scim.get('/Users')).status).toBe(200);
    expect((await session.send('DELETE', `/api/tokens/${String(created.body['id'])}`)).status).toBe(204);
    const refused = await scim.get('/Users');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('revoked');
  });

  test('a token for another audience is made, marked and refused by SCIM', async () => {
    const audience = 'https://other.example/scim/v2';
    const created = await session.send('POST', '/api/tokens', { name: unique('other'), expires: later, audience });
    expect(created.body).toMatchObject({ audience, state: 'wrong-audience' });
    const answer = await createScimClient(running.tenantUrl, String(created.body['token'])).get('/Users');
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('audience')]);
  });
});

describe('tenants do not see each other', () => {
  test('neither tokens, users, groups nor requests', async () => {
    const created = await session.send('POST', '/api/tokens', { name: unique('ours'), expires: later });
    const group = await running.scim.create('/Groups', { displayName: unique('ours') });
    const id = String(created.body['id']);
    expect((await stranger.send('DELETE', `/api/tokens/${id}`)).status).toBe(404);
    expect((await stranger.send('POST', `/api/tokens/${id}/rotate`, {})).status).toBe(404);
    expect((await stranger.get(`/api/groups/${group}/members`)).status).toBe(404);
    expect((await stranger.get('/api/tokens')).body).toEqual({ tokens: [] });
    expect((await stranger.get('/api/users')).body).toEqual({
      users: [],
      total: 0,
      next: null,
    });
    expect((await stranger.get('/api/groups')).body).toEqual({
      groups: [],
      total: 0,
      next: null,
    });
    expect((await stranger.get('/api/requests')).body).toEqual({ requests: [], next: null });
    expect((await stranger.get('/api/tenant')).body).toMatchObject({
      name: 'Fabrikam',
      users: 0,
      groups: 0,
      lastRequest: null,
    });
    const scim = createScimClient(running.tenantUrl, String(created.body['token']));
    expect((await scim.get('/Users')).status).toBe(200);
  });
});

describe('what was provisioned', () => {
  test('users are paged and searched', async () => {
    const family = unique('Paged');
    for (let index = 0; index < 5; index++) {
      await running.scim.create('/Users', {
        userName: unique('person'),
        name: { familyName: family },
        active: index > 0,
        title: 'Engineer',
      });
    }
    const seen: { active: boolean; managedBy: string }[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = `search=${family.toUpperCase()}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { body } = await session.get(`/api/users?${query}`);
      expect(body['total']).toBe(5);
      seen.push(...(body['users'] as typeof seen));
      cursor = body['next'] as string | null;
    }
    expect(seen).toHaveLength(5);
    expect(seen.filter(({ active }) => !active)).toHaveLength(1);
    expect(seen[0]).toMatchObject({ managedBy: 'scim', title: 'Engineer', displayName: null });
  });

  test('a search is a value, never a filter', async () => {
    for (const search of ['" or userName pr or "', "' or 1=1 --", '\\', '%', '"']) {
      const { status, body } = await session.get(`/api/users?search=${encodeURIComponent(search)}`);
      expect([status, body['total']], search).toEqual([200, 0]);
    }
  });

  test('members have their state, last change and the badge', async () => {
    const active = await running.scim.create('/Users', { userName: unique('a'), displayName: 'Ada' });
    const left = await running.scim.create('/Users', { userName: unique('b'), active: false });
    const nested = await running.scim.create('/Groups', { displayName: unique('nested') });
    const displayName = unique('Team');
    const group = await running.scim.create('/Groups', {
      displayName,
      members: [active, left, nested].map((value) => ({ value })),
    });
    const { body } = await session.get(`/api/groups/${group}/members`);
    expect(body).toMatchObject({ group: { id: group, displayName, managedBy: 'scim' }, total: 3, next: null });
    const members = body['members'] as { id: string }[];
    expect(members.find(({ id }) => id === active)).toMatchObject({
      type: 'User',
      display: 'Ada',
      active: true,
      managedBy: 'scim',
      lastModified: expect.any(String) as string,
    });
    expect(members.find(({ id }) => id === left)).toMatchObject({ active: false });
    expect(members.find(({ id }) => id === nested)).toMatchObject({ type: 'Group', active: null });
    expect((await session.get(`/api/groups?search=${displayName}`)).body).toMatchObject({
      total: 1,
      groups: [{ id: group }],
    });
    expect((await session.get('/api/groups/nothing/members')).status).toBe(404);
  });

  test('requests are logged with masked filters, failures apart', async () => {
    await running.scim.get('/Users?filter=userName eq "very-private@contoso.com"');
    const refused = await running.scim.get('/Users/never-there');
    const requestId = refused.headers.get('x-request-id');
    const failed = await waitFor(async () => {
      const { requests } = (await session.get('/api/requests?failed=true&limit=50')).body as {
        requests: { requestId: string }[];
      };
      return requests.find((request) => request.requestId === requestId);
    });
    expect(failed).toMatchObject({
      status: 404,
      method: 'GET',
      errorCode: 'scim.not_found',
      token: expect.any(String) as string,
    });
    const all = await session.get('/api/requests?limit=200');
    expect(all.text).toContain('userName eq');
    expect(all.text).not.toContain('very-private');
  });

  test('the overview counts and names the Tenant URL', async () => {
    await running.scim.get('/Users?count=1');
    const { body } = await waitFor(async () => {
      const answer = await session.get('/api/tenant');
      return answer.body['lastRequest'] === null ? undefined : answer;
    });
    expect(body).toMatchObject({ name: 'Contoso', tenantUrl: `${url}/scim/v2` });
    expect(body['users']).toBeGreaterThan(0);
  });

  test.each(['/api/users?cursor=nonsense', '/api/users?limit=0', '/api/users?limit=1000', '/api/users?limit=x'])(
    '%s is 400',
    async (path) => {
      const answer = await session.get(path);
      expect([answer.status, answer.body['code']]).toEqual([400, 'workspace.invalid_input']);
    },
  );
});

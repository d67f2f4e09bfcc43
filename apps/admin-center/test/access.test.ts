import { graphRoutes, joineryRoutes, type Role, type Route } from '@joinery/graph-api';
import * as contract from '@joinery/graph-api/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aCenter,
  administrator,
  aUser,
  cookieOf,
  readAll,
  requestToken,
  type Caller,
  type TestCenter,
  type Answered,
} from './center.ts';

let center: TestCenter;
const roles: readonly Role[] = ['Reports Reader', 'Cloud Application Administrator', 'Global Administrator'];
const callers = new Map<Role, Caller>();

beforeAll(async () => {
  center = await aCenter();
  for (const role of roles) callers.set(role, await center.client(role));
});
afterAll(() => center[Symbol.asyncDispose]());

const nowhere = '00000000-0000-0000-0000-00000000abcd';
const addresses = (prefix: string, routes: readonly Route[]) =>
  routes.map((row) => ({ row, url: prefix + row.path.replaceAll(/:\w+/g, nowhere) }));
const all = [
  ...addresses('/v1.0', graphRoutes),
  ...addresses('/beta', graphRoutes),
  ...addresses('/joinery', joineryRoutes),
];

/** What the design says of each role; the table of routes must not give more. */
function mayCall(role: Role, { method, path }: Route): boolean {
  if (role === 'Global Administrator') return true;
  if (/^\/(administrators|clients)/.test(path)) return false;
  const isRead = method === 'GET';
  const isSynchronization = path.includes('/synchronization/');
  // What a target answered may hold more of a person than is provisioned: it is no report.
  const isReport = /^\/(auditLogs|me|organization|mails|jobs$|jobs\/:jobId)/.test(path) && !path.endsWith('/exchanges');
  const isJobStatus = isSynchronization && /\/jobs(\/:jobId)?$/.test(path);
  const isDirectory = /^\/(users|groups|directory|applications|servicePrincipals)/.test(path) && !isSynchronization;
  // The same links as under /joinery/jobs/{id}/links.
  const isLink = isSynchronization && path.includes('/objectConnections');
  if (role === 'Reports Reader') return isRead && (isReport || isJobStatus || isLink || isDirectory);
  const isApplication = /^\/(applications|servicePrincipals|applicationTemplates|jobs\/)/.test(path);
  return isRead || isApplication;
}

describe('every route', () => {
  test.each(all)('$row.method $url', async ({ row, url }) => {
    for (const headers of [{}, { authorization: 'Bearer nonsense' }, { authorization: 'Basic YTpi' }, { cookie: 'joinery_center_session=x' }]) {
      const reply = await center.as(headers).request(row.method, url, row.method === 'GET' ? undefined : {});
      expect(reply.status, JSON.stringify(headers)).toBe(401);
      expect(reply.body.error.code).toBe('InvalidAuthenticationToken');
    } // prettier-ignore
    for (const role of roles) {
      const reply = await callers.get(role)!.request(row.method, url, row.method === 'GET' ? undefined : {});
      const expected = mayCall(role, row);
      expect(reply.status === 403, `${role}: ${reply.status} ${JSON.stringify(reply.body)}`).toBe(!expected);
      if (!expected) expect(reply.body.error.code).toBe('Authorization_RequestDenied');
      expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500);
    }
  });

  test('that changes something says what is written to the audit log', () => {
    // These only look: they ask the target, parse a text, or try a schema that is not saved.
    const looking = /\/(validateCredentials|parseExpression|schema\/(try|impact))$/;
    for (const { row, url } of all) {
      expect(row.audit === 'none', `${row.method} ${url}`).toBe(row.method === 'GET' || looking.test(row.path));
    }
  });

  test('is found under its own spelling only', async () => {
    const admin = callers.get('Global Administrator')!;
    for (const path of ['//v1.0/users', '/v1.0//users', '/v1.0/%75sers/..%2F', '/V1.0/users', '/v1.0/users;x', '/v1.0/users/']) {
      expect((await center.nobody.request('GET', path)).status, path).not.toBe(200);
      expect((await admin.request('GET', path)).status, path).toBe(404);
    } // prettier-ignore
    expect((await center.nobody.request('GET', '/v1.0/%75sers')).status).toBe(401);
  });
});

describe('tokens', () => {
  test('an expired access token is refused', async () => {
    const client = await center.client('Reports Reader');
    expect((await client.request('GET', '/v1.0/users')).status).toBe(200);
    await center.database.query({
      text: `update access_token set expires_at = now() - interval '1 second' where client_id = $1`,
      values: [client.clientId],
    });
    expect((await client.request('GET', '/v1.0/users')).status).toBe(401);
  });

  test('tokens end with their client', async () => {
    const client = await center.client('Reports Reader');
    await center.admin.call('DELETE', `/joinery/clients/${client.clientId}`, { status: 204 });
    expect((await client.request('GET', '/v1.0/users')).status).toBe(401);
    await center.admin.call('DELETE', `/joinery/clients/${client.clientId}`, { status: 404 });
  });

  test('the secret is shown once, and the client signs in with a form or a header', async () => {
    const made = await center.admin.call('POST', '/joinery/clients', { status: 201, answer: contract.CreatedClient }, { displayName: 'script', role: 'Reports Reader' }); // prettier-ignore
    const listed = await center.admin.call('GET', '/joinery/clients', { status: 200, answer: contract.Clients });
    expect(listed.value.map(({ clientId }) => clientId)).toContain(made.clientId);
    expect(JSON.stringify(listed)).not.toContain(made.clientSecret);
    const form = await requestToken(center.center, { client_id: made.clientId, client_secret: made.clientSecret });
    expect(form).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } });
    expect(form.headers.get('cache-control')).toBe('no-store');
    const basic = Buffer.from(`${made.clientId}:${made.clientSecret}`).toString('base64');
    const header = await requestToken(
      center.center,
      { scope: 'https://graph.microsoft.com/.default' },
      { headers: { authorization: `Basic ${basic}` } },
    );
    expect(header.status).toBe(200);
    expect(header.body.access_token).not.toBe(form.body.access_token);
  });

  test('errors are those of RFC 6749 §5.2', async () => {
    const { clientId, clientSecret } = await center.client('Reports Reader');
    const good = { client_id: clientId, client_secret: clientSecret };
    const ask = (parameters: Record<string, string>, options = {}) => requestToken(center.center, parameters, options);
    const wrong = { ...good, client_secret: `${clientSecret}x` };
    expect(await ask(wrong)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await ask(wrong)).headers.get('www-authenticate')).toMatch(/^Basic/);
    expect(await ask({ ...good, client_id: nowhere })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await ask({ client_id: clientId })).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await ask({ ...good, client_secret: '' })).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await ask({ ...good, grant_type: 'password' })).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } }); // prettier-ignore
    expect(await ask({ ...good, scope: 'https://else.example/.default' })).toMatchObject({ status: 400, body: { error: 'invalid_scope' } }); // prettier-ignore
    expect(await ask(good, { tenant: nowhere })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const path = `${center.url}/${center.tenantId}/oauth2/v2.0/token`;
    const json = await fetch(path, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect([json.status, ((await json.json()) as { error: string }).error]).toEqual([400, 'invalid_request']);
    const twice = await fetch(path, { method: 'POST', body: new URLSearchParams([['grant_type', 'a'], ['grant_type', 'b']]) }); // prettier-ignore
    expect([twice.status, ((await twice.json()) as { error: string }).error]).toEqual([400, 'invalid_request']);
  });
});

describe('sessions', () => {
  const signIn = (password: string, email = administrator.email) =>
    center.nobody.request('POST', '/joinery/session', { email, password });

  test('the cookie can not be read by scripts and is not sent across sites', async () => {
    const reply = await signIn(administrator.password);
    expect(reply.status).toBe(200);
    const [cookie] = reply.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).not.toMatch(/Domain/i);
  });

  test('a change needs the CSRF token of the session; reading does not', async () => {
    const [one, other] = [await signIn(administrator.password), await signIn(administrator.password)];
    const cookie = cookieOf(one);
    const body = { displayName: 'x' };
    for (const headers of [{ cookie }, { cookie, 'x-csrf-token': other.body.csrfToken }, { cookie, 'x-csrf-token': '' }]) {
      expect((await center.as(headers).request('POST', '/v1.0/groups', body)).status).toBe(403);
      expect((await center.as(headers).request('DELETE', '/joinery/session')).status).toBe(403);
      expect((await center.as(headers).request('GET', '/v1.0/groups')).status).toBe(200);
    } // prettier-ignore
    const session = center.as({ cookie, 'x-csrf-token': one.body.csrfToken });
    expect((await session.request('POST', '/v1.0/groups', body)).status).toBe(201);
    const me = await session.call('GET', '/joinery/me', { status: 200, answer: contract.Me });
    expect(me).toMatchObject({ email: administrator.email, csrfToken: one.body.csrfToken, tenantId: center.tenantId });

    expect((await session.request('DELETE', '/joinery/session')).status).toBe(204);
    expect((await session.request('GET', '/v1.0/groups')).status).toBe(401);
  });

  test('an expired session is refused', async () => {
    const cookie = cookieOf(await signIn(administrator.password));
    await center.database.query({ text: `update administrator_session set expires_at = now() - interval '1 second'` });
    expect((await center.as({ cookie }).request('GET', '/joinery/me')).status).toBe(401);
    // The session of the other tests went with it.
    const again = await signIn(administrator.password);
    const admin = center.as({ cookie: cookieOf(again), 'x-csrf-token': again.body.csrfToken });
    Object.assign(center.admin, admin);
  });

  test('an unknown address and a wrong password are answered alike, and only so often', async () => {
    const known = await center.admin.call('POST', '/joinery/administrators', { status: 201, answer: contract.Administrator }, { email: 'reader@contoso.com', role: 'Reports Reader', password: 'long enough 1' }); // prettier-ignore
    const wrong = await signIn('nope', known.email);
    const unknown = await signIn('nope', 'nobody@contoso.com');
    expect(wrong.status).toBe(401);
    expect(unknown.body.error.message).toBe(wrong.body.error.message);
    const statuses = [];
    for (let attempt = 0; attempt < 10; attempt++) statuses.push((await signIn('nope', known.email)).status);
    expect(statuses).toContain(429);
    const limited = await signIn('long enough 1', known.email);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn('x', 'not an address')).status).toBe(400);
  });
});

test('administrators are made, changed and deleted by Global Administrators', async () => {
  const { admin } = center;
  const body = {
    email: 'second@contoso.com',
    displayName: 'Second',
    role: 'Reports Reader',
    password: 'long enough 1',
  };
  const made = await admin.call(
    'POST',
    '/joinery/administrators',
    { status: 201, answer: contract.Administrator },
    body,
  );
  expect(JSON.stringify(made)).not.toContain('argon2');
  await admin.call('POST', '/joinery/administrators', { status: 409, answer: contract.ErrorBody }, body);
  await admin.call('POST', '/joinery/administrators', { status: 400 }, { ...body, email: 'x@y.z', role: 'Root' });
  await admin.call('POST', '/joinery/administrators', { status: 400 }, { ...body, email: 'x@y.z', password: 'short' });
  const path = `/joinery/administrators/${made.id}`;
  const changed = await admin.call('PATCH', path, { status: 200, answer: contract.Administrator }, { role: 'Cloud Application Administrator' }); // prettier-ignore
  expect(changed.role).toBe('Cloud Application Administrator');
  await admin.call('DELETE', path, { status: 204 });
  await admin.call('DELETE', path, { status: 404, answer: contract.ErrorBody });
  const me = await admin.call('GET', '/joinery/me', { status: 200 });
  await admin.call('DELETE', `/joinery/administrators/${me.id}`, { status: 400 });
});

test('a center without administrators prints a set-up link that works once', async () => {
  const empty = await aCenter({}, { signIn: false });
  try {
    const token = new URL(empty.center.setupUrl!).hash.slice('#token='.length);
    const setup = { token, email: 'first@contoso.com', password: 'long enough 1', displayName: 'First' };
    const wrong = await empty.nobody.request('POST', '/joinery/setup', { ...setup, token: `${token}x` });
    expect(wrong.status).toBe(403);
    const done = await empty.nobody.request('POST', '/joinery/setup', setup);
    expect(done).toMatchObject({ status: 201, body: { role: 'Global Administrator' } });
    expect((await empty.as({ cookie: cookieOf(done) }).request('GET', '/v1.0/users')).status).toBe(200);
    expect((await empty.nobody.request('POST', '/joinery/setup', setup)).status).toBe(403);
    expect(empty.log()).not.toContain(token);
  } finally {
    await empty[Symbol.asyncDispose]();
  }
});

describe('the audit log', () => {
  const entries = (filter: string): Promise<Answered[]> =>
    readAll(center.admin, `/v1.0/auditLogs/directoryAudits?$filter=${encodeURIComponent(filter)}`);

  test('holds every change with who, what, and old and new values', async () => {
    const { admin } = center;
    const user = await aUser(admin, { jobTitle: 'Consultant' });
    await admin.call('PATCH', `/v1.0/users/${user.id}`, { status: 204 }, { jobTitle: 'Partner' });
    await admin.call('DELETE', `/v1.0/users/${user.id}`, { status: 204 });
    const found = await entries(`targetResources/any(t:t/id eq '${user.id}')`);
    expect(found.map((entry) => [entry.activityDisplayName, entry.result])).toEqual([
      ['Delete user', 'success'],
      ['Update user', 'success'],
      ['Add user', 'success'],
    ]);
    expect(found[1].targetResources[0].modifiedProperties).toEqual([
      { displayName: 'jobTitle', oldValue: '"Consultant"', newValue: '"Partner"' },
    ]);
    expect(found[1].initiatedBy.user.displayName).toBe(administrator.email);
    await admin.call('GET', `/v1.0/auditLogs/directoryAudits/${found[0].id}`, { status: 200, answer: contract.DirectoryAudit }); // prettier-ignore
    await admin.call('GET', '/v1.0/auditLogs/directoryAudits?$top=3', {
      status: 200,
      answer: contract.DirectoryAudits,
    });
  });

  test('holds what failed, and who tried', async () => {
    const user = await aUser(center.admin);
    const client = await center.client('Global Administrator');
    const body = { displayName: 'x', userPrincipalName: user.userPrincipalName };
    await client.call('POST', '/v1.0/users', { status: 409 }, body);
    const [failed] = await entries("activityDisplayName eq 'Add user'");
    expect(failed).toMatchObject({ result: 'failure', initiatedBy: { app: { appId: client.clientId } } });
    expect(failed.resultReason).toContain('userPrincipalName');
  });
});

test('secrets are in no log line', async () => {
  const client = await center.client('Global Administrator');
  const log = center.log();
  expect(log).toContain('"path":"/v1.0/users"');
  for (const secret of [administrator.password, client.clientSecret, client.token]) expect(log).not.toContain(secret);
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signIn, type ConsoleSession } from './console.ts';
import { unique } from './client.ts';
import { administrator, aWorkspace, type TestWorkspace } from './test-workspace.ts';

const defaults = {
  verifiedDomains: [] as string[],
  protectedAccounts: [] as string[],
  protectsOwner: true,
  keepsSignInNameOnAdoption: true,
  roleGroups: [] as { group: string; scimMayWrite?: boolean }[],
};

let workspace: TestWorkspace;
let session: ConsoleSession;
beforeAll(async () => {
  workspace = await aWorkspace();
  session = await signIn(workspace.workspace.url);
});
afterAll(() => workspace?.stop());

async function setRules(rules: Partial<typeof defaults>): Promise<void> {
  const answer = await session.send('PUT', '/api/rules', { ...defaults, ...rules });
  expect(answer.status, answer.text).toBe(200);
}
beforeEach(() => setRules({}));

const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });

test('a tenant begins with the owner protected and nothing else set', async () => {
  expect((await session.get('/api/rules')).body).toEqual(defaults);
});

describe('verified domains', () => {
  test('a userName or e-mail outside them is refused on POST, PUT, PATCH and Bulk', async () => {
    const { scim } = workspace;
    const inside = await scim.create('/Users', { userName: `${unique('in')}@contoso.com` });
    await setRules({ verifiedDomains: ['Contoso.com'] });
    const evil = `${unique('out')}@evil.example`;
    const answers = await Promise.all([
      scim.post('/Users', { userName: evil }),
      scim.post('/Users', { userName: `${unique('in')}@contoso.com.evil.example` }),
      scim.post('/Users', { userName: unique('no-domain') }),
      scim.post('/Users', { userName: `${unique('in')}@contoso.com`, emails: [{ value: evil, type: 'work' }] }),
      scim.put(`/Users/${inside}`, { userName: evil }),
      scim.patch(`/Users/${inside}`, replace('userName', evil)),
      scim.patch(`/Users/${inside}`, replace('emails[type eq "work"].value', evil)),
    ]);
    for (const answer of answers) {
      expect(answer.status, answer.text).toBe(403);
      expect(answer.body['detail']).toContain('verified domains');
    }
    const bulk = await scim.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: { userName: evil } },
        { method: 'POST', path: '/Users', bulkId: 'b', data: { userName: `${unique('in')}@contoso.com` } },
      ],
    });
    expect(bulk.body['Operations']).toMatchObject([{ status: '403' }, { status: '201' }]);
    expect((await scim.post('/Users', { userName: `${unique('IN')}@CONTOSO.com` })).status).toBe(201);
  });

  test('who was there before and has a foreign address can still be changed elsewhere', async () => {
    const id = await workspace.scim.create('/Users', { userName: `${unique('old')}@fabrikam.com` });
    await setRules({ verifiedDomains: ['contoso.com'] });
    expect((await workspace.scim.patch(`/Users/${id}`, replace('active', false))).status).toBe(200);
  });
});

describe('protected accounts', () => {
  test.each(['userName', 'id'])(
    'named by %s are not disabled, renamed or deleted, and may else be changed',
    async (by) => {
      const { scim } = workspace;
      const userName = `${unique('boss')}@contoso.com`;
      const id = await scim.create('/Users', { userName, active: true });
      await setRules({ protectedAccounts: [by === 'id' ? id : userName.toUpperCase()] });
      const refused = await Promise.all([
        scim.patch(`/Users/${id}`, replace('active', 'False')),
        scim.put(`/Users/${id}`, { userName, active: false }),
        scim.patch(`/Users/${id}`, replace('userName', 'other@contoso.com')),
        scim.patch(`/Users/${id}`, { op: 'add', path: 'emails', value: [{ value: 'thief@contoso.com' }] }),
        scim.delete(`/Users/${id}`),
      ]);
      expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
      expect((await scim.patch(`/Users/${id}`, replace('title', 'Boss'))).status).toBe(200);
      expect((await scim.get(`/Users/${id}`)).body).toMatchObject({ userName, active: true, title: 'Boss' });
    },
  );

  test('the owner is one without being named, and no longer when the rule is off', async () => {
    const { scim } = workspace;
    const id = await scim.create('/Users', { userName: administrator.email });
    const refused = await scim.patch(`/Users/${id}`, replace('active', false));
    expect(refused.status).toBe(403);
    expect(refused.body['detail']).toContain('protected');
    await setRules({ protectsOwner: false });
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
  });

  test('a refusal is in the request log with its reason', async () => {
    const userName = `${unique('boss')}@contoso.com`;
    const id = await workspace.scim.create('/Users', { userName });
    await setRules({ protectedAccounts: [userName] });
    await workspace.scim.delete(`/Users/${id}`);
    await expect
      .poll(async () => (await session.get('/api/requests?failed=true&limit=200')).text, { timeout: 20_000 })
      .toContain(`The account ${id} is protected in the tenant and cannot be deleted.`);
  });
});

describe('an account that SCIM did not make', () => {
  async function aLocalAccount(): Promise<{ id: string; userName: string }> {
    const userName = `${unique('local')}@contoso.com`;
    const created = await session.send('POST', '/api/users', { userName, email: userName });
    expect(created.status, created.text).toBe(201);
    return { id: String(created.body['id']), userName };
  }

  test('keeps its sign-in name at the first write, and is an ordinary one from then on', async () => {
    const { scim } = workspace;
    const { id, userName } = await aLocalAccount();
    const takeover = [
      await scim.patch(`/Users/${id}`, replace('userName', 'thief@contoso.com'), replace('externalId', 'x')),
      await scim.patch(`/Users/${id}`, replace('emails[type eq "work"].value', 'thief@contoso.com')),
      await scim.put(`/Users/${id}`, { userName: 'thief@contoso.com' }),
    ];
    expect(takeover.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(takeover[0]?.body['detail']).toContain('not made by SCIM');
    expect((await scim.patch(`/Users/${id}`, replace('externalId', `ext-${id}`))).status).toBe(200);
    const renamed = await scim.patch(`/Users/${id}`, replace('userName', `renamed-${userName}`));
    expect(renamed.status).toBe(200);
  });

  test('cannot be made twice by SCIM, nor by the administrator', async () => {
    const { userName } = await aLocalAccount();
    expect((await workspace.scim.post('/Users', { userName: userName.toUpperCase() })).status).toBe(409);
    expect((await session.send('POST', '/api/users', { userName })).status).toBe(409);
  });
});

describe('groups that grant roles', () => {
  test('are not written by SCIM: members, name, deletion, and the same name again', async () => {
    const { scim } = workspace;
    const name = unique('Administrators');
    const user = await scim.create('/Users', { userName: `${unique('u')}@contoso.com` });
    const group = await scim.create('/Groups', { displayName: name });
    const plain = await scim.create('/Groups', { displayName: unique('Plain') });
    await setRules({ roleGroups: [{ group: name.toLowerCase() }] });
    const members = [{ value: user }];
    const refused = await Promise.all([
      scim.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: members }),
      scim.patch(`/Groups/${group}`, replace('displayName', 'Other')),
      scim.put(`/Groups/${group}`, { displayName: name, members }),
      scim.delete(`/Groups/${group}`),
      scim.post('/Groups', { displayName: name.toUpperCase() }),
      scim.patch(`/Groups/${plain}`, replace('displayName', name)),
    ]);
    for (const answer of refused) expect(answer.status, answer.text).toBe(403);
    expect((await scim.get(`/Groups/${group}`)).body['members'] ?? []).toEqual([]);
    expect((await scim.patch(`/Groups/${plain}`, { op: 'add', path: 'members', value: members })).status).toBe(204);
  });

  test('reach down to the groups inside them', async () => {
    const { scim } = workspace;
    const user = await scim.create('/Users', { userName: `${unique('u')}@contoso.com` });
    const inner = await scim.create('/Groups', { displayName: unique('Inner') });
    const middle = await scim.create('/Groups', { displayName: unique('Middle'), members: [{ value: inner }] });
    const outer = await scim.create('/Groups', { displayName: unique('Outer'), members: [{ value: middle }] });
    await setRules({ roleGroups: [{ group: outer }] });
    const add = { op: 'add', path: 'members', value: [{ value: user }] };
    expect((await scim.patch(`/Groups/${inner}`, add)).status).toBe(403);
    await setRules({ roleGroups: [{ group: outer, scimMayWrite: true }] });
    expect((await scim.patch(`/Groups/${inner}`, add)).status).toBe(204);
  });
});

test('rules hold for their tenant only, and only an administrator with the CSRF token sets them', async () => {
  await setRules({ verifiedDomains: ['contoso.com'] });
  await workspace.createTenant('Free');
  const token = await workspace.newToken({ tenant: 'Free' });
  const body = { userName: 'anyone@evil.example' };
  expect((await workspace.scim.send('POST', '/Users', { token, body })).status).toBe(201);
  const { url } = workspace.workspace;
  const bearer = await fetch(`${url}/api/rules`, { headers: { authorization: `Bearer ${token}` } });
  expect(bearer.status).toBe(401);
  const forged = await fetch(`${url}/api/rules`, {
    method: 'PUT',
    headers: { cookie: session.cookie, 'content-type': 'application/json' },
    body: JSON.stringify(defaults),
  });
  expect(forged.status).toBe(403);
});

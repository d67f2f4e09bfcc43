import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { core, coreGroup, enterprise, unique } from './client.ts';
import { signIn, type ConsoleSession } from './console.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

let workspace: TestWorkspace;
let session: ConsoleSession;
beforeAll(async () => {
  workspace = await aWorkspace();
  session = await signIn(workspace.workspace.url);
});
afterAll(() => workspace?.stop());

async function set(settings: { strict?: boolean; acceptUnknownMembers?: boolean }): Promise<void> {
  const body = { strict: false, acceptUnknownMembers: false, ...settings };
  const answer = await session.send('PUT', '/api/settings', body);
  expect(answer.status, answer.text).toBe(200);
  expect((await session.get('/api/settings')).body).toEqual(body);
}
beforeEach(() => set({}));

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const patchOf = (operation: object): object => ({ schemas: [patchOp], Operations: [operation] });

describe('strict', () => {
  test.each([
    ['a boolean as text', { schemas: [core], active: 'True' }, 'invalidValue'],
    ['an unknown attribute', { schemas: [core], shoeSize: 43 }, 'invalidSyntax'],
    ['an unknown schema', { schemas: [core, 'urn:contoso:nothing:X'] }, 'invalidSyntax'],
    ['no schemas', {}, 'invalidSyntax'],
    ['schemas without that of the type', { schemas: [enterprise] }, 'invalidSyntax'],
    ['one value for a list', { schemas: [core], emails: { value: 'a@x.example' } }, 'invalidValue'],
    [
      'two primary values',
      { schemas: [core], emails: ['a', 'b'].map((value) => ({ value, primary: true })) },
      'invalidValue',
    ],
    ['the manager as text', { schemas: [core, enterprise], [enterprise]: { manager: 'm' } }, 'invalidValue'],
  ])('refuses a POST with %s, which is tolerated otherwise', async (_what, body, scimType) => {
    const { scim } = workspace;
    expect((await scim.post('/Users', { userName: unique('lenient'), ...body })).status).toBe(201);
    await set({ strict: true });
    const answer = await scim.post('/Users', { userName: unique('strict'), ...body });
    expect([answer.status, answer.body['scimType']], answer.text).toEqual([400, scimType]);
  });

  test.each([
    ['an op in capitals', patchOf({ op: 'Replace', path: 'title', value: 'x' }), 'invalidSyntax'],
    ['no schemas', { Operations: [{ op: 'replace', path: 'title', value: 'x' }] }, 'invalidSyntax'],
    ['no operations', { schemas: [patchOp], Operations: [] }, 'invalidSyntax'],
    ['a value on remove', patchOf({ op: 'remove', path: 'title', value: 'x' }), 'invalidSyntax'],
    [
      'a replace that matches nothing',
      patchOf({ op: 'replace', path: 'emails[type eq "work"].value', value: 'a@x' }),
      'noTarget',
    ],
    ['a readOnly attribute in an object', patchOf({ op: 'add', value: { groups: [], title: 'x' } }), 'mutability'],
    ['an extension attribute without URN', patchOf({ op: 'add', path: 'department', value: 'R&D' }), 'invalidPath'],
  ])('refuses a PATCH with %s, which is tolerated otherwise', async (_what, body, scimType) => {
    const { scim } = workspace;
    const id = await scim.create('/Users', { schemas: [core], userName: unique('patched') });
    await set({ strict: true });
    const answer = await scim.send('PATCH', `/Users/${id}`, { body });
    expect([answer.status, answer.body['scimType']], answer.text).toEqual([400, scimType]);
    await set({});
    expect((await scim.send('PATCH', `/Users/${id}`, { body })).status).toBe(200);
  });

  test('never empties a group for the removal of one member by value', async () => {
    const { scim } = workspace;
    const ids = [
      await scim.create('/Users', { userName: unique('a') }),
      await scim.create('/Users', { userName: unique('b') }),
    ];
    const members = ids.map((value) => ({ value }));
    const group = await scim.create('/Groups', { schemas: [coreGroup], displayName: unique('g'), members });
    await set({ strict: true });
    const removal = { op: 'remove', path: 'members', value: [{ value: ids[0] }] };
    expect((await scim.patch(`/Groups/${group}`, removal)).status).toBe(400);
    expect((await scim.get(`/Groups/${group}`)).body['members']).toHaveLength(2);
    expect((await scim.patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${ids[0]}"]` })).status).toBe(
      204,
    );
  });

  test('refuses filters with text outside of double quotes, in lists and in paths', async () => {
    const { scim } = workspace;
    const id = await scim.create('/Users', {
      schemas: [core],
      userName: unique('f'),
      emails: [{ type: 'work', value: 'a' }],
    });
    const found = (filter: string) => scim.get(`/Users?filter=${encodeURIComponent(filter)}`);
    const path = "emails[type eq 'work'].value";
    for (const filter of ['userName eq nobody', "userName eq 'nobody'"]) expect((await found(filter)).status).toBe(200);
    await set({ strict: true });
    for (const filter of ['userName eq nobody', "userName eq 'nobody'"]) {
      expect((await found(filter)).body['scimType']).toBe('invalidFilter');
    }
    expect((await scim.patch(`/Users/${id}`, { op: 'replace', path, value: 'b' })).body['scimType']).toBe(
      'invalidFilter',
    );
    expect((await found('userName eq "nobody" and active eq true')).status).toBe(200);
  });

  test('takes what the RFCs say', async () => {
    const { scim } = workspace;
    await set({ strict: true });
    const made = await scim.post('/Users', {
      schemas: [core, enterprise],
      userName: unique('proper'),
      active: true,
      emails: [{ value: 'a@x.example', type: 'work', primary: true }],
      [enterprise]: { manager: { value: 'm' } },
    });
    expect(made.status, made.text).toBe(201);
    const path = 'emails[type eq "work"].value';
    const patched = await scim.patch(`/Users/${made.body['id']}`, { op: 'replace', path, value: 'b@x.example' });
    expect(patched.status, patched.text).toBe(200);
  });
});

test('members that do not exist are left out where the tenant accepts them, and refused otherwise', async () => {
  const { scim } = workspace;
  const user = await scim.create('/Users', { userName: unique('member') });
  const group = await scim.create('/Groups', { displayName: unique('g') });
  const add = { op: 'add', path: 'members', value: [{ value: 'string id 1' }, { value: user }] };
  const put = { displayName: unique('g'), members: [{ value: 'string id 2' }, { value: user }] };
  expect((await scim.patch(`/Groups/${group}`, add)).body['scimType']).toBe('invalidValue');
  expect((await scim.get(`/Groups/${group}`)).body['members']).toBeUndefined();
  await set({ acceptUnknownMembers: true });
  expect((await scim.patch(`/Groups/${group}`, add)).status).toBe(204);
  expect((await scim.put(`/Groups/${group}`, put)).body['members']).toMatchObject([{ value: user }]);
  const made = await scim.post('/Groups', { displayName: unique('g'), members: put.members });
  expect(made.body['members']).toMatchObject([{ value: user }]);
});

describe('the audit log', () => {
  test('holds who did what, without secrets, newest first', async () => {
    await set({ strict: true });
    await set({});
    const token = await session.send('POST', '/api/tokens', { name: 'Audited', expires: '2099-01-01T00:00:00Z' });
    await session.send('DELETE', `/api/tokens/${token.body['id']}`);
    const { body, text } = await session.get('/api/audit?limit=4');
    expect(body['entries']).toMatchObject([
      { action: 'token.revoke', targetId: token.body['id'], actor: 'admin@contoso.example', detail: null },
      { action: 'token.create', targetId: token.body['id'], targetName: 'Audited' },
      { action: 'settings.change', detail: { strict: false } },
      { action: 'settings.change', detail: { strict: true } },
    ]);
    expect(text).not.toContain(String(token.body['token']));
    const older = await session.get(`/api/audit?limit=4&cursor=${body['next']}`);
    expect(JSON.stringify(older.body)).not.toContain(String((body['entries'] as { id: string }[])[0]?.id));
  });

  test('holds nothing of what was refused, and the command line is an actor', async () => {
    const count = async () => ((await session.get('/api/audit?limit=200')).body['entries'] as unknown[]).length;
    const before = await count();
    expect((await session.send('PUT', '/api/settings', { strict: 1 })).status).toBe(400);
    expect((await session.send('DELETE', '/api/tokens/nothing')).status).toBe(404);
    expect(await count()).toBe(before);
    await signIn(workspace.workspace.url);
    const [signedIn] = (await session.get('/api/audit?limit=1')).body['entries'] as readonly object[];
    expect(signedIn).toMatchObject({ actor: 'admin@contoso.example', action: 'session.start' });
    await workspace.newToken({ name: 'By hand' });
    const [first] = (await session.get('/api/audit?limit=1')).body['entries'] as readonly object[];
    expect(first).toMatchObject({ actor: 'command line', action: 'token.create', targetName: 'By hand' });
  });
});

test('the request log tells what became of each operation of a bulk request', async () => {
  const { scim } = workspace;
  const userName = unique('bulk');
  await scim.post('/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'a', data: { userName } },
      { method: 'POST', path: '/Users', bulkId: 'b', data: { userName } },
      { method: 'DELETE', path: '/Users/nobody' },
    ],
  });
  const logged = async () =>
    ((await session.get('/api/requests')).body['requests'] as { path: string; operations: unknown }[]).find(
      ({ path }) => path === '/scim/v2/Bulk',
    );
  await expect.poll(logged, { timeout: 20_000 }).toMatchObject({
    operations: [
      { method: 'POST', path: '/Users', status: 201, errorCode: null },
      { method: 'POST', path: '/Users', status: 409, errorCode: 'scim.uniqueness' },
      { method: 'DELETE', path: '/Users/nobody', status: 404, errorCode: 'scim.not_found' },
    ],
  });
});

/** What provisioning clients really send, by the rows Q1 to Q36 of the recorded dialogues, with no flag set. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { core, coreGroup, enterprise, unique, type ScimAnswer, type ScimClient } from './client.ts';
import { waitFor } from '@joinery/testkit';
import { signIn } from './console.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

let running: TestWorkspace;
let scim: ScimClient;
beforeAll(async () => {
  running = await aWorkspace();
  scim = running.scim;
});
afterAll(() => running.stop());

const newUser = (more: object = {}) => scim.create('/Users', { schemas: [core], userName: unique('user'), ...more });
const newGroup = (members: readonly string[] = []) =>
  scim.create('/Groups', {
    schemas: [coreGroup],
    displayName: unique('group'),
    members: members.map((value) => ({ value })),
  });

async function patchedUser(id: string, ...operations: readonly unknown[]): Promise<ScimAnswer['body']> {
  const answer = await scim.patch(`/Users/${id}`, ...operations);
  expect(answer.status, answer.text).toBe(200);
  const read = await scim.get(`/Users/${id}`);
  expect(read.body).toEqual(answer.body);
  return read.body;
}

async function membersOf(id: string): Promise<readonly string[]> {
  const { body } = await scim.get(`/Groups/${id}`);
  return ((body['members'] ?? []) as { value: string }[]).map(({ value }) => value).toSorted();
}

async function patchedMembers(id: string, ...operations: readonly unknown[]): Promise<readonly string[]> {
  const answer = await scim.patch(`/Groups/${id}`, ...operations);
  expect([answer.status, answer.text]).toEqual([204, '']);
  return membersOf(id);
}

describe('users', () => {
  test.each(['Replace', 'replace', 'REPLACE', 'Add', 'add'])('Q1: op %s', async (op) => {
    const id = await newUser();
    expect(await patchedUser(id, { op, path: 'displayName', value: 'Pvlo' })).toMatchObject({ displayName: 'Pvlo' });
  });

  test.each([
    [{ op: 'Replace', path: 'active', value: 'False' }, false],
    [{ op: 'Replace', path: 'active', value: false }, false],
    [{ op: 'Add', path: 'active', value: 'True' }, true],
    [{ op: 'Replace', path: 'active', value: 'false' }, false],
  ])('Q2: %j', async (operation, active) => {
    const id = await newUser({ active: !active });
    expect(await patchedUser(id, operation)).toMatchObject({ active });
  });

  test.each([
    [
      { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Lund' },
      { addresses: [{ type: 'work', locality: 'Lund' }] },
    ],
    [
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'a@b' },
      { emails: [{ type: 'work', value: 'a@b' }] },
    ],
  ])('Q6: %j creates the element', async (operation, expected) => {
    const id = await newUser();
    expect(await patchedUser(id, operation)).toMatchObject(expected);
  });

  test('Q6: the other elements stay', async () => {
    const home = { type: 'home', value: 'home@b.example' };
    const id = await newUser({ emails: [home] });
    const { emails } = await patchedUser(id, { op: 'Replace', path: 'emails[type eq "work"].value', value: 'a@b' });
    expect(emails).toMatchObject([home, { type: 'work', value: 'a@b' }]);
  });

  test('Q7: a minimal user and many value paths', async () => {
    const id = await newUser();
    const add = (path: string, value: unknown) => ({ op: 'add', path, value });
    const body = await patchedUser(
      id,
      add('emails[type eq "work"].value', 'a@b.example'),
      add('emails[type eq "work"].primary', true),
      add('phoneNumbers[type eq "mobile"].value', '+46 70'),
      add('phoneNumbers[type eq "work"].value', '+46 46'),
      add('addresses[type eq "work"].formatted', 'Lund, Sweden'),
      add('addresses[type eq "work"].streetAddress', 'Main 1'),
      add('roles[primary eq "True"].display', 'Reader'),
      add('roles[primary eq "True"].value', 'reader'),
      add('roles[primary eq "True"].type', 'app'),
    );
    expect(body).toMatchObject({
      emails: [{ type: 'work', value: 'a@b.example', primary: true }],
      phoneNumbers: [
        { type: 'mobile', value: '+46 70' },
        { type: 'work', value: '+46 46' },
      ],
      addresses: [{ type: 'work', formatted: 'Lund, Sweden', streetAddress: 'Main 1' }],
      roles: [{ primary: true, display: 'Reader', value: 'reader', type: 'app' }],
    });
  });

  test('Q8 and Q9: keys of a value without path are paths, beside operations with paths', async () => {
    const id = await newUser();
    const body = await patchedUser(
      id,
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'first@b.example' },
      {
        op: 'replace',
        value: {
          displayName: 'Bjfe',
          'name.givenName': 'Kkom',
          'name.familyName': 'Unua',
          [`${enterprise}:employeeNumber`]: 'Aklq',
          [enterprise]: { department: 'Sales' },
          'emails[type eq "home"].value': 'home@b.example',
        },
      },
      { op: 'replace', path: 'displayName', value: 'Last' },
    );
    expect(body).toMatchObject({
      schemas: [core, enterprise],
      displayName: 'Last',
      name: { givenName: 'Kkom', familyName: 'Unua' },
      [enterprise]: { employeeNumber: 'Aklq', department: 'Sales' },
      emails: [
        { type: 'work', value: 'first@b.example' },
        { type: 'home', value: 'home@b.example' },
      ],
    });
  });

  test.each([
    ['Q10', { op: 'Add', path: `${enterprise}:manager`, value: '271' }],
    ['Q11', { op: 'Add', path: 'manager', value: [{ $ref: 'http://host/scim/Users/271', value: '271' }] }],
    ['Q12', { op: 'Replace', path: `${enterprise}:manager`, value: { value: '271' } }],
    ['Q13', { op: 'replace', path: `${enterprise}.manager`, value: '271' }],
  ])('%s: a manager set by %j', async (_row, operation) => {
    const id = await newUser();
    expect(await patchedUser(id, operation)).toMatchObject({ [enterprise]: { manager: { value: '271' } } });
  });

  test.each([
    { op: 'Remove', path: `${enterprise}:manager` },
    { op: 'Replace', path: `${enterprise}:manager`, value: '' },
    { op: 'Replace', path: `${enterprise}:manager`, value: { value: '' } },
    { op: 'Remove', path: `${enterprise}:manager`, value: '271' },
  ])('Q12: a manager removed by %j', async (operation) => {
    const id = await newUser({ [enterprise]: { manager: { value: '271' } } });
    const body = await patchedUser(id, operation);
    expect(body).not.toHaveProperty([enterprise]);
    expect(body['schemas']).toEqual([core]);
  });

  test('Q20: add on an attribute that has a value replaces it', async () => {
    const id = await newUser({ nickName: 'B' });
    expect(await patchedUser(id, { op: 'Add', path: 'nickName', value: 'Babs' })).toMatchObject({ nickName: 'Babs' });
  });

  test.each(['', null])('Q23: replace by %j takes the value away', async (value) => {
    const id = await newUser({ title: 'x', nickName: 'y' });
    const body = await patchedUser(id, { op: 'replace', path: 'title', value });
    expect(body).not.toHaveProperty('title');
    expect(body).toMatchObject({ nickName: 'y' });
  });

  test('Q24: deactivation without path', async () => {
    const id = await newUser();
    expect(await patchedUser(id, { op: 'replace', value: { active: false } })).toMatchObject({ active: false });
  });

  test('Q28: a password is taken and never shown or logged', async () => {
    const id = await newUser();
    const body = await patchedUser(id, { op: 'replace', value: { password: 'Very-Secret-1' } });
    expect(JSON.stringify(body)).not.toContain('Very-Secret-1');
    expect(running.logged()).not.toContain('Very-Secret-1');
  });

  test('Q29: a full PUT with id, meta, groups and display', async () => {
    const id = await newUser({ emails: [{ type: 'work', value: 'a@b.example' }] });
    const group = await newGroup([id]);
    const { body } = await scim.get(`/Users/${id}`);
    const answer = await scim.put(`/Users/${id}`, {
      ...body,
      active: false,
      groups: [],
      emails: [{ type: 'work', value: 'a@b.example', display: 'a@b.example', primary: true }],
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, active: false });
    expect(await membersOf(group)).toEqual([id]);
  });

  test('Q31: a POST with groups and password', async () => {
    const answer = await scim.post('/Users', {
      schemas: [core],
      userName: unique('okta'),
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
      displayName: 'Test User',
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      groups: [],
      password: '1mz050nq',
      active: true,
    });
    expect(answer.status).toBe(201);
    expect(answer.text).not.toContain('1mz050nq');
  });
});

describe('groups', () => {
  test('Q3: members added with a null $ref, in several operations, twice', async () => {
    const [a, b, c] = [await newUser(), await newUser(), await newUser()];
    const group = await newGroup();
    const members = await patchedMembers(
      group,
      {
        op: 'Add',
        path: 'members',
        value: [
          { $ref: null, value: a },
          { $ref: null, value: b },
        ],
      },
      {
        op: 'Add',
        path: 'members',
        value: [
          { $ref: null, value: c },
          { $ref: null, value: a },
        ],
      },
    );
    expect(members).toEqual([a, b, c].toSorted());
  });

  test('Q4: remove with a list takes only those away', async () => {
    const [a, b] = [await newUser(), await newUser()];
    const group = await newGroup([a, b]);
    expect(await patchedMembers(group, { op: 'Remove', path: 'members', value: [{ $ref: null, value: a }] })).toEqual([
      b,
    ]);
    expect(await patchedMembers(group, { op: 'Remove', path: 'members', value: [] })).toEqual([b]);
    expect(await patchedMembers(group, { op: 'Remove', path: 'members', value: [{ value: 'u1091' }] })).toEqual([b]);
  });

  test('Q4: remove without value clears', async () => {
    const group = await newGroup([await newUser(), await newUser()]);
    expect(await patchedMembers(group, { op: 'remove', path: 'members' })).toEqual([]);
  });

  test('Q5: remove by filter, several in one request, also of one who is no member', async () => {
    const [a, b, c] = [await newUser(), await newUser(), await newUser()];
    const group = await newGroup([a, b]);
    const members = await patchedMembers(
      group,
      { op: 'remove', path: `members[value eq "${a}"]` },
      { op: 'remove', path: `members[value eq "${c}"]` },
    );
    expect(members).toEqual([b]);
  });

  test('Q21: a rename and a new externalId, found by the new name, the old one free', async () => {
    const old = unique('old');
    const renamed = unique('new');
    const group = await scim.create('/Groups', { displayName: old });
    await patchedMembers(
      group,
      { op: 'Replace', path: 'displayName', value: renamed },
      { op: 'Replace', path: 'externalId', value: 'x1' },
    );
    expect((await scim.get(`/Groups?filter=displayName eq "${renamed}"`)).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: group, externalId: 'x1' }],
    });
    expect((await scim.post('/Groups', { displayName: old })).status).toBe(201);
  });

  test('Q22: several operations on one attribute, in order', async () => {
    const group = await newGroup();
    await patchedMembers(
      group,
      { op: 'remove', path: 'externalId' },
      { op: 'add', path: 'externalId', value: 'first' },
      { op: 'replace', path: 'externalId', value: 'last' },
      { op: 'replace', value: { displayName: unique('FGUM') } },
    );
    expect((await scim.get(`/Groups/${group}`)).body).toMatchObject({ externalId: 'last' });
  });

  test('Q25: the id in a value without path is ignored and an unchanged name changes nothing', async () => {
    const group = await newGroup();
    const before = (await scim.get(`/Groups/${group}`)).body;
    await patchedMembers(group, { op: 'replace', value: { id: group, displayName: before['displayName'] } });
    expect((await scim.get(`/Groups/${group}`)).body).toEqual(before);
  });

  test('Q26: one out and one in, without type', async () => {
    const [a, b] = [await newUser(), await newUser()];
    const group = await newGroup([a]);
    const members = await patchedMembers(
      group,
      { op: 'remove', path: `members[value eq "${a}"]` },
      { op: 'add', path: 'members', value: [{ value: b, display: 'test.user@okta.local' }] },
    );
    expect(members).toEqual([b]);
    expect((await scim.get(`/Groups/${group}`)).body['members']).toMatchObject([{ type: 'User' }]);
  });

  test('Q27: a full push that overlaps', async () => {
    const [a, b, c] = [await newUser(), await newUser(), await newUser()];
    const group = await newGroup([a, b]);
    const value = [b, c].map((id) => ({ value: id, display: 'x' }));
    expect(await patchedMembers(group, { op: 'replace', path: 'members', value })).toEqual([b, c].toSorted());
  });

  test('Q30: PUT with id, its own name and members', async () => {
    const [a, b] = [await newUser(), await newUser()];
    const displayName = unique('put');
    const group = await scim.create('/Groups', { displayName, members: [{ value: a }] });
    const body = { schemas: [coreGroup], id: group, displayName, members: [{ value: b, display: 'x' }] };
    expect((await scim.put(`/Groups/${group}`, body)).status).toBe(200);
    expect(await membersOf(group)).toEqual([b]);
  });

  test('Q32: a bare id', async () => {
    const a = await newUser();
    expect(await patchedMembers(await newGroup(), { op: 'add', path: 'members', value: a })).toEqual([a]);
  });

  test('Q33: unknown keys', async () => {
    const a = await newUser();
    const operation = { name: 'addMember', op: 'add', path: 'members', value: [{ displayName: 'new User', value: a }] };
    expect(await patchedMembers(await newGroup(), operation)).toEqual([a]);
  });

  test('Q35 and Q36: members without path, and as a list of ids', async () => {
    const [a, b] = [await newUser(), await newUser()];
    const group = await newGroup([a]);
    expect(await patchedMembers(group, { op: 'add', value: { members: [{ value: b, display: 'x' }] } })).toHaveLength(
      2,
    );
    const body = { operations: [{ op: 'replace', path: 'members', value: [b] }] };
    expect((await scim.send('PATCH', `/Groups/${group}`, { body })).status).toBe(204);
    expect(await membersOf(group)).toEqual([b]);
  });
});

test('tolerated behavior is in the request log by name', async () => {
  const id = await newUser();
  await scim.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' });
  const session = await signIn(running.workspace.url);
  const logged = await waitFor(async () => {
    const { requests } = (await session.get('/api/requests?limit=5')).body as {
      requests: { path: string; tolerated: string[] }[];
    };
    return requests.find(({ path }) => path.endsWith(id));
  });
  expect(logged.tolerated.length).toBeGreaterThan(0);
});

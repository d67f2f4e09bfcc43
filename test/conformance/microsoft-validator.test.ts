/** The cases of Microsoft's SCIM Validator (scimvalidator.microsoft.com), by their names. */
import type { JsonObject } from '@joinery/base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coreGroup, enterprise, listUrn, unique, type ScimClient } from '../../apps/workspace/test/client.ts';
import { aWorkspace, type TestWorkspace } from '../../apps/workspace/test/test-workspace.ts';
import { fullUser, userPaths, valueAt } from './attribute-paths.ts';

let running: TestWorkspace;
let scim: ScimClient;
beforeAll(async () => {
  running = await aWorkspace({ rateLimit: { perSecond: 0, burst: 1 } });
  scim = running.scim;
});
afterAll(() => running?.stop());

const eq = (attribute: string, value: string) => `filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`;
const aUser = async (body = fullUser(unique('RFLKXCHQ@contoso.com'))) => ({
  body,
  userName: String(body['userName']),
  id: await scim.create('/Users', body),
});
const aGroup = async (members: readonly string[] = []) => {
  const displayName = unique('CGSXEBTO');
  const body = { schemas: [coreGroup], displayName, externalId: 'g1', members: members.map((value) => ({ value })) };
  return { displayName, body, id: await scim.create('/Groups', body) };
};

/** The one resource that a filter finds. */
async function found(path: string): Promise<JsonObject> {
  const { status, body } = await scim.get(path);
  expect(status).toBe(200);
  expect(body).toMatchObject({ schemas: [listUrn], totalResults: 1 });
  const [only = {}] = body['Resources'] as JsonObject[];
  return only;
}
const foundUser = (userName: string) => found(`/Users?${eq('userName', userName)}`);
const foundGroup = (displayName: string) => found(`/Groups?${eq('displayName', displayName)}`);

async function patched(path: string, ...operations: readonly unknown[]): Promise<void> {
  const { status, text } = await scim.patch(path, ...operations);
  expect([200, 204], text).toContain(status);
}
const memberIds = async (id: string): Promise<readonly string[]> =>
  (((await scim.get(`/Groups/${id}`)).body['members'] ?? []) as { value: string }[]).map(({ value }) => value);

function expectValues(user: JsonObject, which: 'before' | 'after'): void {
  for (const [path, before, after] of userPaths)
    expect(valueAt(user, path), path).toBe(which === 'before' ? before : after);
}

describe('users', () => {
  test('Create a new User', async () => {
    const userName = unique('new');
    const answer = await scim.post('/Users', fullUser(userName));
    expect(answer.status).toBe(201);
    const stored = await foundUser(userName);
    expect(stored['id']).toBe(answer.body['id']);
    expect(stored).toMatchObject({ userName, active: true });
    expectValues(stored, 'before');
    expect((await scim.delete(`/Users/${String(stored['id'])}`)).status).toBe(204);
  });

  test('Create a duplicate User', async () => {
    const { body } = await aUser();
    expect((await scim.post('/Users', body)).status).toBe(409);
  });

  test('Filter for an existing user', async () => {
    const { id, userName } = await aUser();
    expect(await foundUser(userName)).toMatchObject({ id, userName });
  });

  test('Filter for a non-existing user', async () => {
    const { status, body } = await scim.get(`/Users?${eq('userName', 'nobody')}`);
    expect([status, body['schemas'], body['totalResults'], body['Resources']]).toEqual([200, [listUrn], 0, []]);
  });

  test('Filter for an existing user with a different case', async () => {
    const { id, userName } = await aUser();
    for (const other of [userName.toUpperCase(), userName.toLowerCase()]) {
      expect(await foundUser(other)).toMatchObject({ id, userName });
    }
  });

  test('Patch User - Replace Attributes Verbose Request', async () => {
    const { id, userName } = await aUser();
    await patched(`/Users/${id}`, ...userPaths.map(([path, , value]) => ({ op: 'replace', path, value })));
    expectValues(await foundUser(userName), 'after');
  });

  test('Patch User - Add Attributes (Verbose Request)', async () => {
    const userName = unique('minimal');
    const id = await scim.create('/Users', { userName });
    await patched(`/Users/${id}`, ...userPaths.map(([path, , value]) => ({ op: 'add', path, value })), {
      op: 'add',
      path: 'emails[type eq "work"].primary',
      value: true,
    });
    const user = await foundUser(userName);
    expectValues(user, 'after');
    expect(valueAt(user, 'emails[type eq "work"].primary')).toBe(true);
    expect(valueAt(user, 'roles[primary eq "True"].primary')).toBe(true);
    expect(user['roles']).toHaveLength(1);
  });

  test('Patch User - Replace Attributes (non-verbose)', async () => {
    const { id, userName } = await aUser();
    const isFiltered = ([path]: readonly [string, ...unknown[]]) => path.includes('[');
    const compact = userPaths.filter((row) => !isFiltered(row)).map(([path, , value]) => [path, value] as const);
    await patched(
      `/Users/${id}`,
      ...userPaths.filter(isFiltered).map(([path, , value]) => ({ op: 'replace', path, value })),
      { op: 'replace', value: Object.fromEntries(compact) },
    );
    expectValues(await foundUser(userName), 'after');
  });

  test('Update User userName', async () => {
    const { id, userName } = await aUser();
    const renamed = unique('renamed');
    await patched(`/Users/${id}`, { op: 'replace', path: 'userName', value: renamed });
    expect(await foundUser(renamed)).toMatchObject({ id });
    expect((await scim.get(`/Users?${eq('userName', userName)}`)).body['totalResults']).toBe(0);
  });

  test('Patch User - Disable User', async () => {
    const { id, userName } = await aUser();
    await patched(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    expect(await foundUser(userName)).toMatchObject({ id, active: false });
  });

  const manager = `${enterprise}:manager`;
  const managerOf = async (userName: string) => valueAt(await foundUser(userName), manager) as JsonObject | undefined;

  test('Patch User - Add Manager', async () => {
    const { id, userName } = await aUser();
    await patched(`/Users/${id}`, { op: 'add', path: manager, value: 'XYMKVVRYDIOO' });
    expect(await managerOf(userName)).toMatchObject({ value: 'XYMKVVRYDIOO' });
  });

  test('Patch User - Replace Manager', async () => {
    const { id, userName } = await aUser();
    await patched(`/Users/${id}`, { op: 'add', path: manager, value: 'XYMKVVRYDIOO' });
    await patched(`/Users/${id}`, { op: 'replace', path: manager, value: 'QDFDVVSPMJVI' });
    expect(await managerOf(userName)).toMatchObject({ value: 'QDFDVVSPMJVI' });
  });

  test.each([
    { op: 'replace', path: manager, value: '' },
    { op: 'remove', path: manager },
  ])('Patch User - Remove Manager by %j', async (operation) => {
    const { id, userName } = await aUser();
    await patched(`/Users/${id}`, { op: 'add', path: manager, value: 'XYMKVVRYDIOO' });
    await patched(`/Users/${id}`, operation);
    expect(await managerOf(userName)).toBeUndefined();
  });

  test('Delete a User', async () => {
    const { id, userName } = await aUser();
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
    expect((await scim.get(`/Users/${id}`)).status).toBe(404);
    expect((await scim.get(`/Users?${eq('userName', userName)}`)).body['totalResults']).toBe(0);
  });

  test('a test that has nothing to change sends no Operations', async () => {
    await patched(`/Users/${(await aUser()).id}`);
    await patched(`/Groups/${(await aGroup()).id}`);
  });
});

describe('groups', () => {
  test('Get group by id excluding members', async () => {
    const { id, displayName } = await aGroup([(await aUser()).id]);
    const { status, body } = await scim.get(`/Groups/${id}?excludedAttributes=members`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, displayName });
    expect(body).not.toHaveProperty('members');
  });

  test('Filter for existing group excluding members', async () => {
    const { id, displayName } = await aGroup([(await aUser()).id]);
    const group = await found(`/Groups?excludedAttributes=members&${eq('displayName', displayName)}`);
    expect(group).toMatchObject({ id });
    expect(group).not.toHaveProperty('members');
  });

  test('Filter for an existing group', async () => {
    const { id, displayName } = await aGroup();
    expect(await foundGroup(displayName)).toMatchObject({ id, displayName });
  });

  test('Filter for a non-existing group', async () => {
    const { status, body } = await scim.get(`/Groups?${eq('displayName', 'none such')}`);
    expect([status, body['totalResults'], body['Resources']]).toEqual([200, 0, []]);
  });

  test('Filter for an existing group with a different case', async () => {
    const { id, displayName } = await aGroup();
    expect(await foundGroup(displayName.toLowerCase())).toMatchObject({ id, displayName });
  });

  test('Create a new Group', async () => {
    const displayName = unique('fresh');
    const answer = await scim.post('/Groups', { schemas: [coreGroup], displayName, externalId: 'g2' });
    expect(answer.status).toBe(201);
    expect(await foundGroup(displayName)).toMatchObject({ id: answer.body['id'], externalId: 'g2' });
  });

  test('Create a duplicate Group', async () => {
    const { body } = await aGroup();
    expect((await scim.post('/Groups', body)).status).toBe(409);
  });

  test('Patch Group - Replace Attributes', async () => {
    const { id } = await aGroup();
    const displayName = unique('FGUM');
    await patched(`/Groups/${id}`, { op: 'replace', value: { displayName, externalId: 'other' } });
    expect(await foundGroup(displayName)).toMatchObject({ id, externalId: 'other' });
  });

  test('Update Group displayName', async () => {
    const { id } = await aGroup();
    const displayName = unique('renamed');
    await patched(`/Groups/${id}`, { op: 'replace', path: 'displayName', value: displayName });
    expect(await foundGroup(displayName)).toMatchObject({ id });
  });

  test('Update Group externalId, when groups are joined by it', async () => {
    const { id } = await aGroup();
    const externalId = unique('joined');
    await patched(`/Groups/${id}`, { op: 'replace', path: 'externalId', value: externalId });
    expect(await found(`/Groups?${eq('externalId', externalId)}`)).toMatchObject({ id });
  });

  test('Patch Group - Add Member', async () => {
    const [user, group] = [await aUser(), await aGroup()];
    await patched(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: user.id }] });
    expect(await memberIds(group.id)).toEqual([user.id]);
    expect(valueAt(await foundUser(user.userName), 'groups')).toMatchObject([{ value: group.id, type: 'direct' }]);
  });

  test.each([
    ['a filter', (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` })],
    ['a list', (id: string) => ({ op: 'Remove', path: 'members', value: [{ value: id }] })],
  ])('Patch Group - Remove Member by %s', async (_form, operation) => {
    const [user, other] = [await aUser(), await aUser()];
    const group = await aGroup([user.id, other.id]);
    await patched(`/Groups/${group.id}`, operation(user.id));
    expect(await memberIds(group.id)).toEqual([other.id]);
  });

  test('Delete a Group', async () => {
    const { id } = await aGroup();
    expect((await scim.delete(`/Groups/${id}`)).status).toBe(204);
    expect((await scim.get(`/Groups/${id}`)).status).toBe(404);
  });
});

describe('preview', () => {
  test('Patch User - Multiple Ops on different attributes', async () => {
    const { id, userName } = await aUser();
    await patched(
      `/Users/${id}`,
      { op: 'remove', path: 'title' },
      { op: 'add', path: 'nickName', value: 'n' },
      { op: 'replace', path: 'displayName', value: 'new' },
    );
    const user = await foundUser(userName);
    expect(user).toMatchObject({ nickName: 'n', displayName: 'new' });
    expect(user).not.toHaveProperty('title');
  });

  const onOne = (path: string) => [
    { op: 'remove', path },
    { op: 'add', path, value: 'first' },
    { op: 'replace', path, value: 'last' },
  ];

  test('Patch User - Multiple Ops on same attribute', async () => {
    const { id, userName } = await aUser();
    await patched(`/Users/${id}`, ...onOne('displayName'));
    expect(await foundUser(userName)).toMatchObject({ displayName: 'last' });
  });

  test('Patch Group - Multiple Ops on same attribute', async () => {
    const { id, displayName } = await aGroup();
    await patched(`/Groups/${id}`, ...onOne('externalId'));
    expect(await foundGroup(displayName)).toMatchObject({ externalId: 'last' });
  });

  const deletesNothing = (path: string) => async () => expect((await scim.delete(path)).status).toBe(404);
  test('Delete a non-existent User', deletesNothing('/Users/never-there'));
  test('Delete a non-existent Group', deletesNothing('/Groups/never-there'));

  const deletesOnce = (path: string, make: () => Promise<{ readonly id: string }>) => async () => {
    const { id } = await make();
    expect((await scim.delete(`${path}/${id}`)).status).toBe(204);
    expect((await scim.delete(`${path}/${id}`)).status).toBe(404);
  };
  test(
    'Delete the same User twice',
    deletesOnce('/Users', () => aUser()),
  );
  test(
    'Delete the same Group twice',
    deletesOnce('/Groups', () => aGroup()),
  );
});

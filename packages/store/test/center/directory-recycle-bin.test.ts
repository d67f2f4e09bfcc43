import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultAccessRoleId } from '@joinery/directory';
import { createGroup, createUser, nobody, openDirectory, page, type OpenDirectory } from './directory-fixture.ts';

let open: OpenDirectory;
beforeAll(async () => {
  open = await openDirectory();
});
afterAll(() => open[Symbol.asyncDispose]());

const day = 24 * 60 * 60 * 1000;

async function scene(name: string) {
  const boss = await createUser(open, `${name}-boss`);
  const ann = await createUser(open, `${name}-ann`, { managerId: boss.id });
  const group = await createGroup(open, `${name} group`, [boss.id, ann.id]);
  const application = await open.applications.create({
    displayName: name,
    applicationTemplateId: undefined,
    appRoles: [],
  });
  await open.applications.assignAll(application.servicePrincipalId, [boss.id, group.id], defaultAccessRoleId);
  const see = async () => ({
    members: (await open.directory.listMembers(group.id, page).catch(() => undefined))?.objects
      .map(({ id }) => id)
      .toSorted(),
    manager: (await open.directory.getUser(ann.id))?.managerId,
    assigned: (await open.applications.listAssignments(application.servicePrincipalId, page)).objects
      .map(({ principalId }) => principalId)
      .toSorted(),
  });
  return { boss, ann, group, application, see };
}

test('a deleted user is hidden with memberships, assignments and as manager, and comes back with them', async () => {
  const { boss, ann, group, see } = await scene('restore');
  const seen = await see();
  expect(seen).toEqual({
    members: [boss.id, ann.id].toSorted(),
    manager: boss.id,
    assigned: [boss.id, group.id].toSorted(),
  });
  const before = await open.feed.head();
  await open.directory.deleteUser(boss.id);
  expect(await see()).toEqual({ members: [ann.id], manager: undefined, assigned: [group.id] });
  expect(await open.directory.getUser(boss.id)).toBeUndefined();
  expect(await open.directory.getUser(boss.userPrincipalName)).toBeUndefined();
  const deleted = { ...boss, deletedDateTime: new Date(open.clock.ms) };
  expect(await open.directory.getDeleted(boss.id)).toEqual(deleted);
  expect((await open.directory.listDeleted('user', page)).objects).toEqual([deleted]);
  expect(await open.directory.restore(boss.id)).toEqual(boss);
  expect(await see()).toEqual(seen);
  expect(await open.changesAfter(before)).toEqual(['user deleted', 'user restored']);
});

test('a deleted group is hidden, and comes back with its members', async () => {
  const { group, see, ann } = await scene('group');
  const seen = await see();
  await open.directory.deleteGroup(group.id);
  expect((await see()).members).toBeUndefined();
  expect((await open.directory.listMemberOf(ann.id, page)).objects).toEqual([]);
  await expect(open.directory.addMembers(group.id, [ann.id])).rejects.toMatchObject({ code: 'directory.not_found' });
  expect((await open.directory.listDeleted('group', page)).objects.map(({ id }) => id)).toEqual([group.id]);
  expect(await open.directory.restore(group.id)).toEqual(group);
  expect(await see()).toEqual(seen);
});

test('a user whose name is taken by now is not restored', async () => {
  const old = await createUser(open, 'reused');
  await open.directory.deleteUser(old.id);
  await createUser(open, 'REUSED');
  await expect(open.directory.restore(old.id)).rejects.toMatchObject({ code: 'directory.already_exists' });
});

test('what is not in the recycle bin cannot be restored, purged or seen there', async () => {
  const user = await createUser(open, 'present');
  for (const id of [user.id, nobody, 'x' as typeof nobody]) {
    await expect(open.directory.restore(id)).rejects.toMatchObject({ code: 'directory.not_found' });
    await expect(open.directory.purge(id)).rejects.toMatchObject({ code: 'directory.not_found' });
    expect(await open.directory.getDeleted(id)).toBeUndefined();
  }
});

test('a purge removes the user and every reference, each as a change', async () => {
  const { boss, ann, group, see } = await scene('purge');
  await open.directory.deleteUser(boss.id);
  const before = await open.feed.head();
  await open.directory.purge(boss.id);
  expect(await open.directory.getDeleted(boss.id)).toBeUndefined();
  expect(await see()).toEqual({ members: [ann.id], manager: undefined, assigned: [group.id] });
  expect(await open.changesAfter(before)).toEqual([
    'assignment removed',
    'member removed',
    'user updated',
    'user purged',
  ]);
  const { applications } = open;
  expect((await applications.listAssignmentsOf(boss.id, page)).objects).toEqual([]);
});

test('a purged group takes its memberships along', async () => {
  const { group } = await scene('purge-group');
  await open.directory.deleteGroup(group.id);
  const before = await open.feed.head();
  await open.directory.purge(group.id);
  expect(await open.changesAfter(before)).toEqual([
    'assignment removed',
    'member removed',
    'member removed',
    'group purged',
  ]);
});

test('purgeDeletedBefore takes the oldest first, up to the limit', async () => {
  await open.directory.purgeDeletedBefore(new Date(open.clock.ms + day), 1000);
  const [first, second, third] = [
    await createUser(open, 'p1'),
    await createUser(open, 'p2'),
    await createGroup(open, 'p3'),
  ];
  await open.directory.deleteUser(first.id);
  open.clock.ms += day;
  await open.directory.deleteUser(second.id);
  await open.directory.deleteGroup(third.id);
  open.clock.ms += 30 * day;
  const limit = new Date(open.clock.ms - 30 * day);
  expect(await open.directory.purgeDeletedBefore(limit, 10)).toBe(1);
  expect(await open.directory.getDeleted(first.id)).toBeUndefined();
  expect(await open.directory.getDeleted(second.id)).toBeDefined();
  open.clock.ms += 1;
  expect(await open.directory.purgeDeletedBefore(new Date(open.clock.ms - 30 * day), 1)).toBe(1);
  expect(await open.directory.purgeDeletedBefore(new Date(open.clock.ms - 30 * day), 1)).toBe(1);
  expect(await open.directory.purgeDeletedBefore(new Date(open.clock.ms - 30 * day), 1)).toBe(0);
});

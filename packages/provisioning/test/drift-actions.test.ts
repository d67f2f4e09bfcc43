import { brandId, type AppRoleId } from '@joinery/base';
import { modelError } from '@joinery/testkit';
import { describe, expect, test } from 'vitest';
import {
  account,
  accountsOf,
  act,
  change,
  classesOf,
  compare,
  membersOf,
  namesOf,
  settledWorld,
} from './drift-world.ts';
import { names } from './world.ts';

describe('repairing', () => {
  test('brings values, accounts, memberships and managers back; the next comparison finds nothing', async () => {
    const { world, users } = await settledWorld({ template: 'scim' });
    await using _ = world;
    await world.store.directory.updateUser(users[4]!, { managerId: users[1]! });
    await world.cycle();
    change(world, 'user0', { title: 'Director' });
    world.target.vanish(account(world, 'user1').id);
    const everyone = world.target.find1('group', 'displayName', 'Everyone')!;
    everyone.members.delete(account(world, 'user2').id);
    const comparison = await compare(world);
    const selected = await world.store.comparisons.countSelected(comparison.id, 'repair', { class: 'changed' });
    expect(selected).toEqual({ users: 1, groups: 1 });
    expect(await act(world, comparison, 'repair', { class: 'changed' })).toEqual(selected);
    await act(world, comparison, 'repair', { class: 'missing' });
    expect(account(world, 'user0').values.get('title')).toBe('Consultant');
    expect(membersOf(world, 'Everyone')).toEqual(names('user', 6));
    expect([...account(world, 'user4').values.values()]).toContain(account(world, 'user1').id);
    const classes = (await world.store.comparisons.counts(comparison.id)).classes;
    expect(classes).toEqual({ local: 0, unassigned: 0, assigned: 7, changed: 0, missing: 0 });
    const second = await compare(world);
    expect(await classesOf(world, second)).toMatchObject({ changed: [], missing: [], local: [] });
    // And each change has its row in the log.
    const { entries } = await world.log();
    const rows = entries.filter((entry) => entry.cycleId === undefined && entry.outcome === 'success');
    expect(rows.map((entry) => `${entry.source.displayName} ${entry.action}`).toSorted()).toEqual(
      expect.arrayContaining(['Everyone update', 'user0 update', 'user1 create', 'user4 update']),
    );
  });

  test('links who was deleted and made again in the target to the new account', async () => {
    const { world, users } = await settledWorld();
    await using _ = world;
    const before = account(world, 'user2').id;
    world.target.vanish(before);
    const again = world.target.plant('user', { userName: 'user2@contoso.example' });
    const comparison = await compare(world);
    expect(await accountsOf(world, comparison, 'missing')).toMatchObject([{ targetId: before }]);
    const twin = (await accountsOf(world, comparison, 'assigned')).find((one) => one.targetId === again.id);
    expect(twin).toMatchObject({ isLinked: false, problem: 'DuplicateTargetEntries' });
    await act(world, comparison, 'repair', { class: 'missing' });
    expect((await world.store.links.find(world.jobId, users[2]!))?.targetId).toBe(again.id);
    expect(world.target.count('user')).toBe(6);
    expect(membersOf(world, 'Everyone')).toEqual(names('user', 6));
    const { classes } = await world.store.comparisons.counts(comparison.id);
    expect(classes).toMatchObject({ assigned: 7, missing: 0 });
  });

  test('makes a group anew with its members', async () => {
    const { world } = await settledWorld({ settings: { profile: 'entra' } });
    await using _ = world;
    world.target.vanish(world.target.find1('group', 'displayName', 'Everyone')!.id);
    const comparison = await compare(world);
    expect(await act(world, comparison, 'repair', { class: 'missing' })).toEqual({ users: 0, groups: 1 });
    expect(membersOf(world, 'Everyone')).toEqual(names('user', 6));
  });

  test('takes out of a group whom the target put there, and leaves accounts that are not ours', async () => {
    const { world, group, users } = await settledWorld();
    await using _ = world;
    await world.assign(users[5]!);
    await world.store.directory.removeMembers(group, [users[5]!]);
    await world.cycle();
    const everyone = world.target.find1('group', 'displayName', 'Everyone')!;
    const robot = world.target.plant('user', { userName: 'robot@contoso.example' });
    everyone.members.add(account(world, 'user5').id);
    everyone.members.add(robot.id);
    const comparison = await compare(world);
    expect(await accountsOf(world, comparison, 'changed')).toMatchObject([{ members: { missing: 0, added: 1 } }]);
    await act(world, comparison, 'repair', { class: 'changed' });
    expect(membersOf(world, 'Everyone')).toEqual(['robot', ...names('user', 5)]);
  });

  test('knows the members that a nested group brings', async () => {
    const { world, users } = await settledWorld();
    await using _ = world;
    const [nested] = await world.users(['nested']);
    const outer = await world.group('Outer', [users[0]!, await world.group('Inner', [nested!])]);
    const role = brandId<AppRoleId>('00000000-0000-0000-0000-000000000000');
    await world.store.applications.assign(world.servicePrincipalId, outer, role, { includesNestedGroups: true });
    await world.cycle();
    expect(membersOf(world, 'Outer')).toEqual(['nested', 'user0']);
    const settled = await compare(world);
    expect(await classesOf(world, settled)).toMatchObject({ changed: [], missing: [], local: [] });
    world.target.find1('group', 'displayName', 'Outer')!.members.delete(account(world, 'nested').id);
    const comparison = await compare(world);
    expect(await accountsOf(world, comparison, 'changed')).toMatchObject([{ members: { missing: 1, added: 0 } }]);
    await act(world, comparison, 'repair', { class: 'changed' });
    expect(membersOf(world, 'Outer')).toEqual(['nested', 'user0']);
  });

  test('switches a disabled account off again that somebody switched on', async () => {
    const { world, users, group } = await settledWorld();
    await using _ = world;
    await world.store.directory.removeMembers(group, [users[3]!]);
    await world.cycle();
    expect(account(world, 'user3').values.get('active')).toBe(false);
    change(world, 'user3', { active: true });
    const comparison = await compare(world);
    const [user3] = await accountsOf(world, comparison, 'changed');
    expect(user3).toMatchObject({
      isInScope: false,
      differences: [{ attribute: 'active', exported: 'false', old: 'true', new: 'false' }],
    });
    await act(world, comparison, 'repair', { ids: [user3!.id] });
    expect(account(world, 'user3').values.get('active')).toBe(false);
    expect(await classesOf(world, await compare(world))).toMatchObject({ changed: [], unassigned: ['user3'] });
  });

  test('lets nobody depart: that is the cycle’s, behind the deletion guard', async () => {
    const { world, group } = await settledWorld({
      settings: { deletionGuard: { enabled: true, count: 1, percent: 5 }, onLeavingScope: 'delete' },
    });
    await using _ = world;
    change(world, 'user0', { title: 'Director' });
    world.target.vanish(account(world, 'user1').id);
    const comparison = await compare(world);
    await world.unassign(group);
    await act(world, comparison, 'repair', { class: 'changed' });
    await act(world, comparison, 'repair', { class: 'missing' });
    expect(world.target.count('user')).toBe(5);
    expect(account(world, 'user0').values.get('active')).toBe(true);
    const [user0] = await accountsOf(world, comparison, 'changed');
    expect(user0?.action).toMatchObject({ state: 'failed', error: { code: 'NotEffectivelyEntitled' } });
    // The cycle finds all of them due, and holds them.
    await world.cycle();
    expect((await world.job()).quarantine?.reason).toBe('TooManyDeletes');
    expect(world.target.count('user')).toBe(5);
  });

  test('leaves protected accounts alone', async () => {
    const { world } = await settledWorld();
    await using _ = world;
    await world.store.jobs.updateSettings(world.jobId, { protectedAccounts: ['user0@*', 'planted@*'] });
    const [planted] = await world.users(['planted']);
    await world.assign(planted!);
    world.target.plant('user', { userName: 'planted@contoso.example' });
    change(world, 'user0', { title: 'Director' });
    const comparison = await compare(world);
    const assigned = await accountsOf(world, comparison, 'assigned');
    const guarded = assigned.filter((one) => one.problem === 'ProtectedAccount');
    expect(namesOf(guarded)).toEqual(['planted', 'user0']);
    const ids = guarded.map((one) => one.id);
    expect(await world.store.comparisons.queueAction(comparison.id, 'adopt', { ids })).toEqual({ users: 0, groups: 0 });
    expect(await world.store.comparisons.queueAction(comparison.id, 'repair', { ids })).toEqual({
      users: 0,
      groups: 0,
    });
    expect(account(world, 'user0').values.get('title')).toBe('Director');
  });

  test('says of each account what failed', async () => {
    const { world } = await settledWorld();
    await using _ = world;
    change(world, 'user0', { title: 'Director' });
    change(world, 'user1', { title: 'Director' });
    const comparison = await compare(world);

    const id = account(world, 'user0').id;
    world.target.fault = ({ method, about }) =>
      method === 'update' && about === id ? modelError('InsufficientRights', { status: 403 }) : undefined;
    await act(world, comparison, 'repair', { class: 'changed' });
    const failed = await accountsOf(world, comparison, 'changed');
    expect(failed.map((one) => [one.displayName, one.action])).toEqual([
      [
        'user0@contoso.example',
        { kind: 'repair', state: 'failed', error: expect.objectContaining({ code: 'InsufficientRights' }) },
      ],
    ]);
    expect(account(world, 'user1').values.get('title')).toBe('Consultant');
  });
});

describe('adopting', () => {
  test('links the account that matches and writes what the mapping says', async () => {
    const { world, group } = await settledWorld();
    await using _ = world;
    const [ann] = await world.users(['ann'], () => ({ attributes: { jobTitle: 'Engineer' } }));
    await world.store.directory.addMembers(group, [ann!]);
    const planted = world.target.plant('user', { userName: 'Ann@contoso.example', title: 'Temp', nickName: 'Annie' });
    const comparison = await compare(world);
    const [found] = (await accountsOf(world, comparison, 'assigned')).filter((one) => !one.isLinked);
    expect(found?.differences).toContainEqual({ attribute: 'title', exported: null, old: 'Temp', new: 'Engineer' });
    expect(await act(world, comparison, 'adopt', { ids: [found!.id] })).toEqual({ users: 1, groups: 0 });
    expect((await world.store.links.find(world.jobId, ann!))?.targetId).toBe(planted.id);
    expect(Object.fromEntries(planted.values)).toMatchObject({ title: 'Engineer', nickName: 'Annie' });
    expect(membersOf(world, 'Everyone')).toContain('Ann');
    expect(world.target.count('user')).toBe(7);
    expect(await classesOf(world, await compare(world))).toMatchObject({ changed: [], missing: [], local: [] });
  });

  test('refuses ambiguity: two accounts for one person, and an account that was linked meanwhile', async () => {
    const { world, group } = await settledWorld({ target: { unique: { user: [], group: [] } } });
    await using _ = world;
    const joiners = await world.users(['ann', 'bob', 'cleo']);
    await world.store.directory.addMembers(group, joiners);
    for (const name of ['ann', 'ann', 'bob', 'cleo']) {
      world.target.plant('user', { userName: `${name}@contoso.example` });
    }
    const comparison = await compare(world);
    const found = (await accountsOf(world, comparison, 'assigned')).filter((one) => !one.isLinked);
    expect(found.map((one) => one.problem)).toEqual(['DuplicateTargetEntries', 'DuplicateTargetEntries', undefined, undefined]); // prettier-ignore
    // A second account of Bob appears after the comparison; Cleo is linked to another.
    world.target.plant('user', { userName: 'bob@contoso.example' });
    const other = world.target.plant('user', { userName: 'other@contoso.example' });
    await world.store.links.claimTargets(world.jobId, 'user', [
      { sourceId: joiners[2]!, targetId: other.id, displayName: 'cleo' },
    ]);
    expect(await act(world, comparison, 'adopt', { class: 'assigned' })).toEqual({ users: 2, groups: 0 });
    const after = (await accountsOf(world, comparison, 'assigned')).filter((one) => one.action !== undefined);
    expect(after.map((one) => one.action?.error?.code)).toEqual(['DuplicateTargetEntries', 'DuplicateTargetEntries']);
    expect(await world.store.links.find(world.jobId, joiners[1]!)).toBeUndefined();
    expect(world.target.takeRequests()).not.toHaveProperty('update');
  });
});

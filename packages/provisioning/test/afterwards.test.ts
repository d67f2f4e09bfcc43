// What comes late in an object's life and must be handled by incremental cycles, without a restart.
import { describe, expect, test } from 'vitest';
import { modelError } from '@joinery/testkit';
import { createWorld, type World } from './world.ts';

const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';
const userOf = (world: World, name: string) =>
  world.target.find1('user', 'userName', `${name}@contoso.example`)?.values;
const membersOf = (world: World, name: string): readonly string[] =>
  [...(world.target.find1('group', 'displayName', name)?.members ?? [])]
    .map((id) => {
      const values = world.target.objects.get(id)?.values;
      return String(values?.get('userName') ?? values?.get('displayName')).split('@')[0]!;
    })
    .toSorted();

describe('deletion after the end of an assignment', () => {
  test('an unassigned user who is deleted for good later is deleted in the target', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    await world.cycle();
    await world.unassign(ann!);
    expect((await world.cycle()).counts).toMatchObject({ disabled: 1 });
    await world.store.directory.deleteUser(ann!);
    world.target.takeRequests();
    expect(await world.cycle()).toMatchObject({ kind: 'incremental', counts: { deleted: 0, failed: 0 } });
    // Disabled already: the recycle bin changes nothing in the target.
    expect(world.target.takeRequests()).toEqual({});
    await world.store.directory.purge(ann!);
    expect(await world.cycle()).toMatchObject({ kind: 'incremental', counts: { deleted: 1, failed: 0 } });
    expect(world.target.takeRequests()).toEqual({ delete: 1 });
    expect(world.target.count('user')).toBe(0);
  });

  test('so is one whose unassignment, deletion and purge come between two cycles', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    await world.cycle();
    await world.unassign(ann!);
    await world.store.directory.deleteUser(ann!);
    await world.store.directory.purge(ann!);
    expect((await world.cycle()).counts).toMatchObject({ disabled: 0, deleted: 1, failed: 0 });
    expect(world.target.count('user')).toBe(0);
  });

  test('so is one who lost access with their group, by the housekeeping of the recycle bin', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    const group = await world.group('Everyone', [ann!]);
    await world.assign(group);
    await world.cycle();
    await world.unassign(group);
    expect((await world.cycle()).counts).toMatchObject({ disabled: 1, deleted: 1 });
    await world.store.directory.deleteUser(ann!);
    await world.cycle();
    world.clock.advance(31 * 86_400_000);
    await world.store.directory.purgeDeletedBefore(new Date(world.clock.now() - 30 * 86_400_000), 100);
    expect((await world.cycle()).counts).toMatchObject({ deleted: 1, failed: 0 });
    expect(world.target.count('user')).toBe(0);
  });

  test('an unassigned user who comes back is enabled, not made twice', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    await world.cycle();
    await world.unassign(ann!);
    await world.cycle();
    await world.assign(ann!);
    expect((await world.cycle()).counts).toMatchObject({ created: 0, updated: 1 });
    expect(world.target.count('user')).toBe(1);
    expect(userOf(world, 'ann')?.get('active')).toBe(true);
  });
});

describe('references and memberships that come late', () => {
  test('a member who comes into scope later is added to the group', async () => {
    await using world = await createWorld();
    const [ann, bea] = await world.users(['ann', 'bea'], (name) => ({ accountEnabled: name === 'ann' }));
    const group = await world.group('Everyone', [ann!, bea!]);
    await world.assign(group);
    await world.cycle();
    expect(membersOf(world, 'Everyone')).toEqual(['ann']);
    await world.store.directory.updateUser(bea!, { accountEnabled: true });
    expect(await world.cycle()).toMatchObject({ kind: 'incremental', counts: { created: 1, updated: 1, failed: 0 } });
    expect(membersOf(world, 'Everyone')).toEqual(['ann', 'bea']);
  });

  test('a nested group is a member from the cycle on that provisions it, also when both are new', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    const inner = await world.group('Inner', [ann!]);
    const outer = await world.group('Outer', [inner]);
    await world.assign(outer, inner);
    await world.cycle();
    expect(membersOf(world, 'Outer')).toEqual(['Inner']);
    const late = await world.group('Late', []);
    await world.store.directory.addMembers(outer, [late]);
    await world.cycle();
    expect(membersOf(world, 'Outer')).toEqual(['Inner']);
    await world.assign(late);
    expect((await world.cycle()).counts).toMatchObject({ created: 1, failed: 0 });
    expect(membersOf(world, 'Outer')).toEqual(['Inner', 'Late']);
  });

  test('memberships that changed while a user was in the recycle bin are right after the restoration', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    const before = await world.group('Before', [ann!]);
    const after = await world.group('After', []);
    await world.assign(before, after, ann!);
    await world.cycle();
    await world.store.directory.deleteUser(ann!);
    await world.cycle();
    await world.store.directory.restore(ann!);
    await world.store.directory.removeMembers(before, [ann!]);
    await world.store.directory.addMembers(after, [ann!]);
    expect((await world.cycle()).counts).toMatchObject({ failed: 0 });
    expect([membersOf(world, 'Before'), membersOf(world, 'After')]).toEqual([[], ['ann']]);
    expect(userOf(world, 'ann')?.get('active')).toBe(true);
  });

  test('a manager who is taken away is cleared, and one who is purged too', async () => {
    await using world = await createWorld({ template: 'scim' });
    const [boss] = await world.users(['boss']);
    const [ann, bea] = await world.users(['ann', 'bea'], () => ({ managerId: boss! }));
    await world.assign(boss!, ann!, bea!);
    await world.cycle();
    expect(userOf(world, 'ann')?.has(manager)).toBe(true);
    await world.store.directory.updateUser(ann!, { managerId: null });
    await world.cycle();
    expect(userOf(world, 'ann')?.has(manager)).toBe(false);
    await world.store.directory.deleteUser(boss!);
    await world.store.directory.purge(boss!);
    expect((await world.cycle()).counts).toMatchObject({ deleted: 1, failed: 0 });
    expect(userOf(world, 'bea')?.has(manager)).toBe(false);
  });
});

test('a group that was unassigned while the target was out of reach takes its members along later', async () => {
  await using world = await createWorld();
  const users = await world.users(['ann', 'bea']);
  const group = await world.group('Everyone', users);
  await world.assign(group);
  await world.cycle();
  await world.unassign(group);
  world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
  expect(await world.cycle()).toMatchObject({ kind: 'incremental', state: 'failed' });
  world.target.fault = undefined;
  expect((await world.cycle()).counts).toMatchObject({ disabled: 2, deleted: 1, failed: 0 });
});

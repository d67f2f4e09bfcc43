import { describe, expect, test } from 'vitest';
import { createWorld, names, type World } from './world.ts';

const active = (world: World, name: string): unknown =>
  world.target.find1('user', 'userName', `${name}@contoso.example`)?.values.get('active');
const membersOf = (world: World, name: string): readonly string[] =>
  [...(world.target.find1('group', 'displayName', name)?.members ?? [])]
    .map((id) => String(world.target.objects.get(id)?.values.get('userName')).split('@')[0]!)
    .toSorted();

/** Twenty users in one assigned group, provisioned. */
async function settledWorld(...options: Parameters<typeof createWorld>) {
  const world = await createWorld(...options);
  const users = await world.users(names('user', 20));
  const group = await world.group('Everyone', users);
  await world.assign(group);
  await world.cycle();
  world.target.takeRequests();
  return { world, users, group };
}

describe('an incremental cycle', () => {
  test('creates a joiner and adds them to their group', async () => {
    const { world, group } = await settledWorld();
    await using _ = world;
    const [joiner] = await world.users(['joiner']);
    await world.store.directory.addMembers(group, [joiner!]);
    const cycle = await world.cycle();
    expect(cycle).toMatchObject({ kind: 'incremental', counts: { created: 1, updated: 1, skipped: 0, failed: 0 } });
    expect(world.target.takeRequests()).toEqual({ find: 1, create: 1, members: 1 });
    expect(membersOf(world, 'Everyone')).toContain('joiner');
  });

  test('sends a mover the changed attributes only', async () => {
    const { world, users } = await settledWorld();
    await using _ = world;
    await world.store.directory.updateUser(users[3]!, { attributes: new Map([['jobTitle', 'Engineer']]) });
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ objects: { users: 1, groups: 0 }, updated: 1 });
    expect(world.target.takeRequests()).toEqual({ update: 1 });
    expect(world.target.find1('user', 'userName', 'user3@contoso.example')?.values.get('title')).toBe('Engineer');
  });

  test('clears in profile efficient what it had exported, and leaves it alone in profile entra', async () => {
    for (const profile of ['efficient', 'entra'] as const) {
      const { world, users } = await settledWorld({ settings: { profile } });
      await using _ = world;
      await world.store.directory.updateUser(users[3]!, { attributes: new Map([['jobTitle', 'Engineer']]) });
      await world.cycle();
      await world.store.directory.updateUser(users[3]!, { attributes: new Map([['jobTitle', null]]) });
      await world.cycle();
      const title = world.target.find1('user', 'userName', 'user3@contoso.example')?.values.get('title');
      expect(title, profile).toBe(profile === 'efficient' ? undefined : 'Engineer');
    }
  });

  test('disables a leaver, and deletes them in the target once they are purged', async () => {
    const { world, users } = await settledWorld();
    await using _ = world;
    await world.store.directory.deleteUser(users[5]!);
    const left = await world.cycle();
    expect(left.counts).toMatchObject({ disabled: 1, updated: 0, deleted: 0 });
    expect(active(world, 'user5')).toBe(false);
    expect(membersOf(world, 'Everyone')).toContain('user5');
    await world.store.directory.purge(users[5]!);
    world.target.takeRequests();
    const purged = await world.cycle();
    expect(purged.counts).toMatchObject({ deleted: 1, failed: 0 });
    expect(world.target.takeRequests()).toEqual({ delete: 1 });
    expect(world.target.count('user')).toBe(19);
    expect((await world.store.jobs.status(world.jobId)).synchronizedEntryCount).toEqual({ users: 19, groups: 1 });
  });

  test('brings a restored user back, still in their groups', async () => {
    const { world, users } = await settledWorld();
    await using _ = world;
    await world.store.directory.deleteUser(users[5]!);
    await world.cycle();
    await world.store.directory.restore(users[5]!);
    world.target.takeRequests();
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ updated: 1, disabled: 0 });
    expect(world.target.takeRequests()).toEqual({ update: 1 });
    expect(active(world, 'user5')).toBe(true);
    expect(membersOf(world, 'Everyone')).toContain('user5');
  });

  test('follows a blocked account without ending its membership', async () => {
    const { world, users } = await settledWorld();
    await using _ = world;
    await world.store.directory.updateUser(users[5]!, { accountEnabled: false });
    expect((await world.cycle()).counts).toMatchObject({ disabled: 1 });
    expect(active(world, 'user5')).toBe(false);
    await world.store.directory.updateUser(users[5]!, { attributes: new Map([['jobTitle', 'On leave']]) });
    expect((await world.cycle()).counts).toMatchObject({ updated: 1 });
    expect(active(world, 'user5')).toBe(false);
    await world.store.directory.updateUser(users[5]!, { accountEnabled: true });
    expect((await world.cycle()).counts).toMatchObject({ updated: 1 });
    expect(active(world, 'user5')).toBe(true);
  });

  test('moves a member from one group to another', async () => {
    const { world, users, group } = await settledWorld();
    await using _ = world;
    const other = await world.group('Others', []);
    await world.assign(other);
    await world.cycle();
    await world.store.directory.removeMembers(group, [users[2]!]);
    await world.store.directory.addMembers(other, [users[2]!]);
    world.target.takeRequests();
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ updated: 2, disabled: 0, failed: 0 });
    expect(world.target.takeRequests()).toEqual({ members: 2 });
    expect(membersOf(world, 'Others')).toEqual(['user2']);
    expect(membersOf(world, 'Everyone')).not.toContain('user2');
  });

  test('disables who leaves the only group that entitled them, and takes them out of it', async () => {
    const { world, users, group } = await settledWorld();
    await using _ = world;
    await world.store.directory.removeMembers(group, [users[2]!]);
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ disabled: 1, updated: 1 });
    expect(active(world, 'user2')).toBe(false);
    expect(membersOf(world, 'Everyone')).not.toContain('user2');
    // Back again: enabled, and a member again.
    await world.store.directory.addMembers(group, [users[2]!]);
    await world.cycle();
    expect(active(world, 'user2')).toBe(true);
    expect(membersOf(world, 'Everyone')).toContain('user2');
  });

  test('disables everybody whose group is unassigned, and deletes the group', async () => {
    const { world, group } = await settledWorld();
    await using _ = world;
    await world.unassign(group);
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ disabled: 20, deleted: 1, failed: 0 });
    expect(world.target.count('group')).toBe(0);
    await world.assign(group);
    const again = await world.cycle();
    expect(again.counts).toMatchObject({ updated: 20, created: 1, failed: 0 });
    expect(membersOf(world, 'Everyone')).toHaveLength(20);
  });

  test('disables who is in a group that ceases to be a security group', async () => {
    const { world, group } = await settledWorld();
    await using _ = world;
    await world.store.directory.updateGroup(group, { securityEnabled: false });
    expect((await world.cycle()).counts).toMatchObject({ disabled: 20 });
  });

  test('deletes a deleted group and makes a restored one anew with its members', async () => {
    const { world, users, group } = await settledWorld();
    await using _ = world;
    await world.assign(...users);
    await world.store.directory.deleteGroup(group);
    expect((await world.cycle()).counts).toMatchObject({ deleted: 1, disabled: 0 });
    expect(world.target.count('group')).toBe(0);
    await world.store.directory.restore(group);
    expect((await world.cycle()).counts).toMatchObject({ created: 1 });
    expect(membersOf(world, 'Everyone')).toHaveLength(20);
  });

  test('starts no cycle of its own for changes that concern nobody here', async () => {
    const { world } = await settledWorld();
    await using _ = world;
    await world.users(['stranger']);
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ objects: { users: 0, groups: 0 }, requests: 0 });
  });

  test('makes the target again what a 404 showed to be gone', async () => {
    const { world, users } = await settledWorld();
    await using _ = world;
    const before = world.target.find1('user', 'userName', 'user4@contoso.example')!;
    world.target.vanish(before.id);
    await world.store.directory.updateUser(users[4]!, { attributes: new Map([['jobTitle', 'Back']]) });
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ created: 1, failed: 0 });
    const after = world.target.find1('user', 'userName', 'user4@contoso.example')!;
    expect(after.id).not.toBe(before.id);
    expect(membersOf(world, 'Everyone')).toContain('user4');
    const { entries } = await world.log();
    const sentences = entries.flatMap((entry) => entry.steps.map((step) => step.description));
    expect(sentences.filter((sentence) => sentence.includes('InvalidAnchor'))).toHaveLength(1);
  });
});

describe('scope', () => {
  test('leaving the filter disables, and SkipOutOfScopeDeletions leaves alone', async () => {
    const filtered = (schema: Awaited<ReturnType<World['job']>>['schema']) => ({
      ...schema,
      synchronizationRules: schema.synchronizationRules.map((rule) => ({
        ...rule,
        objectMappings: rule.objectMappings.map((mapping) =>
          mapping.sourceObjectName === 'User'
            ? {
                ...mapping,
                scope: {
                  groups: [
                    {
                      name: 'Sales only',
                      clauses: [
                        {
                          sourceOperandName: 'department',
                          operatorName: 'EQUALS',
                          targetOperand: { values: ['Sales'] },
                        },
                      ],
                    },
                  ],
                },
              }
            : mapping,
        ),
      })),
    });
    for (const skipOutOfScopeDeletions of [false, true]) {
      await using world = await createWorld({ schema: filtered, settings: { skipOutOfScopeDeletions } });
      const users = await world.users(['ann', 'bob'], (name) => ({
        attributes: { department: name === 'ann' ? 'Sales' : 'Support' },
      }));
      await world.assign(...users);
      const first = await world.cycle();
      expect(first.counts).toMatchObject({ created: 1, skipped: 1 });
      await world.store.directory.updateUser(users[0]!, { attributes: new Map([['department', 'Support']]) });
      const second = await world.cycle();
      expect(second.counts).toMatchObject(skipOutOfScopeDeletions ? { skipped: 1, disabled: 0 } : { disabled: 1 });
      expect(active(world, 'ann')).toBe(skipOutOfScopeDeletions);
    }
  });

  test('disabled users are never created', async () => {
    await using world = await createWorld();
    await world.assign(...(await world.users(['off'], () => ({ accountEnabled: false }))));
    expect((await world.cycle()).counts).toMatchObject({ created: 0, skipped: 1 });
    const { entries } = await world.log();
    expect(entries[0]).toMatchObject({ outcome: 'skipped', reason: 'NotEffectivelyEntitled' });
  });

  test('onLeavingScope delete removes the account', async () => {
    const { world, users } = await settledWorld({ settings: { onLeavingScope: 'delete' } });
    await using _ = world;
    await world.assign(...users);
    await world.cycle();
    await world.unassign(users[0]!);
    await world.store.directory.deleteUser(users[1]!);
    expect((await world.cycle()).counts).toMatchObject({ deleted: 1, disabled: 0 });
  });

  test('scope all takes everybody, and switching to assigned lets the others go', async () => {
    await using world = await createWorld({ settings: { scope: 'all' } });
    const users = await world.users(names('user', 6));
    expect((await world.cycle()).counts).toMatchObject({ created: 6 });
    await world.assign(users[0]!);
    await world.store.jobs.updateSettings(world.jobId, { scope: 'assigned' });
    const cycle = await world.cycle();
    expect(cycle).toMatchObject({ kind: 'initial', counts: { disabled: 5, skipped: 1 } });
  });
});

describe('managers', () => {
  test('travel with the object in profile efficient, managers first', async () => {
    await using world = await createWorld({ template: 'scim' });
    const [boss] = await world.users(['boss']);
    const [head] = await world.users(['head'], () => ({ managerId: boss! }));
    const staff = await world.users(names('staff', 5), () => ({ managerId: head! }));
    await world.assign(boss!, head!, ...staff);
    expect((await world.cycle()).counts).toMatchObject({ created: 7 });
    expect(world.target.takeRequests()).toEqual({ list: 1, create: 7 });
    const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';
    const bossId = world.target.find1('user', 'userName', 'boss@contoso.example')!.id;
    expect(world.target.find1('user', 'userName', 'head@contoso.example')!.values.get(manager)).toBe(bossId);
  });

  test('that come into scope later are set then', async () => {
    for (const profile of ['efficient', 'entra'] as const) {
      await using world = await createWorld({ template: 'scim', settings: { profile } });
      const [boss] = await world.users(['boss']);
      const [staff] = await world.users(['staff'], () => ({ managerId: boss! }));
      await world.assign(staff!);
      await world.cycle();
      const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';
      expect(world.target.find1('user', 'userName', 'staff@contoso.example')!.values.has(manager)).toBe(false);
      await world.assign(boss!);
      const cycle = await world.cycle();
      expect(cycle.counts, profile).toMatchObject({ created: 1, updated: 1, failed: 0 });
      const bossId = world.target.find1('user', 'userName', 'boss@contoso.example')!.id;
      expect(world.target.find1('user', 'userName', 'staff@contoso.example')!.values.get(manager)).toBe(bossId);
      world.target.takeRequests();
      await world.store.directory.updateUser(staff!, { attributes: new Map([['jobTitle', 'X']]) });
      await world.cycle();
      expect(world.target.takeRequests(), profile).toEqual(
        profile === 'efficient' ? { update: 1 } : { get: 1, update: 1 },
      );
    }
  });
});

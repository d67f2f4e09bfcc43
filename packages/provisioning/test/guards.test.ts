import { describe, expect, test } from 'vitest';
import { createProvisioningService, previewCycle } from '../src/index.ts';
import { createWorld, names, type World } from './world.ts';

const user = (world: World, name: string) => world.target.find1('user', 'userName', `${name}@contoso.example`);
const group = (world: World, name: string) => world.target.find1('group', 'displayName', name);

async function logged(world: World, reason: string): Promise<readonly string[]> {
  const { entries } = await world.log();
  return entries
    .filter((entry) => entry.reason === reason)
    .map((entry) => `${entry.source.displayName} ${entry.outcome}`)
    .toSorted();
}

const changes = (world: World): readonly string[] =>
  world.target.requests
    .filter((one) => ['create', 'update', 'delete', 'members'].includes(one.method))
    .map((one) => one.method);

describe('protected accounts', () => {
  test.each(['efficient', 'entra'] as const)('are neither matched, updated nor made in profile %s', async (profile) => {
    await using world = await createWorld({
      settings: { profile, protectedAccounts: ['ADMIN@contoso.example', 'breakglass*', 'Owners'] },
    });
    const admin = world.target.plant('user', { userName: 'Admin@contoso.example', active: true });
    const owners = world.target.plant('group', { displayName: 'owners' });
    const users = await world.users(['admin', 'breakglass1', 'ann']);
    await world.assign(...users, await world.group('Owners', users), await world.group('Team', users));
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ created: 2, updated: 0, skipped: 3, failed: 0 });
    expect(admin.values).toEqual(
      new Map<string, unknown>([
        ['userName', 'Admin@contoso.example'],
        ['active', true],
      ]),
    );
    expect(owners.members.size).toBe(0);
    expect(user(world, 'breakglass1')).toBeUndefined();
    // Whoever is left alone is not linked either, and so is no member of anything.
    expect(group(world, 'Team')?.members.size).toBe(1);
    expect(await logged(world, 'ProtectedAccount')).toEqual(['Owners skipped', 'admin skipped', 'breakglass1 skipped']);
  });

  test.each(['efficient', 'entra'] as const)(
    'that are linked already stay as they are in profile %s',
    async (profile) => {
      await using world = await createWorld({ template: 'scim', settings: { profile } });
      const [boss] = await world.users(['boss']);
      const users = await world.users(['mover', 'leaver', 'purged', 'managed', 'other']);
      const team = await world.group('Team', users);
      await world.assign(boss!, ...users, team);
      await world.cycle();
      const idOfLeaver = user(world, 'leaver')!.id;
      await world.store.jobs.updateSettings(world.jobId, {
        protectedAccounts: ['mover@*', idOfLeaver.toUpperCase(), 'purged@contoso.example', 'managed@*', 'TEAM'],
      });
      const before = world.target.requests.length;
      const [mover, leaver, purged, managed, other] = users;
      await world.store.directory.updateUser(mover!, { attributes: new Map([['jobTitle', 'Engineer']]) });
      await world.store.directory.deleteUser(leaver!);
      await world.store.directory.deleteUser(purged!);
      await world.store.directory.purge(purged!);
      await world.store.directory.updateUser(managed!, { managerId: boss! });
      await world.store.directory.removeMembers(team, [other!]);
      await world.store.directory.deleteGroup(team);
      const preview = await previewCycle(world.ports, world.jobId);
      expect(preview.deletionGuard?.departures).toBe(0);
      const cycle = await world.cycle();
      // A change of the list makes the next cycle an initial one: who was left alone and no longer is must be seen.
      expect(cycle).toMatchObject({ kind: 'initial', counts: { updated: 0, disabled: 0, deleted: 0, failed: 0 } });
      const after = world.target.requests.slice(before).map((one) => one.method);
      expect(after.filter((method) => ['create', 'update', 'delete', 'members'].includes(method))).toEqual([]);
      expect(await logged(world, 'ProtectedAccount')).toEqual(
        ['Team', 'leaver', 'managed', 'mover', `${purged}`]
          .map((name) => `${name} skipped`)
          .toSorted()
          .map((text) => (text.startsWith(`${purged}`) ? 'purged skipped' : text))
          .toSorted(),
      );
      await world.store.jobs.updateSettings(world.jobId, { protectedAccounts: [] });
      expect((await world.cycle()).counts).toMatchObject({ disabled: 1, deleted: 2, updated: 2 });
    },
  );

  test('are left alone on demand as well', async () => {
    await using world = await createWorld({ settings: { protectedAccounts: ['ann@contoso.example'] } });
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    world.target.plant('user', { userName: 'ann@contoso.example' });
    const service = createProvisioningService(world.ports);
    const { entry } = await service.provisionOnDemand(await world.job(), { kind: 'user', id: ann! });
    expect(entry).toMatchObject({ outcome: 'skipped', reason: 'ProtectedAccount' });
    expect(changes(world)).toEqual([]);
  });
});

describe('upsert-only', () => {
  test('creates and updates, but takes nothing away; switched off, everything due is done', async () => {
    await using world = await createWorld({ settings: { upsertOnly: true } });
    const users = await world.users(names('user', 6));
    const team = await world.group('Team', users);
    const other = await world.group('Other', []);
    await world.assign(...users, team, other);
    await world.cycle();
    expect(world.target.count('user')).toBe(6);
    const before = changes(world).length;
    await world.store.directory.updateUser(users[0]!, { attributes: new Map([['jobTitle', 'Engineer']]) });
    await world.store.directory.deleteUser(users[1]!);
    await world.store.directory.deleteUser(users[2]!);
    await world.store.directory.purge(users[2]!);
    await world.store.directory.updateUser(users[3]!, { accountEnabled: false });
    await world.store.directory.removeMembers(team, [users[4]!]);
    await world.store.directory.deleteGroup(other);
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ updated: 1, disabled: 0, deleted: 0, failed: 0 });
    expect(changes(world).slice(before)).toEqual(['update']);
    expect(await logged(world, 'UpsertOnly')).toEqual(
      ['Other', 'user1', 'user2', 'user3'].map((name) => `${name} skipped`),
    );
    for (const name of ['user1', 'user2', 'user3']) expect(user(world, name)?.values.get('active')).toBe(true);
    expect(group(world, 'Team')?.members.size).toBe(6);
    await world.cycle();
    expect(changes(world)).toHaveLength(before + 1);
    await world.store.jobs.updateSettings(world.jobId, { upsertOnly: false });
    const after = await world.cycle();
    // Who was purged in the meantime is no longer ours: the account stays and is told by a comparison.
    expect(after).toMatchObject({ kind: 'initial', counts: { disabled: 2, deleted: 1, failed: 0 } });
    expect(user(world, 'user2')?.values.get('active')).toBe(true);
    expect(group(world, 'Team')?.members.has(user(world, 'user4')!.id)).toBe(false);
  });
});

describe('ambiguity is refused and shown', () => {
  const twins = async (world: World) => {
    // The mapping gives both the same userName.
    const users = await world.users(['ann', 'ann2'], (_, index) => ({
      attributes: { mail: `same${index}@x.example` },
    }));
    await world.assign(...users);
    return users;
  };
  const sameName = (schema: Awaited<ReturnType<World['job']>>['schema']) =>
    ({
      ...schema,
      synchronizationRules: schema.synchronizationRules.map((rule) => ({
        ...rule,
        objectMappings: rule.objectMappings.map((mapping) => ({
          ...mapping,
          attributeMappings: mapping.attributeMappings.map((one) =>
            one.targetAttributeName === 'userName'
              ? { ...one, source: { type: 'Constant', name: 'ann', expression: '"ann"', parameters: [] } }
              : one,
          ),
        })),
      })),
    }) as typeof schema;

  test.each(['efficient', 'entra'] as const)(
    'two of the directory for one new account, profile %s',
    async (profile) => {
      await using world = await createWorld({ schema: sameName, settings: { profile } });
      await twins(world);
      expect((await world.cycle()).counts).toMatchObject({ created: 1, failed: 1 });
      expect(world.target.count('user')).toBe(1);
      const { entries } = await world.log();
      const failed = entries.find((entry) => entry.outcome === 'failure');
      expect(failed?.error?.code).toBe('DuplicateSourceEntries');
      expect(failed?.error?.recommendedAction).not.toBe('');
      // Nor in any later cycle.
      expect((await world.cycle({ retryAllEscrows: true })).counts).toMatchObject({
        created: 0,
        updated: 0,
        failed: 1,
      });
    },
  );

  test.each(['efficient', 'entra'] as const)(
    'two of the directory for one account that is there, profile %s',
    async (profile) => {
      await using world = await createWorld({ schema: sameName, settings: { profile } });
      world.target.plant('user', { userName: 'ann' });
      await twins(world);
      expect((await world.cycle()).counts).toMatchObject({ created: 0, updated: 1, failed: 1 });
      expect(await logged(world, 'DuplicateSourceEntries')).toHaveLength(1);
      expect((await world.store.links.list({ jobId: world.jobId, top: 10 })).links).toHaveLength(1);
    },
  );

  test.each(['efficient', 'entra'] as const)('one of the directory for two accounts, profile %s', async (profile) => {
    await using world = await createWorld({ settings: { profile } });
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    world.target.plant('user', { userName: 'ann@contoso.example' });
    world.target.plant('user', { userName: 'Ann@contoso.example' });
    expect((await world.cycle()).counts).toMatchObject({ created: 0, updated: 0, failed: 1 });
    expect(await logged(world, 'DuplicateTargetEntries')).toEqual(['ann failure']);
    expect((await world.store.links.list({ jobId: world.jobId, top: 10 })).links).toEqual([]);
  });

  test('on demand, for an account that another is linked to', async () => {
    await using world = await createWorld({ schema: sameName });
    const [first, second] = await world.users(['ann', 'ann2']);
    await world.assign(first!);
    await world.cycle();
    await world.assign(second!);
    const service = createProvisioningService(world.ports);
    const { entry } = await service.provisionOnDemand(await world.job(), { kind: 'user', id: second! });
    expect(entry).toMatchObject({ outcome: 'failure', error: { code: 'DuplicateSourceEntries' } });
  });
});

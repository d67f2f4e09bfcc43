import type { ObjectId } from '@joinery/base';
import { describe, expect, test } from 'vitest';
import type { SynchronizationSchema } from '../src/index.ts';
import { createWorld, type World } from './world.ts';

// The tables of entra-provisioning.md §3.1 and §3.2, each row from the event in the directory to what the target gets.

type ObjectMapping = SynchronizationSchema['synchronizationRules'][number]['objectMappings'][number];

const changeMapping =
  (source: 'User' | 'Group', change: (mapping: ObjectMapping) => ObjectMapping) =>
  (schema: SynchronizationSchema): SynchronizationSchema => ({
    ...schema,
    synchronizationRules: schema.synchronizationRules.map((rule) => ({
      ...rule,
      objectMappings: rule.objectMappings.map((one) => (one.sourceObjectName === source ? change(one) : one)),
    })),
  });

const salesOnly = changeMapping('User', (mapping) => ({
  ...mapping,
  scope: {
    groups: [
      {
        name: 'Sales only',
        clauses: [
          { sourceOperandName: 'department', operatorName: 'EQUALS', targetOperand: { values: ['Sales'] } },
        ],
      },
    ],
  },
})); // prettier-ignore
const allowing = (flowTypes: string) => changeMapping('User', (mapping) => ({ ...mapping, flowTypes }));
const withoutSoftDelete = changeMapping('User', (mapping) => ({
  ...mapping,
  attributeMappings: mapping.attributeMappings.filter((one) => one.targetAttributeName !== 'active'),
}));

/** Who meets which event. `ofGroup` and `member` are entitled by a group only, all others by an assignment of their own. */
const people = ['unassigned', 'ofGroup', 'member', 'filtered', 'blocked', 'binned', 'purged', 'untouched'] as const;
type Person = (typeof people)[number];

interface Company {
  readonly world: World;
  readonly ids: Readonly<Record<Person, ObjectId>>;
  readonly groups: { readonly unassigned: ObjectId; readonly left: ObjectId; readonly deleted: ObjectId };
}

async function provisioned(options: Parameters<typeof createWorld>[0]): Promise<Company & AsyncDisposable> {
  const world = await createWorld(options);
  const made = await world.users(people, () => ({ attributes: { department: 'Sales' } }));
  const ids = Object.fromEntries(people.map((name, index) => [name, made[index]])) as Record<Person, ObjectId>;
  const groups = {
    unassigned: await world.group('Unassigned group', [ids.ofGroup]),
    left: await world.group('Left group', [ids.member]),
    deleted: await world.group('Deleted group', []),
  };
  const own = people.filter((name) => name !== 'ofGroup' && name !== 'member').map((name) => ids[name]);
  await world.assign(...own, ...Object.values(groups));
  expect((await world.cycle()).counts.failed).toBe(0);
  world.target.takeRequests();
  return { world, ids, groups, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

async function happen({ world, ids, groups }: Company): Promise<void> {
  world.clock.advance(60_000);
  const { directory } = world.store;
  await world.unassign(ids.unassigned);
  await world.unassign(groups.unassigned);
  await directory.removeMembers(groups.left, [ids.member]);
  await directory.updateUser(ids.filtered, { attributes: new Map([['department', 'Support']]) });
  await directory.updateUser(ids.blocked, { accountEnabled: false });
  await directory.deleteUser(ids.binned);
  await directory.deleteUser(ids.purged);
  await directory.purge(ids.purged);
  await directory.deleteGroup(groups.deleted);
}

/** `active`, `disabled` or `gone`, as the target has it. */
function statesOf({ world }: Company): Readonly<Record<string, string>> {
  const stateOf = (name: string): string => {
    const found = world.target.find1('user', 'userName', `${name}@contoso.example`);
    return found === undefined ? 'gone' : found.values.get('active') === false ? 'disabled' : 'active';
  };
  return Object.fromEntries(people.map((name) => [name, stateOf(name)]));
}

/** The reason of the last entry of each person in the log. */
async function reasonsOf({ world, ids }: Company): Promise<Readonly<Record<string, string>>> {
  const { entries } = await world.log();
  return Object.fromEntries(people.map((name) => [name, entries.find(({ source }) => source.id === ids[name])?.reason ?? ''])); // prettier-ignore
}

const all = (state: string): Readonly<Record<string, string>> =>
  Object.fromEntries(people.map((name) => [name, state]));

const disabledByDefault = {
  unassigned: 'disabled',
  ofGroup: 'disabled',
  member: 'disabled',
  filtered: 'disabled',
  blocked: 'disabled',
  binned: 'disabled',
  purged: 'gone',
  untouched: 'active',
} as const;

describe.each(['entra', 'efficient'] as const)('an event in the directory, profile %s', (profile) => {
  test('disables, and deletes only who is deleted for good and the groups', async () => {
    await using company = await provisioned({ schema: salesOnly, settings: { profile } });
    await happen(company);
    const cycle = await company.world.cycle();
    expect(statesOf(company)).toEqual(disabledByDefault);
    expect(cycle.counts).toMatchObject({ disabled: 6, deleted: 3, failed: 0 });
    expect(company.world.target.takeRequests()).toMatchObject({ delete: 3 });
    expect(company.world.target.find1('group', 'displayName', 'Left group')!.members.size).toBe(0);
    expect(company.world.target.count('group')).toBe(1);
    expect(await reasonsOf(company)).toMatchObject({
      unassigned: 'NotEffectivelyEntitled',
      filtered: 'EntrySynchronizationSkipped',
      blocked: 'AccountDisabled',
      binned: 'SoftDeleted',
      purged: 'HardDeleted',
    });
  });
});

describe('an event in the directory', () => {
  test('that is undone enables the account again', async () => {
    await using company = await provisioned({ schema: salesOnly });
    await happen(company);
    await company.world.cycle();
    const { world, ids, groups } = company;
    await world.assign(ids.unassigned, groups.unassigned);
    await world.store.directory.addMembers(groups.left, [ids.member]);
    await world.store.directory.updateUser(ids.filtered, { attributes: new Map([['department', 'Sales']]) });
    await world.store.directory.updateUser(ids.blocked, { accountEnabled: true });
    await world.store.directory.restore(ids.binned);
    expect((await world.cycle()).counts).toMatchObject({ failed: 0 });
    expect(statesOf(company)).toEqual({
      ...Object.fromEntries(people.map((name) => [name, 'active'])),
      purged: 'gone',
    });
    expect(world.target.count('user')).toBe(7);
  });

  test('is followed by DELETE when whoever it disabled is deleted for good', async () => {
    await using company = await provisioned({ schema: salesOnly });
    await happen(company);
    await company.world.cycle();
    const { world, ids } = company;
    for (const name of ['unassigned', 'filtered', 'blocked', 'binned'] as const) {
      if (name !== 'binned') await world.store.directory.deleteUser(ids[name]);
      await world.store.directory.purge(ids[name]);
    }
    expect((await world.cycle()).counts).toMatchObject({ deleted: 4, failed: 0 });
    expect(statesOf(company)).toMatchObject({ unassigned: 'gone', filtered: 'gone', blocked: 'gone', binned: 'gone' });
  });
});

describe('the switches', () => {
  test.each<[string, Parameters<typeof createWorld>[0], Readonly<Record<string, string>>]>([
    ['leaving scope deletes: everything but a block', { schema: salesOnly, settings: { onLeavingScope: 'delete' } },
      { ...all('gone'), blocked: 'disabled', untouched: 'active' }],
    ['no mapping of IsSoftDeleted: only the deletion for good', { schema: (schema) => withoutSoftDelete(salesOnly(schema)) },
      { ...all('active'), purged: 'gone' }],
    ['without Update: only the deletion for good', { schema: (schema) => allowing('Add, Delete')(salesOnly(schema)) },
      { ...all('active'), purged: 'gone' }],
    ['without Delete: the deletion for good is ignored', { schema: (schema) => allowing('Add, Update')(salesOnly(schema)) },
      { ...disabledByDefault, purged: 'active' }],
    ['SkipOutOfScopeDeletions: who leaves scope stays, deletes flow', { schema: salesOnly, settings: { skipOutOfScopeDeletions: true } },
      { ...all('active'), blocked: 'disabled', binned: 'disabled', purged: 'gone' }],
  ])('%s', async (_, options, expected) => {
    await using company = await provisioned(options);
    await happen(company);
    expect((await company.world.cycle()).counts.failed).toBe(0);
    expect(statesOf(company)).toEqual(expected);
  }); // prettier-ignore

  test('without Add nobody is created, and who is there already is updated', async () => {
    await using world = await createWorld({ schema: allowing('Update, Delete') });
    world.target.plant('user', { userName: 'ann@contoso.example', 'name.givenName': 'Old' });
    await world.assign(...(await world.users(['ann', 'bob'])));
    expect((await world.cycle()).counts).toMatchObject({ created: 0, updated: 1, skipped: 1, failed: 0 });
    expect(world.target.count('user')).toBe(1);
    const { entries } = await world.log();
    expect(entries.map(({ outcome, reason }) => `${outcome} ${reason}`)).toContain('skipped CreateNotAllowed');
  });

  test('a groups mapping that is off provisions no group, and the members of an assigned one all the same', async () => {
    await using world = await createWorld({ schema: changeMapping('Group', (one) => ({ ...one, enabled: false })) });
    await world.assign(await world.group('Everyone', await world.users(['ann', 'bob'])));
    expect((await world.cycle()).counts).toMatchObject({ created: 2, failed: 0 });
    expect(world.target.count('group')).toBe(0);
  });
});

describe('accidental deletions prevention', () => {
  const guard = { enabled: true, count: 6, percent: 100 };

  test('counts users and groups, disables and deletes of one cycle together', async () => {
    await using company = await provisioned({ schema: salesOnly, settings: { deletionGuard: guard } });
    await happen(company);
    const held = await company.world.cycle();
    expect(held.counts).toMatchObject({ disabled: 0, deleted: 0, failed: 0 });
    expect((await company.world.job()).quarantine?.reason).toBe('TooManyDeletes');
    expect(statesOf(company)).toEqual(all('active'));
    expect(company.world.target.count('group')).toBe(3);
    const { entries } = await company.world.log();
    expect(entries.filter(({ action }) => action === 'stageddelete')).toHaveLength(9);
  });

  test('starts anew with each cycle', async () => {
    await using company = await provisioned({ schema: salesOnly, settings: { deletionGuard: guard } });
    const { world, ids } = company;
    await world.unassign(ids.unassigned);
    for (const name of ['filtered', 'blocked', 'binned'] as const) await world.store.directory.deleteUser(ids[name]);
    expect((await world.cycle()).counts).toMatchObject({ disabled: 4 });
    for (const name of ['purged', 'untouched', 'member'] as const) await world.store.directory.deleteUser(ids[name]);
    expect((await world.cycle()).counts).toMatchObject({ disabled: 3 });
    expect((await world.job()).quarantine).toBeUndefined();
  });
});

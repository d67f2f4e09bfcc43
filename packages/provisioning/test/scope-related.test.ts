import type { ObjectId } from '@joinery/base';
import { describe, expect, test } from 'vitest';
import { cyclePlan } from '../src/cycle/run-cycle.ts';
import { active, clause, everyone, inTarget, scoped } from './scoped.ts';
import { createWorld, type World } from './world.ts';

/** How many users the cycle evaluated. */
async function cycle(world: World): Promise<number> {
  const { kind, counts } = await world.cycle();
  expect(kind).toBe('incremental');
  return counts.objects.users;
}

const { add, remove, update } = {
  add: (world: World, group: ObjectId, ...ids: readonly ObjectId[]) => world.store.directory.addMembers(group, ids),
  remove: (world: World, group: ObjectId, ...ids: readonly ObjectId[]) =>
    world.store.directory.removeMembers(group, ids),
  update: (world: World, id: ObjectId, attributes: Readonly<Record<string, string>>) =>
    world.store.directory.updateUser(id, { attributes: new Map(Object.entries(attributes)) }),
};

describe('a scoping filter on groups', () => {
  test('of a direct membership follows members in and out, and evaluates nobody else', async () => {
    await using world = await createWorld();
    const [ann, bob, cid] = await world.users(['ann', 'bob', 'cid', 'dan', 'eva']);
    const pilot = await world.group('Pilot', [ann!]);
    const other = await world.group('Other', [cid!]);
    await world.store.jobs.updateSettings(world.jobId, { scope: 'all' });
    await world.store.jobs.putSchema(
      world.jobId,
      scoped(clause('memberOf', 'EQUALS', pilot))((await world.job()).schema),
    );
    await world.cycle();
    expect(active(world)).toEqual(['ann']);
    await add(world, pilot, bob!);
    await remove(world, pilot, ann!);
    await remove(world, other, cid!);
    expect(await cycle(world)).toBe(3);
    expect(active(world)).toEqual(['bob']);
  });

  test('of assigned users only does not bring in a member without an assignment', async () => {
    await using world = await createWorld({ schema: scoped(clause('memberOf.displayName', 'IN', 'Pilot')) });
    const [ann, bob] = await world.users(['ann', 'bob']);
    const pilot = await world.group('Pilot', []);
    await world.assign(ann!);
    await world.cycle();
    expect(active(world)).toEqual([]);
    await add(world, pilot, ann!, bob!);
    await world.cycle();
    expect(active(world)).toEqual(['ann']);
  });

  test('through nested groups follows a change at any level', async () => {
    await using world = await createWorld(everyone(clause('transitiveMemberOf.displayName', 'EQUALS', 'Staff')));
    const [ann, bob] = await world.users(['ann', 'bob', 'cid']);
    const team = await world.group('Team', [ann!]);
    const unit = await world.group('Unit', [team]);
    const staff = await world.group('Staff', []);
    await world.cycle();
    expect(active(world)).toEqual([]);
    // A group far above ann comes in between.
    await add(world, staff, unit);
    await world.cycle();
    expect(active(world)).toEqual(['ann']);
    await add(world, team, bob!);
    await world.cycle();
    expect(active(world)).toEqual(['ann', 'bob']);
    // Two edges of the path go at once.
    await remove(world, unit, team);
    await remove(world, staff, unit);
    await world.cycle();
    expect(active(world)).toEqual([]);
  });

  test('does not look through nested groups where only direct ones are asked for', async () => {
    await using world = await createWorld(everyone(clause('memberOf.displayName', 'EQUALS', 'Staff')));
    const [ann] = await world.users(['ann']);
    const team = await world.group('Team', [ann!]);
    await world.group('Staff', [team]);
    await world.cycle();
    expect(active(world)).toEqual([]);
  });

  test.each(['memberOf.displayName', 'transitiveMemberOf.displayName'])(
    '%s follows a renamed group',
    async (attribute) => {
      await using world = await createWorld(everyone(clause(attribute, 'EQUALS', 'Pilot')));
      const [ann] = await world.users(['ann', 'bob']);
      const group = await world.group('Test', [ann!]);
      await world.cycle();
      expect(active(world)).toEqual([]);
      await world.store.directory.updateGroup(group, { displayName: 'Pilot' });
      await world.cycle();
      expect(active(world)).toEqual(['ann']);
    },
  );

  test.each(['memberOf', 'transitiveMemberOf.displayName'])(
    '%s follows a group into the recycle bin, back, and out of the directory',
    async (attribute) => {
      await using world = await createWorld({ settings: { scope: 'all' } });
      const [ann] = await world.users(['ann', 'bob']);
      const pilot = await world.group('Pilot', [ann!]);
      const value = attribute === 'memberOf' ? pilot : 'Pilot';
      const { schema } = await world.job();
      await world.store.jobs.putSchema(world.jobId, scoped(clause(attribute, 'EQUALS', value))(schema));
      await world.cycle();
      expect(active(world)).toEqual(['ann']);
      await world.store.directory.deleteGroup(pilot);
      await world.cycle();
      expect(active(world)).toEqual([]);
      await world.store.directory.restore(pilot);
      await world.cycle();
      expect(active(world)).toEqual(['ann']);
      await world.store.directory.deleteGroup(pilot);
      await world.store.directory.purge(pilot);
      await world.cycle();
      expect(active(world)).toEqual([]);
    },
  );

  test('a group in the recycle bin between two others holds nobody', async () => {
    await using world = await createWorld(everyone(clause('transitiveMemberOf.displayName', 'EQUALS', 'Staff')));
    const [ann] = await world.users(['ann']);
    const team = await world.group('Team', [ann!]);
    await world.group('Staff', [team]);
    await world.cycle();
    expect(active(world)).toEqual(['ann']);
    await world.store.directory.deleteGroup(team);
    await world.cycle();
    expect(active(world)).toEqual([]);
  });

  test('of a change that comes while a cycle runs is evaluated in it', async () => {
    await using world = await createWorld(everyone(clause('transitiveMemberOf.displayName', 'EQUALS', 'Pilot')));
    const [ann] = await world.users(['ann', 'bob']);
    const team = await world.group('Team', []);
    await world.group('Pilot', [team]);
    await world.cycle();
    const sizes = { pageSize: 10, groupPageSize: 10, retryAllEscrows: false };
    const job = await world.job();
    const plan = cyclePlan(world.ports, job, 'forced', sizes);
    const running = (await world.store.cycles.begin(job, plan))!;
    await add(world, team, ann!);
    await world.store.cycles.absorb(running.id, plan);
    expect((await world.cycle()).id).toBe(running.id);
    expect(active(world)).toEqual(['ann']);
  });

  test('of the groups mapping asks for the groups that hold a group', async () => {
    await using world = await createWorld({
      settings: { scope: 'all' },
      schema: scoped(clause('memberOf.displayName', 'EQUALS', 'Published'), 'Group'),
    });
    const sales = await world.group('Sales', []);
    const published = await world.group('Published', []);
    await world.cycle();
    expect(inTarget(world, 'group')).toEqual([]);
    await add(world, published, sales);
    await world.cycle();
    expect(inTarget(world, 'group').map((one) => one.values.get('displayName'))).toEqual(['Sales']);
  });

  test('is explained in the provisioning log', async () => {
    await using world = await createWorld(everyone(clause('memberOf.displayName', 'EQUALS', 'Pilot')));
    await world.users(['ann']);
    await world.cycle();
    const { entries } = await world.log();
    const scoping = entries[0]!.steps.find((step) => step.type === 'scoping')!;
    expect(scoping.details['ScopeEvaluationResult']).toBe('{"g memberOf.displayName EQUALS Pilot":false}');
  });
});

describe('a scoping filter on the manager', () => {
  test('follows a change of the manager', async () => {
    await using world = await createWorld({ settings: { scope: 'all' } });
    const [boss, chief] = await world.users(['boss', 'chief']);
    const [ann] = await world.users(['ann', 'bob'], () => ({ managerId: boss! }));
    const { schema } = await world.job();
    await world.store.jobs.putSchema(world.jobId, scoped(clause('manager', 'EQUALS', chief!))(schema));
    await world.cycle();
    expect(active(world)).toEqual([]);
    await world.store.directory.updateUser(ann!, { managerId: chief! });
    await world.cycle();
    expect(active(world)).toEqual(['ann']);
    // A manager in the recycle bin is none.
    await world.store.directory.deleteUser(chief!);
    await world.cycle();
    expect(active(world)).toEqual([]);
  });

  test("follows a change of the manager's attribute, and evaluates only who reports to them", async () => {
    await using world = await createWorld(everyone(clause('manager.department', 'EQUALS', 'Sales')));
    const [boss, chief] = await world.users(['boss', 'chief'], () => ({ attributes: { department: 'IT' } }));
    await world.users(['ann'], () => ({ managerId: boss! }));
    await world.users(['bob', 'cid'], () => ({ managerId: chief! }));
    await world.cycle();
    expect(active(world)).toEqual([]);
    await update(world, boss!, { department: 'Sales' });
    expect(await cycle(world)).toBe(2);
    expect(active(world)).toEqual(['ann']);
    await world.store.directory.deleteUser(boss!);
    await world.store.directory.purge(boss!);
    await world.cycle();
    expect(active(world)).toEqual([]);
  });

  test('absent without a manager: the null rule decides', async () => {
    await using world = await createWorld(
      everyone({ ...clause('manager.department', 'NOT EQUALS', 'Sales'), nullMatches: true }),
    );
    const [boss] = await world.users(['boss'], () => ({ attributes: { department: 'Sales' } }));
    await world.users(['ann'], () => ({ managerId: boss! }));
    await world.cycle();
    expect(active(world)).toEqual(['boss']);
  });
});

test('changes of groups and managers concern nobody where no filter asks for them', async () => {
  await using world = await createWorld(everyone(clause('department', 'IS NULL')));
  const [ann, boss] = await world.users(['ann', 'boss']);
  await world.store.directory.updateUser(ann!, { managerId: boss! });
  const pilot = await world.group('Pilot', []);
  await world.cycle();
  await add(world, pilot, ann!);
  await update(world, boss!, { jobTitle: 'Chief' });
  expect(await cycle(world)).toBe(1);
});

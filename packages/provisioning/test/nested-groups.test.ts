import { brandId, type AppRoleId, type ObjectId } from '@joinery/base';
import { describe, expect, test } from 'vitest';
import { modelError } from '@joinery/testkit';
import { createWorld, names, type World } from './world.ts';

const role = brandId<AppRoleId>('18d14569-c3bd-439b-9a66-3a2aee01d14f');

const active = (world: World, name: string): unknown =>
  world.target.find1('user', 'userName', `${name}@contoso.example`)?.values.get('active');
const membersOf = (world: World, name: string): readonly string[] =>
  [...(world.target.find1('group', 'displayName', name)?.members ?? [])]
    .map((id) => {
      const values = world.target.objects.get(id)?.values;
      return String(values?.get('userName') ?? values?.get('displayName')).split('@')[0]!;
    })
    .toSorted();

/** Company holds Sales, Sales holds Nordic, each with one user of its own. */
async function companyWorld(includesNestedGroups: boolean, options?: Parameters<typeof createWorld>[0]) {
  const world = await createWorld(options);
  const [chief, seller, nord] = (await world.users(['chief', 'seller', 'nord'])) as [ObjectId, ObjectId, ObjectId];
  const nordic = await world.group('Nordic', [nord]);
  const sales = await world.group('Sales', [seller, nordic]);
  const company = await world.group('Company', [chief, sales]);
  const assignment = await world.store.applications.assign(world.servicePrincipalId, company, role, {
    includesNestedGroups,
  });
  return { world, users: { chief, seller, nord }, groups: { nordic, sales, company }, assignment };
}

describe('an assigned group', () => {
  test('gives its direct members access and nobody else', async () => {
    const { world } = await companyWorld(false);
    await using _ = world;
    expect((await world.cycle()).counts).toMatchObject({ created: 2, failed: 0 });
    expect(membersOf(world, 'Company')).toEqual(['chief']);
  });

  test('with nested groups included gives everybody inside access, as members of the assigned group', async () => {
    const { world } = await companyWorld(true);
    await using _ = world;
    expect((await world.cycle()).counts).toMatchObject({ created: 4, failed: 0 });
    expect(membersOf(world, 'Company')).toEqual(['chief', 'nord', 'seller']);
    expect(world.target.count('group')).toBe(1);
  });

  test('switched over follows in the next cycle, both ways', async () => {
    const { world, assignment } = await companyWorld(false);
    await using _ = world;
    await world.cycle();
    const { applications } = world.store;
    await applications.includeNestedGroups(world.servicePrincipalId, assignment.id, true);
    expect(await world.cycle()).toMatchObject({ kind: 'incremental', counts: { created: 2, failed: 0 } });
    expect(membersOf(world, 'Company')).toEqual(['chief', 'nord', 'seller']);
    await applications.includeNestedGroups(world.servicePrincipalId, assignment.id, false);
    expect(await world.cycle()).toMatchObject({ kind: 'incremental', counts: { disabled: 2, failed: 0 } });
    expect(membersOf(world, 'Company')).toEqual(['chief']);
    expect(active(world, 'nord')).toBe(false);
  });

  test('holds a nested group that is provisioned itself as a reference, and its users too', async () => {
    const { world, groups } = await companyWorld(true);
    await using _ = world;
    await world.assign(groups.sales);
    await world.cycle();
    expect(membersOf(world, 'Company')).toEqual(['Sales', 'chief', 'nord', 'seller']);
    // Without the switch: direct members only.
    expect(membersOf(world, 'Sales')).toEqual(['seller']);
  });
});

describe('changes inside nested groups', () => {
  test('a joiner and a leaver two levels down cost their own requests', async () => {
    const { world, users, groups } = await companyWorld(true);
    await using _ = world;
    await world.cycle();
    const [joiner] = await world.users(['joiner']);
    await world.store.directory.addMembers(groups.nordic, [joiner!]);
    world.target.takeRequests();
    expect((await world.cycle()).counts).toMatchObject({ objects: { users: 1 }, created: 1, updated: 1 });
    expect(world.target.takeRequests()).toEqual({ find: 1, create: 1, members: 1 });
    expect(membersOf(world, 'Company')).toEqual(['chief', 'joiner', 'nord', 'seller']);
    await world.store.directory.removeMembers(groups.nordic, [users.nord]);
    expect((await world.cycle()).counts).toMatchObject({ disabled: 1, failed: 0 });
    expect(active(world, 'nord')).toBe(false);
    expect(membersOf(world, 'Company')).toEqual(['chief', 'joiner', 'seller']);
  });

  test('a group taken out of another takes everybody inside along, and brings them back', async () => {
    const { world, groups } = await companyWorld(true);
    await using _ = world;
    await world.cycle();
    await world.store.directory.removeMembers(groups.company, [groups.sales]);
    expect((await world.cycle()).counts).toMatchObject({ disabled: 2, failed: 0 });
    expect([active(world, 'seller'), active(world, 'nord'), active(world, 'chief')]).toEqual([false, false, true]);
    expect(membersOf(world, 'Company')).toEqual(['chief']);
    await world.store.directory.addMembers(groups.company, [groups.nordic]);
    await world.cycle();
    expect([active(world, 'seller'), active(world, 'nord')]).toEqual([false, true]);
    expect(membersOf(world, 'Company')).toEqual(['chief', 'nord']);
  });

  test.each([
    ['is deleted', (world: World, id: ObjectId) => world.store.directory.deleteGroup(id)],
    [
      'ceases to be a security group',
      async (world: World, id: ObjectId) => {
        await world.store.directory.updateGroup(id, { securityEnabled: false });
      },
    ],
  ])('a group in the middle that %s ends the access of everybody below it', async (_name, change) => {
    const { world, groups } = await companyWorld(true);
    await using _ = world;
    await world.cycle();
    await change(world, groups.sales);
    await world.cycle();
    expect([active(world, 'seller'), active(world, 'nord'), active(world, 'chief')]).toEqual([false, false, true]);
    expect(membersOf(world, 'Company')).toEqual(['chief']);
  });

  test('a restored group brings everybody below it back', async () => {
    const { world, groups } = await companyWorld(true);
    await using _ = world;
    await world.cycle();
    await world.store.directory.deleteGroup(groups.sales);
    await world.cycle();
    await world.store.directory.restore(groups.sales);
    await world.cycle();
    expect([active(world, 'seller'), active(world, 'nord')]).toEqual([true, true]);
    expect(membersOf(world, 'Company')).toEqual(['chief', 'nord', 'seller']);
  });

  test('a purged group leaves nobody behind', async () => {
    const { world, groups } = await companyWorld(true);
    await using _ = world;
    await world.cycle();
    await world.store.directory.deleteGroup(groups.sales);
    await world.store.directory.purge(groups.sales);
    await world.cycle();
    expect([active(world, 'seller'), active(world, 'nord')]).toEqual([false, false]);
    expect(membersOf(world, 'Company')).toEqual(['chief']);
  });

  test('a second way in keeps the access when the first ends', async () => {
    const { world, users, groups } = await companyWorld(true);
    await using _ = world;
    await world.store.directory.addMembers(groups.company, [groups.nordic]);
    await world.cycle();
    await world.store.directory.removeMembers(groups.company, [groups.sales]);
    await world.cycle();
    expect([active(world, 'seller'), active(world, 'nord')]).toEqual([false, true]);
    await world.store.directory.addMembers(groups.company, [users.nord]);
    await world.store.directory.removeMembers(groups.company, [groups.nordic]);
    await world.cycle();
    expect(active(world, 'nord')).toBe(true);
    expect(membersOf(world, 'Company')).toEqual(['chief', 'nord']);
  });

  test('a nested group that was unassigned while the target was out of reach is not forgotten', async () => {
    const { world, groups, assignment } = await companyWorld(true);
    await using _ = world;
    await world.cycle();
    await world.store.applications.unassign(world.servicePrincipalId, assignment.id);
    world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
    expect(await world.cycle()).toMatchObject({ state: 'failed' });
    world.target.fault = undefined;
    await world.store.directory.removeMembers(groups.company, [groups.sales]);
    expect((await world.cycle()).counts).toMatchObject({ disabled: 3, deleted: 1, failed: 0 });
  });

  test('a change of a group that no assignment reaches plans nothing', async () => {
    const { world } = await companyWorld(true);
    await using _ = world;
    await world.cycle();
    const others = await world.users(names('other', 3));
    const outside = await world.group('Outside', others);
    await world.group('Outer', [outside]);
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ objects: { users: 0, groups: 0 }, requests: 0 });
  });
});

test('where everybody is in scope, the members of an assigned group follow its nesting all the same', async () => {
  const { world, groups } = await companyWorld(true, { settings: { scope: 'all' } });
  await using _ = world;
  await world.cycle();
  expect(membersOf(world, 'Company')).toEqual(['Sales', 'chief', 'nord', 'seller']);
  expect(membersOf(world, 'Sales')).toEqual(['Nordic', 'seller']);
  await world.store.directory.removeMembers(groups.sales, [groups.nordic]);
  expect((await world.cycle()).counts).toMatchObject({ updated: 2, disabled: 0, failed: 0 });
  expect(membersOf(world, 'Company')).toEqual(['Sales', 'chief', 'seller']);
  expect(membersOf(world, 'Sales')).toEqual(['seller']);
  expect(active(world, 'nord')).toBe(true);
});

test('the users of a large nesting are created with the assigned group and compared in parts', async () => {
  await using world = await createWorld();
  const users = await world.users(names('user', 260));
  const parts = await Promise.all(
    [0, 1, 2].map((part) => world.group(`Part ${part}`, users.slice(part * 80, part * 80 + 100))),
  );
  const all = await world.group('All', parts);
  await world.store.applications.assign(world.servicePrincipalId, all, role, { includesNestedGroups: true });
  expect((await world.cycle()).counts).toMatchObject({ created: 261, failed: 0 });
  expect(membersOf(world, 'All')).toHaveLength(260);
  await world.store.directory.removeMembers(all, [parts[0]!]);
  // Users 80 to 99 are in the second part too.
  expect((await world.cycle()).counts).toMatchObject({ disabled: 80, failed: 0 });
  expect(membersOf(world, 'All')).toHaveLength(180);
});

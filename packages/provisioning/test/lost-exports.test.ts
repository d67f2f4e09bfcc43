import { beforeAll, describe, expect, test } from 'vitest';
import { StoreError } from '@joinery/store';
import { modelError, waitFor } from '@joinery/testkit';
import { createProvisioningService, runCycle, type EnginePorts } from '../src/index.ts';
import { holdCreates, startWorker } from './workers.ts';
import { createWorld, names, type World } from './world.ts';

const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';

/** A cycle whose worker loses the database after the requests of its first page that `counts`, before it can tell of them. */
async function loseCommit(world: World, counts: () => boolean): Promise<void> {
  const { cycles } = world.ports;
  const lost = new StoreError({ code: 'store.unavailable', message: 'The connection was lost.', retry: 'later' });
  const ports: EnginePorts = {
    ...world.ports,
    cycles: {
      ...cycles,
      commit: async (...args) => {
        if (counts()) throw lost;
        return cycles.commit(...args);
      },
    },
  };
  await expect(runCycle(ports, world.jobId)).rejects.toBe(lost);
}

const methods = (world: World) => world.target.requests.map((request) => request.method);
const userOf = (world: World, name: string) => world.target.find1('user', 'userName', `${name}@contoso.example`);

describe('what was sent and not told of', () => {
  test('a created user who is renamed meanwhile is found by the former name', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    await loseCommit(world, () => world.target.count('user') > 0);
    await world.store.directory.updateUser(ann!, { userPrincipalName: 'anna@contoso.example' });
    await world.cycle();
    expect(world.target.count('user')).toBe(1);
    expect(userOf(world, 'anna')).toBeDefined();
  });

  test('a created user who leaves the scope meanwhile is disabled', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    await loseCommit(world, () => world.target.count('user') > 0);
    await world.unassign(ann!);
    await world.store.jobs.restart(world.jobId, ['Watermark']);
    await world.cycle();
    expect(userOf(world, 'ann')?.values.get('active')).toBe(false);
  });

  test('a value that is as before meanwhile is put back', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann'], () => ({ attributes: { jobTitle: 'Clerk' } }));
    await world.assign(ann!);
    await world.cycle();
    const setTitle = (title: string | null) =>
      world.store.directory.updateUser(ann!, { attributes: new Map([['jobTitle', title]]) });
    await setTitle('Director');
    await loseCommit(world, () => methods(world).includes('update'));
    expect(userOf(world, 'ann')?.values.get('title')).toBe('Director');
    await setTitle('Clerk');
    await world.cycle();
    expect(userOf(world, 'ann')?.values.get('title')).toBe('Clerk');
  });

  test('a value that is gone meanwhile is cleared', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    await world.cycle();
    const setTitle = (title: string | null) =>
      world.store.directory.updateUser(ann!, { attributes: new Map([['jobTitle', title]]) });
    await setTitle('Director');
    await loseCommit(world, () => methods(world).includes('update'));
    await setTitle(null);
    await world.cycle();
    expect(userOf(world, 'ann')?.values.has('title')).toBe(false);
  });

  test('a member who is taken out again meanwhile is removed', async () => {
    await using world = await createWorld();
    const users = await world.users(['ann', 'bob']);
    const group = await world.group('Staff', [users[0]!]);
    await world.assign(...users, group);
    await world.cycle();
    await world.store.directory.addMembers(group, [users[1]!]);
    const sent = methods(world).length;
    await loseCommit(world, () => methods(world).slice(sent).includes('members'));
    const staff = world.target.find1('group', 'displayName', 'Staff')!;
    expect(staff.members.size).toBe(2);
    await world.store.directory.removeMembers(group, [users[1]!]);
    await world.cycle();
    expect([...staff.members]).toEqual([userOf(world, 'ann')?.id]);
  });

  test('has a log row all the same', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    await world.cycle();
    await world.store.directory.updateUser(ann!, { attributes: new Map([['jobTitle', 'Director']]) });
    const before = (await world.log()).entries.length;
    await loseCommit(world, () => methods(world).includes('update'));
    await world.cycle();
    const { entries } = await world.log();
    expect(entries.length).toBe(before + 1);
    expect(entries[0]).toMatchObject({ source: { id: ann }, target: { id: userOf(world, 'ann')?.id } });
  });
});

test('a refused look after a create says nothing of the create', async () => {
  await using world = await createWorld();
  const [ann] = await world.users(['ann']);
  await world.assign(ann!);
  const { target } = world.target;
  const ports: EnginePorts = {
    ...world.ports,
    targets: {
      create: async () => ({
        ...target,
        async create(...args) {
          await target.create(...args);
          world.target.fault = () => modelError('PreconditionFailed', { status: 412 });
          throw modelError('Conflict', { status: 409 });
        },
      }),
    },
  };
  expect(await runCycle(ports, world.jobId)).toMatchObject({ counts: { failed: 1 } });
  world.target.fault = undefined;
  await world.unassign(ann!);
  await world.cycle();
  expect(userOf(world, 'ann')?.values.get('active')).toBe(false);
});

test('a created user of whom the target shows two is not given up', async () => {
  await using world = await createWorld();
  const [ann] = await world.users(['ann']);
  await world.assign(ann!);
  await loseCommit(world, () => world.target.count('user') > 0);
  const twin = world.target.plant('user', { userName: 'ann@contoso.example' });
  await world.unassign(ann!);
  expect((await world.cycle()).counts.failed).toBe(1);
  const { entries } = await world.log();
  expect(entries[0]?.error?.code).toBe('DuplicateTargetEntries');
  world.target.vanish(twin.id);
  world.clock.advance(86_400_000);
  await world.cycle();
  expect(userOf(world, 'ann')?.values.get('active')).toBe(false);
});

test('while a page is held its objects are, also when they were locked late', async () => {
  await using world = await createWorld();
  const [ann] = await world.users(['ann']);
  await world.assign(ann!);
  const { cycles, links } = world.ports;
  const leaseMs = 20_000;
  let renewals = 0;
  const lateMs = 12_000;
  let lockedByOthers: number | undefined;
  const { target } = world.target;
  const ports: EnginePorts = {
    ...world.ports,
    cycles: {
      ...cycles,
      /** The second is under way for longer still. */
      async renew(page, ...rest) {
        if (page.kind !== 'objects') return cycles.renew(page, ...rest);
        if (renewals > 0) return new Promise(() => {});
        const isRenewed = await cycles.renew(page, ...rest);
        renewals += 1;
        return isRenewed;
      },
    },
    links: {
      ...links,
      /** The statement is under way for long: its lease counts from when it was sent. */
      async lockObjects(jobId, ids, owner) {
        world.clock.advance(lateMs);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return links.lockObjects(jobId, ids, owner, leaseMs - lateMs);
      },
    },
    targets: {
      create: async () => ({
        ...target,
        async create(...args) {
          await waitFor(() => renewals > 0);
          world.clock.advance(leaseMs - lateMs + 1_000);
          lockedByOthers = (await links.lockObjects(world.jobId, [ann!], 'other', leaseMs)).size;
          return target.create(...args);
        },
      }),
    },
  };
  await runCycle(ports, world.jobId, { leaseMs });
  expect(lockedByOthers).toBe(0);
});

test('whoever met a failure of the whole job is not done, also when the cycle could not be ended', async () => {
  await using world = await createWorld();
  await world.assign(...(await world.users(['ann'])));
  world.target.fault = (request) =>
    request.method === 'create' ? modelError('Unauthorized', { scope: 'job', status: 401 }) : undefined;
  const { cycles } = world.ports;
  const lost = new StoreError({ code: 'store.unavailable', message: 'The connection was lost.', retry: 'later' });
  const ports: EnginePorts = { ...world.ports, cycles: { ...cycles, finish: () => Promise.reject(lost) } };
  await expect(runCycle(ports, world.jobId)).rejects.toBe(lost);
  world.target.fault = undefined;
  expect(await world.cycle()).toMatchObject({ state: 'entry-level-errors', counts: { created: 1 } });
  expect(world.target.count('user')).toBe(1);
});

test('a member who was about to leave while the group was compared, and stays, is added', async () => {
  await using world = await createWorld({ settings: { deletionGuard: { enabled: true, count: 0, percent: 100 } } });
  const [ann] = await world.users(['ann']);
  const group = await world.group('Staff', []);
  await world.assign(ann!, group);
  await world.cycle();
  await world.unassign(ann!);
  await world.store.directory.addMembers(group, [ann!]);
  // Held back by the guard; an initial cycle compares the group in full.
  await world.store.jobs.restart(world.jobId, ['Watermark']);
  await world.cycle();
  const staff = world.target.find1('group', 'displayName', 'Staff')!;
  await world.assign(ann!);
  await world.cycle();
  await world.cycle();
  expect([...staff.members]).toEqual([userOf(world, 'ann')?.id]);
});

test('a membership that was ended unseen is told of, also when its member is deleted next', async () => {
  await using world = await createWorld({ settings: { onLeavingScope: 'delete' } });
  const [ann] = await world.users(['ann']);
  const group = await world.group('Staff', [ann!]);
  await world.assign(ann!, group);
  await world.cycle();
  await world.store.directory.removeMembers(group, [ann!]);
  const { cycles } = world.ports;
  const lost = new StoreError({ code: 'store.unavailable', message: 'The connection was lost.', retry: 'later' });
  const commit: typeof cycles.commit = (page, ...rest) =>
    page.kind === 'members' ? Promise.reject(lost) : cycles.commit(page, ...rest);
  await expect(runCycle({ ...world.ports, cycles: { ...cycles, commit } }, world.jobId)).rejects.toBe(lost);
  expect(world.target.find1('group', 'displayName', 'Staff')!.members.size).toBe(0);
  await world.store.jobs.restart(world.jobId, []);
  await world.unassign(ann!);
  await world.cycle();
  await world.cycle();
  expect(userOf(world, 'ann')).toBeUndefined();
  const { entries } = await world.log();
  expect(entries.filter((one) => one.source.id === group).map((one) => one.reason)).toContain('MembersChanged');
});

describe('a manager whose account is deleted', () => {
  let world: World;
  let boss: Awaited<ReturnType<World['users']>>[number];
  beforeAll(async () => {
    world = await createWorld({ template: 'scim', settings: { onLeavingScope: 'delete' } });
    [boss] = (await world.users(['boss'])) as [typeof boss];
    const [ann] = await world.users(['ann'], () => ({ managerId: boss }));
    await world.assign(boss, ann!);
    await world.cycle();
    return () => world[Symbol.asyncDispose]();
  });

  test('is none any more', async () => {
    expect(userOf(world, 'ann')?.values.get(manager)).toBe(userOf(world, 'boss')?.id);
    await world.unassign(boss);
    await world.cycle();
    expect(userOf(world, 'boss')).toBeUndefined();
    await world.cycle();
    expect(userOf(world, 'ann')?.values.has(manager)).toBe(false);
  });

  test('is one again with the new account', async () => {
    await world.assign(boss);
    await world.cycle();
    expect(userOf(world, 'ann')?.values.get(manager)).toBe(userOf(world, 'boss')?.id);
  });
});

test('a manager whose account was made again is the manager with the new one', async () => {
  await using world = await createWorld({ template: 'scim' });
  const [boss] = await world.users(['boss']);
  const [ann] = await world.users(['ann'], () => ({ managerId: boss! }));
  await world.assign(boss!, ann!);
  await world.cycle();
  world.target.vanish(userOf(world, 'boss')!.id);
  await world.store.directory.updateUser(boss!, { attributes: new Map([['jobTitle', 'Back']]) });
  await world.cycle();
  await world.cycle();
  expect(userOf(world, 'ann')?.values.get(manager)).toBe(userOf(world, 'boss')?.id);
});

test('a manager who is not in scope replaces the former one all the same: there is none until then', async () => {
  await using world = await createWorld({ template: 'scim' });
  const [boss, other] = await world.users(['boss', 'other']);
  const [ann] = await world.users(['ann'], () => ({ managerId: boss! }));
  await world.assign(boss!, ann!);
  await world.cycle();
  await world.store.directory.updateUser(ann!, { managerId: other! });
  await world.cycle();
  expect(userOf(world, 'ann')?.values.has(manager)).toBe(false);
  await world.assign(other!);
  await world.cycle();
  expect(userOf(world, 'ann')?.values.get(manager)).toBe(userOf(world, 'other')?.id);
});

test('a manager who comes out of the recycle bin is one again', async () => {
  await using world = await createWorld({ template: 'scim' });
  const [boss] = await world.users(['boss']);
  const [ann] = await world.users(['ann'], () => ({ managerId: boss! }));
  await world.assign(boss!, ann!);
  await world.cycle();
  await world.store.directory.deleteUser(boss!);
  await world.cycle();
  expect(userOf(world, 'ann')?.values.has(manager)).toBe(false);
  await world.store.directory.restore(boss!);
  await world.cycle();
  expect(userOf(world, 'ann')?.values.get(manager)).toBe(userOf(world, 'boss')?.id);
});

test('in profile entra, a manager who comes out of the recycle bin is exported to whoever was created meanwhile', async () => {
  await using world = await createWorld({ template: 'scim', settings: { profile: 'entra' } });
  const [boss] = await world.users(['boss']);
  const [ann] = await world.users(['ann'], () => ({ managerId: boss! }));
  await world.assign(boss!, ann!);
  await world.store.directory.deleteUser(boss!);
  await world.cycle();
  expect(userOf(world, 'ann')?.values.has(manager)).toBe(false);
  await world.store.directory.restore(boss!);
  await world.cycle();
  expect(userOf(world, 'ann')?.values.get(manager)).toBe(userOf(world, 'boss')?.id);
});

/** The clock goes on until the job has nothing to do any more. */
async function untilQuiet(world: World): Promise<void> {
  await waitFor(async () => {
    world.clock.advance(500);
    const { running, last } = await world.store.jobs.status(world.jobId);
    return (
      running === undefined && last !== undefined && (await world.job()).watermark === (await world.store.feed.head())
    );
  });
}

test('who leaves the scope between being read and being created is disabled', async () => {
  await using world = await createWorld();
  const users = await world.users(names('user', 6));
  await world.assign(...users);
  const creates = holdCreates(world, 'user');
  await using _ = startWorker(world, { ports: creates.ports, pageSize: 1 });
  await world.store.jobs.start(world.jobId);
  await waitFor(() => creates.held === 6);
  await world.unassign(users[0]!);
  const before = (await world.job()).watermark;
  expect(before).toBeUndefined();
  // The look at the change feed comes while the create is on its way.
  await waitFor(async () => {
    world.clock.advance(200);
    const [cycle] = await world.database.query<{ watermark_to: bigint }>({
      text: 'select watermark_to from provisioning_cycle',
    });
    return cycle?.watermark_to === (await world.store.feed.head());
  });
  creates.letThrough(Infinity);
  await untilQuiet(world);
  expect(userOf(world, 'user0')?.values.get('active')).toBe(false);
  expect(userOf(world, 'user1')?.values.get('active')).toBe(true);
});

test('a group provisioned on demand during an initial cycle gets the members who are linked later', async () => {
  await using world = await createWorld();
  const users = await world.users(names('user', 4));
  const group = await world.group('Staff', users);
  await world.assign(...users, group);
  const creates = holdCreates(world, 'user');
  await using _ = startWorker(world, { ports: creates.ports, pageSize: 1 });
  await world.store.jobs.start(world.jobId);
  await waitFor(() => creates.held === 4);
  const service = createProvisioningService(world.ports);
  const { entry } = await service.provisionOnDemand(await world.job(), { kind: 'group', id: group });
  expect(entry.outcome).toBe('success');
  expect(world.target.find1('group', 'displayName', 'Staff')?.members.size).toBe(0);
  creates.letThrough(Infinity);
  await untilQuiet(world);
  expect(world.target.find1('group', 'displayName', 'Staff')?.members.size).toBe(4);
});

test('in profile entra, a manager who changes while the cycle runs is exported', async () => {
  await using world = await createWorld({ template: 'scim', settings: { profile: 'entra', concurrency: 50 } });
  const early = (await world.users(['a1', 'a2'])).toSorted();
  await world.assign(...early);
  await world.cycle();
  const users = await world.users(names('user', 6));
  await world.assign(...users);
  await world.store.jobs.restart(world.jobId, ['Watermark']);
  const creates = holdCreates(world, 'user');
  await using _ = startWorker(world, { ports: creates.ports, pageSize: 1 });
  await waitFor(() => creates.held === 6);
  await waitFor(async () => {
    const rows = await world.database.query({
      text: 'select 1 from provisioning_link l join provisioning_cycle c on c.id = l.cycle_id and c.state = $1',
      values: ['running'],
    });
    return rows.length === 2;
  });
  await world.store.directory.updateUser(early[0]!, { managerId: early[1]! });
  await waitFor(async () => {
    world.clock.advance(200);
    const rows = await world.database.query({ text: 'select 1 from provisioning_waiting_reference' });
    return rows.length > 0;
  });
  creates.letThrough(Infinity);
  await untilQuiet(world);
  const values = [...world.target.objects.values()].flatMap((object) => object.values.get(manager) ?? []);
  expect(values).toHaveLength(1);
});

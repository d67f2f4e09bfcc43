import { describe, expect, test } from 'vitest';
import { modelError } from '@joinery/testkit';
import { runCycle } from '../src/index.ts';
import { createWorld, names } from './world.ts';

const day = 86_400_000;

describe('matching', () => {
  test('links to the object that is there, and sends only what differs', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann']);
    await world.assign(ann!);
    const there = world.target.plant('user', {
      userName: 'ANN@contoso.example',
      title: 'Keep',
      'name.givenName': 'ann',
    });
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ created: 0, updated: 1 });
    expect(world.target.count('user')).toBe(1);
    expect(there.values.get('title')).toBe('Keep');
    expect(there.values.get('active')).toBe(true);
    // What the target had by itself is never cleared by us.
    await world.store.directory.updateUser(ann!, { attributes: new Map([['city', 'Oslo']]) });
    await world.cycle();
    expect(there.values.get('title')).toBe('Keep');
  });

  test('from a listing of the target costs one request per page of it', async () => {
    await using world = await createWorld();
    const users = await world.users(names('user', 50));
    await world.assign(...users);
    for (const name of names('user', 30)) world.target.plant('user', { userName: `${name}@contoso.example` });
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ created: 20, updated: 30, failed: 0 });
    expect(world.target.takeRequests()).toEqual({ list: 1, create: 20, update: 30 });
  });

  test('refuses several hits', async () => {
    await using world = await createWorld({ target: { unique: { user: [], group: [] } } });
    const users = await world.users(['ann', 'bob']);
    await world.assign(...users);
    world.target.plant('user', { userName: 'ann@contoso.example' });
    world.target.plant('user', { userName: 'ann@contoso.example' });
    const cycle = await world.cycle();
    expect(cycle).toMatchObject({ state: 'entry-level-errors', counts: { created: 1, failed: 1 } });
    const { entries } = await world.log();
    expect(entries.find((entry) => entry.outcome === 'failure')?.error?.code).toBe('DuplicateTargetEntries');
  });

  test('gives a target object to one source object only', async () => {
    await using world = await createWorld({ target: { unique: { user: [], group: [] } } });
    const groups = [await world.group('Same', []), await world.group('same', [])];
    await world.assign(...groups);
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ created: 1, failed: 1 });
    expect(world.target.count('group')).toBe(1);
    const again = await world.cycle();
    expect(again.counts).toMatchObject({ failed: 1 });
    const { entries } = await world.log();
    const failures = entries.filter((entry) => entry.outcome === 'failure');
    expect(failures.map((entry) => entry.error?.code)).toEqual(['DuplicateSourceEntries', 'DuplicateSourceEntries']);
  });
});

describe('a lost answer', () => {
  test('of a create is found again by matching at once', async () => {
    await using world = await createWorld();
    await world.assign(...(await world.users(names('user', 10))));
    world.target.fault = (request) =>
      request.method === 'create' && request.about.startsWith('user3@') ? 'lost' : undefined;
    const cycle = await world.cycle();
    expect(cycle.counts.failed).toBe(0);
    expect(world.target.count('user')).toBe(10);
    expect((await world.cycle()).counts.requests).toBe(0);
  });

  test('with the worker: whoever takes the page over doubles nobody', async () => {
    await using world = await createWorld({ target: { unique: { user: [], group: [] } } });
    const users = await world.users(names('user', 30));
    const group = await world.group('Everyone', users);
    await world.assign(group);
    const { cycles } = world.ports;
    const commit: typeof cycles.commit = (page, outcome, options) =>
      page.kind === 'objects' ? Promise.reject(new Error('killed')) : cycles.commit(page, outcome, options);
    const dying = { ...world.ports, cycles: { ...cycles, commit, release: async () => {} } };
    await expect(runCycle(dying, world.jobId, { pageSize: 10 })).rejects.toThrow('killed');
    expect(world.target.count('user')).toBeGreaterThan(0);
    // Killed a second time, on the pages that it took over and on those that the first had not reached.
    world.clock.advance(60_000);
    await expect(runCycle(dying, world.jobId, { pageSize: 10 })).rejects.toThrow('killed');
    const made = [...world.target.objects.values()].filter((object) => object.kind === 'user');
    expect(new Set(made.map((user) => user.values.get('userName'))).size).toBe(made.length);
    world.clock.advance(60_000);
    await world.cycle();
    expect(world.target.count('user')).toBe(30);
    expect(world.target.count('group')).toBe(1);
    expect(world.target.find1('group', 'displayName', 'Everyone')!.members.size).toBe(30);
    expect((await world.store.jobs.status(world.jobId)).synchronizedEntryCount).toEqual({ users: 30, groups: 1 });
  });
});

describe('several workers', () => {
  test('share one cycle and reach the exact end state', async () => {
    await using world = await createWorld({ target: { unique: { user: [], group: [] }, latencyMs: 2 } });
    const users = await world.users(names('user', 300));
    const group = await world.group('Everyone', users);
    await world.assign(group);
    const cycles = await Promise.all(
      ['a', 'b', 'c'].map((workerId) => runCycle(world.ports, world.jobId, { workerId, pageSize: 10 })),
    );
    expect(new Set(cycles.map((cycle) => cycle.id)).size).toBe(1);
    expect(cycles[0]!.counts).toMatchObject({ created: 301, failed: 0, objects: { users: 300, groups: 1 } });
    expect(world.target.count('user')).toBe(300);
    expect(world.target.find1('group', 'displayName', 'Everyone')!.members.size).toBe(300);
    expect(world.target.inFlightMax).toBeLessThanOrEqual(48);
  });
});

describe('accidental deletions prevention', () => {
  test('holds everything back beyond its limit, tells once, and lets go when allowed', async () => {
    await using world = await createWorld({
      settings: {
        deletionGuard: { enabled: true, count: 500, percent: 20 },
        notification: { enabled: true, emails: ['it@contoso.example'] },
      },
    });
    const users = await world.users(names('user', 40));
    await world.assign(...users);
    await world.cycle();
    for (const id of users.slice(0, 9)) await world.store.directory.deleteUser(id);
    world.target.takeRequests();
    const held = await world.cycle();
    expect(held.counts).toMatchObject({ disabled: 0, deleted: 0, requests: 0 });
    expect((await world.job()).quarantine?.reason).toBe('TooManyDeletes');
    const { entries } = await world.store.log.list({
      filter: { kind: 'compare', attribute: 'provisioningAction', operator: 'eq', value: 'stageddelete' },
      descending: true,
      top: 100,
    });
    expect(entries).toHaveLength(9);
    // The next cycle holds them still, and sends no second mail.
    await world.cycle();
    const mails = await world.database.query<{ subject: string }>({ text: 'select subject from mail' });
    expect(mails.map((mail) => mail.subject)).toEqual(['Provisioning is in quarantine (TooManyDeletes)']);
    await world.store.jobs.restart(world.jobId, ['ForceDeletes']);
    const forced = await world.cycle();
    expect(forced.counts).toMatchObject({ disabled: 9, failed: 0 });
    expect((await world.job()).quarantine).toBeUndefined();
  });

  test('forgets who came back before it was decided', async () => {
    await using world = await createWorld({
      settings: { deletionGuard: { enabled: true, count: 500, percent: 20 } },
    });
    const users = await world.users(names('user', 20));
    await world.assign(...users);
    await world.cycle();
    for (const id of users.slice(0, 8)) await world.store.directory.deleteUser(id);
    await world.cycle();
    for (const id of users.slice(1, 8)) await world.store.directory.restore(id);
    const cycle = await world.cycle();
    expect(cycle.counts).toMatchObject({ disabled: 1, skipped: 7 });
    expect((await world.job()).quarantine).toBeUndefined();
  });

  test('lets five objects go whatever share they are', async () => {
    await using world = await createWorld({
      settings: { deletionGuard: { enabled: true, count: 500, percent: 20 } },
    });
    const users = await world.users(names('user', 6));
    await world.assign(...users);
    await world.cycle();
    for (const id of users.slice(0, 5)) await world.store.directory.deleteUser(id);
    expect((await world.cycle()).counts.disabled).toBe(5);
  });
});

describe('failures of objects', () => {
  test('are retried at the next cycle, then ever more rarely, at once after a change, and given up after 28 days', async () => {
    await using world = await createWorld();
    const [ann] = await world.users(['ann', 'bob']);
    await world.assign(ann!);
    world.target.fault = (request) =>
      request.method === 'create' ? modelError('UnprocessableEntity', { status: 422 }) : undefined;
    expect((await world.cycle()).counts.failed).toBe(1);
    // Attempts in minutes after the first failure, with cycles every 40 minutes: 40, 40 + 80, 120 + 160, …
    const attempts: number[] = [];
    for (let minutes = 40; minutes <= 40 * 31; minutes += 40) {
      world.clock.advance(40 * 60_000);
      if ((await world.cycle()).counts.failed > 0) attempts.push(minutes);
    }
    expect(attempts).toEqual([40, 120, 280, 600, 1240]);
    await world.store.directory.updateUser(ann!, { attributes: new Map([['city', 'Oslo']]) });
    expect((await world.cycle()).counts.failed).toBe(1);
    world.clock.advance(28 * day);
    expect((await world.cycle()).counts.failed).toBe(0);
    expect((await world.store.jobs.status(world.jobId)).escrows).toBe(0);
  });

  test('are told in one digest, and settled by success', async () => {
    await using world = await createWorld({
      settings: { notification: { enabled: true, emails: ['it@contoso.example'] } },
    });
    await world.assign(...(await world.users(names('user', 3))));
    world.target.fault = (request) =>
      request.method === 'create' ? modelError('InternalServerError', { status: 500, retry: 'later' }) : undefined;
    expect(await world.cycle()).toMatchObject({ state: 'entry-level-errors', counts: { failed: 3 } });
    world.target.fault = undefined;
    expect(await world.cycle()).toMatchObject({ state: 'succeeded', counts: { created: 3 } });
    const mails = await world.database.query<{ subject: string }>({ text: 'select subject from mail' });
    expect(mails.map((mail) => mail.subject)).toEqual(['Provisioning: 3 new failures']);
    expect((await world.store.jobs.status(world.jobId)).escrows).toBe(0);
  });

  test('one refused member does not hold the others of the group back', async () => {
    await using world = await createWorld({ settings: { profile: 'entra' } });
    const users = await world.users(names('user', 16));
    const group = await world.group('Everyone', users);
    await world.assign(group);
    world.target.fault = (request) =>
      request.method === 'members' ? modelError('UnprocessableEntity', { status: 400 }) : undefined;
    const refused = await world.cycle();
    expect(refused.state).toBe('entry-level-errors');
    world.target.fault = undefined;
    await world.cycle();
    expect(world.target.find1('group', 'displayName', 'Everyone')!.members.size).toBe(16);
  });
});

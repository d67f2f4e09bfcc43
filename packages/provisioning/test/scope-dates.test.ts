import { waitFor } from '@joinery/testkit';
import { describe, expect, test } from 'vitest';
import { createProvisioningService, createWorker } from '../src/index.ts';
import { active, clause, everyone, scoped } from './scoped.ts';
import { createWorld, type World } from './world.ts';

const minute = 60_000;
const day = 1_440 * minute;
const interval = 40 * minute;

const iso = (ms: number): string => new Date(ms).toISOString();
const nextRun = async (world: World): Promise<number> => (await world.job()).nextRunAt!.getTime();

/** A user with a date so many milliseconds from now. */
async function user(world: World, name: string, attribute: string, inMs: number) {
  const [id] = await world.users([name], () => ({ attributes: { [attribute]: iso(world.clock.now() + inMs) } }));
  return id!;
}

const startsSoon = clause('employeeHireDate', 'BEFORE', 'NOW+14d');

describe('a scoping filter on dates', () => {
  test('takes in whoever starts in two weeks once it is two weeks before, and evaluates nobody else', async () => {
    await using world = await createWorld(everyone(startsSoon));
    await user(world, 'ann', 'employeeHireDate', 20 * day);
    await user(world, 'bob', 'employeeHireDate', 10 * day);
    await user(world, 'cid', 'employeeHireDate', 30 * day);
    await world.cycle();
    expect(active(world)).toEqual(['bob']);
    world.clock.advance(6 * day - 1);
    expect((await world.cycle()).counts.objects.users).toBe(0);
    world.clock.advance(2);
    const cycle = await world.cycle();
    expect(cycle).toMatchObject({ kind: 'incremental', counts: { objects: { users: 1 }, created: 1 } });
    expect(active(world)).toEqual(['ann', 'bob']);
    expect((await world.cycle()).counts.objects.users).toBe(0);
  });

  test('lets go of whoever has left', async () => {
    await using world = await createWorld(everyone(clause('employeeLeaveDateTime', 'AFTER', 'NOW')));
    await user(world, 'ann', 'employeeLeaveDateTime', 3 * day);
    await world.cycle();
    expect(active(world)).toEqual(['ann']);
    world.clock.advance(3 * day + 1);
    expect((await world.cycle()).counts.disabled).toBe(1);
    expect(active(world)).toEqual([]);
  });

  test('follows a date that was moved', async () => {
    await using world = await createWorld(everyone(startsSoon));
    const ann = await user(world, 'ann', 'employeeHireDate', 20 * day);
    await world.cycle();
    const later = new Map([['employeeHireDate', iso(world.clock.now() + 40 * day)]]);
    await world.store.directory.updateUser(ann, { attributes: later });
    await world.cycle();
    world.clock.advance(7 * day);
    expect((await world.cycle()).counts.objects.users).toBe(0);
    world.clock.advance(20 * day);
    expect((await world.cycle()).counts.created).toBe(1);
  });

  test('makes the job due at that time, but not before a minute has gone by', async () => {
    await using world = await createWorld(everyone(startsSoon));
    await user(world, 'ann', 'employeeHireDate', 14 * day + 10 * minute);
    await world.store.jobs.start(world.jobId);
    await world.cycle();
    // A whole millisecond behind the time from which the clause answers otherwise.
    expect(await nextRun(world)).toBe(world.clock.now() + 10 * minute + 1);
    world.clock.advance(10 * minute - 1_000);
    await world.cycle();
    expect(await nextRun(world)).toBe(world.clock.now() + minute);
    world.clock.advance(minute);
    await world.cycle();
    expect(active(world)).toEqual(['ann']);
    expect(await nextRun(world)).toBe(world.clock.now() + interval);
  });

  test('is carried out by a worker when the time comes', async () => {
    await using world = await createWorld(everyone(startsSoon));
    await user(world, 'ann', 'employeeHireDate', 14 * day + 10 * minute);
    const stop = new AbortController();
    const running = createWorker(world.ports, { workerId: 'worker', debounceMs: 10, pollMs: 50 }).run(stop.signal);
    await world.store.jobs.start(world.jobId);
    await waitFor(async () => (await world.store.jobs.status(world.jobId)).last);
    expect(active(world)).toEqual([]);
    world.clock.advance(11 * minute);
    await waitFor(() => active(world).length === 1);
    stop.abort();
    await running;
  });

  test('is no longer waited for once the user is unassigned', async () => {
    await using world = await createWorld({ schema: scoped(startsSoon) });
    const ann = await user(world, 'ann', 'employeeHireDate', 14 * day + 10 * minute);
    await world.assign(ann);
    await world.store.jobs.start(world.jobId);
    await world.cycle();
    await world.unassign(ann);
    await world.cycle();
    world.clock.advance(20 * minute);
    expect((await world.cycle()).counts.objects.users).toBe(0);
    expect(await nextRun(world)).toBe(world.clock.now() + interval);
  });

  test('that is saved without dates waits for nobody any more', async () => {
    await using world = await createWorld(everyone(startsSoon));
    await user(world, 'ann', 'employeeHireDate', 14 * day + 10 * minute);
    await world.store.jobs.start(world.jobId);
    await world.cycle();
    const { schema } = await world.job();
    await world.store.jobs.putSchema(world.jobId, scoped(clause('department', 'EQUALS', 'Sales'))(schema));
    await world.cycle();
    expect(await nextRun(world)).toBe(world.clock.now() + interval);
  });

  test('is waited for too after a user was provisioned on demand', async () => {
    await using world = await createWorld(everyone(startsSoon));
    await world.store.jobs.start(world.jobId);
    await world.cycle();
    const ann = await user(world, 'ann', 'employeeHireDate', 14 * day + 10 * minute);
    const { entry } = await createProvisioningService(world.ports).provisionOnDemand(await world.job(), {
      kind: 'user',
      id: ann,
    });
    expect(entry.outcome).toBe('skipped');
    expect(await nextRun(world)).toBe(world.clock.now() + 10 * minute + 1);
  });

  test('does not hurry a job in quarantine', async () => {
    await using world = await createWorld({
      ...everyone(clause('employeeLeaveDateTime', 'AFTER', 'NOW')),
      settings: { scope: 'all', deletionGuard: { enabled: true, count: 1, percent: 100 } },
    });
    for (const name of ['ann', 'bob']) await user(world, name, 'employeeLeaveDateTime', day);
    await user(world, 'cid', 'employeeLeaveDateTime', day + 10 * minute);
    await world.store.jobs.start(world.jobId);
    await world.cycle();
    world.clock.advance(day + 1);
    await world.cycle();
    expect((await world.job()).quarantine?.reason).toBe('TooManyDeletes');
    expect(await nextRun(world)).toBe(world.clock.now() + interval);
  });
});

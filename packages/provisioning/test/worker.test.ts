import type { ObjectId } from '@joinery/base';
import { modelError, waitFor } from '@joinery/testkit';
import { describe, expect, test } from 'vitest';
import { holdCreates, startWorker } from './workers.ts';
import { createWorld, names, type World } from './world.ts';

const lastCycle = async (world: World) => (await world.store.jobs.status(world.jobId)).last;

describe('a worker', () => {
  test('runs a started job, follows changes of the directory, and keeps to the interval', async () => {
    await using world = await createWorld();
    const users = await world.users(names('user', 5));
    await world.assign(...users);
    await using _ = startWorker(world);
    await world.store.jobs.start(world.jobId);
    const first = await waitFor(() => lastCycle(world));
    expect(first).toMatchObject({ kind: 'initial', counts: { created: 5 } });
    // One of a page that is done: the others are locked until theirs is.
    const [done] = await world.database.query<{ source_id: ObjectId }>({
      text: 'select source_id from provisioning_link',
    });
    await world.store.directory.updateUser(done!.source_id, { attributes: new Map([['city', 'Oslo']]) });
    const second = await waitFor(async () => {
      const last = await lastCycle(world);
      return last?.id !== first.id && last;
    });
    expect(second).toMatchObject({ kind: 'incremental', counts: { updated: 1 } });
    expect((await world.job()).nextRunAt?.getTime()).toBe(second.began.getTime() + 2_400_000);
    world.clock.advance(2_400_000);
    const third = await waitFor(async () => {
      const last = await lastCycle(world);
      return last?.id !== second.id && last;
    });
    expect(third).toMatchObject({ kind: 'incremental', counts: { requests: 0 } });
  });

  test('starts nothing while the job is paused, and goes on where it was', async () => {
    await using world = await createWorld();
    await world.assign(...(await world.users(names('user', 250))));
    const { target } = world;
    const creates = holdCreates(world);
    creates.letThrough(15);
    await world.store.jobs.start(world.jobId);
    {
      await using _ = startWorker(world, { ports: creates.ports });
      await waitFor(async () => {
        const status = await world.store.jobs.status(world.jobId);
        return creates.held > 0 && status.running !== undefined && status.running.pages.done > 0;
      });
      await world.store.jobs.pause(world.jobId);
      creates.letThrough(250);
    }
    const created = target.count('user');
    expect(created).toBeLessThan(250);
    world.clock.advance(1000);
    await using _ = startWorker(world);
    await world.store.jobs.start(world.jobId);
    const cycle = await waitFor(() => lastCycle(world));
    expect(cycle).toMatchObject({ kind: 'initial', counts: { created: 250, failed: 0 } });
    expect(target.count('user')).toBe(250);
    // The end of the pause asks for no other cycle after this one.
    expect((await world.job()).nextRunAt?.getTime()).toBe(cycle.began.getTime() + 2_400_000);
  });

  test('enters quarantine when the credentials are refused, probes, and recovers when new ones are saved', async () => {
    await using world = await createWorld({
      settings: { notification: { enabled: true, emails: ['it@contoso.example'] } },
    });
    await world.assign(...(await world.users(names('user', 3))));
    world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
    await using _ = startWorker(world);
    await world.store.jobs.start(world.jobId);
    const quarantine = await waitFor(async () => (await world.job()).quarantine);
    expect(quarantine).toMatchObject({ reason: 'EncounteredQuarantineException', error: { code: 'Unauthorized' } });
    expect(quarantine.nextAttempt.getTime()).toBe(world.clock.now() + 60_000);
    expect(await world.store.jobs.status(world.jobId)).toMatchObject({ code: 'Quarantine', last: { state: 'failed' } });
    // Probes after 1, then 2, then 4 minutes.
    for (const minutes of [1, 2, 4]) {
      const before = (await world.job()).quarantine!;
      expect(before.nextAttempt.getTime() - world.clock.now()).toBe(minutes * 60_000);
      world.clock.advance(minutes * 60_000);
      await waitFor(async () => (await world.job()).quarantine!.seriesCount > before.seriesCount);
    }
    world.target.fault = undefined;
    await world.store.jobs.putSecrets(world.servicePrincipalId, new Map([['SecretToken', 'new']]));
    const cycle = await waitFor(async () => {
      const last = await lastCycle(world);
      return last?.state === 'succeeded' && last;
    });
    expect(cycle.counts.created).toBe(3);
    expect((await world.job()).quarantine).toBeUndefined();
    const mails = await world.database.query<{ subject: string }>({ text: 'select subject from mail' });
    expect(mails.map((mail) => mail.subject)).toEqual([
      'Provisioning is in quarantine (EncounteredQuarantineException)',
    ]);
  });

  test('disables a job that stays in quarantine for 28 days', async () => {
    await using world = await createWorld();
    await world.assign(...(await world.users(['ann'])));
    world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
    await using _ = startWorker(world);
    await world.store.jobs.start(world.jobId);
    await waitFor(async () => (await world.job()).quarantine);
    world.clock.advance(29 * 86_400_000);
    await waitFor(async () => (await world.job()).scheduleState === 'Disabled');
  });
});

test('a change that comes while a long cycle runs is exported ahead of the rest of it', async () => {
  await using world = await createWorld({ settings: { concurrency: 4 } });
  await world.assign(...(await world.users(names('user', 600))));
  const creates = holdCreates(world);
  creates.letThrough(25);
  await world.store.jobs.start(world.jobId);
  await using _ = startWorker(world, { ports: creates.ports });
  const status = async () => (await world.store.jobs.status(world.jobId)).running!;
  // The listing and the first two pages of ten are done; the three pages in hand are stuck at the target.
  await waitFor(async () => creates.held === 4 && (await status()).pages.done >= 3);
  const { total } = (await status()).pages;
  // One of a page that is done: the others are locked until theirs is.
  const [done] = await world.database.query<{ source_id: ObjectId }>({
    text: 'select source_id from provisioning_link',
  });
  await world.store.directory.updateUser(done!.source_id, { attributes: new Map([['city', 'Oslo']]) });
  await waitFor(async () => {
    world.clock.advance(100);
    return (await status()).pages.total > total;
  });
  creates.letThrough(600);
  const cycle = await waitFor(() => {
    world.clock.advance(20);
    return lastCycle(world);
  }, 120_000);
  const methods = world.target.requests.map((request) => request.method);
  // Half of the cycle is a wide margin: the change needs one free connection and two reads of the database.
  expect(methods.slice(0, methods.indexOf('update')).filter((method) => method === 'create').length).toBeLessThan(300);
  expect(cycle.counts).toMatchObject({ objects: { users: 600 }, created: 600, updated: 1, skipped: 0 });
  expect((await world.job()).watermark).toBe(await world.store.feed.head());
  expect(world.target.count('user')).toBe(600);
}, 180_000);

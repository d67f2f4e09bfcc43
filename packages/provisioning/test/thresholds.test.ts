import { expect, test } from 'vitest';
import { modelError } from '@joinery/testkit';
import { createWorld, names } from './world.ts';

// entra-provisioning.md §2.8, §9.1: an initial cycle drops its failures and pauses the job, an incremental one quarantines it.
test(
  'too many failures prune the escrows of an initial cycle, and quarantine an incremental one',
  { timeout: 180_000 },
  async () => {
    await using world = await createWorld({
      settings: { scope: 'all', concurrency: 200, notification: { enabled: true, emails: ['it@contoso.example'] } },
    });
    const ids = [];
    for (let batch = 0; batch < 6; batch += 1) {
      ids.push(...(await world.users(names(`user${batch}-`, 900))));
    }
    world.target.fault = (request) =>
      request.method === 'create' ? modelError('UnprocessableEntity', { status: 422 }) : undefined;
    await world.store.jobs.start(world.jobId);
    const initial = await world.cycle();
    expect(initial).toMatchObject({ kind: 'initial', state: 'entry-level-errors', counts: { failed: 5_400 } });
    expect(await world.store.jobs.status(world.jobId)).toMatchObject({ code: 'Paused', escrowsPruned: true });
    expect((await world.store.jobs.status(world.jobId)).escrows).toBeLessThan(600);

    await world.store.jobs.start(world.jobId);
    await world.database.query({
      text: `select append_directory_changes(now(), 'user', 'updated', array_agg(id)) from directory_user`,
    });
    const incremental = await world.cycle();
    expect(incremental).toMatchObject({ kind: 'incremental', state: 'failed' });
    const { quarantine } = await world.job();
    expect(quarantine?.reason).toBe('EncounteredEscrowProportionThreshold');
    expect(quarantine!.nextAttempt.getTime() - world.clock.now()).toBe(6 * 3_600_000);
    expect((await world.job()).nextRunAt).toEqual(quarantine!.nextAttempt);

    // A clean cycle ends it.
    world.target.fault = undefined;
    const clean = await world.cycle();
    expect(clean).toMatchObject({ state: 'succeeded', counts: { created: 5_400 } });
    expect((await world.job()).quarantine).toBeUndefined();
  },
);

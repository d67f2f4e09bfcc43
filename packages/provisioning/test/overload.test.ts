import { expect, test } from 'vitest';
import { modelError } from '@joinery/testkit';
import { createWorld, names } from './world.ts';

const overloaded = [
  ['TooManyRequests', 429],
  ['InternalServerError', 503],
] as const;

// The numbers of thresholds.test.ts, at which any other failure prunes the escrows and pauses, or quarantines, the job.
test(
  'a target that answers 429 and 503 to everything never quarantines the job, however many objects fail',
  { timeout: 180_000 },
  async () => {
    await using world = await createWorld({ settings: { scope: 'all', concurrency: 200 } });
    for (let batch = 0; batch < 6; batch += 1) await world.users(names(`user${batch}-`, 900));
    let count = 0;
    world.target.fault = (request) => {
      const [code, status] = overloaded[(count += 1) % 2]!;
      return request.method === 'create' ? modelError(code, { status, retry: 'later' }) : undefined;
    };
    await world.store.jobs.start(world.jobId);
    const initial = await world.cycle();
    expect(initial).toMatchObject({ kind: 'initial', state: 'entry-level-errors', counts: { failed: 5_400 } });
    expect(await world.store.jobs.status(world.jobId)).toMatchObject({
      code: 'Active',
      escrowsPruned: false,
      escrows: 5_400,
    });
    const incremental = await world.cycle();
    expect(incremental).toMatchObject({ kind: 'incremental', state: 'entry-level-errors', counts: { failed: 5_400 } });
    expect((await world.job()).quarantine).toBeUndefined();
  },
);

test.each(overloaded)('one that answers %s (%i) before any object is tried again soon', async (code, status) => {
  await using world = await createWorld();
  await world.assign(...(await world.users(['ann'])));
  const error = Object.assign(modelError(code, { status, retry: 'later' }), { retryAfterSeconds: 300 });
  const { targets } = world.ports;
  let isOverloaded = true;
  Object.assign(world.ports, {
    targets: {
      async create(...options: Parameters<typeof targets.create>) {
        const target = await targets.create(...options);
        return isOverloaded ? { ...target, describe: () => Promise.reject(error) } : target;
      },
    },
  });
  await world.store.jobs.start(world.jobId);
  expect(await world.cycle()).toMatchObject({ state: 'failed', error: { code } });
  const job = await world.job();
  expect(job.quarantine).toBeUndefined();
  expect(job.scheduleState).toBe('Active');
  expect(job.nextRunAt!.getTime() - world.clock.now()).toBe(300_000);
  isOverloaded = false;
  expect((await world.cycle()).counts).toMatchObject({ created: 1, failed: 0 });
});

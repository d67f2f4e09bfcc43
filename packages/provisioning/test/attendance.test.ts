import type { TargetRate } from '@joinery/connector-kit';
import { waitFor } from '@joinery/testkit';
import { expect, test } from 'vitest';
import { createWorker, type EnginePorts } from '../src/index.ts';
import { createWorld, names, type World } from './world.ts';

/** The engine's ports with a target whose pace is written down in place of being kept. */
function withNotedRate(world: World, pausedUntil: number) {
  const noted = { concurrency: 0, pauses: new Set<number>() };
  const rate: TargetRate = {
    adjust: (limits) => void (noted.concurrency = limits.concurrency),
    pauseUntil: (time) => void noted.pauses.add(time),
    pausedUntil,
  };
  const targets: EnginePorts['targets'] = { create: async () => ({ ...world.target.target, rate }) };
  return { noted, ports: { ...world.ports, targets } };
}

test('workers of a job know how many they are, in the order in which they came, and of each other’s pauses', async () => {
  await using world = await createWorld();
  const { cycles } = world.store;
  const check = (workerId: string, pausedUntil?: Date) =>
    cycles.checkIn(world.jobId, { workerId, everyMs: 1_000, pausedUntil });
  expect(await check('b')).toEqual({ workers: 1, rank: 0, pausedUntil: undefined });
  world.clock.advance(1_000);
  expect(await check('a')).toMatchObject({ workers: 2, rank: 1 });
  expect(await check('b')).toMatchObject({ workers: 2, rank: 0 });
  const pause = new Date(world.clock.now() + 30_000);
  expect(await check('b', pause)).toMatchObject({ pausedUntil: undefined });
  expect(await check('a')).toMatchObject({ pausedUntil: pause });
  // Not heard of for more than 5 seconds: gone, and last when it comes back.
  world.clock.advance(4_000);
  await check('a');
  world.clock.advance(2_000);
  expect(await check('a')).toEqual({ workers: 1, rank: 0, pausedUntil: undefined });
  expect(await check('b')).toMatchObject({ workers: 2, rank: 1 });
  await cycles.checkOut(world.jobId, 'a');
  expect(await check('b')).toMatchObject({ workers: 1, rank: 0 });
});

test('workers who give signs of life seldom keep their order, also while each waits for its turn', async () => {
  await using world = await createWorld();
  const everyMs = 90_000;
  const check = (workerId: string) =>
    world.store.cycles.checkIn(world.jobId, { workerId, everyMs, pausedUntil: undefined });
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await check('a')).toMatchObject({ rank: 0 });
    world.clock.advance(everyMs / 2);
    expect(await check('b')).toMatchObject({ workers: 2, rank: 1 });
    world.clock.advance(everyMs / 2 + 100);
  }
});

test('the pause that a target asks of one worker holds for the others, and each takes its part of the limits', async () => {
  await using world = await createWorld({ target: { latencyMs: 20 }, settings: { concurrency: 5 } });
  await world.assign(...(await world.users(names('user', 500))));
  const until = world.clock.now() + 60_000;
  const [asked, other] = [withNotedRate(world, until), withNotedRate(world, 0)];
  const stop = new AbortController();
  const errors: unknown[] = [];
  const running = [asked, other].map(({ ports }, index) =>
    createWorker(ports, {
      workerId: `worker ${index}`,
      pageSize: 5,
      pollMs: 50,
      shareMs: 50,
      onError: (error) => errors.push(error),
    }).run(stop.signal),
  );
  await world.store.jobs.start(world.jobId);
  await waitFor(() => asked.noted.concurrency + other.noted.concurrency === 5 && other.noted.pauses.has(until));
  expect([asked.noted.concurrency, other.noted.concurrency].toSorted()).toEqual([2, 3]);
  expect(asked.noted.pauses).toEqual(new Set());
  stop.abort();
  await Promise.all(running);
  expect(errors).toEqual([]);
});

import { expect, test } from 'vitest';
import { createWorld } from './world.ts';

test('workers of a job know how many they are, in the order in which they came, and of each other’s pauses', async () => {
  await using world = await createWorld();
  const { cycles } = world.store;
  const check = (name: string, pausedUntil?: Date) => cycles.checkIn(world.jobId, name, pausedUntil);
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

import { expect, test } from 'vitest';
import { createWorld, names } from './world.ts';

test('the change feed forgets what is old and what every job has read, and never its newest entry', async () => {
  await using world = await createWorld();
  const { feed } = world.store;
  const sequences = async () => (await feed.read(0n, 1_000)).map((change) => change.sequence);
  const later = () => new Date(world.clock.now() + 1);
  await world.assign(...(await world.users(names('user', 3))));
  const before = await sequences();
  // Nothing is older than the time.
  expect(await feed.deleteBefore(new Date(world.clock.now()), 100)).toBe(0);
  await world.cycle();
  const watermark = (await world.job()).watermark!;
  expect(watermark).toBe(before.at(-1));
  await world.users(['late']);
  await world.users(['latest']);
  expect(await feed.deleteBefore(later(), 2)).toBe(2);
  expect(await feed.deleteBefore(later(), 100)).toBe(before.length - 2);
  expect((await sequences()).every((sequence) => sequence > watermark)).toBe(true);
  expect(await sequences()).toHaveLength(2);
  expect(await feed.oldest()).toBe((await sequences())[0]);
  await world.cycle();
  await feed.deleteBefore(later(), 100);
  expect(await sequences()).toEqual([await feed.head()]);
  // What comes next is found as ever.
  const [ann] = await world.users(['ann']);
  await world.assign(ann!);
  expect((await world.cycle()).counts).toMatchObject({ created: 1 });
});

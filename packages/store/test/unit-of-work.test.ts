import { createCenterDatabase } from '@joinery/testkit';
import { expect, test } from 'vitest';
import { withUnits } from '../src/unit-of-work.ts';

const insert = (n: number) => ({ text: 'insert into noted values ($1)', values: [n] });

async function open() {
  const pool = await createCenterDatabase();
  await pool.query({ text: 'create table noted (n integer primary key)' });
  const { database, unit } = withUnits(pool);
  return {
    database,
    unit,
    noted: async () => (await pool.query<{ n: number }>({ text: 'select n from noted order by n' })).map(({ n }) => n),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

test('what runs in a unit happens together or not at all, also what has transactions of its own', async () => {
  await using world = await open();
  const { database, unit, noted } = world;
  const work = async (fails: boolean) => {
    await database.query(insert(1));
    await Promise.all([2, 3].map((n) => database.transaction((session) => session.query(insert(n)))));
    await unit(() => database.query(insert(4)));
    expect(await noted()).toEqual([]);
    if (fails) throw new Error('changed my mind');
  };
  await expect(unit(() => work(true))).rejects.toThrow('changed my mind');
  expect(await noted()).toEqual([]);
  await unit(() => work(false));
  expect(await noted()).toEqual([1, 2, 3, 4]);
});

test('a transaction inside that fails is undone by itself, and the unit goes on', async () => {
  await using world = await open();
  const { database, unit, noted } = world;
  await unit(async () => {
    await database.query(insert(1));
    const failing = database.transaction(async (session) => {
      await session.query(insert(2));
      await session.query(insert(1));
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    await database.query(insert(3));
  });
  expect(await noted()).toEqual([1, 3]);
});

test('work that outlives its unit is not part of it', async () => {
  await using world = await open();
  const { database, unit, noted } = world;
  const over = Promise.withResolvers<void>();
  let late: Promise<unknown> | undefined;
  await unit(async () => {
    await database.query(insert(1));
    late = over.promise.then(() => database.query(insert(2)));
  });
  over.resolve();
  await late;
  expect(await noted()).toEqual([1, 2]);
});

test('two units that lock each other out both succeed', async () => {
  await using world = await open();
  const { database, unit, noted } = world;
  await database.query({ text: 'insert into noted values (1), (2)' });
  const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let runs = 0;
  const lock = (n: number) => database.query({ text: 'select n from noted where n = $1 for update', values: [n] });
  await Promise.all(
    [0, 1].map((one) =>
      unit(async () => {
        runs += 1;
        await lock(one + 1);
        both[one]!.resolve();
        await both[1 - one]!.promise;
        await lock(2 - one);
        await database.query(insert(10 + one));
      }),
    ),
  );
  expect(runs).toBeGreaterThanOrEqual(3);
  expect(await noted()).toEqual([1, 2, 10, 11]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDatabase } from '@joinery/store';
import { waitFor } from '@joinery/testkit';
import { createDirectoryStore } from '../../src/center/directory/index.ts';
import { aUser, createGroup, createUser, openDirectory, type OpenDirectory } from './directory-fixture.ts';

let open: OpenDirectory;
beforeAll(async () => {
  open = await openDirectory();
});
afterAll(() => open[Symbol.asyncDispose]());

test('an empty feed has the head 0', async () => {
  expect(await open.feed.head()).toBe(0n);
  expect(await open.feed.read(0n, 10)).toEqual([]);
});

test('a reader that polls while eight write never misses a change nor sees one out of order', async () => {
  const group = await createGroup(open, 'Busy');
  const start = await open.feed.head();
  const rounds = 25;
  const pools = Array.from({ length: 8 }, () => connectDatabase(open.database.url, { max: 1 }));
  const writers = pools.map(async (pool, writer) => {
    const directory = createDirectoryStore(pool, { newId: () => crypto.randomUUID(), clock: open.clock });
    for (let round = 0; round < rounds; round += 1) {
      const [user] = await directory.createUsers([aUser(`w${writer}r${round}`)]);
      await directory.addMembers(group.id, [user!.id]);
      await directory.updateUser(user!.id, { accountEnabled: false });
      await directory.removeMembers(group.id, [user!.id]);
    }
  });
  let writing = true;
  const written = Promise.all(writers).finally(() => {
    writing = false;
  });
  const seen: bigint[] = [];
  let last = start;
  const poll = async (): Promise<boolean> => {
    const changes = await open.feed.read(last, 7);
    seen.push(...changes.map(({ sequence }) => sequence));
    last = seen.at(-1) ?? start;
    return changes.length > 0;
  };
  while (writing) await poll();
  await written;
  while (await poll());
  await Promise.all(pools.map((pool) => pool.close()));
  expect(seen.length).toBe(8 * rounds * 4);
  const all = (await open.feed.read(start, 10_000)).map(({ sequence }) => sequence);
  expect(seen).toEqual(all);
  expect(await open.feed.head()).toBe(all.at(-1));
});

test('a change is seen only after every smaller sequence, though its transaction began first', async () => {
  const before = await open.feed.head();
  let later: Promise<unknown> | undefined;
  await open.database.transaction(async (session) => {
    await session.query({
      text: `select append_directory_changes(now(), 'user', 'updated', array[gen_random_uuid()])`,
    });
    later = createUser(open, 'waits-for-the-feed');
    // The other writer stands in the queue for the feed.
    await waitFor(async () => {
      const rows = await open.database.query({
        text: `select from pg_locks join pg_database d on d.oid = pg_locks.database
          where locktype = 'advisory' and not granted and d.datname = current_database()`,
      });
      return rows.length > 0;
    });
    expect(await open.feed.read(before, 10)).toEqual([]);
  });
  await later;
  const changes = await open.feed.read(before, 10);
  expect(changes.map(({ change }) => change)).toEqual(['updated', 'created']);
});

test('a subscriber is called after a change, and not after its end', async () => {
  let calls = 0;
  const end = await open.feed.subscribe(() => {
    calls += 1;
  });
  await createUser(open, 'heard');
  await waitFor(() => calls > 0);
  await end();
  const until = calls;
  await createUser(open, 'unheard');
  expect(calls).toBe(until);
});

import { expect, test } from 'vitest';
import { openStore } from '@joinery/store';
import { createWorkspaceDatabase } from '@joinery/testkit';
import { aFolder } from './embedded/fixture.ts';

test('a data folder is opened, migrated and opened again with its data', async () => {
  await using folder = await aFolder();
  const options = { directory: folder.path, name: 'workspace' } as const;
  const first = await openStore(options);
  folder.defer(() => first.stop());
  await first.database.query({ text: `insert into setting (name, value) values ('a', 'b')` });
  const beside = await openStore({ ...options, attach: true });
  expect(await beside.database.query({ text: 'select value from setting' })).toEqual([{ value: 'b' }]);
  await beside.stop();
  await first.stop();
  const second = await openStore(options);
  folder.defer(() => second.stop());
  expect(await second.database.query({ text: 'select value from setting' })).toEqual([{ value: 'b' }]);
  await second.stop();
});

test('one server URL is opened by several processes at once', async () => {
  await using database = await createWorkspaceDatabase();
  await database.query({ text: 'drop schema public cascade; create schema public' });
  const stores = await Promise.all(
    Array.from({ length: 3 }, () => openStore({ databaseUrl: database.url, name: 'workspace' })),
  );
  for (const store of stores) await store.stop();
  expect(await database.query({ text: 'select count(*) from tenant' })).toEqual([{ count: 0n }]);
});

test('a URL of the other half is refused', async () => {
  await using database = await createWorkspaceDatabase();
  await expect(openStore({ databaseUrl: database.url, name: 'center' })).rejects.toMatchObject({
    code: 'store.wrong_database',
  });
});

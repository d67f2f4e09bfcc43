import { describe, expect, test } from 'vitest';
import { connectDatabase, migrate, ownMigrations, sqlState, type Database, type Migration } from '@joinery/store';
import { createWorkspaceDatabase } from '@joinery/testkit';

const first: Migration = { number: 1, name: '0001-first', sql: 'create table first (n int)', checksum: 'a' };
const second: Migration = {
  number: 2,
  name: '0002-second',
  sql: 'alter table first add column m int; insert into first values (1, 2)',
  checksum: 'b',
};

/** A database of the server without any table. */
async function anEmptyDatabase(): Promise<Database & AsyncDisposable> {
  const clone = await createWorkspaceDatabase();
  await clone.query({ text: 'drop schema public cascade; create schema public' });
  return clone;
}

describe('migrate', () => {
  test('applies the files in order, once', async () => {
    await using database = await anEmptyDatabase();
    expect(await migrate(database, 'workspace', [first])).toEqual({ applied: ['0001-first'] });
    expect(await migrate(database, 'workspace', [first, second])).toEqual({ applied: ['0002-second'] });
    expect(await migrate(database, 'workspace', [first, second])).toEqual({ applied: [] });
    expect(await database.query({ text: 'select * from first' })).toEqual([{ n: 1, m: 2 }]);
  });

  test('refuses a released file that has changed', async () => {
    await using database = await anEmptyDatabase();
    await migrate(database, 'workspace', [first]);
    await expect(migrate(database, 'workspace', [{ ...first, checksum: 'c' }])).rejects.toMatchObject({
      code: 'store.migration_changed',
      message: expect.stringContaining('0001-first'),
    });
  });

  test('refuses a database that a newer program wrote', async () => {
    await using database = await anEmptyDatabase();
    await migrate(database, 'workspace', [first, second]);
    await expect(migrate(database, 'workspace', [first])).rejects.toMatchObject({
      code: 'store.newer_database',
      message: expect.stringContaining('0002-second'),
    });
  });

  test("refuses the other half's database", async () => {
    await using database = await anEmptyDatabase();
    await migrate(database, 'workspace', [first]);
    await expect(migrate(database, 'center', [first])).rejects.toMatchObject({ code: 'store.wrong_database' });
  });

  test('leaves nothing of a file that fails, and keeps the ones before it', async () => {
    await using database = await anEmptyDatabase();
    const failing = { ...second, sql: 'create table half_made (); select 1 / 0' };
    await expect(migrate(database, 'workspace', [first, failing])).rejects.toMatchObject({
      code: 'store.migration_failed',
      message: expect.stringContaining('0002-second'),
    });
    const missing = await database.query({ text: 'select from half_made' }).catch((error: unknown) => sqlState(error));
    expect(missing).toBe('42P01');
    expect(await migrate(database, 'workspace', [first, second])).toEqual({ applied: ['0002-second'] });
  });

  test('of several processes at once, each file is applied by one', async () => {
    await using database = await anEmptyDatabase();
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => migrate(database, 'workspace', [first, second])),
    );
    expect(outcomes.flatMap(({ applied }) => applied).toSorted()).toEqual(['0001-first', '0002-second']);
  });

  test("brings a new database to the program's version", async () => {
    await using database = await createWorkspaceDatabase();
    const own = await ownMigrations('workspace');
    const rows = await database.query({ text: 'select name, checksum from joinery_migrations order by number' });
    expect(rows).toEqual(own.map(({ name, checksum }) => ({ name, checksum })));
  });
});

describe('connectDatabase', () => {
  test('an unreachable server is store.unavailable', async () => {
    const database = connectDatabase('postgresql://joinery:secret@127.0.0.1:1/joinery');
    const error: Error = await database.query({ text: 'select 1' }).then(
      () => new Error('connected'),
      (caught: Error) => caught,
    );
    expect(error).toMatchObject({ code: 'store.unavailable', retry: 'later' });
    expect(error.message).toContain('127.0.0.1:1/joinery');
    expect(error.message).not.toContain('secret');
    await database.close();
  });

  test('a wrong password is store.authentication_failed, a wrong name store.database_missing', async () => {
    await using database = await createWorkspaceDatabase();
    const url = new URL(database.url);
    url.password = 'wrong';
    const stranger = connectDatabase(url.toString());
    await expect(stranger.query({ text: 'select 1' })).rejects.toMatchObject({ code: 'store.authentication_failed' });
    await stranger.close();
    const elsewhere = new URL(database.url);
    elsewhere.pathname = '/no_such_database';
    const lost = connectDatabase(elsewhere.toString());
    await expect(lost.transaction((session) => session.query({ text: 'select 1' }))).rejects.toMatchObject({
      code: 'store.database_missing',
    });
    await lost.close();
  });

  test('a transaction that throws leaves nothing and its connection goes on', async () => {
    await using database = await createWorkspaceDatabase({ max: 1 });
    await database.query({ text: 'create table word (word text)' });
    const failed = database.transaction(async (session) => {
      await session.query({ text: `insert into word values ('gone')` });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await database.query({ text: 'select * from word' })).toEqual([]);
  });

  test('a notification reaches the listener until it ends', async () => {
    await using database = await createWorkspaceDatabase();
    const heard: string[] = [];
    const first = Promise.withResolvers<void>();
    const end = await database.listen('odd "channel"', (payload) => {
      heard.push(payload);
      first.resolve();
    });
    await database.query({ text: 'select pg_notify($1, $2)', values: ['odd "channel"', 'one'] });
    await first.promise;
    await end();
    await database.query({ text: 'select pg_notify($1, $2)', values: ['odd "channel"', 'two'] });
    expect(heard).toEqual(['one']);
  });

  test('bigint columns and counts arrive as bigint', async () => {
    await using database = await createWorkspaceDatabase();
    expect(
      await database.query({ text: 'select count(*), 9007199254740993::bigint as big from (select 1) one' }),
    ).toEqual([{ count: 1n, big: 9_007_199_254_740_993n }]);
  });
});

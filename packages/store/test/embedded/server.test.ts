import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitFor } from '@joinery/testkit';
import { aFolder, numbersIn, open, postmasterPid, spawnOwner } from './fixture.ts';

describe('start and stop', () => {
  test('data outlives a stop and a start', async () => {
    await using folder = await aFolder();
    const first = await open(folder);
    const database = await first.database('kept');
    await database.query({ text: 'create table kept (word text)' });
    await database.query({ text: `insert into kept values ('here')` });
    await first.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();

    const second = await open(folder);
    const again = await second.database('kept');
    expect(await again.query({ text: 'select word from kept' })).toEqual([{ word: 'here' }]);
    await second.stop();
  });

  test('the server syncs, checks its pages, listens on loopback only and wants its password', async () => {
    await using folder = await aFolder();
    const server = await open(folder);
    const database = await server.database('settings');
    const rows = await database.query<{ name: string; setting: string }>({
      text: `select name, setting from pg_settings where name in
        ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'unix_socket_directories',
         'server_encoding', 'password_encryption')`,
    });
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      server_encoding: 'UTF8',
      password_encryption: 'scram-sha-256',
    });
    const methods = await database.query({ text: `select distinct auth_method from pg_hba_file_rules` });
    expect(methods).toEqual([{ auth_method: 'scram-sha-256' }]);
    const password = await stat(join(folder.path, 'workspace', 'cluster', 'password'));
    expect(password.mode & 0o777).toBe(0o600);
    await server.stop();
  });

  test('two that start at once on a new folder: one gets it, the other store.in_use', async () => {
    await using folder = await aFolder();
    const outcomes = await Promise.allSettled([open(folder), open(folder)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'store.in_use', message: expect.stringContaining(folder.path) });
  });
});

describe('a second process', () => {
  test('gets store.in_use with the folder', async () => {
    await using folder = await aFolder();
    const owner = spawnOwner(folder);
    await owner.next('open');
    await expect(open(folder)).rejects.toMatchObject({
      code: 'store.in_use',
      message: expect.stringContaining(join(folder.path, 'workspace')),
    });
    await owner.stop();
    await (await open(folder)).stop();
  });

  test('attaches beside the owner and leaves the server running when it stops', async () => {
    await using folder = await aFolder();
    const owner = spawnOwner(folder);
    await owner.next('open');
    const tool = await open(folder, { attach: true });
    expect(await numbersIn(tool)).toBeGreaterThanOrEqual(0);
    await tool.stop();
    await owner.next('wrote');
    await owner.next('wrote');
    await owner.stop();
  });

  test('that attaches where none runs starts the server for itself, and an owner waits for it', async () => {
    await using folder = await aFolder();
    const tool = spawnOwner(folder, { attach: true });
    await tool.next('wrote');
    const opening = open(folder);
    await tool.stop();
    const server = await opening;
    expect(await numbersIn(server)).toBeGreaterThan(0);
    await server.stop();
  });
});

describe('kill -9', () => {
  test('of PostgreSQL: it is started again on the same port, and pools and listeners go on', async () => {
    await using folder = await aFolder();
    const server = await open(folder);
    const database = await server.database('survivor');
    await database.query({ text: 'create table word (word text)' });
    await database.query({ text: `insert into word values ('before')` });
    const heard: string[] = [];
    await database.listen('words', (payload) => heard.push(payload));
    const pid = await server.pid();
    process.kill(pid!, 'SIGKILL');

    await waitFor(async () => {
      // A connection of the old server may answer for a moment.
      const running = await server.pid();
      if (running === undefined || running === pid) return false;
      const rows = await database.query({ text: 'select word from word' }).catch(() => []);
      return rows.length === 1;
    }, 30_000);
    // The listener is told that it may have missed something, and hears what comes after.
    await waitFor(() => heard.includes(''), 30_000);
    await database.query({ text: `select pg_notify('words', 'after')` });
    await waitFor(() => heard.includes('after'));
    await server.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();
  });

  test('of one of its processes: the server recovers and the owner stays the owner', async () => {
    await using folder = await aFolder();
    const server = await open(folder);
    const database = await server.database('survivor');
    const [row] = await database.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' });
    const pid = await server.pid();
    process.kill(row!.pid, 'SIGKILL');
    await waitFor(() => database.query({ text: 'select 1 as one' }).catch(() => undefined), 30_000);
    expect(await server.pid()).toBe(pid);
    await waitFor(
      () =>
        open(folder).then(
          () => false,
          (error: { code?: string }) => error.code === 'store.in_use',
        ),
      30_000,
    );
    await server.stop();
  });

  test('of the owner: the server that outlives it is adopted, and no acknowledged row is lost', async () => {
    await using folder = await aFolder();
    const owner = spawnOwner(folder);
    await owner.next('open');
    await owner.next('wrote');
    const pid = await postmasterPid(folder.path);
    const written = Number(await owner.next('wrote'));
    await owner.kill();

    const server = await open(folder);
    expect(await server.pid()).toBe(pid);
    expect(await numbersIn(server)).toBeGreaterThanOrEqual(written);
    await server.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();
  });

  test('of the owner and PostgreSQL at once, three times: the next start recovers every acknowledged row', async () => {
    await using folder = await aFolder();
    let written = 0;
    for (let round = 0; round < 3; round++) {
      const owner = spawnOwner(folder);
      await owner.next('open');
      for (let n = 0; n < 5; n++) written = Number(await owner.next('wrote'));
      const pid = await postmasterPid(folder.path);
      process.kill(pid!, 'SIGKILL');
      await owner.kill();
    }
    const server = await open(folder);
    expect(await numbersIn(server)).toBeGreaterThanOrEqual(written);
    await server.stop();
  });

  test('of the owner while the first start is under way: the next start works', async () => {
    await using folder = await aFolder();
    for (const delay of [50, 400, 900]) {
      const owner = spawnOwner(folder);
      // Not a wait for anything: the moment of the kill is what varies.
      await new Promise((resolve) => setTimeout(resolve, delay));
      await owner.kill();
    }
    const server = await open(folder);
    await server.stop();
  });
});

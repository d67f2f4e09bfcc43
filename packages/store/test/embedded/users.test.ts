import { readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openEmbedded } from '@joinery/store';
import { aFolder, isRoot, nobody, open, postmasterPid, spawnOwner } from './fixture.ts';

async function uidOf(pid: number): Promise<number> {
  return (await stat(`/proc/${pid}`)).uid;
}

describe.runIf(isRoot)('as root', () => {
  test('the server runs as an unprivileged user who owns its folder', async () => {
    await using folder = await aFolder();
    const server = await open(folder);
    const uid = await uidOf((await server.pid())!);
    expect(uid).not.toBe(0);
    expect((await stat(join(folder.path, 'workspace', 'cluster', 'data'))).uid).toBe(uid);
    await server.stop();
  });

  test('where a parent folder is closed to that user, the cluster lies under /var/lib/joinery and a notice says so', async () => {
    await using folder = await aFolder({ isClosed: true });
    const notices: string[] = [];
    const options = {
      directory: folder.path,
      name: 'workspace',
      onNotice: (text: string) => notices.push(text),
    } as const;
    const first = await openEmbedded(options);
    folder.defer(() => first.stop());
    const home = (await readFile(join(folder.path, 'workspace', 'location'), 'utf8')).trim();
    folder.defer(() => rm(home, { recursive: true, force: true }));
    expect(dirname(home)).toBe('/var/lib/joinery');
    expect(notices.join('\n')).toContain(home);
    const database = await first.database('kept');
    await database.query({ text: 'create table kept ()' });
    await first.stop();

    const second = await openEmbedded(options);
    folder.defer(() => second.stop());
    const again = await second.database('kept');
    await again.query({ text: 'select from kept' });
    await second.stop();
    expect(await postmasterPid(folder.path, home)).toBeUndefined();
  });

  test('a cluster that an ordinary user made is run as that user', async () => {
    await using folder = await aFolder({ owner: nobody });
    const owner = spawnOwner(folder, { uid: nobody });
    await owner.next('wrote');
    await owner.stop();
    const server = await open(folder);
    expect(await uidOf((await server.pid())!)).toBe(nobody);
    await server.stop();
  });

  test('an ordinary user runs its own server', async () => {
    await using folder = await aFolder({ owner: nobody });
    const owner = spawnOwner(folder, { uid: nobody });
    await owner.next('wrote');
    expect(await uidOf((await postmasterPid(folder.path))!)).toBe(nobody);
    await owner.stop();
    expect(await postmasterPid(folder.path)).toBeUndefined();
  });

  test("an ordinary user gets store.not_accessible for a folder of another's", async () => {
    await using folder = await aFolder();
    const owner = spawnOwner(folder, { uid: nobody });
    await expect(owner.next('open')).rejects.toThrow('store.not_accessible');
  });
});

describe.skipIf(isRoot)('as an ordinary user', () => {
  test('the server runs as that user', async () => {
    await using folder = await aFolder();
    const server = await open(folder);
    expect(await uidOf((await server.pid())!)).toBe(process.getuid!());
    await server.stop();
  });
});

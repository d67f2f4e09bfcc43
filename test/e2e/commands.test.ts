import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { freePort, startJoinery, temporaryFolder } from './processes.ts';

const root = resolve(import.meta.dirname, '../..');

test('demo --once --json does the scenario, prints one line and ends with 0', async () => {
  await using folder = await temporaryFolder();
  await using demo = startJoinery([
    'demo',
    '--once',
    '--json',
    '--users',
    '40',
    '--groups',
    '4',
    '--data',
    folder.path,
    '--center-port',
    '0',
    '--workspace-port',
    '0',
  ]);
  expect(await demo.ended, demo.stderr()).toBe(0);
  const lines = demo.stdout().trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  const report = JSON.parse(lines[0]!);
  expect(Object.keys(report)).toEqual(['center', 'workspace', 'cycles']);
  expect(Object.keys(report.center)).toEqual(['url', 'email', 'password', 'tenantId', 'clientId', 'clientSecret']);
  expect(Object.keys(report.workspace)).toEqual(['url', 'tenantUrl', 'token', 'email', 'password']);
  expect(report.cycles.initial).toMatchObject({ objects: { users: 40, groups: 4 }, created: 44, failed: 0 });
  expect(report.cycles.incremental).toMatchObject({ created: 1, disabled: 2, failed: 0 });
  expect(report.cycles.incremental.updated).toBeGreaterThanOrEqual(1);
}, 240_000);

test.skipIf(process.getuid?.() !== 0)(
  'the same as an ordinary user who owns nothing of the clone',
  async () => {
    await using folder = await temporaryFolder();
    const home = await mkdtemp(join(folder.path, 'home-'));
    await new Promise<void>((done, failed) =>
      spawn('chown', ['-R', '65534:65534', folder.path]).on('exit', (code) =>
        code === 0 ? done() : failed(new Error(`chown ${code}`)),
      ),
    );
    const child = spawn(
      process.execPath,
      [
        join(root, 'apps/cli/src/main.ts'),
        'demo',
        '--once',
        '--json',
        '--users',
        '10',
        '--groups',
        '1',
        '--data',
        join(home, 'data'),
        '--center-port',
        '0',
        '--workspace-port',
        '0',
      ],
      {
        uid: 65534,
        gid: 65534,
        cwd: home,
        env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    expect(await new Promise((done) => child.on('close', done)), stderr).toBe(0);
    expect(JSON.parse(stdout).cycles.initial).toMatchObject({ created: 11, failed: 0 });
  },
  240_000,
);

test('bad flags end with 2 and say what to do', async () => {
  await using demo = startJoinery(['demo', '--users', 'many']);
  expect(await demo.ended).toBe(2);
  expect(demo.stderr()).toMatch(/--users/u);
  await using unknown = startJoinery(['provison']);
  expect(await unknown.ended).toBe(2);
});

test('expression prints one JSON value', async () => {
  await using fine = startJoinery(['expression', 'ToUpper([city])', '--input', '{"city":"Lund"}']);
  expect(await fine.ended, fine.stderr()).toBe(0);
  expect(fine.stdout()).toBe('"LUND"\n');
  await using wrong = startJoinery(['expression', 'ToUper([city])', '--input', '{"city":"Lund"}']);
  expect(await wrong.ended).toBe(1);
  expect(JSON.parse(wrong.stderr()).problems[0]).toMatchObject({
    start: 0,
    end: 6,
    message: expect.stringContaining('ToUpper'),
  });
});

test('a second process on one data folder is refused with the folder named', async () => {
  await using folder = await temporaryFolder();
  const env = { JOINERY_ADMIN_EMAIL: 'a@b.example', JOINERY_ADMIN_PASSWORD: 'long enough password' };
  const port = await freePort();
  await using first = startJoinery(['workspace', '--port', String(port), '--data', folder.path], env);
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${port}/readyz`)
          .then((answer) => answer.ok)
          .catch(() => false),
      { timeout: 60_000, interval: 200 },
    )
    .toBe(true);
  await using second = startJoinery(['workspace', '--port', String(await freePort()), '--data', folder.path], env);
  expect(await second.ended).not.toBe(0);
  expect(second.stderr()).toContain('store.in_use');
  expect(second.stderr()).toContain(folder.path);
  void first;
});

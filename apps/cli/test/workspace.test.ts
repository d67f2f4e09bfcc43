import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createWorkspaceDatabase, type TestDatabase } from '@joinery/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const main = resolve(import.meta.dirname, '../src/main.ts');

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(arguments_: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...arguments_], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(...arguments_: readonly string[]): Promise<Run> {
  const child = launch(arguments_);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

let database: TestDatabase;
let server: ChildProcess;
let tenantUrl: string;
let announced = '';

beforeAll(async () => {
  database = await createWorkspaceDatabase();
  server = launch(['workspace', '--port', '0', '--database', database.url], { JOINERY_LOG_LEVEL: 'warn' });
  tenantUrl = await new Promise<string>((started, failed) => {
    server.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      announced += chunk;
      const url = /^Tenant URL (\S+)$/m.exec(announced)?.[1];
      if (url !== undefined && announced.includes('/setup?token=')) started(url);
    });
    server.on('exit', () => failed(new Error(`the server ended: ${announced}`)));
  });
});
afterAll(async () => {
  server.kill('SIGKILL');
  await database[Symbol.asyncDispose]();
});

describe('joinery workspace', () => {
  test('prints a set-up link while there is no administrator', () => {
    expect(announced).toMatch(/http:\/\/127\.0\.0\.1:\d+\/setup\?token=\S{43}/);
  });

  test('tenant and token are created beside the running server, and the token works there', async () => {
    const tenant = await run('workspace', 'tenant', 'create', 'Fabrikam', '--json', '--database', database.url);
    expect(tenant.code, tenant.stderr).toBe(0);
    expect(JSON.parse(tenant.stdout)).toMatchObject({ name: 'Fabrikam' });
    const wish = ['--tenant', 'Fabrikam', '--name', 'Entra', '--expires', '2099-01-01T00:00:00Z'];
    const created = await run('workspace', 'token', 'create', ...wish, '--json', '--database', database.url);
    expect(created.code, created.stderr).toBe(0);
    expect(created.stdout.trim().split('\n')).toHaveLength(1);
    const token = JSON.parse(created.stdout) as { token: string; tenantUrl: string };
    expect(token).toMatchObject({ tenantUrl, name: 'Entra', expires: '2099-01-01T00:00:00.000Z' });
    const answer = await fetch(`${tenantUrl}/Users`, { headers: { authorization: `Bearer ${token.token}` } });
    expect(answer.status).toBe(200);
    const again = await run('workspace', 'token', 'create', ...wish, '--database', database.url);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toContain('workspace.token_name_taken');
  });

  test.each([
    ['an unknown tenant', ['--tenant', 'Nobody', '--name', 'x', '--expires', '2099-01-01']],
    ['an expiry in the past', ['--tenant', 'Contoso', '--name', 'x', '--expires', '2020-01-01']],
    ['an expiry that is no date', ['--tenant', 'Contoso', '--name', 'x', '--expires', 'soon']],
    ['no name', ['--tenant', 'Contoso', '--expires', '2099-01-01']],
    ['two stores', ['--tenant', 'Contoso', '--name', 'x', '--expires', '2099-01-01', '--data', '/nowhere']],
  ])('%s is exit code 2 with a sentence on stderr', async (_name, flags) => {
    const { code, stdout, stderr } = await run('workspace', 'token', 'create', ...flags, '--database', database.url);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.length).toBeGreaterThan(20);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test.each([[['--port', '70000']], [['--tls-cert', '/nowhere']], [['--public-url', 'x']], [['--log-level', 'loud']]])(
    'the wrong flags %j are exit code 2',
    async (flags) => {
      expect((await run('workspace', ...flags, '--database', database.url)).code).toBe(2);
    },
  );

  test('SIGTERM stops the server with exit code 0', async () => {
    server.removeAllListeners('exit');
    server.kill('SIGTERM');
    const [code] = (await once(server, 'exit')) as [number];
    expect(code).toBe(0);
  });
});

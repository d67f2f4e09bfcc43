import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** One `./joinery …` process with everything that it printed. */
export interface JoineryProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code, or 128 + signal. */
  readonly ended: Promise<number>;
  /** Kills the program itself (not the launcher) with SIGKILL, as a power cut would, and waits for its end. */
  kill9(): Promise<void>;
  stop(): Promise<number>;
}

/** Starts the program on the Node that runs the tests: without the launcher, so that a signal reaches the program itself. */
export function startJoinery(args: readonly string[], env: Record<string, string> = {}): JoineryProcess {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'apps/cli/src/main.ts'), ...args],
    {
      cwd: root,
      env: { ...process.env, JOINERY_LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number>((done) =>
    child.on('close', (code, signal) => done(code ?? (signal === 'SIGKILL' ? 137 : 143))),
  );
  async function stop(): Promise<number> {
    child.kill('SIGTERM');
    return ended;
  }
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async kill9() {
      child.kill('SIGKILL');
      await ended;
    },
    stop,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await stop();
    },
  };
}

/** A folder of its own that is removed at the end. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'joinery-e2e-'));
  // Root's PostgreSQL runs as another user, who must pass through.
  await chmod(path, 0o711);
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Polls until `probe` answers something, or fails with `what` after the deadline. */
export async function until<T>(what: string, probe: () => Promise<T | undefined>, deadlineMs = 60_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms for ${what}`, { cause: last });
    await new Promise((next) => setTimeout(next, 100));
  }
}

export async function ready(url: string, process: JoineryProcess): Promise<void> {
  await Promise.race([
    until(`${url}/readyz`, async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), 90_000),
    process.ended.then((code) => {
      throw new Error(`the process ended with ${code} before it was ready:\n${process.stderr()}`);
    }),
  ]);
}

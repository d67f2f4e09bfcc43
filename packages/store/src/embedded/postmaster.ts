// One PostgreSQL server process: finding it, starting it, stopping it. No policy; that is supervisor.ts.
import { spawn } from 'node:child_process';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { sqlState } from '../errors.ts';
import { runAs, runProgram, type Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { clusterUser, type Cluster } from './cluster.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

export interface Installation {
  readonly binaries: Binaries;
  readonly cluster: Cluster;
  readonly account: Account | undefined;
  /** False: no fsync, for tests only. */
  readonly durable: boolean;
}

const logMaxBytes = 1_000_000;
const pollMs = 25;
const connectTimeoutMs = 5_000;
const fastStopMs = 60_000;
const immediateStopMs = 15_000;

export const loopback = '127.0.0.1';

export function clusterUrl(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${clusterUser}:${cluster.password}@${loopback}:${port}/${encodeURIComponent(database)}`;
}

/** A port that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, loopback, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process; empty for a dead one that nobody has reaped; undefined where it cannot be known. */
async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (process.platform === 'win32') return undefined;
  return runProgram('/bin/ps', ['-o', 'command=', '-p', String(pid)], undefined).then(({ output }) => output);
}

/** Whether `pid` is a living PostgreSQL server: a pid file may outlive its process, and the pid be given to another. */
async function isPostmaster(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandLine(pid);
  return command === undefined || command.includes('postgres');
}

/**
 * The server that holds the data folder, by its pid file. A file left by a dead server is removed when its pid belongs
 * to something else now (PostgreSQL would refuse to start); PostgreSQL itself still checks the shared memory.
 */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const file = join(cluster.data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Math.abs(Number(lines[0]));
  const port = Number(lines[3] ?? '');
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  if (await isPostmaster(pid)) return { pid, port };
  if (isAlive(pid)) await rm(file, { force: true });
  return undefined;
}

function settings(port: number, durable: boolean): string[] {
  const values: Record<string, string | number> = {
    port,
    listen_addresses: loopback,
    unix_socket_directories: '',
    max_connections: 100,
    timezone: 'UTC',
    // Data folders lie on solid-state disks; new tables grow quickly, and plans need their statistics soon.
    random_page_cost: 1.1,
    autovacuum_naptime: '10s',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Failed statements belong to their callers; the server's log would keep personal data of them.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Starts the server in a session of its own, so that Ctrl-C reaches only the program, which stops it in order. */
export async function spawnPostmaster(
  { binaries, cluster, account, durable }: Installation,
  port: number,
): Promise<{ readonly pid: number | undefined; readonly exited: Promise<void>; logFrom: number }> {
  const size = await stat(cluster.log).then(
    ({ size: bytes }) => bytes,
    () => 0,
  );
  const log = await open(cluster.log, size > logMaxBytes ? 'w' : 'a', 0o600);
  try {
    const child = spawn(binaries.postgres, ['-D', cluster.data, ...settings(port, durable)], {
      ...runAs(account),
      cwd: cluster.data,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      windowsHide: true,
    });
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    return { pid: child.pid, exited, logFrom: size > logMaxBytes ? 0 : size };
  } finally {
    await log.close();
  }
}

/** What the server wrote to its log since `from`, for the message of a failed start. */
export async function readLog(cluster: Cluster, from: number): Promise<string> {
  const bytes = await readFile(cluster.log).catch(() => Buffer.alloc(0));
  return bytes.subarray(from).toString('utf8').trim().slice(-2_000);
}

export type Readiness = 'ready' | 'not-yet' | 'refused';

/** Tries one connection: `not-yet` while it starts, recovers or shuts down; `refused` when another server answers. */
export async function probe(cluster: Cluster, port: number): Promise<Readiness> {
  const client = new pg.Client({
    connectionString: clusterUrl(cluster, port, 'postgres'),
    connectionTimeoutMillis: connectTimeoutMs,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return 'ready';
  } catch (error) {
    return sqlState(error)?.startsWith('28') === true ? 'refused' : 'not-yet';
  } finally {
    await client.end().catch(() => {});
  }
}

async function waitUntilGone(pid: number, deadlineMs: number): Promise<boolean> {
  for (const until = Date.now() + deadlineMs; Date.now() < until; await sleep(pollMs)) {
    if (!(await isPostmaster(pid))) return true;
  }
  return false;
}

/** Fast shutdown (open transactions end); after a minute immediate, and the next start recovers from the log. */
export async function stopPostmaster(
  { pid }: Postmaster,
  { binaries, cluster, account }: Installation,
  mode: 'fast' | 'immediate',
): Promise<void> {
  if (process.platform === 'win32') {
    await runProgram(binaries.pgCtl, ['stop', '-D', cluster.data, '-m', mode, '-w'], account);
    return;
  }
  const send = (signal: NodeJS.Signals): void => {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already.
    }
  };
  if (mode === 'fast') {
    send('SIGINT');
    if (await waitUntilGone(pid, fastStopMs)) return;
  }
  send('SIGQUIT');
  if (await waitUntilGone(pid, immediateStopMs)) return;
  send('SIGKILL');
  await waitUntilGone(pid, immediateStopMs);
}

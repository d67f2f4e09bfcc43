import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import { giveTo, runProgram } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Location } from './location.ts';

/** An initialized data folder. */
export interface Cluster {
  readonly data: string;
  readonly log: string;
  readonly password: string;
}

export const clusterUser = 'joinery';
const unfinishedMaxAgeMs = 10 * 60_000;

function clusterFolder(location: Location): string {
  return join(location.home, 'cluster');
}

/**
 * Opens the cluster of the location, or makes it. What initdb writes becomes visible by one rename, so a process that
 * dies in between leaves nothing half-made, and of two that start at once one wins. Throws `store.version_unsupported`,
 * `store.not_accessible`, `store.start_failed`.
 */
export async function openCluster(location: Location, binaries: Binaries, durable: boolean): Promise<Cluster> {
  const folder = clusterFolder(location);
  if (!(await isInitialized(folder))) await initialize(location, folder, binaries, durable);
  const data = join(folder, 'data');
  try {
    const major = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
    if (major !== binaries.major) {
      throw new StoreError({
        code: 'store.version_unsupported',
        message: `The data in ${location.directory} is of PostgreSQL ${major}, this program brings PostgreSQL ${binaries.major}; move the data with pg_dump and pg_restore.`,
        retry: 'after-change',
      });
    }
    const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
    return { data, log: join(folder, 'server.log'), password };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError({
      code: 'store.not_accessible',
      message: `The data in ${location.directory} cannot be read by this user; run this program as the user who owns ${folder}.`,
      retry: 'after-change',
      cause: error,
    });
  }
}

async function isInitialized(folder: string): Promise<boolean> {
  return stat(join(folder, 'password')).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'EACCES',
  );
}

async function initialize(location: Location, folder: string, binaries: Binaries, durable: boolean): Promise<void> {
  const { home, account } = location;
  await removeUnfinished(home);
  const unfinished = join(home, `unfinished-${randomBytes(6).toString('hex')}`);
  const data = join(unfinished, 'data');
  const passwordFile = join(unfinished, 'password');
  await mkdir(data, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
  for (const path of [unfinished, data, passwordFile]) await giveTo(account, path);
  const { code, output } = await runProgram(
    binaries.initdb,
    [
      ['--pgdata', data],
      ['--username', clusterUser, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      ['--data-checksums', '--no-instructions'],
      durable ? [] : ['--no-sync'],
    ].flat(),
    account,
  );
  if (code !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    throw new StoreError({
      code: 'store.start_failed',
      message: `PostgreSQL could not make its data folder in ${location.directory}: ${output}`,
      retry: 'after-change',
    });
  }
  await rename(unfinished, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await isInitialized(folder))) throw error;
  });
  await syncFolder(home);
}

/** What a process left that was killed during initdb. */
async function removeUnfinished(home: string): Promise<void> {
  for (const entry of await readdir(home)) {
    if (!entry.startsWith('unfinished-')) continue;
    const path = join(home, entry);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > unfinishedMaxAgeMs) await rm(path, { recursive: true, force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

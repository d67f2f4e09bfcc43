// PostgreSQL refuses to run as root. As root, the server runs as an unprivileged user that exists already.
import { spawn } from 'node:child_process';
import { chown, readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreError } from '../errors.ts';

/** The user that PostgreSQL runs as; undefined: the user of this process. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function readAccounts(): Promise<readonly Account[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name === undefined || uid === undefined || gid === undefined
      ? []
      : [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/** As root: the owner of an existing cluster, else `postgres`, else `nobody`. Throws `store.not_accessible`. */
export async function serverAccount(clusterOwner: number | undefined): Promise<Account | undefined> {
  if (!isRoot()) return undefined;
  const accounts = await readAccounts();
  const wanted =
    clusterOwner !== undefined && clusterOwner !== 0
      ? accounts.find(({ uid }) => uid === clusterOwner)
      : (accounts.find(({ name }) => name === 'postgres') ?? accounts.find(({ name }) => name === 'nobody'));
  if (wanted !== undefined) return wanted;
  throw new StoreError({
    code: 'store.not_accessible',
    message:
      clusterOwner === undefined
        ? 'PostgreSQL does not run as root, and neither a user "postgres" nor "nobody" exists; run this program as an ordinary user or give it a database URL.'
        : `The data belongs to user id ${clusterOwner}, which does not exist on this machine; run this program as that user, or change the owner of the folder.`,
    retry: 'after-change',
  });
}

/** Whether the account may enter every folder on the way to `path`, by owner, group and mode. */
export async function canReach(account: Account | undefined, path: string): Promise<boolean> {
  if (account === undefined) return true;
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return false;
  for (let folder = real; ; folder = dirname(folder)) {
    const { uid, gid, mode } = await stat(folder);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    if (((mode >> shift) & 1) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

export async function giveTo(account: Account | undefined, path: string): Promise<void> {
  if (account !== undefined) await chown(path, account.uid, account.gid);
}

/** Options of a child process of that account. */
export function runAs(account: Account | undefined): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

/** Runs a program to its end; answers its exit code and the end of what it printed. */
export function runProgram(
  file: string,
  args: readonly string[],
  account: Account | undefined,
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...runAs(account),
      cwd: dirname(file),
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}

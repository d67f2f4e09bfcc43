import type { Database } from '../database.ts';

// Days since 1970-01-01 UTC.
const dayMs = 86_400_000;
const dropLockTimeoutMs = 2_000;
const known = new WeakMap<Database, Set<string>>();

function partitionName(table: string, day: number): string {
  return `${table}_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** Makes the day partitions that are missing; several processes may do so at once. */
export async function ensurePartitions(database: Database, table: string, days: readonly number[]): Promise<void> {
  const made = known.get(database) ?? new Set<string>();
  known.set(database, made);
  for (const day of new Set(days)) {
    const name = partitionName(table, day);
    if (made.has(name)) continue;
    const from = new Date(day * dayMs).toISOString();
    const to = new Date((day + 1) * dayMs).toISOString();
    await database.transaction(async (session) => {
      await session.query({ text: `select pg_advisory_xact_lock(1246715728, 1)` });
      await session.query({
        text: `create table if not exists ${name} partition of ${table} for values from ('${from}') to ('${to}')`,
      });
    });
    made.add(name);
  }
}

/** Drops the partitions of days before `firstKept`. One that is in use is left for the next time. */
export async function dropOldPartitions(database: Database, table: string, firstKept: number): Promise<void> {
  const rows = await database.query<{ name: string }>({
    text: `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = $1::regclass`,
    values: [table],
  });
  const oldest = partitionName(table, firstKept);
  for (const { name } of rows) {
    if (!/_\d{8}$/.test(name) || name >= oldest) continue;
    await database
      .transaction(async (session) => {
        await session.query({ text: `set local lock_timeout = ${dropLockTimeoutMs}` });
        await session.query({ text: `drop table if exists ${name}` });
      })
      .catch(() => {
        // Readers go first; the next day tries again.
      });
  }
}

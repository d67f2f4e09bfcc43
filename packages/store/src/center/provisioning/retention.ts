import type { Session } from '../../database.ts';

const dayMs = 86_400_000;
const keptDays = 30;
/** How long what is no record of the past is kept. */
export const lifetimeDays = { preview: 7 } as const;

/** Partitions for the day of the time and the next, so that none is made in the middle of a page's commit. */
export async function ensureLogDays(session: Session, at: Date): Promise<void> {
  await session.query({
    text: `select ensure_provisioning_log_day($1), ensure_provisioning_log_day($2)`,
    values: [at, new Date(at.getTime() + dayMs)],
  });
}

/** Drops the days that are past their time. */
export async function dropOldLogDays(session: Session, at: Date): Promise<void> {
  const oldest = new Date(at.getTime() - keptDays * dayMs).toISOString().slice(0, 10).replaceAll('-', '');
  const old = await session.query<{ name: string }>({
    text: `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'provisioning_log'::regclass and c.relname ~ '^provisioning_log_[0-9]{8}$' and c.relname < $1`,
    values: [`provisioning_log_${oldest}`],
  });
  for (const { name } of old) {
    // The name has the pattern above; another process may drop the same day.
    await session.query({ text: `drop table if exists ${name}` });
  }
}

/** Previews past their time go, apart from one that is being applied; and so do copies of jobs whose preview has ended. */
export async function dropOldPreviews(session: Session, at: Date): Promise<void> {
  await session.query({
    text: `with copies as (
        delete from provisioning_job j using provisioning_preview p
        where p.id = j.preview_id and p.state in ('succeeded', 'failed'))
      delete from provisioning_preview p where created_at < $1::timestamptz - interval '${lifetimeDays.preview} days'
        and not exists (select 1 from provisioning_cycle c where c.id = p.apply_cycle_id and c.state = 'running')`,
    values: [at],
  });
}

/** Forgets cycles that nobody asks for any more, and locks whose owners are long gone. */
export async function dropOldCycles(session: Session, at: Date): Promise<void> {
  await session.query({
    text: `with locks as (delete from provisioning_object_lock where until < $1::timestamptz - interval '1 hour')
      delete from provisioning_cycle where state <> 'running' and (
        ended_at < $1::timestamptz - interval '400 days'
        or ended_at < $1::timestamptz - interval '90 days' and created + updated + disabled + deleted = 0)`,
    values: [at],
  });
}

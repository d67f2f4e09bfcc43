import { brandId, type JobId } from '@joinery/base';
import type { Job, PreviewStore } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { now, type StoreContext } from './context.ts';
import { jobColumns, toJob, type JobRow } from './job-rows.ts';

/** What a cycle reads and writes of its job. What else hangs on a job (its cycles, comparisons, old schemas) stays with it. */
export const copiedTables = [
  'provisioning_link',
  'provisioning_member',
  'provisioning_pending_member',
  'provisioning_waiting_reference',
  'provisioning_escrow',
  'provisioning_departure',
  'provisioning_entitling_group',
  'provisioning_scope_turn',
  'provisioning_unsettled',
] as const;

export const copyIdOf = (previewId: string): JobId => brandId<JobId>(`preview.${previewId}`);

async function readCopy(session: Session, key: number): Promise<Job | undefined> {
  const [row] = await session.query<JobRow>({
    text: `select ${jobColumns('j.schema_version')} from provisioning_job j where j.key = $1`,
    values: [key],
  });
  return row && toJob(row);
}

/** All tables in one statement, which sees one instant of the job, whatever its cycle does meanwhile. */
async function copyState(session: Session, original: number, copy: number): Promise<void> {
  const columns = await session.query<{ name: string; columns: string }>({
    text: `select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.oid = any($1::regclass[]) and a.attname <> 'job_key' group by c.relname`,
    values: [copiedTables],
  });
  const copies = columns.map(
    (table, index) => `copied_${index} as (
      insert into ${table.name} (job_key, ${table.columns})
      select $2, ${table.columns} from ${table.name} where job_key = $1)`,
  );
  await session.query({
    text: `with original as (select * from provisioning_job where key = $1),
      schema as (
        insert into provisioning_schema (job_key, version, schema, saved_at)
        select $2, s.version, s.schema, s.saved_at
        from original o join provisioning_schema s on s.job_key = o.key and s.version = o.schema_version),
      ${copies.join(',\n')}
      update provisioning_job c set settings = o.settings, schema_version = o.schema_version, epoch = o.epoch,
        watermark = o.watermark, force_deletes = o.force_deletes
      from original o where c.key = $2`,
    values: [original, copy],
  });
}

interface LockedPreview {
  readonly id: string;
  readonly state: string;
  readonly job_key: number;
  readonly copy_key: number;
}

/** Of a million links: longer than a statement may take elsewhere. */
const takesLong = `set local statement_timeout = '30min'`;

async function prepare(context: StoreContext, copyId: JobId): Promise<Job | undefined> {
  return context.database.transaction(async (session) => {
    const [preview] = await session.query<LockedPreview>({
      text: `select p.id, p.state, p.job_key, c.key as copy_key
        from provisioning_preview p join provisioning_job c on c.preview_id = p.id
        where c.id = $1 and p.state in ('notStarted', 'running') for update of p`,
      values: [copyId],
    });
    if (preview === undefined) return undefined;
    if (preview.state === 'notStarted') {
      await session.query({ text: takesLong });
      await copyState(session, preview.job_key, preview.copy_key);
      await session.query({
        text: `update provisioning_preview p set state = 'running', began_at = $2, epoch = c.epoch,
            watermark_from = c.watermark
          from provisioning_job c where p.id = $1 and c.preview_id = p.id`,
        values: [preview.id, now(context)],
      });
    }
    return readCopy(session, preview.copy_key);
  });
}

const counted = `(
  select jsonb_agg(jsonb_build_object('kind', kind, 'action', action, 'reason', reason, 'failed', failed, 'count', n)
      order by kind desc, action, reason)
  from (
    select kind, action, case when error is null then reason else error ->> 'code' end as reason,
      error is not null as failed, count(*) as n
    from provisioning_preview_operation where preview_id = p.id group by 1, 2, 3, 4) counted)`;

export function createPreviewCopies(
  context: StoreContext,
): Pick<PreviewStore, 'prepare' | 'noteDepartures' | 'finish'> {
  const { database } = context;
  return {
    prepare: (copyId) => prepare(context, copyId),
    async noteDepartures(id, guard) {
      await database.query({
        text: 'update provisioning_preview set departures = $2, linked = $3, guard_trips = $4 where id = $1',
        values: [id, guard.departures, guard.linked, guard.trips],
      });
    },
    async finish(cycle, { error, requests }) {
      if (cycle.preview === undefined) return;
      await database.query({
        text: `update provisioning_preview p set state = $3, ended_at = $4, error_code = $5, error_message = $6,
            kind = c.kind, watermark_to = c.watermark_to, pages_done = c.pages_done, pages_total = c.pages_total,
            requests = c.requests + $7, summary = ${counted}
          from provisioning_cycle c where p.id = $1 and p.state = 'running' and c.id = $2`,
        values: [
          cycle.preview.id,
          cycle.id,
          error === undefined ? 'succeeded' : 'failed',
          now(context),
          error?.code ?? null,
          error?.message ?? null,
          requests,
        ],
      });
      const { id } = cycle.preview;
      await database.transaction(async (session) => {
        await session.query({ text: takesLong });
        await session.query({ text: 'delete from provisioning_job where preview_id = $1', values: [id] });
      });
    },
  };
}

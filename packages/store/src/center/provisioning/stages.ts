import type { CycleId, JobId } from '@joinery/base';
import type { CycleStore } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { phases } from './candidates.ts';
import { now, type StoreContext } from './context.ts';

type Stage = 'objects' | 'references' | 'departures';

interface StageCycle {
  readonly job_key: number;
  readonly retries_all: boolean;
}

/** Runs `work` once, for the worker that moves the cycle on; the others find the next stage begun. */
async function advance(
  context: StoreContext,
  cycleId: CycleId,
  from: Stage,
  to: Stage,
  work: (session: Session, cycle: StageCycle) => Promise<void>,
): Promise<void> {
  await context.database.transaction(async (session) => {
    const [cycle] = await session.query<StageCycle>({
      text: `select c.job_key, c.retries_all from provisioning_cycle c
        where c.id = $1 and c.state = 'running' and c.stage = $2
          and not exists (select 1 from provisioning_page p where p.cycle_id = c.id and not p.is_done)
        for no key update of c`,
      values: [cycleId, from],
    });
    if (cycle === undefined) return;
    await work(session, cycle);
    await session.query({
      text: `update provisioning_cycle set stage = $2,
          pages_total = (select count(*) from provisioning_page p where p.cycle_id = $1)
        where id = $1`,
      values: [cycleId, to],
    });
  });
}

/** Users with a waiting reference whose object is linked, unless its last failure is not due for a retry. */
const referencePages = `
  with due as (
    select distinct w.source_id as id
    from provisioning_waiting_reference w
    join provisioning_link s on s.job_key = $1 and s.source_id = w.source_id
    join provisioning_link t on t.job_key = $1 and t.source_id = w.referenced_id
    left join provisioning_escrow e on e.job_key = $1 and e.source_id = w.source_id and e.attribute = w.attribute
    where w.job_key = $1 and (e.source_id is null or e.next_attempt_at <= $4 or $5)),
  numbered as (select id, (row_number() over (order by id) - 1) / $3::integer as page from due)
  insert into provisioning_page (cycle_id, phase, kind, object_kind, object_ids)
  select $2, ${phases.references}, 'references', 'user', array_agg(id order by id) from numbered group by page`;

/** Linked groups whose memberships may differ; those about to leave are left alone. */
const memberPages = `
  with due as (
    select l.source_id as id from provisioning_link l
    where l.job_key = $1 and l.kind = 'group' and l.members_due
    union
    select p.group_id from provisioning_pending_member p
    join provisioning_link l on l.job_key = $1 and l.source_id = p.group_id and l.kind = 'group'
    where p.job_key = $1
    union
    -- What failed may have lost its reason meanwhile: a page without differences settles it.
    select e.source_id from provisioning_escrow e
    join provisioning_link l on l.job_key = $1 and l.source_id = e.source_id and l.kind = 'group'
    where e.job_key = $1 and e.attribute = 'members'),
  ready as (
    select d.id from due d
    left join provisioning_escrow e on e.job_key = $1 and e.source_id = d.id and e.attribute = 'members'
    where (e.source_id is null or e.next_attempt_at <= $4 or $5)
      and not exists (select 1 from provisioning_departure x where x.job_key = $1 and x.source_id = d.id)),
  numbered as (select id, (row_number() over (order by id) - 1) / $3::integer as page from ready)
  insert into provisioning_page (cycle_id, phase, kind, object_kind, object_ids)
  select $2, ${phases.references}, 'members', 'group', array_agg(id order by id) from numbered group by page`;

export async function planReferences(
  context: StoreContext,
  cycleId: CycleId,
  options: Parameters<CycleStore['planReferences']>[1],
): Promise<void> {
  await advance(context, cycleId, 'objects', 'references', async (session, cycle) => {
    const values = [cycle.job_key, cycleId, options.pageSize, now(context), cycle.retries_all];
    await session.query({ name: 'provisioning-reference-pages', text: referencePages, values });
    if (!options.members) return;
    const memberValues = [cycle.job_key, cycleId, options.groupPageSize, now(context), cycle.retries_all];
    await session.query({ name: 'provisioning-member-pages', text: memberPages, values: memberValues });
  });
}

export async function countDepartures(
  context: StoreContext,
  jobId: JobId,
  percent: number,
): Promise<{ readonly staged: number; readonly linked: number }> {
  const [row] = await context.database.query<{ staged: bigint; linked: bigint }>({
    text: `with job as (select key from provisioning_job where id = $1),
      staged as (select count(*) as n from provisioning_departure d, job where d.job_key = job.key)
      select staged.n as staged, (select count(*) from (
          select 1 from provisioning_link l, job where l.job_key = job.key
          limit (select ceil(n * 100 / greatest($2::numeric, 0.01)) + 1 from staged)) counted) as linked
      from staged`,
    values: [jobId, percent],
  });
  return { staged: Number(row?.staged ?? 0n), linked: Number(row?.linked ?? 0n) };
}

const departurePages = `
  with numbered as (
    select source_id as id, kind, (row_number() over (partition by kind order by source_id) - 1) / $3::integer as page
    from provisioning_departure where job_key = $1)
  insert into provisioning_page (cycle_id, phase, kind, object_kind, object_ids)
  select $2, ${phases.departures}, 'departures', kind, array_agg(id order by id) from numbered group by kind, page`;

/** Objects that this cycle staged, as one log row each: what was due, and that it was held back. */
const stagedLog = `
  insert into provisioning_log (at, id, job_id, cycle_id, change_id, service_principal_id, action, outcome, duration_ms,
    source_id, source_name, source_type, target_id, target_name, target_type, reason, error, steps, modified_properties)
  select $3, gen_random_uuid(), j.id, $2, gen_random_uuid(), j.service_principal_id, 'stageddelete', 'skipped', 0,
    d.source_id, d.display_name, initcap(d.kind), d.target_id, d.display_name, initcap(d.kind), d.reason, null,
    jsonb_build_array(jsonb_build_object('name', 'EntrySynchronizationStagedDelete', 'type', 'processing',
      'status', 'skipped', 'description', initcap(d.kind) || ' ''' || d.display_name || ''' is due to be ' ||
        case d.action when 'disable' then 'disabled' else 'deleted' end || ' in the target (' || d.reason ||
        '), but so many objects are due at once that nothing departs until an administrator allows it.',
      'details', jsonb_build_object('SkipReason', 'TooManyDeletes'))), '[]'
  from provisioning_departure d join provisioning_job j on j.key = d.job_key
  where d.job_key = $1 and d.cycle_id = $2`;

export async function planDepartures(
  context: StoreContext,
  cycleId: CycleId,
  options: Parameters<CycleStore['planDepartures']>[1],
): Promise<void> {
  await advance(context, cycleId, 'references', 'departures', async (session, cycle) => {
    if (options.held) {
      const at = now(context);
      await session.query({ text: 'select ensure_provisioning_log_day($1)', values: [at] });
      await session.query({ text: stagedLog, values: [cycle.job_key, cycleId, at] });
      return;
    }
    await session.query({ text: departurePages, values: [cycle.job_key, cycleId, options.pageSize] });
  });
}

export async function pruneEscrows(context: StoreContext, cycleId: CycleId): Promise<void> {
  await context.database.query({
    text: `with cycle as (
        update provisioning_cycle set escrows_pruned = true where id = $1 and state = 'running' returning job_key),
      job as (update provisioning_job set escrows_pruned = true from cycle where key = cycle.job_key)
      delete from provisioning_escrow e using cycle where e.job_key = cycle.job_key`,
    values: [cycleId],
  });
}

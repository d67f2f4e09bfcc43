import { brandId, type CycleId, type JobId } from '@joinery/base';
import type { CyclePlan, CycleStore, DueJob, Job, RunningCycle } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { planIncrementalPages, planInitialPages, planUrgentPages } from './candidates.ts';
import { commitPage } from './commit.ts';
import { jobChannel, now, type StoreContext } from './context.ts';
import { finishCycle } from './finish.ts';
import { runningCycleColumns, toRunningCycle, type RunningCycleRow } from './job-rows.ts';
import { dropOldCycles, dropOldPreviews, dropOldLogDays, ensureLogDays } from './retention.ts';
import { createPageLeases } from './pages.ts';
import { createProbes } from './probes.ts';
import { createAttendance } from './workers.ts';
import { createAlarms } from './alarms.ts';
import { countDepartures, planDepartures, planReferences, pruneEscrows } from './stages.ts';

const escrowLifetime = `interval '28 days'`;

const runningCycle = `select ${runningCycleColumns}
  from provisioning_cycle c join provisioning_job j on j.key = c.job_key`;

export async function readRunning(session: Session, jobId: JobId): Promise<RunningCycle | undefined> {
  const [row] = await session.query<RunningCycleRow>({
    name: 'provisioning-running',
    text: `${runningCycle} where j.id = $1 and c.state = 'running'`,
    values: [jobId],
  });
  return row && toRunningCycle(row);
}

export interface LockedJob {
  readonly key: number;
  readonly schedule_state: Job['scheduleState'];
  readonly epoch: number;
  readonly schema_version: number;
  readonly watermark: bigint | null;
  readonly force_deletes: boolean;
  readonly next_run_at: Date | null;
  readonly scope: string;
  readonly service_principal_id: string;
  readonly head: bigint;
  readonly is_running: boolean;
}

/** The lock first, then a look: what a worker that held it has begun is seen. */
export async function lockJob(session: Session, jobId: JobId): Promise<LockedJob | undefined> {
  await session.query({
    name: 'provisioning-lock-job',
    text: 'select key from provisioning_job where id = $1 for no key update',
    values: [jobId],
  });
  const [row] = await session.query<LockedJob>({
    name: 'provisioning-locked-job',
    text: `select j.key, j.schedule_state, j.epoch, j.schema_version, j.watermark, j.force_deletes, j.next_run_at,
        j.settings ->> 'scope' as scope, j.service_principal_id,
        coalesce((select max(sequence) from directory_change), 0) as head,
        exists (select 1 from provisioning_cycle c where c.job_key = j.key and c.state = 'running') as is_running
      from provisioning_job j where j.id = $1`,
    values: [jobId],
  });
  return row;
}

/** Another worker may have been first: the reason to begin is looked at again under the lock. */
function isStillDue(job: LockedJob, planned: Job, plan: CyclePlan, at: Date): boolean {
  if (job.schema_version !== planned.schemaVersion) return false;
  if (plan.trigger === 'forced') return true;
  if (job.schedule_state !== 'Active') return false;
  if (plan.trigger === 'change') return job.watermark !== null && job.watermark < job.head;
  return job.next_run_at !== null && job.next_run_at <= at;
}

export async function insertCycle(session: Session, job: LockedJob, plan: CyclePlan, at: Date): Promise<void> {
  await session.query({
    name: 'provisioning-insert-cycle',
    text: `with expired as (
        delete from provisioning_escrow where job_key = $2 and first_failed_at < $8::timestamptz - ${escrowLifetime}
        returning source_id, attribute),
      given_up as (
        delete from provisioning_unsettled n using expired e
        where n.job_key = $2 and n.source_id = e.source_id and e.attribute = '')
      insert into provisioning_cycle (id, job_key, kind, epoch, schema_version, watermark_to, is_forced, force_deletes,
        retries_all, began_at)
      values ($1, $2, $3, $4, $5, $6, $7, $9, $10, $8)`,
    values: [
      plan.cycleId,
      job.key,
      job.watermark === null ? 'initial' : 'incremental',
      job.epoch,
      job.schema_version,
      job.head,
      plan.trigger === 'forced',
      at,
      job.force_deletes,
      plan.retryAllEscrows,
    ],
  });
}

/** True when there is a cycle to run now. */
async function beginCycle(session: Session, job: LockedJob, plan: CyclePlan, at: Date): Promise<boolean> {
  await insertCycle(session, job, plan, at);
  const scope = {
    jobKey: job.key,
    cycleId: plan.cycleId,
    servicePrincipalId: job.service_principal_id,
    all: job.scope === 'all',
    plan,
    now: at,
  };
  if (job.watermark === null) {
    const pages = await planInitialPages(session, scope, job.head);
    await setPagesTotal(session, plan.cycleId, pages);
    return true;
  }
  const { pages, work } = await planIncrementalPages(session, scope, job.watermark, job.head);
  if (plan.trigger === 'change' && work === 0) {
    // The change concerns nobody here: the feed is read, and there is no cycle to tell of.
    await session.query({
      text: `with none as (delete from provisioning_cycle where id = $1)
        update provisioning_job set watermark = $3, heartbeat_at = $4 where key = $2`,
      values: [plan.cycleId, job.key, job.head, at],
    });
    return false;
  }
  await setPagesTotal(session, plan.cycleId, pages);
  return true;
}

async function setPagesTotal(session: Session, cycleId: CycleId, pages: number): Promise<void> {
  await session.query({
    text: 'update provisioning_cycle set pages_total = $2 where id = $1',
    values: [cycleId, pages],
  });
}

async function begin(context: StoreContext, planned: Job, plan: CyclePlan): Promise<RunningCycle | undefined> {
  return context.database.transaction(async (session) => {
    const job = await lockJob(session, planned.id);
    if (job === undefined) return undefined;
    const at = now(context);
    if (!job.is_running) {
      if (!isStillDue(job, planned, plan, at)) return undefined;
      if (!(await beginCycle(session, job, plan, at))) return undefined;
    }
    return readRunning(session, planned.id);
  });
}

const absorbable = `
  select j.key, j.service_principal_id, j.settings ->> 'scope' as scope, c.watermark_to,
    coalesce((select max(sequence) from directory_change), 0) as head
  from provisioning_cycle c join provisioning_job j on j.key = c.job_key
  where c.id = $1 and c.state = 'running' and c.stage = 'objects' and c.epoch = j.epoch`;

interface AbsorbingCycle extends Pick<LockedJob, 'key' | 'service_principal_id' | 'scope' | 'head'> {
  readonly watermark_to: bigint;
}

async function absorb(context: StoreContext, cycleId: CycleId, plan: CyclePlan): Promise<boolean> {
  const read = (session: Session): Promise<readonly AbsorbingCycle[]> =>
    session.query<AbsorbingCycle>({ name: 'provisioning-absorbable', text: absorbable, values: [cycleId] });
  const [seen] = await read(context.database);
  if (seen === undefined || seen.head <= seen.watermark_to) return false;
  return context.database.transaction(async (session) => {
    await session.query({
      text: 'select id from provisioning_cycle where id = $1 for no key update',
      values: [cycleId],
    });
    const [cycle] = await read(session);
    if (cycle === undefined || cycle.head <= cycle.watermark_to) return false;
    const scope = {
      jobKey: cycle.key,
      cycleId,
      servicePrincipalId: cycle.service_principal_id,
      all: cycle.scope === 'all',
      plan,
      now: now(context),
    };
    await planUrgentPages(session, scope, cycle.watermark_to, cycle.head);
    return true;
  });
}

/** The copy of a job that waits to be made, or whose cycle has not begun. */
const toPreview = `(j.preview_id is not null
  and not exists (select 1 from provisioning_cycle c where c.job_key = j.key and c.state = 'running')
  and exists (select 1 from provisioning_preview p where p.id = j.preview_id and p.state in ('notStarted', 'running')))`;

/** A preview that waits to be applied, and no cycle goes before it: one of a paused job gives way. */
const toApply = `(
  exists (select 1 from provisioning_preview p
    where p.job_key = j.key and p.apply_requested_at is not null and p.apply_cycle_id is null)
  and not exists (select 1 from provisioning_cycle c
    where c.job_key = j.key and c.state = 'running' and (c.is_forced or j.schedule_state = 'Active')))`;

/** Jobs with something to do, why, and which waits longest. */
const dueJobs = `
  select j.id as job_id, case
      when ${toPreview} then 'preview'
      when ${toApply} then 'apply'
      when exists (select 1 from provisioning_cycle c where c.job_key = j.key and c.state = 'running') then 'running'
      when j.quarantine_reason = 'EncounteredQuarantineException' then 'probe'
      when j.next_run_at <= $1 then 'schedule'
      else 'change' end as why
  from provisioning_job j, (select coalesce(max(sequence), 0) as head from directory_change) f
  where ${toPreview} or ${toApply}
    or exists (select 1 from provisioning_cycle c where c.job_key = j.key and c.state = 'running' and c.is_forced)
    or j.schedule_state = 'Active' and (
    exists (select 1 from provisioning_cycle c where c.job_key = j.key and c.state = 'running')
    or case
      when j.quarantine_reason = 'EncounteredQuarantineException' then j.quarantine_next_attempt <= $1
      when j.next_run_at <= $1 then true
      when j.quarantine_reason is not null and j.quarantine_reason <> 'TooManyDeletes' then false
      else (j.settings ->> 'onChange')::boolean and j.watermark < f.head end)
  order by coalesce(j.heartbeat_at, j.created_at), j.key limit $2`;

export function createCycleStore(context: StoreContext): CycleStore {
  const { database } = context;
  return {
    async due(at, limit) {
      const rows = await database.query<{ job_id: string; why: DueJob['why'] }>({
        name: 'provisioning-due',
        text: dueJobs,
        values: [at, limit],
      });
      return rows.map((row) => ({ jobId: brandId<JobId>(row.job_id), why: row.why }));
    },
    async nextDueAt() {
      const [row] = await database.query<{ next: Date | null }>({
        text: `select min(case when quarantine_reason = 'EncounteredQuarantineException' then quarantine_next_attempt
            else next_run_at end) as next
          from provisioning_job where schedule_state = 'Active'`,
      });
      return row?.next ?? undefined;
    },
    subscribe: (listener) => database.listen(jobChannel, () => listener()),
    begin: (job, plan) => begin(context, job, plan),
    running: (jobId) => readRunning(database, jobId),
    absorb: (cycleId, plan) => absorb(context, cycleId, plan),
    ...createPageLeases(context),
    commit: (page, outcome, options) => commitPage(context, page, outcome, options.partial),
    planReferences: (cycleId, options) => planReferences(context, cycleId, options),
    countDepartures: (jobId, percent) => countDepartures(context, jobId, percent),
    planDepartures: (cycleId, options) => planDepartures(context, cycleId, options),
    pruneEscrows: (cycleId) => pruneEscrows(context, cycleId),
    finish: (cycleId, end, digest) => finishCycle(context, cycleId, end, digest),
    ...createProbes(context),
    ...createAttendance(context),
    ...createAlarms(context),
    async heartbeat(jobIds, at) {
      await database.query({
        text: 'update provisioning_job set heartbeat_at = $2, alarm_at = null where id = any($1)',
        values: [jobIds, at],
      });
    },
    async maintain(at) {
      await ensureLogDays(database, at);
      await dropOldLogDays(database, at);
      await dropOldCycles(database, at);
      await dropOldPreviews(database, at);
    },
  };
}

import type { CycleId } from '@joinery/base';
import type { CycleEnd, CycleStore, FailureSummary, ObjectKind } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { jobChannel, now, type StoreContext } from './context.ts';
import { ensureLogDays } from './retention.ts';
import { insertLog } from './log-insert.ts';
import { insertMail } from './mails.ts';
import { settleApplied } from './preview-writes.ts';
import { auditJob, auditLifted } from './audit.ts';
import { liftedQuarantine } from './probes.ts';
import { nextTurn } from './scope-candidates.ts';

const digestMax = 50;

interface EndingCycle {
  readonly job_key: number;
  readonly job_id: string;
  readonly epoch: number;
  readonly watermark_to: bigint;
  readonly quarantine_reason: string | null;
  readonly preview_id: string | null;
  readonly began_at: Date;
}

/** Marks the cycle ended and clears what only a running cycle needs. */
async function endCycle(session: Session, cycleId: CycleId, end: CycleEnd, at: Date): Promise<void> {
  await session.query({
    text: `with pages as (delete from provisioning_page where cycle_id = $1),
      claims as (delete from provisioning_value_claim where cycle_id = $1),
      cycle as (
        update provisioning_cycle set state = $2, ended_at = $3, error_code = $4, error_message = $5,
          requests = requests + $6
        where id = $1 returning job_key),
      listed as (delete from provisioning_listed_key k using cycle where k.job_key = cycle.job_key)
      delete from provisioning_listed_object o using cycle where o.job_key = cycle.job_key`,
    values: [cycleId, end.state, at, end.error?.code ?? null, end.error?.message ?? null, end.requests],
  });
}

/**
 * Watermark, schedule and steady state. A cycle that ended well after a reset leaves the watermark to the next one; a start
 * that was asked for while it ran is kept.
 */
async function updateJob(session: Session, cycle: EndingCycle, end: CycleEnd, at: Date): Promise<void> {
  const isWell = end.state !== 'failed';
  const isQuarantined = end.quarantine !== undefined && end.quarantine !== null;
  await session.query({
    text: `update provisioning_job set
        watermark = case when $2 and epoch = $3 then $4 else watermark end,
        force_deletes = force_deletes and not $2,
        next_run_at = least(case when epoch = $3 or not $2 then $5 else least($5, next_run_at) end,
          case when next_run_at > $9 and next_run_at <= $6 then next_run_at end,
          case when $8 then ${nextTurn('$6')} end),
        heartbeat_at = $6,
        successive_failures = case when $2 then 0 else successive_failures + 1 end,
        steady_state_first = case when $2 then coalesce(steady_state_first, $6) else steady_state_first end,
        steady_state_last = case when $2 then $6 else steady_state_last end,
        schedule_state = case when $7 and schedule_state = 'Active' then 'Paused' else schedule_state end
      where key = $1`,
    values: [
      cycle.job_key,
      isWell,
      cycle.epoch,
      cycle.watermark_to,
      end.nextRunAt,
      at,
      end.pause,
      isWell && !isQuarantined,
      cycle.began_at,
    ],
  });
}

/** Enters, goes on with or lifts the quarantine; the mail goes out when the reason is a new one. */
async function updateQuarantine(
  context: StoreContext,
  session: Session,
  cycle: EndingCycle,
  end: CycleEnd,
  at: Date,
): Promise<void> {
  if (end.quarantine === undefined) return;
  if (end.quarantine === null) {
    const lifted = await session.query({
      text: `update provisioning_job set ${liftedQuarantine} where key = $1 and quarantine_reason is not null returning 1`,
      values: [cycle.job_key],
    });
    if (lifted.length > 0) await auditLifted(session, cycle.job_key, cycle.quarantine_reason);
    return;
  }
  const { reason, error, nextAttempt, mail, disable } = end.quarantine;
  const isNew = cycle.quarantine_reason !== reason;
  await session.query({
    text: `update provisioning_job set quarantine_reason = $2,
        quarantine_current_began = case when $3 then $4 else quarantine_current_began end,
        quarantine_series_began = coalesce(quarantine_series_began, $4),
        quarantine_series_count = quarantine_series_count + 1,
        quarantine_next_attempt = $5, quarantine_error_code = $6, quarantine_error_message = $7,
        schedule_state = case when $8 then 'Disabled' else schedule_state end
      where key = $1`,
    values: [cycle.job_key, reason, isNew, at, nextAttempt, error.code, error.message, disable],
  });
  if (isNew) {
    const properties = { QuarantineReason: reason, ErrorCode: error.code, ErrorMessage: error.message };
    await auditJob(session, cycle.job_key, { activity: 'Quarantine', properties });
  }
  if ((isNew || disable) && mail !== undefined) await insertMail(context, session, mail);
}

async function newFailures(
  session: Session,
  cycleId: CycleId,
): Promise<{ readonly failures: readonly FailureSummary[]; readonly total: number }> {
  const rows = await session.query<{
    display_name: string;
    kind: ObjectKind;
    error_code: string;
    error_message: string;
    total: bigint;
  }>({
    text: `select display_name, kind, error_code, error_message, count(*) over () as total
      from provisioning_escrow where cycle_id = $1 order by first_failed_at, source_id limit ${digestMax}`,
    values: [cycleId],
  });
  const failures = rows.map((row) => ({
    displayName: row.display_name,
    kind: row.kind,
    code: row.error_code,
    message: row.error_message,
  }));
  return { failures, total: Number(rows[0]?.total ?? 0n) };
}

export async function finishCycle(
  context: StoreContext,
  cycleId: CycleId,
  end: CycleEnd,
  digest: Parameters<CycleStore['finish']>[2],
): Promise<void> {
  const at = now(context);
  if (end.log.length > 0) await ensureLogDays(context.database, at);
  await context.database.transaction(async (session) => {
    await session.query({
      text: `select id from provisioning_page where cycle_id = $1 and not is_done order by id for update`,
      values: [cycleId],
    });
    const [cycle] = await session.query<EndingCycle>({
      text: `select c.job_key, j.id as job_id, c.epoch, c.watermark_to, j.quarantine_reason, c.preview_id, c.began_at
        from provisioning_cycle c join provisioning_job j on j.key = c.job_key
        where c.id = $1 and c.state = 'running' for no key update of c`,
      values: [cycleId],
    });
    if (cycle === undefined) return;
    await endCycle(session, cycleId, end, at);
    if (cycle.preview_id !== null) {
      const isWell = end.state !== 'failed';
      await settleApplied(session, { previewId: cycle.preview_id, jobKey: cycle.job_key, isWell });
    }
    await updateJob(session, cycle, end, at);
    await updateQuarantine(context, session, cycle, end, at);
    await insertLog(session, end.log);
    const { failures, total } = await newFailures(session, cycleId);
    const mail = digest(failures, total);
    if (mail !== undefined) await insertMail(context, session, mail);
    await session.query({ text: `select pg_notify('${jobChannel}', $1)`, values: [cycle.job_id] });
  });
}

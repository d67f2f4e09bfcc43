import type { CycleStore } from '@joinery/provisioning/ports';
import { now, type StoreContext } from './context.ts';
import { keyOfJob } from './link-rows.ts';

/** Two missed signs are forgiven, and a late third. */
const seenWithinMs = (everyMs: number): number => Math.max(5_000, 4 * everyMs);
/** A job's own sign of life is written no more often than this, however many workers it has. */
const heartbeatEvery = `interval '10 seconds'`;
const forgottenAfterMs = (everyMs: number): number => 12 * seenWithinMs(everyMs);

const checkIn = `
  with job as materialized (select ${keyOfJob} as key),
  alive as (
    update provisioning_job j set heartbeat_at = $3, alarm_at = null from job
    where j.key = job.key and (j.heartbeat_at is null or j.heartbeat_at < $3::timestamptz - ${heartbeatEvery})),
  gone as (
    delete from provisioning_worker w using job
    where w.job_key = job.key and w.worker_id <> $2 and w.seen_at < $6),
  own as (
    insert into provisioning_worker as w (job_key, worker_id, seen_at, paused_until)
    select key, $2, $3, $4 from job where key is not null
    on conflict (job_key, worker_id) do update set seen_at = excluded.seen_at, paused_until = excluded.paused_until,
      joined = case when w.seen_at < $5 then excluded.joined else w.joined end
    returning joined)
  select count(w.worker_id) as others,
    count(w.worker_id) filter (where w.joined < own.joined) as rank,
    max(w.paused_until) as paused_until
  from own left join provisioning_worker w
    on w.job_key = (select key from job) and w.worker_id <> $2 and w.seen_at >= $5
  group by own.joined`;

/** Who works on a job at the moment. */
export function createAttendance(context: StoreContext): Pick<CycleStore, 'checkIn' | 'checkOut'> {
  const { database } = context;
  return {
    async checkIn(jobId, { workerId, everyMs, pausedUntil }) {
      const at = now(context);
      const [row] = await database.query<{ others: bigint; rank: bigint; paused_until: Date | null }>({
        name: 'provisioning-check-in',
        text: checkIn,
        values: [
          jobId,
          workerId,
          at,
          pausedUntil ?? null,
          new Date(at.getTime() - seenWithinMs(everyMs)),
          new Date(at.getTime() - forgottenAfterMs(everyMs)),
        ],
      });
      return {
        workers: Number(row?.others ?? 0n) + 1,
        rank: Number(row?.rank ?? 0n),
        pausedUntil: row?.paused_until ?? undefined,
      };
    },
    async checkOut(jobId, workerId) {
      await database.query({
        text: `delete from provisioning_worker where job_key = ${keyOfJob} and worker_id = $2`,
        values: [jobId, workerId],
      });
    },
  };
}

import type { CycleStore } from '@joinery/provisioning/ports';
import { jobChannel, now, type StoreContext } from './context.ts';
import { auditLifted } from './audit.ts';
import { insertMail } from './mails.ts';

/** Clears the quarantine of a job row; used where it is lifted. */
export const liftedQuarantine = `quarantine_reason = null, quarantine_current_began = null,
  quarantine_series_began = null, quarantine_series_count = 0, quarantine_next_attempt = null,
  quarantine_error_code = null, quarantine_error_message = null`;

export function createProbes(context: StoreContext): Pick<CycleStore, 'takeProbe' | 'probeFailed' | 'probeSucceeded'> {
  const { database } = context;
  return {
    async takeProbe(jobId, at, until) {
      const rows = await database.query({
        text: `update provisioning_job set quarantine_next_attempt = $3
          where id = $1 and schedule_state = 'Active' and quarantine_reason = 'EncounteredQuarantineException'
            and quarantine_next_attempt <= $2 returning key`,
        values: [jobId, at, until],
      });
      return rows.length > 0;
    },
    async probeFailed(jobId, failure, nextAttempt, disable) {
      await database.transaction(async (session) => {
        await session.query({
          text: `update provisioning_job set quarantine_series_count = quarantine_series_count + 1,
              quarantine_next_attempt = $2, quarantine_error_code = $3, quarantine_error_message = $4, heartbeat_at = $6,
              schedule_state = case when $5 then 'Disabled' else schedule_state end
            where id = $1 and quarantine_reason is not null`,
          values: [jobId, nextAttempt, failure.code, failure.message, disable !== undefined, now(context)],
        });
        if (disable?.mail !== undefined) await insertMail(context, session, disable.mail);
      });
    },
    async probeSucceeded(jobId, at) {
      await database.transaction(async (session) => {
        const [job] = await session.query<{ key: number; quarantine_reason: string | null }>({
          text: 'select key, quarantine_reason from provisioning_job where id = $1 for no key update',
          values: [jobId],
        });
        if (job === undefined) return;
        await session.query({
          text: `update provisioning_job set ${liftedQuarantine}, next_run_at = $2 where key = $1`,
          values: [job.key, at],
        });
        if (job.quarantine_reason !== null) await auditLifted(session, job.key, job.quarantine_reason);
        await session.query({ text: `select pg_notify('${jobChannel}', $1)`, values: [jobId] });
      });
    },
  };
}

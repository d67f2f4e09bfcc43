import type { JobId } from '@joinery/base';
import type { CycleStore } from '@joinery/provisioning/ports';
import { auditJob } from './audit.ts';
import type { StoreContext } from './context.ts';
import { jobColumns, toJob, type JobRow } from './job-rows.ts';
import { insertMail } from './mails.ts';

/** When the job should have been looked at by itself: its next cycle, or the next probe out of quarantine. */
const due = `case when j.quarantine_reason = 'EncounteredQuarantineException' then j.quarantine_next_attempt
  else j.next_run_at end`;

/** Two intervals without a sign of life after that time; short intervals are given 5 minutes. */
const overdue = `select ${jobColumns('j.schema_version')}, j.heartbeat_at
  from provisioning_job j
  where j.schedule_state = 'Active' and j.preview_id is null and j.alarm_at is null
    and greatest(${due}, j.heartbeat_at) < $1::timestamptz - greatest(interval '5 minutes',
      2 * (j.settings ->> 'intervalSeconds')::integer * interval '1 second')
  order by j.key for no key update of j skip locked`;

export function createAlarms(context: StoreContext): Pick<CycleStore, 'raiseAlarms'> {
  return {
    raiseAlarms: (now, word) =>
      context.database.transaction(async (session) => {
        const rows = await session.query<JobRow & { heartbeat_at: Date | null }>({
          name: 'provisioning-overdue',
          text: overdue,
          values: [now],
        });
        const raised: JobId[] = [];
        for (const row of rows) {
          const job = toJob(row);
          const lastSeen = row.heartbeat_at ?? undefined;
          await session.query({
            text: 'update provisioning_job set alarm_at = $2 where key = $1',
            values: [row.key, now],
          });
          await auditJob(session, row.key, {
            activity: 'Provisioning overdue',
            properties: { LastCheck: lastSeen?.toISOString() ?? 'never' },
          });
          const mail = word(job, lastSeen);
          if (mail !== undefined) await insertMail(context, session, mail);
          raised.push(job.id);
        }
        return raised;
      }),
  };
}

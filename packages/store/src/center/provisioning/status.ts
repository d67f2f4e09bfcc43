import type { JobId } from '@joinery/base';
import type { Cycle, JobStatus } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { jobNotFound } from './context.ts';
import { cycleColumns, toCycle, type CycleRow } from './job-rows.ts';

interface StatusRow {
  readonly schedule_state: 'Active' | 'Disabled' | 'Paused';
  readonly quarantine_reason: string | null;
  readonly escrows_pruned: boolean;
  readonly successive_failures: number;
  readonly steady_state_first: Date | null;
  readonly steady_state_last: Date | null;
  readonly heartbeat_at: Date | null;
  readonly alarm_at: Date | null;
  readonly has_secrets: boolean;
  readonly escrows: bigint;
  readonly linked_users: bigint;
  readonly linked_groups: bigint;
}

const cycleRoles = {
  running: `c.state = 'running'`,
  last: `c.state <> 'running'`,
  lastSuccessful: `c.state = 'succeeded'`,
  lastSuccessfulWithExports: `c.state = 'succeeded' and c.created + c.updated + c.disabled + c.deleted > 0`,
} as const;
type CycleRole = keyof typeof cycleRoles;

/** The newest cycle in each role, in one statement. */
const cyclesByRole = (Object.keys(cycleRoles) as CycleRole[])
  .map(
    (role) => `(select '${role}' as role, ${cycleColumns}
      from provisioning_cycle c join provisioning_job j on j.key = c.job_key
      where j.id = $1 and ${cycleRoles[role]} order by c.number desc limit 1)`,
  )
  .join(' union all ');

function statusCode(row: StatusRow, last: Cycle | undefined): JobStatus['code'] {
  if (row.quarantine_reason !== null) return 'Quarantine';
  if (last === undefined) return row.has_secrets ? 'NotRun' : 'NotConfigured';
  return row.schedule_state === 'Active' ? 'Active' : 'Paused';
}

export async function readStatus(session: Session, id: JobId): Promise<JobStatus> {
  const [row] = await session.query<StatusRow>({
    name: 'provisioning-status',
    text: `select j.schedule_state, j.quarantine_reason, j.escrows_pruned, j.successive_failures, j.steady_state_first,
        j.steady_state_last, j.heartbeat_at, j.alarm_at,
        exists (select 1 from provisioning_secret s where s.service_principal_id = j.service_principal_id) as has_secrets,
        (select count(*) from provisioning_escrow e where e.job_key = j.key) as escrows,
        (select count(*) from provisioning_link l where l.job_key = j.key and l.kind = 'user') as linked_users,
        (select count(*) from provisioning_link l where l.job_key = j.key and l.kind = 'group') as linked_groups
      from provisioning_job j where j.id = $1`,
    values: [id],
  });
  if (row === undefined) throw jobNotFound(id);
  const cycles = new Map<CycleRole, Cycle>();
  for (const one of await session.query<CycleRow & { role: CycleRole }>({ text: cyclesByRole, values: [id] })) {
    cycles.set(one.role, toCycle(one));
  }
  const last = cycles.get('last');
  return {
    code: statusCode(row, last),
    running: cycles.get('running'),
    last,
    lastSuccessful: cycles.get('lastSuccessful'),
    lastSuccessfulWithExports: cycles.get('lastSuccessfulWithExports'),
    escrows: Number(row.escrows),
    escrowsPruned: row.escrows_pruned,
    countSuccessiveCompleteFailures: row.successive_failures,
    steadyStateFirstAchieved: row.steady_state_first ?? undefined,
    steadyStateLastAchieved: row.steady_state_last ?? undefined,
    lastCheck: row.heartbeat_at ?? undefined,
    overdueSince: row.alarm_at ?? undefined,
    synchronizedEntryCount: { users: Number(row.linked_users), groups: Number(row.linked_groups) },
  };
}

import { brandId, JoineryError, type ComparisonId, type JobId } from '@joinery/base';
import type {
  AccountClass,
  Comparison,
  ComparisonEnd,
  ComparisonStore,
  ComparisonWork,
  SchemaAuthor,
} from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { comparisonChannel, notifyComparisons } from './comparison-channel.ts';
import { createAccountActions } from './compared-actions.ts';
import { createComparedAccounts } from './compared-accounts.ts';
import { createComparisonSteps } from './comparison-steps.ts';
import { jobNotFound, now, type StoreContext } from './context.ts';
import { createMemberComparison } from './compared-members.ts';

interface ComparisonRow {
  readonly id: string;
  readonly job_id: string;
  readonly state: Comparison['state'];
  readonly stage: ComparisonWork['stage'];
  readonly position: string | null;
  readonly requested_by: SchemaAuthor | null;
  readonly began_at: Date;
  readonly ended_at: Date | null;
  readonly users_total: bigint | null;
  readonly groups_total: bigint | null;
  readonly listed: bigint;
  readonly requests: bigint;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

const columns = `c.id, j.id as job_id, c.state, c.stage, c.position, c.requested_by, c.began_at, c.ended_at,
  c.users_total, c.groups_total, c.listed, c.requests, c.error_code, c.error_message`;
const comparisons = `select ${columns} from provisioning_comparison c join provisioning_job j on j.key = c.job_key`;

function toComparison(row: ComparisonRow): Comparison {
  const isListed = row.stage === 'unseen';
  const isKnown = row.users_total !== null || isListed;
  const total = Number(row.users_total ?? 0n) + Number(row.groups_total ?? 0n);
  return {
    id: brandId<ComparisonId>(row.id),
    jobId: brandId<JobId>(row.job_id),
    state: row.state,
    requestedBy: row.requested_by ?? undefined,
    began: row.began_at,
    ended: row.ended_at ?? undefined,
    objects: {
      done: Number(row.listed),
      // A target that moves under the listing may show more than it said at first.
      total: isKnown ? Math.max(total, Number(row.listed)) : undefined,
    },
    requests: Number(row.requests),
    error: row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' },
  };
}

async function read(session: Session, id: ComparisonId): Promise<Comparison | undefined> {
  const [row] = await session.query<ComparisonRow>({ text: `${comparisons} where c.id = $1`, values: [id] });
  return row && toComparison(row);
}

async function start(
  context: StoreContext,
  jobId: JobId,
  id: ComparisonId,
  by: SchemaAuthor | undefined,
): Promise<Comparison> {
  return context.database.transaction(async (session) => {
    const [job] = await session.query<{ key: number }>({
      text: 'select key from provisioning_job where id = $1 for no key update',
      values: [jobId],
    });
    if (job === undefined) throw jobNotFound(jobId);
    const begun = await session.query({
      text: `with old as (delete from provisioning_comparison where job_key = $1 and state in ('failed', 'canceled'))
        insert into provisioning_comparison (id, job_key, requested_by, began_at) values ($2, $1, $3::jsonb, $4)
        on conflict do nothing returning id`,
      values: [job.key, id, by === undefined ? null : JSON.stringify(by), now(context)],
    });
    if (begun.length === 0) {
      throw new JoineryError({
        code: 'provisioning.comparison_running',
        message: 'A comparison with the target is running already: wait for its end, or cancel it.',
        retry: 'later',
      });
    }
    await notifyComparisons(session);
    const comparison = await read(session, id);
    if (comparison === undefined) throw jobNotFound(jobId);
    return comparison;
  });
}

/** Jobs that provision, whose last comparison began longer ago than the interval. */
const dueJobs = `
  select j.id from provisioning_job j
  where j.schedule_state = 'Active' and j.preview_id is null and (j.settings -> 'comparison' ->> 'enabled')::boolean
    and j.quarantine_reason is distinct from 'EncounteredQuarantineException'
    and not exists (select 1 from provisioning_comparison c where c.job_key = j.key and (c.state = 'running'
      or c.began_at > $1::timestamptz - make_interval(hours => (j.settings -> 'comparison' ->> 'intervalHours')::integer)))
  order by j.key limit 100`;

/** The oldest with work: what is to be compared, or actions on what was found. */
const take = `
  with free as (
    select c.id from provisioning_comparison c
    where (c.state = 'running' or exists (
        select 1 from provisioning_compared_account a where a.comparison_id = c.id and a.action_state = 'queued'))
      and (c.lease_until is null or c.lease_until < $2)
    order by c.number limit 1 for update of c skip locked)
  update provisioning_comparison c set lease_owner = $1, lease_until = $3
  from free, provisioning_job j where c.id = free.id and j.key = c.job_key
  returning ${columns}`;

const finish = `
  with ended as (
    update provisioning_comparison set state = $3, ended_at = $4, error_code = $5, error_message = $6
    where id = $1 and lease_owner = $2 and state = 'running' returning id, job_key),
  -- Several accounts that match one person: none of them can be adopted.
  doubled as (
    update provisioning_compared_account a set problem = 'DuplicateTargetEntries', differences = '[]'
    from ended where a.comparison_id = ended.id and a.problem is null and not a.is_linked and exists (
      select 1 from provisioning_compared_account o where o.comparison_id = ended.id and o.source_id = a.source_id
        and o.id <> a.id)),
  keys as (delete from provisioning_source_key k using ended where k.comparison_id = ended.id),
  -- Accounts that are gone, or are something else by now, need not be ignored any longer.
  known as (
    delete from provisioning_ignored_account i using ended
    where i.job_key = ended.job_key and $3 = 'succeeded' and not exists (
      select 1 from provisioning_compared_account a where a.comparison_id = ended.id and a.kind = i.kind
        and a.target_id = i.target_id and a.class = i.class)),
  unfinished as (
    delete from provisioning_compared_account a using ended where a.comparison_id = ended.id and $3 <> 'succeeded')
  delete from provisioning_comparison o using ended
  where o.job_key = ended.job_key and o.id <> ended.id and $3 = 'succeeded'`;

async function finishComparison(context: StoreContext, work: ComparisonWork, end: ComparisonEnd): Promise<void> {
  const error = end.state === 'failed' ? end.error : undefined;
  await context.database.query({
    text: finish,
    values: [work.comparison.id, work.owner, end.state, now(context), error?.code ?? null, error?.message ?? null],
  });
}

const leases: (context: StoreContext) => Pick<ComparisonStore, 'take' | 'renew' | 'release' | 'releaseAll'> = (
  context,
) => ({
  async take(owner, leaseMs) {
    const at = now(context);
    const values = [owner, at, new Date(at.getTime() + leaseMs)];
    const [row] = await context.database.query<ComparisonRow>({ text: take, values });
    if (row === undefined) return undefined;
    return { comparison: toComparison(row), stage: row.stage, position: row.position ?? undefined, owner };
  },
  async renew({ comparison, owner }, leaseMs) {
    const rows = await context.database.query({
      text: `with locks as (update provisioning_object_lock set until = $3 where owner = $2)
        update provisioning_comparison set lease_until = $3
        where id = $1 and lease_owner = $2 and state <> 'canceled' returning id`,
      values: [comparison.id, owner, new Date(context.clock.now() + leaseMs)],
    });
    return rows.length > 0;
  },
  async release({ comparison, owner }) {
    await context.database.query({
      text: `update provisioning_comparison set lease_owner = null, lease_until = null
        where id = $1 and lease_owner = $2`,
      values: [comparison.id, owner],
    });
  },
  async releaseAll() {
    await context.database.query({
      text: 'update provisioning_comparison set lease_owner = null, lease_until = null where lease_owner is not null',
    });
  },
});

/** Results that nobody renews are forgotten. */
const keptDays = 90;

const noCounts: Readonly<Record<AccountClass, number>> = {
  local: 0,
  unassigned: 0,
  assigned: 0,
  changed: 0,
  missing: 0,
};

/** Comparisons of targets with what their jobs provision. */
export function createComparisonStore(context: StoreContext): ComparisonStore {
  const { database } = context;
  return {
    start: (jobId, id, by) => start(context, jobId, id, by),
    async cancel(id) {
      const rows = await database.query({
        text: `with canceled as (
            update provisioning_comparison set state = 'canceled', ended_at = $2, lease_owner = null, lease_until = null
            where id = $1 and state = 'running' returning id),
          keys as (delete from provisioning_source_key k using canceled c where k.comparison_id = c.id),
          accounts as (delete from provisioning_compared_account a using canceled c where a.comparison_id = c.id)
          select id from canceled`,
        values: [id, now(context)],
      });
      return rows.length > 0;
    },
    async list(jobId) {
      const text = `${comparisons} where j.id = $1 order by c.number desc`;
      return (await database.query<ComparisonRow>({ text, values: [jobId] })).map(toComparison);
    },
    get: (id) => read(database, id),
    async counts(id) {
      const rows = await database.query<{ class: AccountClass; is_ignored: boolean; count: bigint; queued: bigint }>({
        text: `select a.class, i.target_id is not null as is_ignored, count(*) as count,
            count(*) filter (where a.action_state = 'queued') as queued
          from provisioning_compared_account a join provisioning_comparison c on c.id = a.comparison_id
          left join provisioning_ignored_account i on i.job_key = c.job_key and i.kind = a.kind
            and i.target_id = a.target_id and i.class = a.class
          where a.comparison_id = $1 group by a.class, i.target_id is not null`,
        values: [id],
      });
      const classes = { ...noCounts };
      for (const row of rows) if (!row.is_ignored) classes[row.class] = Number(row.count);
      return {
        classes,
        ignored: rows.reduce((sum, row) => sum + (row.is_ignored ? Number(row.count) : 0), 0),
        queued: rows.reduce((sum, row) => sum + Number(row.queued), 0),
      };
    },
    async startDue(at, newId) {
      await database.query({
        text: `delete from provisioning_comparison
          where state <> 'running' and ended_at < $1::timestamptz - interval '${keptDays} days'`,
        values: [at],
      });
      for (const { id } of await database.query<{ id: string }>({ text: dueJobs, values: [at] })) {
        try {
          await start(context, brandId<JobId>(id), brandId<ComparisonId>(newId()), undefined);
        } catch (error) {
          // Another worker was first, or the job is gone.
          if (!(error instanceof JoineryError) || !error.code.startsWith('provisioning.')) throw error;
        }
      }
    },
    subscribe: (listener) => database.listen(comparisonChannel, () => listener()),
    ...leases(context),
    finish: (work, end) => finishComparison(context, work, end),
    ...createComparisonSteps(context),
    ...createMemberComparison(context),
    ...createComparedAccounts(context),
    ...createAccountActions(context),
  };
}

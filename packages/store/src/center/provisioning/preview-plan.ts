import { brandId, type ObjectId } from '@joinery/base';
import type {
  CyclePlan,
  Job,
  OperationWrite,
  PlannedObject,
  PreviewStore,
  RunningCycle,
} from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { planIncrementalPages, planInitialPages } from './candidates.ts';
import { now, type StoreContext } from './context.ts';
import { insertCycle, lockJob, readRunning, type LockedJob } from './cycles.ts';
import { endRunningCycle } from './jobs.ts';

interface PlannedRow {
  readonly source_id: string;
  readonly action: PlannedObject['action'];
  readonly fingerprint: string;
  readonly changes: OperationWrite['changes'];
  readonly has_changed: boolean;
}

function toPlanned(row: PlannedRow): PlannedObject {
  return {
    action: row.action,
    fingerprint: row.fingerprint,
    references: row.changes.flatMap(({ attribute, wantedId }) =>
      wantedId === undefined ? [] : [{ attribute, wantedId }],
    ),
    values: row.changes.filter((change) => change.wantedId === undefined),
    hasChanged: row.has_changed,
  };
}

interface RequestedPreview {
  readonly id: string;
  readonly epoch: number;
  readonly watermark_from: bigint | null;
  readonly watermark_to: bigint;
  readonly apply_allows_deletes: boolean;
}

/** The pages of the plan's objects, in the order in which they were planned. */
const planPages = `
  with numbered as (
    select source_id, kind, phase, (row_number() over (partition by kind, phase order by source_id) - 1)
      / case kind when 'user' then $3::integer else $4::integer end as page
    from provisioning_preview_operation where preview_id = $2)
  insert into provisioning_page (cycle_id, phase, kind, object_kind, object_ids)
  select $1, phase, 'objects', kind, array_agg(source_id order by source_id)
  from numbered group by kind, phase, page order by phase, page`;

/** The plan's memberships of groups that are linked already; the others bring theirs when they are. */
const planMembers = `
  insert into provisioning_pending_member (job_key, group_id, member_id)
  select $1, p.group_id, p.member_id from provisioning_preview_member p
  join provisioning_link g on g.job_key = $1 and g.source_id = p.group_id and not g.members_due
  where p.preview_id = $2 on conflict do nothing`;

/**
 * Where nothing ran since the preview was made, the cycle is the one that was previewed: it reads the same changes, and
 * the watermark moves. Else it takes the plan's objects only, and the watermark stays.
 */
async function planCycle(
  session: Session,
  job: LockedJob,
  preview: RequestedPreview,
  plan: CyclePlan,
  at: Date,
): Promise<void> {
  const isSame = preview.epoch === job.epoch && preview.watermark_from === job.watermark;
  const to = isSame ? preview.watermark_to : (job.watermark ?? 0n);
  const forceDeletes = job.force_deletes || preview.apply_allows_deletes;
  // A cycle of another epoch than the job's leaves the watermark alone.
  const basis = { ...job, epoch: isSame ? job.epoch : 0, head: to, force_deletes: forceDeletes };
  await insertCycle(session, basis, plan, at);
  if (isSame) {
    const scope = {
      jobKey: job.key,
      cycleId: plan.cycleId,
      servicePrincipalId: job.service_principal_id,
      all: job.scope === 'all',
      plan,
      now: at,
    };
    if (job.watermark === null) await planInitialPages(session, scope, to);
    else await planIncrementalPages(session, scope, job.watermark, to);
    await session.query({
      text: `delete from provisioning_page where cycle_id = $1 and kind = 'objects'`,
      values: [plan.cycleId],
    });
  } else if (plan.members) await session.query({ text: planMembers, values: [job.key, preview.id] });
  await session.query({ text: planPages, values: [plan.cycleId, preview.id, plan.pageSize, plan.groupPageSize] });
  await session.query({
    text: `with preview as (update provisioning_preview set apply_cycle_id = $1 where id = $2)
      update provisioning_cycle set preview_id = $2,
        pages_total = (select count(*) from provisioning_page where cycle_id = $1)
      where id = $1`,
    values: [plan.cycleId, preview.id],
  });
}

async function beginApply(context: StoreContext, planned: Job, plan: CyclePlan): Promise<RunningCycle | undefined> {
  return context.database.transaction(async (session) => {
    const job = await lockJob(session, planned.id);
    if (job === undefined || job.schema_version !== planned.schemaVersion) return undefined;
    const [preview] = await session.query<RequestedPreview>({
      text: `select id, epoch, watermark_from, watermark_to, apply_allows_deletes from provisioning_preview
        where job_key = $1 and apply_requested_at is not null and apply_cycle_id is null
        order by apply_requested_at limit 1 for update`,
      values: [job.key],
    });
    if (preview === undefined) return undefined;
    if (job.is_running) {
      const [open] = await session.query<{ preview_id: string | null }>({
        text: `select preview_id from provisioning_cycle where job_key = $1 and state = 'running'`,
        values: [job.key],
      });
      if (job.schedule_state === 'Active' || (open?.preview_id ?? null) !== null) return undefined;
      // Of a paused job, or of a run without a server that was killed: the plan goes before what is left of it.
      await endRunningCycle(session, job.key, now(context), {
        code: 'PreviewApplied',
        message: 'A preview was applied before the cycle came to its end.',
      });
    }
    await planCycle(session, job, preview, plan, now(context));
    return readRunning(session, planned.id);
  });
}

export function createPreviewPlans(
  context: StoreContext,
): Pick<PreviewStore, 'beginApply' | 'planned' | 'plannedMembers'> {
  const { database } = context;
  return {
    beginApply: (job, plan) => beginApply(context, job, plan),
    async planned(id, sourceIds) {
      const rows = await database.query<PlannedRow>({
        name: 'provisioning-planned',
        text: `select source_id, action, fingerprint, changes, applied is not distinct from 'changed' as has_changed
          from provisioning_preview_operation where preview_id = $1 and source_id = any($2::uuid[])`,
        values: [id, sourceIds],
      });
      return new Map(rows.map((row) => [brandId<ObjectId>(row.source_id), toPlanned(row)]));
    },
    async plannedMembers(id, groupId, memberIds) {
      const rows = await database.query<{ member_id: string; operation: 'add' | 'remove' }>({
        name: 'provisioning-planned-members',
        text: `select m.member_id, m.operation from provisioning_preview_member m
          where m.preview_id = $1 and m.group_id = $2 and m.member_id = any($3::uuid[]) and not exists (
            select 1 from provisioning_preview_operation o
            where o.preview_id = $1 and o.source_id = $2 and o.applied = 'changed')`,
        values: [id, groupId, memberIds],
      });
      return new Map(rows.map((row) => [brandId<ObjectId>(row.member_id), row.operation]));
    },
  };
}

import { brandId, type CycleId, type JobId, type ObjectId } from '@joinery/base';
import type { CycleStore, Page } from '@joinery/provisioning/ports';
import { phases } from './candidates.ts';
import { now, type StoreContext } from './context.ts';

interface PageRow {
  readonly id: bigint;
  readonly cycle_id: string;
  readonly job_id: string;
  readonly kind: Page['kind'];
  readonly object_kind: Page['objectKind'];
  readonly object_ids: readonly string[];
  readonly attempt: number;
  readonly is_urgent: boolean;
}

/** The oldest free page of the earliest phase that has work left, unless the job was paused. */
const takePage = `
  with free as (
    select p.id from provisioning_page p
    join provisioning_cycle c on c.id = p.cycle_id and c.state = 'running'
    join provisioning_job j on j.key = c.job_key and (j.schedule_state = 'Active' or c.is_forced)
    where p.cycle_id = $1 and not p.is_done
      and (p.phase = ${phases.urgent} or p.phase = (
        select min(o.phase) from provisioning_page o
        where o.cycle_id = $1 and not o.is_done and o.phase <> ${phases.urgent}))
      and (p.lease_until is null or p.lease_until < $3) and (p.not_before is null or p.not_before <= $3)
    order by p.phase <> ${phases.urgent}, p.id limit 1 for update of p skip locked)
  update provisioning_page p set lease_owner = $2, lease_until = $4, attempt = p.attempt + 1
  from free, provisioning_cycle c, provisioning_job j
  where p.id = free.id and c.id = p.cycle_id and j.key = c.job_key
  returning p.id, p.cycle_id, j.id as job_id, p.kind, p.object_kind, p.object_ids, p.attempt,
    p.phase = ${phases.urgent} as is_urgent`;

/**
 * Locks the unfinished pages of a job's running cycle. A commit locks its page and then the cycle, so whoever ends a
 * cycle does it in that order too.
 */
export const lockOpenPages = `
  select p.id from provisioning_page p join provisioning_cycle c on c.id = p.cycle_id
  where c.job_key = $1 and c.state = 'running' and not p.is_done order by p.id for update of p`;

const pageState = `
  select c.state = 'running' and (j.schedule_state = 'Active' or c.is_forced) as is_running,
    exists (select 1 from provisioning_page p where p.cycle_id = c.id and not p.is_done) as has_pages
  from provisioning_cycle c join provisioning_job j on j.key = c.job_key where c.id = $1`;

function toPage(row: PageRow, owner: string): Page {
  return {
    id: row.id,
    cycleId: brandId<CycleId>(row.cycle_id),
    jobId: brandId<JobId>(row.job_id),
    kind: row.kind,
    objectKind: row.object_kind,
    objectIds: row.object_ids.map((id) => brandId<ObjectId>(id)),
    attempt: row.attempt,
    isUrgent: row.is_urgent,
    owner,
  };
}

export function createPageLeases(
  context: StoreContext,
): Pick<CycleStore, 'takePage' | 'renew' | 'release' | 'releaseAll'> {
  const { database } = context;
  return {
    async takePage(cycleId, owner, leaseMs) {
      const at = now(context);
      const [row] = await database.query<PageRow>({
        name: 'provisioning-take-page',
        text: takePage,
        values: [cycleId, owner, at, new Date(at.getTime() + leaseMs)],
      });
      if (row !== undefined) return toPage(row, owner);
      const [state] = await database.query<{ is_running: boolean; has_pages: boolean }>({
        name: 'provisioning-page-state',
        text: pageState,
        values: [cycleId],
      });
      if (state === undefined || !state.is_running) return 'stopped';
      return state.has_pages ? 'busy' : 'done';
    },
    async renew(page, leaseMs) {
      const rows = await database.query({
        name: 'provisioning-renew',
        text: `with locks as (update provisioning_object_lock set until = $3 where owner = $2)
          update provisioning_page set lease_until = $3
          where id = $1 and lease_owner = $2 and not is_done returning id`,
        values: [page.id, page.owner, new Date(context.clock.now() + leaseMs)],
      });
      return rows.length > 0;
    },
    async release(page) {
      await database.query({
        text: `with locks as (delete from provisioning_object_lock where owner = $2)
          update provisioning_page set lease_owner = null, lease_until = null
          where id = $1 and lease_owner = $2 and not is_done`,
        values: [page.id, page.owner],
      });
    },
    async releaseAll() {
      await database.query({
        text: `with locks as (delete from provisioning_object_lock), workers as (delete from provisioning_worker)
          update provisioning_page set lease_owner = null, lease_until = null
          where lease_owner is not null and not is_done`,
      });
    },
  };
}

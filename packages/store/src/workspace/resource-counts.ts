// Totals and deep pages without walking the table: see resource_segment in sql/workspace/0001-workspace.sql.
import type { TenantId } from '@joinery/base';
import type { ResourceTypeName } from '@joinery/service-provider/ports';
import { sqlState } from '../errors.ts';
import type { Database, Session } from '../database.ts';

/** Changes that may wait before they are folded: each is read by every list. */
const pendingMax = 1_000;

/** Each list reads every segment's row, and passes over up to a segment's index entries: a compromise for a million resources. */
export interface SegmentSizes {
  /** A segment with more resources is cut … */
  readonly max: number;
  /** … into segments of this many. */
  readonly size: number;
}
const defaultSizes: SegmentSizes = { max: 8_000, size: 4_000 };

export interface ResourceCounts {
  /** Called after a create or delete: every so often, folds the tenant's changes in the background. */
  noteChange(tenantId: TenantId, type: ResourceTypeName): void;
  /** Called with the number of changes that a list has read. */
  notePending(tenantId: TenantId, type: ResourceTypeName, pending: number): void;
  /** Resolves when no fold is running. */
  settle(): Promise<void>;
}

export function createResourceCounts(database: Database): ResourceCounts {
  const noted = new Map<string, number>();
  const running = new Map<string, Promise<void>>();

  function start(tenantId: TenantId, type: ResourceTypeName): void {
    const key = `${tenantId} ${type}`;
    noted.delete(key);
    if (running.has(key)) return;
    const fold = foldCounts(database, tenantId, type)
      // The changes stay where they are and are folded the next time; lists are right all along.
      .catch(() => {})
      .finally(() => running.delete(key));
    running.set(key, fold);
  }

  return {
    noteChange(tenantId, type) {
      const key = `${tenantId} ${type}`;
      const count = (noted.get(key) ?? 0) + 1;
      noted.set(key, count);
      if (count >= pendingMax) start(tenantId, type);
    },
    notePending(tenantId, type, pending) {
      if (pending >= pendingMax) start(tenantId, type);
    },
    async settle() {
      await Promise.all(running.values());
    },
  };
}

/**
 * Folds the changes into their segments and cuts segments that grew large, in one snapshot. Of several that start at once
 * one works; the others leave.
 */
export async function foldCounts(
  database: Database,
  tenantId: TenantId,
  type: ResourceTypeName,
  sizes: SegmentSizes = defaultSizes,
): Promise<void> {
  try {
    await database.transaction(async (session) => {
      await session.query({ text: 'set transaction isolation level repeatable read' });
      const [lock] = await session.query<{ taken: boolean }>({
        text: `select pg_try_advisory_xact_lock(1246716243, hashtext($1 || $2)) as taken -- tenant_id, type`,
        values: [tenantId, type],
      });
      if (lock?.taken === true) await foldLocked(session, tenantId, type, sizes);
    });
  } catch (error) {
    // Another fold ended between our snapshot and our lock.
    if (sqlState(error) !== '40001') throw error;
  }
}

async function foldLocked(
  session: Session,
  tenantId: TenantId,
  type: ResourceTypeName,
  sizes: SegmentSizes,
): Promise<void> {
  const values = [tenantId, type];
  await session.query({
    text: `insert into resource_segment (tenant_id, type, low_created, low_id, size)
      values ($1, $2, '-infinity', '00000000-0000-0000-0000-000000000000', 0)
      on conflict do nothing`,
    values,
  });
  await session.query({
    text: `with taken as (
        delete from resource_count_change c where c.tenant_id = $1 and c.type = $2 returning c.created, c.id, c.change),
      sums as (
        select s.low_created, s.low_id, sum(t.change) as change
        from taken t cross join lateral (
          select g.low_created, g.low_id from resource_segment g
          where g.tenant_id = $1 and g.type = $2 and (g.low_created, g.low_id) <= (t.created, t.id)
          order by g.low_created desc, g.low_id desc
          limit 1) s
        group by s.low_created, s.low_id)
      update resource_segment g set size = g.size + s.change
      from sums s
      where g.tenant_id = $1 and g.type = $2 and g.low_created = s.low_created and g.low_id = s.low_id`,
    values,
  });
  await session.query({
    text: `delete from resource_segment g
      where g.tenant_id = $1 and g.type = $2 and g.size = 0 and g.low_created > '-infinity'`,
    values,
  });
  await session.query({
    text: `with bounded as (
        select g.low_created, g.low_id, g.size,
          lead(g.low_created) over w as next_created, lead(g.low_id) over w as next_id
        from resource_segment g where g.tenant_id = $1 and g.type = $2
        window w as (order by g.low_created, g.low_id)),
      ranked as (
        select b.low_created, b.low_id, r.created, r.id,
          row_number() over (partition by b.low_created, b.low_id order by r.created, r.id) - 1 as position
        from bounded b
        join resource r on r.tenant_id = $1 and r.type = $2
          and (r.created, r.id) >= (b.low_created, b.low_id)
          and (b.next_created is null or (r.created, r.id) < (b.next_created, b.next_id))
        where b.size > $3),
      pieces as (
        select k.low_created, k.low_id, k.position / $4::bigint as piece, count(*) as size,
          (array_agg(k.created order by k.position))[1] as first_created,
          (array_agg(k.id order by k.position))[1] as first_id
        from ranked k
        group by k.low_created, k.low_id, k.position / $4::bigint)
      insert into resource_segment as g (tenant_id, type, low_created, low_id, size)
      select $1, $2,
        case p.piece when 0 then p.low_created else p.first_created end,
        case p.piece when 0 then p.low_id else p.first_id end,
        p.size
      from pieces p
      on conflict (tenant_id, type, low_created, low_id) do update set size = excluded.size`,
    values: [...values, sizes.max, sizes.size],
  });
}

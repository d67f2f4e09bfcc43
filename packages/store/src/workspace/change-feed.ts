import { brandId, type ResourceId, type TenantId } from '@joinery/base';
import type { ChangeFeedEntry, ResourceTypeName } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';

/** What was written, in an order in which no later commit appears behind what was read. */
export interface WorkspaceChangeFeed {
  /**
   * Up to `limit` entries after a sequence (undefined: from the beginning), oldest first. An entry is answered only when
   * every transaction with a smaller sequence has ended, so a reader that goes on from the last sequence misses none.
   */
  read(tenantId: TenantId, after: string | undefined, limit: number): Promise<readonly ChangeFeedEntry[]>;
  /** The newest entries before a sequence (undefined: the newest of all), newest first: for people. */
  recent(tenantId: TenantId, before: string | undefined, limit: number): Promise<readonly ChangeFeedEntry[]>;
  /** The newest entry that is no longer kept: a reader who goes on from an older one would miss some. Undefined: all are kept. */
  forgottenUpTo(tenantId: TenantId): Promise<string | undefined>;
  /** Of all tenants: forgets at most `limit` entries from before the time that every enabled webhook has followed. Answers how many. */
  deleteBefore(time: Date, limit: number): Promise<number>;
}

interface ChangeRow {
  readonly sequence: bigint;
  readonly at: Date;
  readonly type: ResourceTypeName;
  readonly resource_id: string;
  readonly kind: ChangeFeedEntry['kind'];
  readonly actor: string;
}

const limitMax = 1_000;
const columns = 'f.sequence, f.at, f.type, f.resource_id, f.kind, f.actor';

function toEntry(row: ChangeRow): ChangeFeedEntry {
  return {
    sequence: String(row.sequence),
    at: row.at,
    type: row.type,
    resourceId: brandId<ResourceId>(row.resource_id),
    kind: row.kind,
    actor: row.actor,
  };
}

function readSequence(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{1,18}$/.test(text) ? text : undefined;
}

export function createChangeFeed(database: Database): WorkspaceChangeFeed {
  return {
    async read(tenantId, after, limit) {
      // A statement of its own: the entries must be read in a snapshot taken after the answer.
      const [settled] = await database.query<{ sequence: bigint }>({
        name: 'workspace-settled-change',
        text: 'select settled_change() as sequence /* of all tenants; no tenant_id */',
      });
      const rows = await database.query<ChangeRow>({
        name: 'workspace-changes',
        text: `select ${columns} from change_feed f
          where f.tenant_id = $1 and f.sequence > $2 and f.sequence <= $3
          order by f.sequence limit $4`,
        values: [tenantId, readSequence(after) ?? '0', settled?.sequence ?? 0n, Math.min(limit, limitMax)],
      });
      return rows.map(toEntry);
    },
    async recent(tenantId, before, limit) {
      const rows = await database.query<ChangeRow>({
        name: 'workspace-recent-changes',
        text: `select ${columns} from change_feed f
          where f.tenant_id = $1 and f.sequence < coalesce($2::bigint, 9223372036854775807)
          order by f.sequence desc limit $3`,
        values: [tenantId, readSequence(before) ?? null, Math.min(limit, limitMax)],
      });
      return rows.map(toEntry);
    },
    async forgottenUpTo(tenantId) {
      const [row] = await database.query<{ sequence: bigint }>({
        name: 'workspace-forgotten-changes',
        text: 'select f.sequence from change_feed_floor f where f.tenant_id = $1',
        values: [tenantId],
      });
      return row && String(row.sequence);
    },
    async deleteBefore(time, limit) {
      const rows = await database.query({
        name: 'workspace-forget-changes',
        text: `with old as materialized (
            select f.tenant_id, f.sequence from change_feed f
            where f.at < $1 and not exists (
              select 1 from webhook w
              where w.tenant_id = f.tenant_id and w.disabled is null and w.position < f.sequence)
            order by f.sequence limit $2),
          floor as (
            insert into change_feed_floor as known (tenant_id, sequence)
            select tenant_id, max(sequence) from old group by tenant_id
            on conflict (tenant_id) do update set sequence = greatest(known.sequence, excluded.sequence))
          delete from change_feed f using old where f.tenant_id = old.tenant_id and f.sequence = old.sequence returning 1`,
        values: [time, limit],
      });
      return rows.length;
    },
  };
}

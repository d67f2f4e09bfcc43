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
  };
}

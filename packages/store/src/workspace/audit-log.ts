import type { Clock, JsonObject, TenantId } from '@joinery/base';
import type { Database } from '../database.ts';
import { isResourceId } from './row.ts';

export interface AuditDraft {
  readonly actor: string;
  /** `token.create`: noun and verb. */
  readonly action: string;
  readonly targetId: string | undefined;
  readonly targetName: string | undefined;
  /** What was asked for, without secrets. */
  readonly detail: JsonObject | undefined;
}

export interface AuditEntry extends AuditDraft {
  readonly id: string;
  readonly at: Date;
}

/** What administrators did in a tenant. Entries are durable when `append` resolves, and are never changed. */
export interface AuditLog {
  append(tenantId: TenantId, entry: AuditDraft): Promise<void>;
  /** Newest first; `before`: the id of the last entry that was read. */
  list(
    tenantId: TenantId,
    page: { readonly before: string | undefined; readonly limit: number },
  ): Promise<readonly AuditEntry[]>;
  find(tenantId: TenantId, id: string): Promise<AuditEntry | undefined>;
}

interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target_id: string | null;
  readonly target_name: string | null;
  readonly detail: JsonObject | null;
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    actor: row.actor,
    action: row.action,
    targetId: row.target_id ?? undefined,
    targetName: row.target_name ?? undefined,
    detail: row.detail ?? undefined,
  };
}

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export function createAuditLog(database: Database, clock: Pick<Clock, 'now'>, newId: () => string): AuditLog {
  return {
    async append(tenantId, { actor, action, targetId, targetName, detail }) {
      await database.query({
        text: `insert into audit_entry (tenant_id, id, at, actor, action, target_id, target_name, detail)
          values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        values: [
          tenantId,
          newId(),
          new Date(clock.now()),
          actor,
          action,
          targetId ?? null,
          targetName ?? null,
          detail === undefined ? null : JSON.stringify(detail),
        ],
      });
    },
    async list(tenantId, { before, limit }) {
      const rows = await database.query<AuditRow>({
        text: `select a.id, a.at, a.actor, a.action, a.target_id, a.target_name, a.detail from audit_entry a
          where a.tenant_id = $1 and a.id < $2 order by a.id desc limit $3`,
        values: [tenantId, before !== undefined && isResourceId(before) ? before : lastId, limit],
      });
      return rows.map(toEntry);
    },
    async find(tenantId, id) {
      if (!isResourceId(id)) return undefined;
      const [row] = await database.query<AuditRow>({
        text: `select a.id, a.at, a.actor, a.action, a.target_id, a.target_name, a.detail from audit_entry a
          where a.tenant_id = $1 and a.id = $2`,
        values: [tenantId, id],
      });
      return row === undefined ? undefined : toEntry(row);
    },
  };
}

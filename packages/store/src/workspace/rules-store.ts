import type { Clock, TenantId } from '@joinery/base';
import type { ResourceAttributes } from '@joinery/scim';
import type { Actor, RulesStore, StoredResource, TenantRules } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';
import { createResource } from './create-resource.ts';
import type { ResourceCounts } from './resource-counts.ts';
import { isResourceId } from './row.ts';

/** What holds where a tenant has set nothing. */
export const defaultRules: TenantRules = {
  verifiedDomains: [],
  protectedAccounts: [],
  protectsOwner: true,
  keepsSignInNameOnAdoption: true,
  roleGroups: [],
};

export interface WorkspaceRules extends RulesStore {
  /** Those of the accounts that were made here and no provisioning client has written yet. */
  unadoptedOf(tenantId: TenantId, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** An account that SCIM did not make, with the mark of that, in one transaction. Throws as `ResourceStore.create`. */
  createLocalAccount(tenantId: TenantId, attributes: ResourceAttributes, actor: Actor): Promise<StoredResource>;
}

interface RulesRow {
  readonly rules: Partial<TenantRules> | null;
  readonly owner: string | null;
  readonly local: boolean;
}

export function createRulesStore(
  database: Database,
  counts: ResourceCounts,
  clock: Pick<Clock, 'now'>,
  newId: () => string,
): WorkspaceRules {
  const now = (): Date => new Date(clock.now());
  return {
    async get(tenantId) {
      const [row] = await database.query<RulesRow>({
        name: 'workspace-rules',
        text: `select
            (select t.rules from tenant_rules t where t.tenant_id = $1) as rules,
            (select a.email from administrator a where a.tenant_id = $1 order by a.created, a.id limit 1) as owner,
            exists (select from local_account l where l.tenant_id = $1 and l.adopted is null) as local`,
        values: [tenantId],
      });
      return {
        ...defaultRules,
        ...row?.rules,
        owner: row?.owner ?? undefined,
        hasLocalAccounts: row?.local ?? false,
      };
    },
    async set(tenantId, rules) {
      await database.query({
        text: `insert into tenant_rules (tenant_id, rules, changed) values ($1, $2, $3)
          on conflict (tenant_id) do update set rules = excluded.rules, changed = excluded.changed`,
        values: [tenantId, JSON.stringify(rules), now()],
      });
    },
    async isUnadopted(tenantId, id) {
      if (!isResourceId(id)) return false;
      const rows = await database.query({
        name: 'workspace-is-unadopted',
        text: `select l.resource_id from local_account l
          where l.tenant_id = $1 and l.resource_id = $2 and l.adopted is null`,
        values: [tenantId, id],
      });
      return rows.length > 0;
    },
    async unadoptedOf(tenantId, ids) {
      const rows = await database.query<{ readonly resource_id: string }>({
        name: 'workspace-unadopted-of',
        text: `select l.resource_id from local_account l
          where l.tenant_id = $1 and l.resource_id = any($2::uuid[]) and l.adopted is null`,
        values: [tenantId, ids],
      });
      return new Set(rows.map((row) => row.resource_id));
    },
    async noteAdoption(tenantId, id) {
      await database.query({
        text: `update local_account l set adopted = $3
          where l.tenant_id = $1 and l.resource_id = $2 and l.adopted is null`,
        values: [tenantId, id, now()],
      });
    },
    async groupsAbove(tenantId, id) {
      if (!isResourceId(id)) return [];
      return database.query<{ id: string; name: string }>({
        name: 'workspace-groups-above',
        text: `select r.id, r.attributes ->> 'displayName' as name
          from groups_of($1, $2) g join resource r on r.tenant_id = $1 and r.id = g.group_id`,
        values: [tenantId, id],
      });
    },
    async createLocalAccount(tenantId, attributes, actor) {
      const created = await database.transaction(async (session) => {
        const account = { id: newId(), at: now(), type: 'User' as const, attributes, members: [], actor };
        const made = await createResource(session, tenantId, account);
        await session.query({
          text: 'insert into local_account (tenant_id, resource_id) values ($1, $2)',
          values: [tenantId, made.id],
        });
        return made;
      });
      counts.noteChange(tenantId, 'User');
      return created;
    },
  };
}

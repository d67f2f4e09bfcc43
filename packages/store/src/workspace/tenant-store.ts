import { brandId, JoineryError, type Clock, type TenantId } from '@joinery/base';
import { foldCase } from '@joinery/scim';
import type { Tenant, TenantStore, WorkspaceAdministrator } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';
import { isUniqueViolation } from './errors.ts';
import { isResourceId } from './row.ts';

interface TenantRow {
  readonly id: string;
  readonly name: string;
  readonly created: Date;
}

interface AdministratorRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly email: string;
  readonly display_name: string;
  readonly password_hash: string;
}

const administratorColumns = 'a.id, a.tenant_id, a.email, a.display_name, a.password_hash';
const publicUrlName = 'public_url';

function toTenant(row: TenantRow): Tenant {
  return { id: brandId<TenantId>(row.id), name: row.name, created: row.created };
}

function toAdministrator(row: AdministratorRow): WorkspaceAdministrator {
  return {
    id: row.id,
    tenantId: brandId<TenantId>(row.tenant_id),
    email: row.email,
    displayName: row.display_name,
    passwordHash: row.password_hash,
  };
}

function taken(code: string, message: string, cause: unknown): JoineryError {
  return new JoineryError({ code, message, retry: 'after-change', cause });
}

export function createTenantStore(database: Database, clock: Pick<Clock, 'now'>, newId: () => string): TenantStore {
  const now = (): Date => new Date(clock.now());
  return {
    async createTenant(name) {
      const tenant: Tenant = { id: brandId<TenantId>(newId()), name, created: now() };
      await database
        .query({
          text: 'insert into tenant (id, name, name_folded, created) values ($1, $2, $3, $4)',
          values: [tenant.id, name, foldCase(name), tenant.created],
        })
        .catch((error: unknown) => {
          if (!isUniqueViolation(error, 'tenant_name_folded_key')) throw error;
          throw taken('workspace.tenant_name_taken', `A tenant named '${name}' exists already.`, error);
        });
      return tenant;
    },
    async findTenant(nameOrId) {
      const [row] = await database.query<TenantRow>({
        text: `select t.id, t.name, t.created from tenant t where t.id = $1 or t.name_folded = $2
          order by t.id = $1 desc nulls last limit 1`,
        values: [isResourceId(nameOrId) ? nameOrId : null, foldCase(nameOrId)],
      });
      return row === undefined ? undefined : toTenant(row);
    },
    async listTenants() {
      const rows = await database.query<TenantRow>({
        text: 'select t.id, t.name, t.created from tenant t order by t.created, t.id',
      });
      return rows.map(toTenant);
    },
    async createAdministrator(tenantId, { email, displayName, passwordHash }) {
      const administrator: WorkspaceAdministrator = { id: newId(), tenantId, email, displayName, passwordHash };
      await database
        .query({
          text: `insert into administrator (tenant_id, id, email, email_folded, display_name, password_hash, created)
            values ($1, $2, $3, $4, $5, $6, $7)`,
          values: [tenantId, administrator.id, email, foldCase(email), displayName, passwordHash, now()],
        })
        .catch((error: unknown) => {
          if (!isUniqueViolation(error, 'administrator_email_folded_key')) throw error;
          throw taken(
            'workspace.email_taken',
            `An administrator with the e-mail address '${email}' exists already.`,
            error,
          );
        });
      return administrator;
    },
    async findAdministrator(email) {
      const [row] = await database.query<AdministratorRow>({
        text: `select ${administratorColumns} from administrator a where a.email_folded = $1`,
        values: [foldCase(email)],
      });
      return row === undefined ? undefined : toAdministrator(row);
    },
    async listAdministrators(tenantId) {
      const rows = await database.query<AdministratorRow>({
        text: `select ${administratorColumns} from administrator a where a.tenant_id = $1 order by a.created, a.id`,
        values: [tenantId],
      });
      return rows.map(toAdministrator);
    },
    async getAdministrator(tenantId, id) {
      if (!isResourceId(id)) return undefined;
      const [row] = await database.query<AdministratorRow>({
        text: `select ${administratorColumns} from administrator a where a.tenant_id = $1 and a.id = $2`,
        values: [tenantId, id],
      });
      return row === undefined ? undefined : toAdministrator(row);
    },
    async createSession({ tokenHash, tenantId, administratorId, csrfToken, expires }) {
      await database.query({
        text: `with expired as (
            delete from administrator_session s
            where s.tenant_id = $1 and s.administrator_id = $3 and s.expires <= $6)
          insert into administrator_session (tenant_id, token_hash, administrator_id, csrf_token, expires)
          values ($1, $2, $3, $4, $5)`,
        values: [tenantId, Buffer.from(tokenHash), administratorId, csrfToken, expires, now()],
      });
    },
    async findSession(tokenHash, at) {
      const [row] = await database.query<{ tenant_id: string; administrator_id: string; csrf_token: string }>({
        name: 'workspace-find-session',
        text: `select s.tenant_id, s.administrator_id, s.csrf_token from administrator_session s
          where s.token_hash = $1 and s.expires > $2`,
        values: [Buffer.from(tokenHash), at],
      });
      if (row === undefined) return undefined;
      return {
        tenantId: brandId<TenantId>(row.tenant_id),
        administratorId: row.administrator_id,
        csrfToken: row.csrf_token,
      };
    },
    async deleteSession(tokenHash) {
      await database.query({
        text: 'delete from administrator_session s where s.token_hash = $1',
        values: [Buffer.from(tokenHash)],
      });
    },
    async createSetupToken(tenantId, tokenHash, expires) {
      await database.query({
        text: 'insert into setup_token (tenant_id, token_hash, expires) values ($1, $2, $3)',
        values: [tenantId, Buffer.from(tokenHash), expires],
      });
    },
    async takeSetupToken(tokenHash, at) {
      const [row] = await database.query<{ tenant_id: string; expires: Date }>({
        text: 'delete from setup_token s where s.token_hash = $1 returning s.tenant_id, s.expires',
        values: [Buffer.from(tokenHash)],
      });
      return row === undefined || row.expires <= at ? undefined : brandId<TenantId>(row.tenant_id);
    },
    async recordPublicUrl(url) {
      await database.query({
        text: `insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`,
        values: [publicUrlName, url],
      });
    },
    async getPublicUrl() {
      const [row] = await database.query<{ value: string }>({
        text: 'select s.value from setting s where s.name = $1',
        values: [publicUrlName],
      });
      return row?.value;
    },
  };
}

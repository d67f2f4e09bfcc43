import { brandId, JoineryError, type Clock, type CredentialId, type TenantId } from '@joinery/base';
import { foldCase } from '@joinery/scim';
import type { Credential, CredentialStore } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';
import { createBatch } from './batch.ts';
import { isUniqueViolation } from './errors.ts';
import { isResourceId } from './row.ts';

export interface BatchedCredentialStore extends CredentialStore {
  flush(): Promise<void>;
}

interface CredentialRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly audience: string;
  readonly scopes: Credential['scopes'];
  readonly created: Date;
  readonly expires: Date;
  readonly last_used: Date | null;
  readonly revoked: Date | null;
}

const columns = 'c.id, c.tenant_id, c.name, c.audience, c.scopes, c.created, c.expires, c.last_used, c.revoked';

function toCredential(row: CredentialRow): Credential {
  return {
    id: brandId<CredentialId>(row.id),
    tenantId: brandId<TenantId>(row.tenant_id),
    name: row.name,
    audience: row.audience,
    scopes: row.scopes,
    created: row.created,
    expires: row.expires,
    lastUsed: row.last_used ?? undefined,
    revoked: row.revoked ?? undefined,
  };
}

export function createCredentialStore(
  database: Database,
  clock: Pick<Clock, 'now'>,
  newId: () => string,
): BatchedCredentialStore {
  const touches = createBatch<{ tenantId: TenantId; id: CredentialId; at: Date }>(async (entries) => {
    await database.query({
      name: 'workspace-touch-credentials',
      text: `with u as (
          select t.tenant_id, t.id, max(t.at) as at
          from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) t (tenant_id, id, at)
          group by t.tenant_id, t.id),
        clients as (
          update oauth_client o set last_used = u.at from u
          where o.tenant_id = u.tenant_id and o.id = u.id and (o.last_used is null or o.last_used < u.at))
        update credential c set last_used = u.at from u
        where c.tenant_id = u.tenant_id and c.id = u.id and (c.last_used is null or c.last_used < u.at)`,
      values: [
        entries.map(({ tenantId }) => tenantId),
        entries.map(({ id }) => id),
        entries.map(({ at }) => at.toISOString()),
      ],
    });
  });

  return {
    async findByHash(hash) {
      const [row] = await database.query<CredentialRow>({
        name: 'workspace-find-credential',
        // Bearer tokens, and the access tokens of OAuth clients: those end with their client and their grant.
        text: `select ${columns} from credential c where c.token_hash = $1
          union all
          select o.id, o.tenant_id, o.name, a.audience, a.scopes, a.created, a.expires, o.last_used,
            least(o.revoked, s.revoked, f.revoked)
          from access_token a
            join oauth_client o on o.tenant_id = a.tenant_id and o.id = a.client_id
            left join oauth_secret s on s.tenant_id = a.tenant_id and s.client_id = a.client_id and s.id = a.grant_id
            left join oauth_federation f
              on f.tenant_id = a.tenant_id and f.client_id = a.client_id and f.id = a.grant_id
          where a.token_hash = $1`,
        values: [Buffer.from(hash)],
      });
      return row === undefined ? undefined : toCredential(row);
    },
    touch: (tenantId, id, at) => touches.add({ tenantId, id, at }),
    async list(tenantId) {
      const rows = await database.query<CredentialRow>({
        text: `select ${columns} from credential c where c.tenant_id = $1 order by c.created desc, c.id`,
        values: [tenantId],
      });
      return rows.map(toCredential);
    },
    async create(tenantId, credential) {
      const now = new Date(clock.now());
      const name = foldCase(credential.name);
      try {
        return await database.transaction(async (session) => {
          await session.query({
            text: `update credential c set holds_name = false
              where c.tenant_id = $1 and c.name_folded = $2 and c.holds_name and c.expires <= $3`,
            values: [tenantId, name, now],
          });
          const rows = await session.query<CredentialRow>({
            text: `insert into credential as c
                (tenant_id, id, name, name_folded, audience, scopes, created, expires, token_hash)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
              returning ${columns}`,
            values: [
              tenantId,
              newId(),
              credential.name,
              name,
              credential.audience,
              [...credential.scopes],
              now,
              credential.expires,
              Buffer.from(credential.hash),
            ],
          });
          return rows.map(toCredential)[0] ?? neverEmpty();
        });
      } catch (error) {
        if (!isUniqueViolation(error, 'credential_name')) throw error;
        throw new JoineryError({
          code: 'workspace.token_name_taken',
          message: `A token named '${credential.name}' exists already; revoke it or choose another name.`,
          retry: 'after-change',
          cause: error,
        });
      }
    },
    async rotate(tenantId, id, { until, expires, hash }) {
      if (!isResourceId(id)) return undefined;
      return database.transaction(async (session) => {
        const [old] = await session.query({
          text: `update credential c set revoked = $3, holds_name = false
            where c.tenant_id = $1 and c.id = $2 and c.revoked is null and c.holds_name
            returning c.id`,
          values: [tenantId, id, until],
        });
        if (old === undefined) return undefined;
        const rows = await session.query<CredentialRow>({
          text: `insert into credential as c
              (tenant_id, id, name, name_folded, audience, scopes, created, expires, token_hash)
            select o.tenant_id, $3, o.name, o.name_folded, o.audience, o.scopes, $4, $5, $6
            from credential o where o.tenant_id = $1 and o.id = $2
            returning ${columns}`,
          values: [tenantId, id, newId(), new Date(clock.now()), expires, Buffer.from(hash)],
        });
        return rows.map(toCredential)[0] ?? neverEmpty();
      });
    },
    async revoke(tenantId, id, at) {
      if (!isResourceId(id)) return false;
      const rows = await database.query({
        text: `update credential c set revoked = least(c.revoked, $3), holds_name = false
          where c.tenant_id = $1 and c.id = $2
          returning c.id`,
        values: [tenantId, id, at],
      });
      return rows.length > 0;
    },
    flush: () => touches.flush(),
  };
}

function neverEmpty(): never {
  throw new Error('invariant broken: an insert answered no row');
}

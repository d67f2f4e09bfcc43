import { brandId, JoineryError, type Clock, type CredentialId, type TenantId } from '@joinery/base';
import { foldCase } from '@joinery/scim';
import type { OAuthClient, OAuthFederation, OAuthSecret, OAuthStore } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';
import { isUniqueViolation } from './errors.ts';
import { isResourceId } from './row.ts';

interface ClientRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly scopes: OAuthClient['scopes'];
  readonly access_token_seconds: number;
  readonly created: Date;
  readonly last_used: Date | null;
  readonly revoked: Date | null;
}

interface SecretRow {
  readonly id: string;
  readonly client_id: string;
  readonly secret_hash: Buffer;
  readonly created: Date;
  readonly expires: Date;
  readonly revoked: Date | null;
}

interface FederationRow {
  readonly id: string;
  readonly client_id: string;
  readonly issuer: string;
  readonly jwks_url: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly created: Date;
  readonly revoked: Date | null;
}

const grantsMax = 10;
const columns = 'c.id, c.tenant_id, c.name, c.scopes, c.access_token_seconds, c.created, c.last_used, c.revoked';
const secretColumns = 's.id, s.client_id, s.secret_hash, s.created, s.expires, s.revoked';
const federationColumns = 'f.id, f.client_id, f.issuer, f.jwks_url, f.subject, f.audiences, f.created, f.revoked';

function toSecret(row: SecretRow): OAuthSecret {
  return {
    id: row.id,
    hash: new Uint8Array(row.secret_hash),
    created: row.created,
    expires: row.expires,
    revoked: row.revoked ?? undefined,
  };
}

function toFederation(row: FederationRow): OAuthFederation {
  return {
    id: row.id,
    issuer: row.issuer,
    jwksUrl: row.jwks_url,
    subject: row.subject,
    audiences: row.audiences,
    created: row.created,
    revoked: row.revoked ?? undefined,
  };
}

function toClient(row: ClientRow, secrets: readonly SecretRow[], federations: readonly FederationRow[]): OAuthClient {
  return {
    id: brandId<CredentialId>(row.id),
    tenantId: brandId<TenantId>(row.tenant_id),
    name: row.name,
    scopes: row.scopes,
    accessTokenSeconds: row.access_token_seconds,
    created: row.created,
    lastUsed: row.last_used ?? undefined,
    revoked: row.revoked ?? undefined,
    secrets: secrets.filter((secret) => secret.client_id === row.id).map(toSecret),
    federations: federations.filter((federation) => federation.client_id === row.id).map(toFederation),
  };
}

export function createOAuthStore(database: Database, clock: Pick<Clock, 'now'>, newId: () => string): OAuthStore {
  const now = (): Date => new Date(clock.now());

  async function withGrants(rows: readonly ClientRow[]): Promise<readonly OAuthClient[]> {
    const [first] = rows;
    if (first === undefined) return [];
    const values = [first.tenant_id, rows.map(({ id }) => id)];
    const [secrets, federations] = await Promise.all([
      database.query<SecretRow>({
        name: 'workspace-oauth-secrets',
        text: `select ${secretColumns} from oauth_secret s
          where s.tenant_id = $1 and s.client_id = any($2::uuid[]) order by s.created desc, s.id`,
        values,
      }),
      database.query<FederationRow>({
        name: 'workspace-oauth-federations',
        text: `select ${federationColumns} from oauth_federation f
          where f.tenant_id = $1 and f.client_id = any($2::uuid[]) order by f.created desc, f.id`,
        values,
      }),
    ]);
    return rows.map((row) => toClient(row, secrets, federations));
  }

  return {
    async find(clientId) {
      if (!isResourceId(clientId)) return undefined;
      const rows = await database.query<ClientRow>({
        name: 'workspace-find-oauth-client',
        text: `select ${columns} from oauth_client c where c.id = $1`,
        values: [clientId],
      });
      return (await withGrants(rows))[0];
    },
    async list(tenantId) {
      const rows = await database.query<ClientRow>({
        text: `select ${columns} from oauth_client c where c.tenant_id = $1 order by c.created desc, c.id`,
        values: [tenantId],
      });
      return withGrants(rows);
    },
    async create(tenantId, { name, scopes, accessTokenSeconds }) {
      const rows = await database
        .query<ClientRow>({
          text: `insert into oauth_client as c (tenant_id, id, name, name_folded, scopes, access_token_seconds, created)
            values ($1, $2, $3, $4, $5, $6, $7) returning ${columns}`,
          values: [tenantId, newId(), name, foldCase(name), [...scopes], accessTokenSeconds, now()],
        })
        .catch((error: unknown) => {
          if (!isUniqueViolation(error, 'oauth_client_name')) throw error;
          throw new JoineryError({
            code: 'workspace.client_name_taken',
            message: `A client named '${name}' exists already; delete it or choose another name.`,
            retry: 'after-change',
            cause: error,
          });
        });
      const [row] = rows;
      if (row === undefined) throw new Error('invariant broken: an insert answered no row');
      return toClient(row, [], []);
    },
    async addSecret(tenantId, clientId, { hash, expires, endOthers }) {
      if (!isResourceId(clientId)) return undefined;
      return database.transaction(async (session) => {
        // Locks the client, so that parallel additions count each other.
        const clients = await session.query({
          text: `select c.id from oauth_client c
            where c.tenant_id = $1 and c.id = $2 and c.revoked is null for update`,
          values: [tenantId, clientId],
        });
        if (clients.length === 0) return undefined;
        if (endOthers !== undefined) {
          await session.query({
            text: `update oauth_secret s set revoked = least(s.revoked, $3)
              where s.tenant_id = $1 and s.client_id = $2 and s.expires > $4`,
            values: [tenantId, clientId, endOthers, now()],
          });
        }
        const [row] = await session.query<SecretRow>({
          text: `insert into oauth_secret as s (tenant_id, client_id, id, secret_hash, created, expires)
            select $1, $2, $3, $4, $5, $6
            where (select count(*) from oauth_secret o where o.tenant_id = $1 and o.client_id = $2
              and o.expires > $5 and (o.revoked is null or o.revoked > $5)) < $7
            returning ${secretColumns}`,
          values: [tenantId, clientId, newId(), Buffer.from(hash), now(), expires, grantsMax],
        });
        return row === undefined ? undefined : toSecret(row);
      });
    },
    async addFederation(tenantId, clientId, { issuer, jwksUrl, subject, audiences }) {
      if (!isResourceId(clientId)) return undefined;
      const [row] = await database.query<FederationRow>({
        text: `insert into oauth_federation as f
            (tenant_id, client_id, id, issuer, jwks_url, subject, audiences, created)
          select c.tenant_id, c.id, $3, $4, $5, $6, $7::text[], $8 from oauth_client c
          where c.tenant_id = $1 and c.id = $2 and c.revoked is null
            and (select count(*) from oauth_federation o
              where o.tenant_id = $1 and o.client_id = $2 and o.revoked is null) < $9
          returning ${federationColumns}`,
        values: [tenantId, clientId, newId(), issuer, jwksUrl, subject, [...audiences], now(), grantsMax],
      });
      return row === undefined ? undefined : toFederation(row);
    },
    async revoke(tenantId, clientId, at) {
      if (!isResourceId(clientId)) return false;
      const rows = await database.query({
        text: `update oauth_client c set revoked = least(c.revoked, $3)
          where c.tenant_id = $1 and c.id = $2 returning c.id`,
        values: [tenantId, clientId, at],
      });
      return rows.length > 0;
    },
    async revokeGrant(tenantId, clientId, grantId, at) {
      if (!isResourceId(clientId) || !isResourceId(grantId)) return false;
      const rows = await database.query({
        text: `with secret as (
            update oauth_secret s set revoked = least(s.revoked, $4)
            where s.tenant_id = $1 and s.client_id = $2 and s.id = $3 returning s.id),
          federation as (
            update oauth_federation f set revoked = least(f.revoked, $4)
            where f.tenant_id = $1 and f.client_id = $2 and f.id = $3 returning f.id)
          select id from secret union all select id from federation`,
        values: [tenantId, clientId, grantId, at],
      });
      return rows.length > 0;
    },
    async issue(tenantId, { clientId, grantId, hash, scopes, audience, expires }) {
      await database.query({
        name: 'workspace-issue-access-token',
        text: `with spent as (
            delete from access_token a where a.tenant_id = $1 and a.client_id = $2 and a.expires <= $8)
          insert into access_token (tenant_id, client_id, grant_id, token_hash, scopes, audience, expires, created)
          values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        values: [tenantId, clientId, grantId, Buffer.from(hash), [...scopes], audience, expires, now()],
      });
    },
    async takeAssertion(tenantId, clientId, hash, expires) {
      const rows = await database.query({
        name: 'workspace-take-assertion',
        text: `with spent as (
            delete from used_assertion u where u.tenant_id = $1 and u.client_id = $2 and u.expires <= $5)
          insert into used_assertion (tenant_id, client_id, assertion_hash, expires) values ($1, $2, $3, $4)
          on conflict do nothing returning client_id`,
        values: [tenantId, clientId, Buffer.from(hash), expires, now()],
      });
      return rows.length > 0;
    },
  };
}

import { randomUUID } from 'node:crypto';
import { brandId, type CredentialId, type TenantId } from '@joinery/base';
import type {
  Credential,
  CredentialStore,
  Federation,
  OAuthClient,
  OAuthFederation,
  OAuthSecret,
  OAuthStore,
} from '../src/index.ts';
import { MemoryCredentials } from './memory-store.ts';

interface Client extends Omit<OAuthClient, 'secrets' | 'federations' | 'revoked'> {
  revoked: Date | undefined;
  readonly secrets: { -readonly [Key in keyof OAuthSecret]: OAuthSecret[Key] }[];
  readonly federations: { -readonly [Key in keyof OAuthFederation]: OAuthFederation[Key] }[];
}

type Issued = Parameters<OAuthStore['issue']>[1];

const earliest = (dates: readonly (Date | undefined)[]): Date | undefined =>
  dates.filter((date) => date !== undefined).toSorted((left, right) => left.getTime() - right.getTime())[0];

/** Both ports in memory, as they belong together: access tokens are found among the credentials. */
export class MemoryOAuth implements OAuthStore {
  readonly #clients = new Map<string, Client>();
  readonly #tokens = new Map<string, Issued>();
  readonly #assertions = new Set<string>();

  find(clientId: string): Promise<OAuthClient | undefined> {
    return Promise.resolve(this.#clients.get(clientId));
  }
  list(tenantId: TenantId): Promise<readonly OAuthClient[]> {
    return Promise.resolve([...this.#clients.values()].filter((client) => client.tenantId === tenantId));
  }
  create(tenantId: TenantId, given: Pick<OAuthClient, 'name' | 'scopes' | 'accessTokenSeconds'>): Promise<OAuthClient> {
    const id = brandId<CredentialId>(randomUUID());
    const client = { ...given, id, tenantId, created: new Date(0), lastUsed: undefined, revoked: undefined };
    this.#clients.set(id, { ...client, secrets: [], federations: [] });
    return this.find(id) as Promise<OAuthClient>;
  }
  addSecret(
    tenantId: TenantId,
    clientId: string,
    given: { hash: Uint8Array; expires: Date; endOthers: Date | undefined },
  ) {
    const client = this.#of(tenantId, clientId);
    if (client === undefined) return Promise.resolve(undefined);
    if (given.endOthers !== undefined)
      for (const other of client.secrets) other.revoked = earliest([other.revoked, given.endOthers]);
    const { hash, expires } = given;
    const secret = { id: randomUUID(), hash, expires, created: new Date(0), revoked: undefined };
    client.secrets.push(secret);
    return Promise.resolve(secret);
  }
  addFederation(tenantId: TenantId, clientId: string, given: Federation): Promise<OAuthFederation | undefined> {
    const federation = { ...given, id: randomUUID(), created: new Date(0), revoked: undefined };
    this.#of(tenantId, clientId)?.federations.push(federation);
    return Promise.resolve(federation);
  }
  revoke(tenantId: TenantId, clientId: string, at: Date): Promise<boolean> {
    const client = this.#of(tenantId, clientId);
    if (client !== undefined) client.revoked = at;
    return Promise.resolve(client !== undefined);
  }
  revokeGrant(tenantId: TenantId, clientId: string, grantId: string, at: Date): Promise<boolean> {
    const client = this.#of(tenantId, clientId);
    const grant = [...(client?.secrets ?? []), ...(client?.federations ?? [])].find(({ id }) => id === grantId);
    if (grant !== undefined) grant.revoked = at;
    return Promise.resolve(grant !== undefined);
  }
  issue(_tenantId: TenantId, token: Issued): Promise<void> {
    this.#tokens.set(Buffer.from(token.hash).toString('hex'), token);
    return Promise.resolve();
  }
  takeAssertion(_tenantId: TenantId, clientId: CredentialId, hash: Uint8Array): Promise<boolean> {
    const key = `${clientId} ${Buffer.from(hash).toString('hex')}`;
    const isFirst = !this.#assertions.has(key);
    this.#assertions.add(key);
    return Promise.resolve(isFirst);
  }

  findToken(hash: Uint8Array): Credential | undefined {
    const token = this.#tokens.get(Buffer.from(hash).toString('hex'));
    const client = token && this.#clients.get(token.clientId);
    if (token === undefined || client === undefined) return undefined;
    const grant = [...client.secrets, ...client.federations].find(({ id }) => id === token.grantId);
    const { id, tenantId, name, created, lastUsed } = client;
    const { audience, scopes, expires } = token;
    return {
      id,
      tenantId,
      name,
      created,
      lastUsed,
      audience,
      scopes,
      expires,
      revoked: earliest([client.revoked, grant?.revoked]),
    };
  }

  #of(tenantId: TenantId, clientId: string): Client | undefined {
    const client = this.#clients.get(clientId);
    return client?.tenantId === tenantId ? client : undefined;
  }
}

/** Bearer tokens and access tokens. */
export class MemoryCredentialsWithOAuth extends MemoryCredentials implements CredentialStore {
  readonly oauth = new MemoryOAuth();

  override async findByHash(hash: Uint8Array): Promise<Credential | undefined> {
    return (await super.findByHash(hash)) ?? this.oauth.findToken(hash);
  }
}

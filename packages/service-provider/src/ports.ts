import type { CredentialId, JsonObject, ResourceId, TenantId } from '@joinery/base';
import type {
  Attribute,
  CheckedFilter,
  MembersChange,
  MemberValue,
  ResolvedPath,
  ResourceAttributes,
} from '@joinery/scim';

export type ResourceTypeName = 'User' | 'Group';

/** A resource as it is kept. Versions start at 1 and grow by one with every change of the stored state. */
export interface StoredResource {
  readonly id: ResourceId;
  readonly type: ResourceTypeName;
  readonly version: number;
  readonly created: Date;
  readonly lastModified: Date;
  readonly attributes: ResourceAttributes;
  /** Groups: set only when `include.members` was asked for. */
  readonly members?: readonly StoredMember[];
  /** Users: set only when `include.groups` was asked for. */
  readonly groups?: readonly StoredMembership[];
}

export interface StoredMember {
  readonly id: ResourceId;
  readonly type: ResourceTypeName;
  /** displayName, else userName. */
  readonly display: string;
}

export interface StoredMembership {
  readonly id: ResourceId;
  readonly display: string;
  readonly direct: boolean;
}

export interface Include {
  readonly members: boolean;
  readonly groups: boolean;
}

export interface ResourceQuery {
  readonly filter: CheckedFilter | undefined;
  readonly sort: { readonly path: ResolvedPath; readonly descending: boolean } | undefined;
  /** 1-based. */
  readonly startIndex: number;
  readonly count: number;
  readonly include: Include;
}

export interface ResourcePage {
  readonly resources: readonly StoredResource[];
  readonly totalResults: number;
}

/** What `update` is to store; undefined leaves the row as it is. */
export interface ResourceChange {
  readonly attributes?: ResourceAttributes;
  readonly members?: readonly MembersChange[];
}

/** Who did it: goes into the change feed. */
export interface Actor {
  readonly credentialId: CredentialId | undefined;
  readonly display: string;
}

/**
 * Users and groups of all tenants. Every method works inside the given tenant only; an id of another tenant does not
 * exist. A write is durable when its promise resolves, appears in the tenant's change feed in the same transaction, and is
 * serialised with other writes of that resource. Default order of lists: (created, id), immutable.
 */
export interface ResourceStore {
  get(tenantId: TenantId, type: ResourceTypeName, id: string, include: Include): Promise<StoredResource | undefined>;
  /** Hidden from filters: nothing but deleted resources. Inactive users are ordinary rows. */
  list(tenantId: TenantId, type: ResourceTypeName, query: ResourceQuery): Promise<ResourcePage>;
  /** Throws `scim.uniqueness` (userName; group displayName), `scim.invalid_value` naming unknown member ids. */
  create(
    tenantId: TenantId,
    type: ResourceTypeName,
    attributes: ResourceAttributes,
    members: readonly MemberValue[],
    actor: Actor,
  ): Promise<StoredResource>;
  /**
   * Locks the row, calls `change` with the current state (without members) and stores what it answers. The version and
   * lastModified move only when the stored state changed. `change` may throw a `ScimError` (e.g. 412) and nothing is stored.
   * `membersOnly` skips the read of attributes when the caller knows that only members change.
   * Undefined when the id does not exist in the tenant.
   */
  update(
    tenantId: TenantId,
    type: ResourceTypeName,
    id: string,
    change: (current: StoredResource) => ResourceChange | undefined,
    include: Include,
    actor: Actor,
  ): Promise<{ readonly resource: StoredResource; readonly changed: boolean } | undefined>;
  /** Removes it and every membership that names it (bumping those groups). False when the id does not exist in the tenant. */
  delete(
    tenantId: TenantId,
    type: ResourceTypeName,
    id: string,
    precondition: ((version: number) => void) | undefined,
    actor: Actor,
  ): Promise<boolean>;
}

export interface Credential {
  readonly id: CredentialId;
  readonly tenantId: TenantId;
  readonly name: string;
  /** The SCIM base URL that the token is for; checked against the server's own public base URL. */
  readonly audience: string;
  readonly scopes: readonly ('scim.read' | 'scim.write')[];
  readonly created: Date;
  readonly expires: Date;
  readonly lastUsed: Date | undefined;
  readonly revoked: Date | undefined;
}

/** Bearer tokens of tenants, found by the SHA-256 of the whole token. */
export interface CredentialStore {
  /** Also answers expired and revoked ones, so that the caller can say which. */
  findByHash(hash: Uint8Array): Promise<Credential | undefined>;
  /** Written in batches of at most a second. */
  touch(tenantId: TenantId, id: CredentialId, at: Date): void;
  list(tenantId: TenantId): Promise<readonly Credential[]>;
  /** Throws `workspace.token_name_taken` when a live token of the tenant has the name. */
  create(
    tenantId: TenantId,
    credential: { name: string; audience: string; scopes: Credential['scopes']; expires: Date; hash: Uint8Array },
  ): Promise<Credential>;
  /**
   * Revoked from `at` on. `at` may lie ahead (rotation: the old secret lives on for a while); of two revocations the
   * earlier one counts. The name is free as soon as a revocation is set. False when the id does not exist in the tenant.
   */
  revoke(tenantId: TenantId, id: CredentialId, at: Date): Promise<boolean>;
}

export interface RequestLogEntry {
  readonly at: Date;
  readonly requestId: string;
  readonly method: string;
  /** Path and the shape of the query; values of filters are masked. */
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  readonly credentialId: CredentialId | undefined;
  readonly errorCode: string | undefined;
  readonly errorDetail: string | undefined;
  /** Client behaviour that was tolerated, by name. */
  readonly tolerated: readonly string[];
}

/** Requests as an administrator reads them; kept 30 days. Written in batches of at most a second. */
export interface RequestLog {
  append(tenantId: TenantId, entry: RequestLogEntry): void;
  list(
    tenantId: TenantId,
    page: { readonly before: string | undefined; readonly limit: number; readonly failedOnly: boolean },
  ): Promise<{
    readonly entries: readonly (RequestLogEntry & { readonly id: string })[];
    readonly next: string | undefined;
  }>;
}

export interface ChangeFeedEntry {
  readonly sequence: string;
  readonly at: Date;
  readonly type: ResourceTypeName;
  readonly resourceId: ResourceId;
  readonly kind: 'created' | 'updated' | 'deleted' | 'members-changed';
  readonly actor: string;
}

export interface Tenant {
  readonly id: TenantId;
  readonly name: string;
  readonly created: Date;
}

export interface WorkspaceAdministrator {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly email: string;
  readonly displayName: string;
  readonly passwordHash: string;
}

/** The workspace's own administration: tenants, their administrators and sessions. */
export interface TenantStore {
  /** Throws `workspace.tenant_name_taken`. */
  createTenant(name: string): Promise<Tenant>;
  findTenant(nameOrId: string): Promise<Tenant | undefined>;
  listTenants(): Promise<readonly Tenant[]>;
  /** Throws `workspace.email_taken`. */
  createAdministrator(
    tenantId: TenantId,
    administrator: { email: string; displayName: string; passwordHash: string },
  ): Promise<WorkspaceAdministrator>;
  /** E-mail addresses are unique over all tenants, ignoring case. */
  findAdministrator(email: string): Promise<WorkspaceAdministrator | undefined>;
  listAdministrators(tenantId: TenantId): Promise<readonly WorkspaceAdministrator[]>;
  getAdministrator(tenantId: TenantId, id: string): Promise<WorkspaceAdministrator | undefined>;
  createSession(session: {
    tokenHash: Uint8Array;
    tenantId: TenantId;
    administratorId: string;
    csrfToken: string;
    expires: Date;
  }): Promise<void>;
  findSession(
    tokenHash: Uint8Array,
    now: Date,
  ): Promise<{ tenantId: TenantId; administratorId: string; csrfToken: string } | undefined>;
  deleteSession(tokenHash: Uint8Array): Promise<void>;
  /** One-time set-up link, when no administrator was given by the environment. */
  createSetupToken(tenantId: TenantId, tokenHash: Uint8Array, expires: Date): Promise<void>;
  takeSetupToken(tokenHash: Uint8Array, now: Date): Promise<TenantId | undefined>;
  /** What the running server calls itself, so that a command beside it makes tokens for the right audience. */
  recordPublicUrl(url: string): Promise<void>;
  getPublicUrl(): Promise<string | undefined>;
}

export type { Attribute, JsonObject };

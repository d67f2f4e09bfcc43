import type { CredentialId, JsonObject, ResourceId, TenantId } from '@joinery/base';
import type {
  Attribute,
  CheckedFilter,
  MembersChange,
  MemberValue,
  ResolvedPath,
  ResourceAttributes,
  ResourceType,
  UniqueValue,
} from '@joinery/scim';

/** `User`, `Group`, or the name of a type that the tenant has added. */
export type ResourceTypeName = string;

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
  readonly type: 'User' | 'Group';
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
  /** At most so many members of each group; the others are read by `listMembers`. All when left out. */
  readonly membersMax?: number;
}

export interface ResourceQuery {
  /** The type with the tenant's schemas; the built-in type of the name when left out. */
  readonly resourceType?: ResourceType;
  readonly filter: CheckedFilter | undefined;
  readonly sort: { readonly path: ResolvedPath; readonly descending: boolean } | undefined;
  /** 1-based. */
  readonly startIndex: number;
  readonly count: number;
  readonly include: Include;
  /**
   * Set: the page after a resource instead of one at `startIndex`, which is ignored. `after` is the `next` of the page
   * before, undefined for the first page.
   */
  readonly cursor?: { readonly after: string | undefined };
}

export interface ResourcePage {
  readonly resources: readonly StoredResource[];
  readonly totalResults: number;
  /**
   * Of a query with `cursor`: where the next page starts, in the store's own words; undefined when no resource follows. It
   * names the order's key of the last resource, so what is created and deleted between pages moves no other resource.
   */
  readonly next?: string | undefined;
}

/** What became of one of several creations. */
export type Creation = { readonly created: StoredResource } | { readonly failure: Error };

/** What `update` is to store; undefined leaves the row as it is. */
export interface ResourceChange {
  readonly attributes?: ResourceAttributes;
  readonly members?: readonly MembersChange[];
  /** With `attributes`: every value that a schema of the tenant wants unique; undefined where it has no such attribute. */
  readonly unique?: readonly UniqueValue[];
}

/** Who did it: goes into the change feed. */
export interface Actor {
  readonly credentialId: CredentialId | undefined;
  readonly display: string;
}

/**
 * Users and groups of all tenants, and resources of the types that tenants added. Every method works inside the given tenant only; an id of another tenant does not
 * exist. A write is durable when its promise resolves, appears in the tenant's change feed in the same transaction, and is
 * serialised with other writes of that resource. Default order of lists: (created, id), immutable.
 */
export interface ResourceStore {
  get(tenantId: TenantId, type: ResourceTypeName, id: string, include: Include): Promise<StoredResource | undefined>;
  /** Hidden from filters: nothing but deleted resources. Inactive users are ordinary rows. */
  list(tenantId: TenantId, type: ResourceTypeName, query: ResourceQuery): Promise<ResourcePage>;
  /**
   * Throws `scim.uniqueness` (userName; group displayName; a value of `unique` that another resource of the tenant's type has, with
   * its attribute), `scim.invalid_value` naming unknown member ids, all of them in `detail.unknownMembers`. Members are users
   * and groups.
   */
  create(
    tenantId: TenantId,
    type: ResourceTypeName,
    attributes: ResourceAttributes,
    members: readonly MemberValue[],
    actor: Actor,
    unique?: readonly UniqueValue[],
  ): Promise<StoredResource>;
  /**
   * Optional: creates several users, each as `create` does and independent of the others, with fewer statements. Answers in the
   * order given. Called with at most 250, by a bulk request, in tenants whose users have no unique attributes of their own.
   */
  createUsers?(tenantId: TenantId, users: readonly ResourceAttributes[], actor: Actor): Promise<readonly Creation[]>;
  /**
   * Optional: members of a group in the order of their ids, from the one after `after` on, so that a large group is sent
   * without being held in memory. Stores without it answer all members with the group.
   */
  listMembers?(
    tenantId: TenantId,
    groupId: string,
    page: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly StoredMember[]>;
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
   * A new secret under the name, audience and scopes of a live token, whose own secret ends at `until`; both or neither.
   * Undefined when the tenant has no live, not yet rotated token of the id; of parallel rotations one succeeds.
   */
  rotate(
    tenantId: TenantId,
    id: CredentialId,
    rotation: { readonly until: Date; readonly expires: Date; readonly hash: Uint8Array },
  ): Promise<Credential | undefined>;
  /**
   * Revoked from `at` on. `at` may lie ahead (rotation: the old secret lives on for a while); of two revocations the
   * earlier one counts. The name is free as soon as a revocation is set. False when the id does not exist in the tenant.
   */
  revoke(tenantId: TenantId, id: CredentialId, at: Date): Promise<boolean>;
}

export interface OAuthSecret {
  readonly id: string;
  /** SHA-256 of the whole secret. */
  readonly hash: Uint8Array;
  readonly created: Date;
  readonly expires: Date;
  readonly revoked: Date | undefined;
}

/** Trust in the assertions of another issuer, RFC 7523 §3: all four must match exactly. */
export interface Federation {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

export interface OAuthFederation extends Federation {
  readonly id: string;
  readonly created: Date;
  readonly revoked: Date | undefined;
}

/** A provisioning client of one tenant that gets access tokens at the token endpoint. */
export interface OAuthClient {
  readonly id: CredentialId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly scopes: Credential['scopes'];
  /** 3,600 to 21,600. */
  readonly accessTokenSeconds: number;
  readonly created: Date;
  readonly lastUsed: Date | undefined;
  readonly revoked: Date | undefined;
  readonly secrets: readonly OAuthSecret[];
  readonly federations: readonly OAuthFederation[];
}

/**
 * OAuth 2.0 clients. Access tokens are found by `CredentialStore.findByHash`, with the client's id and name, and count as
 * revoked as soon as their client, or the secret or federation that they were given for, is.
 */
export interface OAuthStore {
  /** Of any tenant, with what is revoked and expired; undefined for what is no id. */
  find(clientId: string): Promise<OAuthClient | undefined>;
  list(tenantId: TenantId): Promise<readonly OAuthClient[]>;
  /** Throws `workspace.client_name_taken` when a live client of the tenant has the name. */
  create(tenantId: TenantId, client: Pick<OAuthClient, 'name' | 'scopes' | 'accessTokenSeconds'>): Promise<OAuthClient>;
  /** Also ends the client's other secrets at `endOthers`. Undefined without a live client, or with ten live secrets. */
  addSecret(
    tenantId: TenantId,
    clientId: string,
    secret: { readonly hash: Uint8Array; readonly expires: Date; readonly endOthers: Date | undefined },
  ): Promise<OAuthSecret | undefined>;
  /** Undefined without a live client, or with ten live federations. */
  addFederation(tenantId: TenantId, clientId: string, federation: Federation): Promise<OAuthFederation | undefined>;
  /** False when the id does not exist in the tenant. */
  revoke(tenantId: TenantId, clientId: string, at: Date): Promise<boolean>;
  /** Of a secret or a federation. False when the id does not exist in the tenant. */
  revokeGrant(tenantId: TenantId, clientId: string, grantId: string, at: Date): Promise<boolean>;
  issue(
    tenantId: TenantId,
    token: {
      readonly clientId: CredentialId;
      /** The secret or federation that the client showed. */
      readonly grantId: string;
      readonly hash: Uint8Array;
      readonly scopes: Credential['scopes'];
      readonly audience: string;
      readonly expires: Date;
    },
  ): Promise<void>;
  /** True for the first caller only, until `expires`. */
  takeAssertion(tenantId: TenantId, clientId: CredentialId, hash: Uint8Array, expires: Date): Promise<boolean>;
}

/** What provisioning clients must leave alone in a tenant. */
export interface TenantRules {
  /** Domains of userName and e-mail addresses; empty: any. Lower case. */
  readonly verifiedDomains: readonly string[];
  /** Ids or userNames of accounts that are never disabled, renamed or deleted. */
  readonly protectedAccounts: readonly string[];
  /** Protects the account whose userName or e-mail is the address of the tenant's first administrator. */
  readonly protectsOwner: boolean;
  /** Whether the first write to an account that SCIM did not make leaves its sign-in name as it is. */
  readonly keepsSignInNameOnAdoption: boolean;
  /** Groups that grant roles, by id or displayName. */
  readonly roleGroups: readonly { readonly group: string; readonly scimMayWrite: boolean }[];
}

/** The rules as they hold for requests. */
export interface EffectiveRules extends TenantRules {
  /** Address of the tenant's first administrator. */
  readonly owner: string | undefined;
  readonly hasLocalAccounts: boolean;
}

export interface RulesStore {
  get(tenantId: TenantId): Promise<EffectiveRules>;
  set(tenantId: TenantId, rules: TenantRules): Promise<void>;
  /** Whether SCIM neither made the account nor wrote to it yet. */
  isUnadopted(tenantId: TenantId, id: string): Promise<boolean>;
  noteAdoption(tenantId: TenantId, id: string): Promise<void>;
  /** The groups that a resource is in, through any number of groups. */
  groupsAbove(tenantId: TenantId, id: string): Promise<readonly { readonly id: string; readonly name: string }[]>;
}

/** One operation inside a bulk request. */
export interface BulkLogEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly errorCode: string | undefined;
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
  /** Of a bulk request: its operations in their order, the failed ones first when there are more than 100. */
  readonly operations?: readonly BulkLogEntry[];
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

export type { TenantSettings, TenantSettingsStore } from './tenant-settings.ts';
export type { Attribute, JsonObject };

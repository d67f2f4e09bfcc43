import type { Clock } from '@joinery/base';
import type { CredentialStore, OAuthStore, ResourceStore, TenantStore } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';
import { createAuditLog, type AuditLog } from './audit-log.ts';
import { createChangeFeed, type WorkspaceChangeFeed } from './change-feed.ts';
import { createCredentialStore } from './credential-store.ts';
import { getCursorKey } from './cursor-key.ts';
import { createGroupMembers, type GroupMembers } from './group-members.ts';
import { createOAuthStore } from './oauth-store.ts';
import { createRequestLog, type WorkspaceRequestLog } from './request-log.ts';
import { createResourceCounts } from './resource-counts.ts';
import { createResourceStore } from './resource-store.ts';
import { createRulesStore, type WorkspaceRules } from './rules-store.ts';
import { createTenantSchemaStore, type TenantSchemaStore } from './tenant-schemas.ts';
import { createTenantStore } from './tenant-store.ts';
import { createWebhookStore, type WebhookStore } from './webhook-store.ts';

export type { WorkspaceChangeFeed } from './change-feed.ts';
export type { AuditDraft, AuditEntry, AuditLog } from './audit-log.ts';
export type { RequestFilter, WorkspaceRequestLog } from './request-log.ts';
export type { Removal, TenantSchemaStore } from './tenant-schemas.ts';
export type { WorkspaceRules } from './rules-store.ts';
export type { Delivery, DeliveryOutcome, TakenDelivery, Webhook, WebhookStore } from './webhook-store.ts';
export type { GroupMembers, ListedMember, MemberPage } from './group-members.ts';

export interface WorkspaceStoreOptions {
  /** Makes UUIDv7 ids, lower case. */
  readonly newId: () => string;
  /** Default: the system's clock. */
  readonly clock?: Pick<Clock, 'now'>;
}

export interface WorkspaceStore {
  readonly resources: ResourceStore;
  readonly credentials: CredentialStore;
  readonly requestLog: WorkspaceRequestLog;
  readonly tenants: TenantStore;
  readonly changeFeed: WorkspaceChangeFeed;
  readonly oauth: OAuthStore;
  readonly rules: WorkspaceRules;
  readonly schemas: TenantSchemaStore;
  readonly audit: AuditLog;
  readonly webhooks: WebhookStore;
  readonly groupMembers: GroupMembers;
  /** The installation's key for `cursorKey` of `createServiceProvider`. */
  getCursorKey(): Promise<Uint8Array>;
  /** Writes what waits in batches (request log, last use of tokens). The database stays open. */
  close(): Promise<void>;
}

/** The ports of the service provider over a database that was migrated as `workspace`. */
export function createWorkspaceStore(database: Database, options: WorkspaceStoreOptions): WorkspaceStore {
  const { newId, clock = Date } = options;
  const counts = createResourceCounts(database);
  const credentials = createCredentialStore(database, clock, newId);
  const requestLog = createRequestLog(database);
  return {
    resources: createResourceStore(database, counts, clock, newId),
    credentials,
    requestLog,
    tenants: createTenantStore(database, clock, newId),
    changeFeed: createChangeFeed(database),
    oauth: createOAuthStore(database, clock, newId),
    rules: createRulesStore(database, counts, clock, newId),
    schemas: createTenantSchemaStore(database, clock),
    audit: createAuditLog(database, clock, newId),
    webhooks: createWebhookStore(database, clock, newId),
    groupMembers: createGroupMembers(database),
    getCursorKey: () => getCursorKey(database),
    async close() {
      await Promise.all([credentials.flush(), requestLog.flush(), counts.settle()]);
    },
  };
}

import type { Clock, TenantId } from '@joinery/base';
import type { CredentialStore, OAuthStore, ResourceStore, TenantStore } from '@joinery/service-provider';
import type {
  AuditLog,
  GroupMembers,
  TenantSchemaStore,
  WebhookStore,
  WorkspaceChangeFeed,
  WorkspaceRequestLog,
  WorkspaceRules,
} from '@joinery/store/workspace';
import type { SignInAttempts } from '../sign-in-attempts.ts';

/** What the routes of the management API work with. */
export interface ApiContext {
  readonly resources: ResourceStore;
  readonly groupMembers: GroupMembers;
  readonly credentials: CredentialStore;
  readonly requestLog: WorkspaceRequestLog;
  readonly tenants: TenantStore;
  readonly oauth: OAuthStore;
  readonly rules: WorkspaceRules;
  /** After a change of a tenant's rules, so that requests see it at once. */
  readonly forgetRules: (tenantId: TenantId) => void;
  readonly schemas: TenantSchemaStore;
  /** After a change of a tenant's settings or schemas, so that requests see it at once. */
  readonly forgetSettings: (tenantId: TenantId) => void;
  readonly audit: AuditLog;
  readonly changeFeed: WorkspaceChangeFeed;
  readonly webhooks: WebhookStore;
  /** Derives the signing secrets of webhooks; undefined: there are no webhooks. */
  readonly secretKey: Uint8Array | undefined;
  /** Bearer tokens live this long at most; undefined: as long as is wished. */
  readonly tokenDaysMax: number | undefined;
  /** HOST or HOST:PORT that outgoing requests may reach although private. */
  readonly allowedHosts: readonly string[];
  /** Hosts from which key sets are fetched. */
  readonly federationHosts: readonly string[];
  readonly tokenEndpoint: () => string;
  readonly clock: Pick<Clock, 'now'>;
  /** The SCIM base URL: Tenant URL of the provisioning client and audience of tokens. */
  readonly tenantUrl: () => string;
  readonly isSecure: () => boolean;
  readonly attemptsByAddress: SignInAttempts;
  readonly attemptsByAccount: SignInAttempts;
}

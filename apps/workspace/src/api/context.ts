import type { Clock } from '@joinery/base';
import type { CredentialStore, RequestLog, ResourceStore, TenantStore } from '@joinery/service-provider';
import type { SignInAttempts } from '../sign-in-attempts.ts';

/** What the routes of the management API work with. */
export interface ApiContext {
  readonly resources: ResourceStore;
  readonly credentials: CredentialStore;
  readonly requestLog: RequestLog;
  readonly tenants: TenantStore;
  readonly clock: Pick<Clock, 'now'>;
  /** The SCIM base URL: Tenant URL of the provisioning client and audience of tokens. */
  readonly tenantUrl: () => string;
  readonly isSecure: () => boolean;
  readonly attemptsByAddress: SignInAttempts;
  readonly attemptsByAccount: SignInAttempts;
}

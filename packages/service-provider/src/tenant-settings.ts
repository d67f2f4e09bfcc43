import type { TenantId } from '@joinery/base';
import type { TenantSchemas } from '@joinery/scim';

/** How a tenant's requests are read, and what it has added to the schemas. */
export interface TenantSettings extends TenantSchemas {
  /** Nothing is tolerated that the RFCs do not allow; for runs of conformance checkers. */
  readonly isStrict: boolean;
  /** Members that do not exist are left out instead of refused; for suites that invent ids. */
  readonly acceptsUnknownMembers: boolean;
}

/** Optional port: without it every tenant has the built-in schemas. Answers are kept for a second. */
export interface TenantSettingsStore {
  get(tenantId: TenantId): Promise<TenantSettings>;
}

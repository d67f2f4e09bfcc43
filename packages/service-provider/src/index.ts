export type { AdmissionLimits } from './admission.ts';
export { canonicalAudience, isAudience } from './auth/audience.ts';
export { cacheCredentials } from './auth/credential-cache.ts';
export type { RateLimit } from './auth/token-bucket.ts';
export { generateToken, hashToken, looksLikeToken } from './auth/token.ts';
export { type CompletedWrite, type Hooks, type PlannedWrite } from './hooks.ts';
export { cacheTenantSettings, type CachedTenantSettings } from './tenant-profile.ts';
export type { Answer, ScimRequest } from './exchange.ts';
export { toNodeListener, type ScimHandler } from './node-listener.ts';
export type { FetchKeySet } from './oauth/key-sets.ts';
export { authorizationServerMetadata } from './oauth/metadata.ts';
export { createTokenEndpoint, type TokenEndpointOptions } from './oauth/token-endpoint.ts';
export { openApiDocument } from './openapi/document.ts';
export type * from './ports.ts';
export type { ServiceProviderOptions } from './provider.ts';
export { createServiceProvider } from './service-provider.ts';
export { guardResources, type GuardedResources } from './rules/guard-resources.ts';
/** What a store throws, and a hook to refuse a write; the other factories are in `@joinery/scim`. */
export { forbidden, invalidValue, preconditionFailed, ScimError, uniqueness, unknownMembers } from '@joinery/scim';

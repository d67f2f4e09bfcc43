export { canonicalAudience, isAudience } from './auth/audience.ts';
export { cacheCredentials } from './auth/credential-cache.ts';
export type { RateLimit } from './auth/token-bucket.ts';
export { generateToken, hashToken, looksLikeToken } from './auth/token.ts';
export type { Answer, ScimRequest } from './exchange.ts';
export { toNodeListener, type ScimHandler } from './node-listener.ts';
export type * from './ports.ts';
export type { ServiceProviderOptions } from './provider.ts';
export { createServiceProvider } from './service-provider.ts';

export {
  parseTenantUrl,
  type Dialect,
  type ScimAuthentication,
  type ScimTargetLimits,
  type ScimTargetOptions,
  type TenantUrl,
} from './config.ts';
export { createScimTarget } from './connector.ts';
export type { ScimExchange } from './exchange.ts';
export {
  privateRangeOf,
  RefusedAddressError,
  resolveWithSystem,
  type ResolvedAddress,
  type ResolveHost,
} from './guard.ts';
export {
  createHttpClient,
  TransportFailure,
  type HttpAnswer,
  type HttpClient,
  type HttpClientOptions,
  type HttpRequest,
} from './http.ts';

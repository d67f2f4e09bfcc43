import type { Clock, TenantId } from '@joinery/base';
import type { RateLimit, TokenBuckets } from './auth/token-bucket.ts';
import type { CredentialStore, RequestLog, ResourceStore } from './ports.ts';

export interface ServiceProviderOptions {
  readonly resources: ResourceStore;
  readonly credentials: CredentialStore;
  readonly requestLog: RequestLog;
  readonly clock: Pick<Clock, 'now'>;
  readonly newRequestId: () => string;
  /** Public base URL, e.g. `https://scim.example.com/scim/v2`: audience of tokens and root of every location. */
  readonly baseUrl: string;
  /** Path at which requests arrive, when a proxy in front changes it; the path of `baseUrl` by default. */
  readonly mountPath?: string;
  /** Per tenant and process; 1,000 requests/s with a burst of 2,000 by default. `perSecond: 0`: none. */
  readonly rateLimit?: RateLimit;
  /** A tenant's own limit, asked on every request. */
  readonly rateLimitOf?: (tenantId: TenantId) => RateLimit | undefined;
  /** 16 MiB by default: room for a PUT of 100,000 members. */
  readonly bodyBytesMax?: number;
  /** 32 KiB by default. */
  readonly urlLengthMax?: number;
  /** Refuses a token by its form before the store is asked; `looksLikeToken` by default. */
  readonly acceptsToken?: (token: string) => boolean;
  /** Shown to clients in `/ServiceProviderConfig`. */
  readonly documentationUri?: string;
  /** Told of every answer with status 500 or above. */
  readonly onFailure?: (error: unknown, requestId: string) => void;
  /** Told of every answer, for metrics. */
  readonly onAnswer?: (answer: { method: string; status: number; durationMs: number }) => void;
}

type Defaulted =
  'mountPath' | 'rateLimit' | 'bodyBytesMax' | 'urlLengthMax' | 'acceptsToken' | 'onFailure' | 'onAnswer';

/** What the steps know: options with their defaults, and the state that outlives a request. */
export interface ServiceProvider {
  readonly options: ServiceProviderOptions & Required<Pick<ServiceProviderOptions, Defaulted>>;
  readonly buckets: TokenBuckets;
  readonly discovery: import('./discovery/documents.ts').DiscoveryDocuments;
}

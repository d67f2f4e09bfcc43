import type { Clock, TenantId } from '@joinery/base';
import type { Admission, AdmissionLimits } from './admission.ts';
import type { RateLimit, TokenBuckets } from './auth/token-bucket.ts';
import type { CursorSeal } from './resources/cursor.ts';
import type { Router } from './router.ts';
import type { Hooks } from './hooks.ts';
import type { CredentialStore, RequestLog, ResourceStore, TenantSettingsStore } from './ports.ts';
import type { TenantProfiles } from './tenant-profile.ts';

export interface ServiceProviderOptions {
  readonly resources: ResourceStore;
  readonly credentials: CredentialStore;
  readonly requestLog: RequestLog;
  /** Schemas and settings of tenants; without it all have the built-in schemas. */
  readonly settings?: TenantSettingsStore;
  /** Called before and after every write, those of bulk requests too. */
  readonly hooks?: Hooks;
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
  /** `maxPayloadSize` of a bulk request; 4 MiB by default, never above `bodyBytesMax`. */
  readonly bulkBytesMax?: number;
  /** 32 KiB by default. */
  readonly urlLengthMax?: number;
  /** 32 bytes that seal cursors; give all processes the same. Random by default: cursors end with the process. */
  readonly cursorKey?: Uint8Array;
  /** Requests in work at once, and waiting; see `Admission`. */
  readonly admission?: Partial<AdmissionLimits>;
  /** Refuses a token by its form before the store is asked; `looksLikeToken` by default. */
  readonly acceptsToken?: (token: string) => boolean;
  /** Announces OAuth 2.0 client credentials (`createTokenEndpoint`) in `/ServiceProviderConfig`. */
  readonly tokenEndpoint?: string;
  /** Shown to clients in `/ServiceProviderConfig`. */
  readonly documentationUri?: string;
  /** Told of every answer with status 500 or above. */
  readonly onFailure?: (error: unknown, requestId: string) => void;
  /** Told of every answer, for metrics. */
  readonly onAnswer?: (answer: { method: string; status: number; durationMs: number }) => void;
}

type Defaulted =
  | 'mountPath'
  | 'rateLimit'
  | 'bodyBytesMax'
  | 'bulkBytesMax'
  | 'urlLengthMax'
  | 'acceptsToken'
  | 'onFailure'
  | 'onAnswer';

/** What the steps know: options with their defaults, and the state that outlives a request. */
export interface ServiceProvider {
  readonly options: ServiceProviderOptions & Required<Pick<ServiceProviderOptions, Defaulted>>;
  readonly buckets: TokenBuckets;
  readonly cursors: CursorSeal;
  /** The operations on resources alone, for bulk requests: rows behind authentication, limits and body. */
  readonly operations: Router;
  readonly admission: Admission;
  /** What each tenant is served: its resource types, their documents and routes. */
  readonly profiles: TenantProfiles;
}

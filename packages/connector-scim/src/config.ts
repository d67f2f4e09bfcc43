import { ConfigError, type Clock } from '@joinery/base';
import type { TargetObjectType } from '@joinery/connector-kit';
import type { ScimExchange } from './exchange.ts';
import type { ResolveHost } from './guard.ts';
import type { HttpClient, HttpClientOptions } from './http.ts';

/**
 * The wire form of PATCH and create: `rfc` is RFC 7644's own; `entra` is what Microsoft Entra ID sends by default
 * (capitalised ops, booleans as text); `entra-062020` is what it sends with `?aadOptscim062020` on the Tenant URL.
 */
export type Dialect = 'rfc' | 'entra' | 'entra-062020';

export type ScimAuthentication =
  | { readonly kind: 'bearer'; readonly token: string }
  | {
      readonly kind: 'client-credentials';
      readonly tokenEndpoint: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string | undefined;
    };

export interface ScimTargetLimits {
  /** Requests in flight at most. */
  readonly concurrency: number;
  readonly requestsPerSecond?: number | undefined;
  /** For one attempt, from its start to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Members in one request; 100 when left out. */
  readonly membersPerRequestMax?: number | undefined;
}

export interface ScimTargetOptions {
  /** SCIM base URL; a query part is kept and sent with every request. */
  readonly tenantUrl: string;
  readonly authentication: ScimAuthentication;
  /** Left out: taken from the Tenant URL's flags, else `rfc`. */
  readonly dialect?: Dialect | undefined;
  readonly objectTypes: readonly TargetObjectType[];
  readonly limits: ScimTargetLimits;
  /** Send writes by `/Bulk` where the target announces it; in dialect `rfc` only. Left out: no. */
  readonly bulk?: boolean | undefined;
  /** `host` or `host:port` that may be reached over plain http and at private addresses. */
  readonly allowedHosts: readonly string[];
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Sees every request and its answer, credentials masked. Must not throw. */
  readonly onExchange?: ((exchange: ScimExchange) => void) | undefined;
  /** Certificates (PEM) trusted besides the well-known authorities. */
  readonly extraCa?: string | undefined;
  /** Name resolution; the system's when left out. */
  readonly resolveHost?: ResolveHost | undefined;
  /** The transport below retries and rate control; connections through the guard when left out. */
  readonly createClient?: ((options: HttpClientOptions) => HttpClient) | undefined;
}

export interface TenantUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Without trailing slash; empty for the root. */
  readonly basePath: string;
  /** Query part without `?`, sent with every request; empty for none. */
  readonly flags: string;
  /** The dialect that the flags ask for. */
  readonly dialect: Dialect | undefined;
}

const flagDialects: ReadonlyMap<string, Dialect> = new Map([
  ['aadoptscim062020', 'entra-062020'],
  ['azureadscimpatch2017', 'entra'],
]);

/**
 * Reads a Tenant URL: `https`, or `http` for an allowed host only. Throws `ConfigError` `connector.invalid_tenant_url`.
 * Flags: https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
 */
export function parseTenantUrl(text: string, allowedHosts: readonly string[]): TenantUrl {
  const url = readOutgoingUrl(text, 'tenant_url', allowedHosts);
  const flags = url.search.slice(1);
  const dialect = flags
    .split('&')
    .map((flag) => flagDialects.get((flag.split('=')[0] ?? '').toLowerCase()))
    .find((found) => found !== undefined);
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, ''), flags, dialect };
}

const urlNames = { tenant_url: 'The Tenant URL', token_endpoint: 'The token endpoint' } as const;

/**
 * An absolute URL that a request may go to: https, or http to an allowed host; no credentials, no fragment. Throws
 * `ConfigError` `connector.invalid_tenant_url` or `connector.invalid_token_endpoint`.
 */
export function readOutgoingUrl(text: string, name: keyof typeof urlNames, allowedHosts: readonly string[]): URL {
  const refuse = (reason: string): never => {
    throw new ConfigError({
      code: `connector.invalid_${name}`,
      message: `${urlNames[name]} ${reason}`,
      retry: 'after-change',
    });
  };
  const trimmed = text.trim();
  if (trimmed.length > 2048 || !URL.canParse(trimmed)) {
    return refuse('is not an absolute URL. Enter one such as https://host/scim/v2.');
  }
  const url = new URL(trimmed);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('must start with https://.');
  if (url.username !== '' || url.password !== '') return refuse('must not hold a user name or password.');
  if (url.hash !== '') return refuse('must not have a fragment (#).');
  if (url.protocol === 'http:' && !isAllowedHost(url, allowedHosts)) {
    return refuse(`must start with https://. Plain http needs the administrator's leave for the host ${url.host}.`);
  }
  return url;
}

/** Is the URL's host on the administrator's list? An entry with a port allows that port only. */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const port = url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80';
  const bare = url.hostname.replace(/^\[|\]$/g, '');
  const names = new Set([bare, url.hostname, `${url.hostname}:${port}`]);
  return allowedHosts.some((entry) => names.has(entry.trim().toLowerCase()));
}

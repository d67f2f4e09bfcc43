import { unauthorized } from '@joinery/scim';
import type { ServiceProvider } from './provider.ts';
import type { Actor, BulkLogEntry, Credential } from './ports.ts';
import type { TenantProfile } from './tenant-profile.ts';
import type { QueryParameters } from './query-parameters.ts';

/** The part of a web `Request` that the service provider reads, so that a server need not build a whole one. */
export interface ScimRequest {
  readonly method: string;
  /** Absolute; only its path and query count. */
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** What is sent back. A web `Response` costs a third of the time of a small request, so only those who need one make it. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
  /**
   * Instead of `text`: the body in pieces, which are made as they are taken. Must be read to the end or given up by
   * `return`, since the request counts as in work until then. When a piece fails the connection must break off, so that the client sees
   * that the body is not whole.
   */
  readonly chunks?: AsyncIterable<string>;
}

/** One request on its way through the steps of its row in `routes.ts`. */
export interface Exchange {
  readonly provider: ServiceProvider;
  readonly request: ScimRequest;
  readonly requestId: string;
  readonly query: QueryParameters;
  /** The `{id}` of the path, decoded; empty where the path has none. */
  id: string;
  /** What the tenant is served; that of every tenant until `loadProfile` has set its own. */
  profile: TenantProfile;
  /** Set by `authenticate`. Tenant and actor come from here and nowhere else. */
  credential: Credential | undefined;
  /** Set by `readBody`: parsed JSON. */
  body: unknown;
  /** Set by `admit`: gives the request's place in work back. */
  leave: (() => void) | undefined;
  /** Client behaviour that was tolerated, by name, for the request log. */
  readonly tolerated: Set<string>;
  /** Of a bulk request, for the request log. */
  operations: readonly BulkLogEntry[] | undefined;
}

/** One check or the operation itself; the first answer ends the row. Failures are thrown as `ScimError`. */
export type Step = (exchange: Exchange) => Promise<Answer | undefined> | Answer | undefined;

/** The credential of an exchange behind `authenticate`. A row without that step must not reach an operation. */
export function credentialOf(exchange: Exchange): Credential {
  if (exchange.credential === undefined) {
    throw unauthorized({ detail: 'This operation needs a bearer token.' });
  }
  return exchange.credential;
}

export function actorOf(exchange: Exchange): Actor {
  const credential = credentialOf(exchange);
  return { credentialId: credential.id, display: credential.name };
}

import type { Clock } from '@joinery/base';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** Fetches a JWK set (RFC 7517 §5); the embedder decides which hosts it goes to. Rejects when there is none to have. */
export type FetchKeySet = (url: string) => Promise<unknown>;

const freshMs = 10 * 60_000;
/** A key set is used this long when its issuer cannot be reached. */
const staleMs = 24 * 3600_000;
/** Between two fetches of one URL, whatever assertions ask for. */
const pauseMs = 30_000;
const entriesMax = 1_000;

interface Entry {
  keys: JWTVerifyGetKey | undefined;
  fetchedAt: number;
  triedAt: number;
  fetching: Promise<void> | undefined;
}

/** The key set could not be fetched, and none is kept. */
export class KeySetUnavailable extends Error {}

/**
 * Signing keys of issuers, by the URL of their key set. Kept for ten minutes; fetched again for an unknown `kid`, at
 * most every 30 seconds; kept for a day while the issuer cannot be reached.
 */
export class KeySets {
  readonly #entries = new Map<string, Entry>();
  readonly #fetchKeySet: FetchKeySet;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(fetchKeySet: FetchKeySet, clock: Pick<Clock, 'now'>) {
    this.#fetchKeySet = fetchKeySet;
    this.#clock = clock;
  }

  /** For `jwtVerify`. Throws `KeySetUnavailable`, and jose's `JWKSNoMatchingKey`. */
  keysOf(url: string): JWTVerifyGetKey {
    return async (header, token) => {
      const entry = this.#entry(url);
      const now = this.#clock.now();
      if (entry.keys === undefined || now - entry.fetchedAt >= freshMs) await this.#refresh(url, entry);
      if (entry.keys === undefined || this.#clock.now() - entry.fetchedAt >= staleMs) throw new KeySetUnavailable();
      try {
        return await entry.keys(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // Perhaps a new key of the issuer.
        if (!(await this.#refresh(url, entry))) throw error;
        return entry.keys(header, token);
      }
    };
  }

  #entry(url: string): Entry {
    const known = this.#entries.get(url);
    if (known !== undefined) return known;
    if (this.#entries.size >= entriesMax) this.#entries.delete(this.#entries.keys().next().value ?? url);
    const entry: Entry = {
      keys: undefined,
      fetchedAt: Number.NEGATIVE_INFINITY,
      triedAt: Number.NEGATIVE_INFINITY,
      fetching: undefined,
    };
    this.#entries.set(url, entry);
    return entry;
  }

  /** False when the last fetch was a moment ago. */
  async #refresh(url: string, entry: Entry): Promise<boolean> {
    if (entry.fetching === undefined) {
      if (this.#clock.now() - entry.triedAt < pauseMs) return false;
      entry.triedAt = this.#clock.now();
      entry.fetching = this.#fetch(url, entry).finally(() => (entry.fetching = undefined));
    }
    await entry.fetching;
    return true;
  }

  async #fetch(url: string, entry: Entry): Promise<void> {
    try {
      // The cast is safe: jose checks the form and throws when it is another.
      entry.keys = createLocalJWKSet((await this.#fetchKeySet(url)) as JSONWebKeySet);
      entry.fetchedAt = this.#clock.now();
    } catch {
      // The kept keys serve on; without any, the caller says so.
    }
  }
}

import type { Clock } from '@joinery/base';
import type { Credential, CredentialStore } from '../ports.ts';

const entriesMax = 10_000;

/**
 * Keeps found credentials for `ttlMs` so that a request needs no statement of its own for its token. Expiry is checked
 * per request all the same; a revocation through this object works at once, one by another process after `ttlMs`.
 * Unknown tokens are never kept.
 */
export function cacheCredentials(
  store: CredentialStore,
  options: { readonly clock: Pick<Clock, 'now'>; readonly ttlMs: number },
): CredentialStore {
  const entries = new Map<string, { credential: Credential; until: number }>();
  /** Counts revocations, so that a look-up that was under way during one is not kept. */
  let revocations = 0;

  async function findByHash(hash: Uint8Array): Promise<Credential | undefined> {
    const key = Buffer.from(hash).toString('base64');
    const now = options.clock.now();
    const entry = entries.get(key);
    if (entry !== undefined && entry.until > now) return entry.credential;
    entries.delete(key);
    const before = revocations;
    const credential = await store.findByHash(hash);
    if (credential === undefined || before !== revocations) return credential;
    if (entries.size >= entriesMax) entries.delete(entries.keys().next().value ?? key);
    entries.set(key, { credential, until: now + options.ttlMs });
    return credential;
  }

  return {
    findByHash,
    touch: (...arguments_) => store.touch(...arguments_),
    list: (tenantId) => store.list(tenantId),
    create: (...arguments_) => store.create(...arguments_),
    async revoke(tenantId, id, at) {
      const revoked = await store.revoke(tenantId, id, at);
      revocations += 1;
      for (const [key, entry] of entries) if (entry.credential.id === id) entries.delete(key);
      return revoked;
    },
  };
}

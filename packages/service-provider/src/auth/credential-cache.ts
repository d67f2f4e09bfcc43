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

  /** Requests that come together share one look-up, so that a flood of them does not become one of statements. */
  const pending = new Map<string, { found: Promise<Credential | undefined>; revocations: number }>();

  function lookUp(key: string, hash: Uint8Array): Promise<Credential | undefined> {
    const underWay = pending.get(key);
    // One that began before a revocation may not know of it.
    if (underWay !== undefined && underWay.revocations === revocations) return underWay.found;
    const found = store.findByHash(hash).finally(() => {
      if (pending.get(key)?.found === found) pending.delete(key);
    });
    pending.set(key, { found, revocations });
    return found;
  }

  async function findByHash(hash: Uint8Array): Promise<Credential | undefined> {
    const key = Buffer.from(hash).toString('base64');
    const now = options.clock.now();
    const entry = entries.get(key);
    if (entry !== undefined && entry.until > now) return entry.credential;
    entries.delete(key);
    const before = revocations;
    const credential = await lookUp(key, hash);
    if (credential === undefined || before !== revocations) return credential;
    if (entries.size >= entriesMax) entries.delete(entries.keys().next().value ?? key);
    entries.set(key, { credential, until: now + options.ttlMs });
    return credential;
  }

  function forget(id: Credential['id']): void {
    revocations += 1;
    for (const [key, entry] of entries) if (entry.credential.id === id) entries.delete(key);
  }

  return {
    findByHash,
    touch: (...arguments_) => store.touch(...arguments_),
    list: (tenantId) => store.list(tenantId),
    create: (...arguments_) => store.create(...arguments_),
    async rotate(tenantId, id, rotation) {
      const rotated = await store.rotate(tenantId, id, rotation);
      forget(id);
      return rotated;
    },
    async revoke(tenantId, id, at) {
      const revoked = await store.revoke(tenantId, id, at);
      forget(id);
      return revoked;
    },
  };
}

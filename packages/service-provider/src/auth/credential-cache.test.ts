import { brandId, type CredentialId, type TenantId } from '@joinery/base';
import { expect, test } from 'vitest';
import type { Credential, CredentialStore } from '../ports.ts';
import { cacheCredentials } from './credential-cache.ts';

const tenantId = brandId<TenantId>('tenant');
const credential: Credential = {
  id: brandId<CredentialId>('credential'),
  tenantId,
  name: 'Entra',
  audience: 'https://scim.example.com/scim/v2',
  scopes: ['scim.read'],
  created: new Date(0),
  expires: new Date(1e12),
  lastUsed: undefined,
  revoked: undefined,
};
const hash = new Uint8Array([1]);

class OneCredential implements CredentialStore {
  asked = 0;
  current: Credential | undefined = credential;
  /** When set, `findByHash` answers what it read before, after this resolves. */
  delay: Promise<void> | undefined;

  async findByHash(): Promise<Credential | undefined> {
    this.asked += 1;
    const found = this.current;
    await this.delay;
    return found;
  }
  touch(): void {}
  list(): Promise<readonly Credential[]> {
    return Promise.resolve([]);
  }
  create(): Promise<Credential> {
    return Promise.resolve(credential);
  }
  rotate(): Promise<Credential | undefined> {
    return Promise.resolve(undefined);
  }
  revoke(_tenantId: TenantId, _id: CredentialId, at: Date): Promise<boolean> {
    this.current = { ...credential, revoked: at };
    return Promise.resolve(true);
  }
}

function aCache() {
  const store = new OneCredential();
  const clock = { current: 0, now: () => clock.current };
  return { store, clock, cache: cacheCredentials(store, { clock, ttlMs: 1_000 }) };
}

test('a found credential is asked for once per time to live', async () => {
  const { store, clock, cache } = aCache();
  await cache.findByHash(hash);
  await cache.findByHash(hash);
  expect(store.asked).toBe(1);
  clock.current = 1_000;
  await cache.findByHash(hash);
  expect(store.asked).toBe(2);
});

test('an unknown token is asked for every time', async () => {
  const { store, cache } = aCache();
  store.current = undefined;
  await cache.findByHash(hash);
  store.current = credential;
  expect(await cache.findByHash(hash)).toBe(credential);
});

test('a revocation works at once, also against a look-up under way', async () => {
  const { store, cache } = aCache();
  const gate = Promise.withResolvers<void>();
  store.delay = gate.promise;
  const early = cache.findByHash(hash);
  await cache.revoke(tenantId, credential.id, new Date(5));
  gate.resolve();
  expect((await early)?.revoked).toBeUndefined();
  expect((await cache.findByHash(hash))?.revoked).toEqual(new Date(5));
});

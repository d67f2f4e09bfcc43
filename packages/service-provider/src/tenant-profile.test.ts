import { brandId, type TenantId } from '@joinery/base';
import { readSchemaExtension } from '@joinery/scim';
import { expect, test } from 'vitest';
import type { TenantSettings } from './ports.ts';
import { cacheTenantSettings } from './tenant-profile.ts';

const tenantId = brandId<TenantId>('018f0000-0000-7000-8000-00000000000a');
const otherId = brandId<TenantId>('018f0000-0000-7000-8000-00000000000b');
const none = { extensions: [], resourceTypes: [], isStrict: false, acceptsUnknownMembers: false };

function aCache() {
  const clock = { current: 0, now: () => clock.current };
  const store = { settings: none as TenantSettings, reads: 0, fails: false };
  const cached = cacheTenantSettings(
    {
      async get() {
        store.reads += 1;
        if (store.fails) throw new Error('the database is away');
        // As a database does: a new object each time.
        return structuredClone(store.settings);
      },
    },
    { clock, ttlMs: 1_000 },
  );
  return { clock, store, cached };
}

test('many requests within the time read once, each tenant for itself', async () => {
  const { cached, store, clock } = aCache();
  await Promise.all(Array.from({ length: 50 }, () => cached.get(tenantId)));
  clock.current = 999;
  await cached.get(tenantId);
  expect(store.reads).toBe(1);
  await cached.get(otherId);
  expect(store.reads).toBe(2);
});

test('what has not changed stays the same object, so that what was made of it is not made again', async () => {
  const { cached, store, clock } = aCache();
  const first = await cached.get(tenantId);
  clock.current = 1_000;
  expect(await cached.get(tenantId)).toBe(first);
  expect(store.reads).toBe(2);
  const definition = { id: 'urn:example:y:Z', name: 'Z', resourceType: 'User', attributes: [{ name: 'a' }] };
  store.settings = { ...none, extensions: [readSchemaExtension(definition, none)] };
  clock.current = 2_000;
  expect((await cached.get(tenantId)).extensions).toHaveLength(1);
});

test('a change in this process counts at once', async () => {
  const { cached, store } = aCache();
  await cached.get(tenantId);
  store.settings = { ...none, isStrict: true };
  expect((await cached.get(tenantId)).isStrict).toBe(false);
  cached.forget(tenantId);
  expect((await cached.get(tenantId)).isStrict).toBe(true);
});

test('a failure is told to who waits, and the next request asks again', async () => {
  const { cached, store } = aCache();
  store.fails = true;
  await expect(Promise.all([cached.get(tenantId), cached.get(tenantId)])).rejects.toThrow('away');
  store.fails = false;
  expect(await cached.get(tenantId)).toEqual(none);
});

import { brandId, type TenantId } from '@joinery/base';
import { expect, test } from 'vitest';
import { TokenBuckets } from './token-bucket.ts';

const one = brandId<TenantId>('one');
const other = brandId<TenantId>('other');

function takeMany(buckets: TokenBuckets, count: number, nowMs: number): number {
  return Array.from({ length: count }, () => buckets.take(one, nowMs)).filter((wait) => wait === 0).length;
}

test('a quiet tenant may burst, then goes at the sustained rate', () => {
  const buckets = new TokenBuckets(() => ({ perSecond: 10, burst: 20 }));
  expect(takeMany(buckets, 50, 0)).toBe(20);
  expect(takeMany(buckets, 50, 1_000)).toBe(10);
  expect(takeMany(buckets, 50, 60_000)).toBe(20);
});

test('the wait is in whole seconds, at least one', () => {
  const buckets = new TokenBuckets(() => ({ perSecond: 0.25, burst: 1 }));
  expect(buckets.take(one, 0)).toBe(0);
  expect(buckets.take(one, 0)).toBe(4);
  expect(buckets.take(one, 3_500)).toBe(1);
});

test('tenants do not share a bucket, and zero is no limit', () => {
  const buckets = new TokenBuckets((tenant) => ({ perSecond: tenant === one ? 1 : 0, burst: 1 }));
  expect(takeMany(buckets, 5, 0)).toBe(1);
  for (let index = 0; index < 5; index++) expect(buckets.take(other, 0)).toBe(0);
});

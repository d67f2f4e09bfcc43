import type { TenantId } from '@joinery/base';

export interface RateLimit {
  /** Sustained requests per second; 0: no limit. */
  readonly perSecond: number;
  /** Requests that may come at once after a quiet time. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

const bucketsMax = 10_000;

/** One token bucket per tenant. It lives in this process: several processes multiply the limit. */
export class TokenBuckets {
  readonly #buckets = new Map<TenantId, Bucket>();
  readonly #limitOf: (tenantId: TenantId) => RateLimit;

  constructor(limitOf: (tenantId: TenantId) => RateLimit) {
    this.#limitOf = limitOf;
  }

  /** Takes one token. Answers 0, or the whole seconds until there is one again. */
  take(tenantId: TenantId, nowMs: number): number {
    const { perSecond, burst } = this.#limitOf(tenantId);
    if (perSecond <= 0) return 0;
    const bucket = this.#filled(tenantId, nowMs, perSecond, Math.max(1, burst));
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
  }

  #filled(tenantId: TenantId, nowMs: number, perSecond: number, burst: number): Bucket {
    const bucket = this.#buckets.get(tenantId);
    if (bucket === undefined) {
      // Forgetting a bucket only ever gives a tenant more.
      if (this.#buckets.size >= bucketsMax) this.#buckets.delete(this.#buckets.keys().next().value ?? tenantId);
      const fresh = { tokens: burst, filledAt: nowMs };
      this.#buckets.set(tenantId, fresh);
      return fresh;
    }
    const elapsedMs = Math.max(0, nowMs - bucket.filledAt);
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs * perSecond) / 1000);
    bucket.filledAt = nowMs;
    return bucket;
  }
}

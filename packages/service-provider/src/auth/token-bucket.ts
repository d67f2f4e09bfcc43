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

  /**
   * Takes as many tokens as requests, at most the whole burst. Answers 0, or takes none and answers the whole seconds until
   * there are so many.
   */
  take(tenantId: TenantId, nowMs: number, requests = 1): number {
    const { perSecond, burst } = this.#limitOf(tenantId);
    if (perSecond <= 0) return 0;
    const size = Math.max(1, burst);
    const bucket = this.#filled(tenantId, nowMs, perSecond, size);
    const cost = Math.min(size, requests);
    if (bucket.tokens >= cost) {
      bucket.tokens -= cost;
      return 0;
    }
    return Math.max(1, Math.ceil((cost - bucket.tokens) / perSecond));
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

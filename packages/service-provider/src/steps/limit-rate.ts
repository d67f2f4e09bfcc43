import { tooManyRequests } from '@joinery/scim';
import { credentialOf, type Exchange, type Step } from '../exchange.ts';

/** Takes so many requests from the tenant's token bucket. Throws 429 with `Retry-After` when they are not there. */
export function chargeRate(exchange: Exchange, requests: number): void {
  if (requests <= 0) return;
  const { buckets, options } = exchange.provider;
  const retryAfterSeconds = buckets.take(credentialOf(exchange).tenantId, options.clock.now(), requests);
  if (retryAfterSeconds === 0) return;
  const detail = `The tenant's request limit is reached; try again in ${retryAfterSeconds} s.`;
  throw tooManyRequests({ detail, retryAfterSeconds });
}

/** 429 with `Retry-After` when the tenant's token bucket is empty. */
export const limitRate: Step = (exchange) => {
  chargeRate(exchange, 1);
  return undefined;
};

import { tooManyRequests } from '@joinery/scim';
import { credentialOf, type Step } from '../exchange.ts';

/** 429 with `Retry-After` when the tenant's token bucket is empty. */
export const limitRate: Step = (exchange) => {
  const { provider } = exchange;
  const retryAfterSeconds = provider.buckets.take(credentialOf(exchange).tenantId, provider.options.clock.now());
  if (retryAfterSeconds === 0) return undefined;
  const detail = `The tenant's request limit is reached; try again in ${retryAfterSeconds} s.`;
  throw tooManyRequests({ detail, retryAfterSeconds });
};

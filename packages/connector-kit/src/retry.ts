import type { Clock } from '@joinery/base';
import type { ConnectorError } from './errors.ts';
import type { RateControl } from './rate-control.ts';

/**
 * Why one attempt is worth repeating: `throttled` 429, `unavailable` 503, `unreachable` the connection failed in a way
 * that makes a repetition safe.
 */
export type RetryReason = 'throttled' | 'unavailable' | 'unreachable';

export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'again';
      readonly reason: RetryReason;
      /** What the target asked for (`Retry-After`), in milliseconds. */
      readonly retryAfterMs: number | undefined;
      /** Thrown when the attempts are used up. */
      readonly error: ConnectorError;
    };

export interface RetryOptions {
  readonly rateControl: RateControl;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Attempts in all, the first included, by the reason of the last failure. */
  readonly attemptsMax: Readonly<Record<RetryReason, number>>;
  /** Longest time that one `Retry-After` is waited for. */
  readonly retryAfterMaxMs: number;
  /** Ends the waiting between attempts; the wait rejects with its reason. */
  readonly signal: AbortSignal;
}

const backoffBaseMs = 500;
const backoffMaxMs = 30_000;

/**
 * `Retry-After` as milliseconds from now, RFC 9110 §10.2.3: seconds or an HTTP date. Undefined when absent or unreadable,
 * 0 for a date in the past.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/[A-Za-z]/.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** Exponential back-off with jitter: between half and all of 0.5 s × 2^(attempt − 1), at most 30 s. `attempt` from 1. */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(backoffMaxMs, backoffBaseMs * 2 ** (attempt - 1));
  return Math.round((ceiling * (1 + random())) / 2);
}

/**
 * Runs attempts, each under the rate control, until one is done or the attempts of its reason are used up. A `throttled`
 * attempt, and an `unavailable` one with `Retry-After`, pause every request of the target; other failures wait alone.
 */
export async function runWithRetries<T>(attempt: () => Promise<Attempt<T>>, options: RetryOptions): Promise<T> {
  for (let count = 1; ; count += 1) {
    const outcome = await options.rateControl.run(async (permit) => {
      const result = await attempt();
      if (result.kind === 'done') {
        permit.succeeded();
        return { value: result.value };
      }
      const asked =
        result.retryAfterMs === undefined ? undefined : Math.min(result.retryAfterMs, options.retryAfterMaxMs);
      const waitMs = asked ?? backoffMs(count, options.random);
      if (result.reason === 'throttled') permit.throttled(waitMs);
      else if (asked !== undefined) permit.pause(waitMs);
      const waitsAlone = result.reason !== 'throttled' && asked === undefined;
      return { failure: result, waitMs: waitsAlone ? waitMs : 0 };
    });
    if ('value' in outcome) return outcome.value;
    if (count >= options.attemptsMax[outcome.failure.reason]) throw outcome.failure.error;
    if (outcome.waitMs > 0) await options.clock.sleep(outcome.waitMs, options.signal);
  }
}

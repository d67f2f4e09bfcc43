import type { Escrow, EscrowWrite, FailureText } from '../cycle/ports.ts';

export const escrowLifetimeMs = 28 * 24 * 3_600_000;
const delayMaxMs = 24 * 3_600_000;

/**
 * When a failed object is tried again: at the next cycle, then after twice the interval, four times, … up to 24 hours.
 * `attempts` counts the failures so far, this one included.
 */
export function nextAttemptDelayMs(attempts: number, intervalSeconds: number): number {
  if (attempts <= 1) return 0;
  return Math.min(delayMaxMs, intervalSeconds * 1_000 * 2 ** Math.min(attempts - 1, 30));
}

/** The escrow that a failure leaves behind. */
export function escrowAfterFailure(
  failed: Pick<EscrowWrite, 'kind' | 'sourceId' | 'displayName' | 'attribute'>,
  error: FailureText,
  previous: Escrow | undefined,
  now: number,
  intervalSeconds: number,
): EscrowWrite {
  const attempts = (previous?.attempts ?? 0) + 1;
  return {
    ...failed,
    error,
    attempts,
    firstFailed: previous?.firstFailed ?? new Date(now),
    nextAttempt: new Date(now + nextAttemptDelayMs(attempts, intervalSeconds)),
  };
}

export * from './ports.ts';
export { currentRecorder, recordExchanges } from './exchanges.ts';
export { createRateControl, type Permit, type RateControl, type RateControlOptions } from './rate-control.ts';
export {
  backoffMs,
  parseRetryAfter,
  runWithRetries,
  type Attempt,
  type RetryOptions,
  type RetryReason,
} from './retry.ts';

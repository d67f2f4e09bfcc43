export * from './ports.ts';
export {
  currentBulkRecorders,
  currentRecorder,
  recordBulkExchanges,
  recordExchanges,
  type BulkRecorders,
} from './exchanges.ts';
export { createRateControl, type Permit, type RateControl, type RateControlOptions } from './rate-control.ts';
export {
  backoffMs,
  parseRetryAfter,
  runWithRetries,
  type Attempt,
  type RetryOptions,
  type RetryReason,
} from './retry.ts';
export { assertWanted, isWithdrawn, sendWhile, withdrawnError } from './withdrawal.ts';

import { JoineryError } from '@joinery/base';

/**
 * An error of the database or of the embedded server. Codes: `store.unavailable`, `store.timeout`, `store.authentication_failed`,
 * `store.database_missing`, `store.in_use`, `store.start_failed`, `store.no_embedded_server`,
 * `store.not_accessible`, `store.version_unsupported`, `store.migration_changed`, `store.newer_database`,
 * `store.wrong_database`, `store.migration_failed`.
 */
export class StoreError extends JoineryError {}

interface DriverError {
  readonly code?: unknown;
  readonly message?: unknown;
}

/** SQLSTATE of an error that PostgreSQL answered, else undefined. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as DriverError | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
]);
// pg reports a lost or slow connection by message only; there is no code to go by.
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (was closed|has encountered)|Connection ended|timeout expired)/;

/** 57P0x: shutdown, crash or start-up in progress; 0800x: connection; 53300: too many connections. */
function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return /^(57P0[1-3]|0800[0-6]|53300)$/.test(state);
  const { code, message } = (error ?? {}) as DriverError;
  if (typeof code === 'string' && networkCodes.has(code)) return true;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  return typeof message === 'string' && lostConnection.test(message);
}

/** Turns a failure to reach or enter the database into a `StoreError`; every other error is returned as it is. */
export function translateError(error: unknown, place: string): unknown {
  if (error instanceof JoineryError) return error;
  const state = sqlState(error);
  if (state === '28P01' || state === '28000') {
    return new StoreError({
      code: 'store.authentication_failed',
      message: `The database at ${place} refused the user or password; check the user and password of the database URL.`,
      retry: 'after-change',
      cause: error,
    });
  }
  if (state === '3D000') {
    return new StoreError({
      code: 'store.database_missing',
      message: `The database at ${place} does not exist; create it or correct the database URL.`,
      retry: 'after-change',
      cause: error,
    });
  }
  // Of all that cancels a statement only statement_timeout and lock_timeout are in use.
  if (state === '57014' || state === '55P03') {
    return new StoreError({
      code: 'store.timeout',
      message: `A statement at ${place} took longer than allowed and was given up; try again later, or ask for less at once.`,
      retry: 'later',
      cause: error,
    });
  }
  if (!isUnavailable(error)) return error;
  return new StoreError({
    code: 'store.unavailable',
    message: `The database at ${place} cannot be reached; check that it runs and accepts connections.`,
    retry: 'later',
    cause: error,
  });
}

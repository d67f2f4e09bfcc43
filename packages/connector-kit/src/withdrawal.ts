import { AsyncLocalStorage } from 'node:async_hooks';
import { ConnectorError } from './errors.ts';

// Like the recorder of exchanges: a request waits for limits, pauses and retries, and may not be wanted any more when its turn comes.
const checks = new AsyncLocalStorage<() => boolean>();

/**
 * Whatever a target sends for this work, retries included, is sent only while `isWanted`: the request that is not rejects with
 * an error for which `isWithdrawn` holds. What was sent before may have been carried out.
 */
export function sendWhile<T>(isWanted: () => boolean, work: () => Promise<T>): Promise<T> {
  return checks.run(isWanted, work);
}

/** For connectors, right before each request is sent. Throws when it is not wanted any more. */
export function assertWanted(): void {
  if (!(checks.getStore()?.() ?? true)) throw withdrawnError();
}

export function withdrawnError(): ConnectorError {
  return new ConnectorError({
    code: 'connector.withdrawn',
    message: 'The request was not sent: what it belongs to has ended while it waited for its turn.',
    scope: 'object',
    logCode: 'InternalError',
    retry: 'later',
  });
}

export function isWithdrawn(error: unknown): boolean {
  return error instanceof ConnectorError && error.code === 'connector.withdrawn';
}

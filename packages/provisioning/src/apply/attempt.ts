import { ConnectorError, isWithdrawn, sendWhile } from '@joinery/connector-kit';
import type { JobContext } from '../cycle/context.ts';
import type { FailureText } from '../cycle/ports.ts';

export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: FailureText; readonly cause: ConnectorError }
  /** The cycle has met a failure that concerns every object, or the lease is lost: nothing was sent, or not all that was to be. */
  | { readonly kind: 'stopped' };

/** The work of one page may stop before its end: its lease is lost, or the job has failed. */
export interface PageControl {
  readonly isLost: () => boolean;
  /** Its requests are sent before those of other pages. */
  readonly isUrgent?: boolean;
}

/** Too many requests, or no time for them: RFC 6585 §4, RFC 9110 §15.6.4. */
export function isOverload(error: ConnectorError): boolean {
  return error.status === 429 || error.status === 503;
}

export function failureText(error: ConnectorError): FailureText {
  return {
    code: error.logCode,
    message: error.message,
    isOfJob: error.scope === 'job',
    isOverload: isOverload(error),
    isRefused: isRefused(error),
  };
}

/** A refusal says that nothing was carried out; a conflict may come from an earlier delivery of the same request. */
function isRefused({ status }: ConnectorError): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409;
}

/** Whether what this work has waiting is to be sent still. */
export function wantedBy(context: JobContext, control: PageControl): () => boolean {
  return () => context.failure === undefined && !control.isLost();
}

/**
 * Sends through the job's limit. A failure of the object is an outcome; one of the whole job is kept in the context,
 * for the first object that meets it, and stops everybody after it.
 */
export async function attempt<T>(
  context: JobContext,
  control: PageControl,
  send: () => Promise<T>,
): Promise<Attempt<T>> {
  const isWanted = wantedBy(context, control);
  return context.limiter.run(async () => {
    if (!isWanted()) return { kind: 'stopped' };
    try {
      return { kind: 'done', value: await sendWhile(isWanted, send) };
    } catch (error) {
      if (isWithdrawn(error)) return { kind: 'stopped' };
      if (!(error instanceof ConnectorError)) throw error;
      if (error.scope === 'job') context.failure ??= error;
      return { kind: 'failed', error: failureText(error), cause: error };
    }
  }, control.isUrgent);
}

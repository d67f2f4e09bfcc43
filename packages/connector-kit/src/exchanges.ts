import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExchangeRecorder } from './ports.ts';

// A request passes limits, rate control, retries and bulk queues on its way: the recorder follows the call through them,
// where a parameter would have to go through every method of every port.
const recorders = new AsyncLocalStorage<ExchangeRecorder>();

/** Whatever a target sends for this work, retries included, is shown to the recorder. */
export function recordExchanges<T>(recorder: ExchangeRecorder, work: () => Promise<T>): Promise<T> {
  return recorders.run(recorder, work);
}

/** For connectors: who wants to see the request that is being sent now; undefined: nobody, and nothing needs to be put together. */
export function currentRecorder(): ExchangeRecorder | undefined {
  return recorders.getStore();
}

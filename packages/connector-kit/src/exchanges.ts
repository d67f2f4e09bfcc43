import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExchangeRecorder } from './ports.ts';

// A request passes limits, rate control, retries and bulk queues on its way: the recorder follows the call through them,
// where a parameter would have to go through every method of every port.
const recorders = new AsyncLocalStorage<ExchangeRecorder | BulkRecorders>();

/** For each operation of a bulk, in their order, who wants to see what is sent for it; undefined: nobody. */
export type BulkRecorders = readonly (ExchangeRecorder | undefined)[];

/** Whatever a target sends for this work, retries included, is shown to the recorder. */
export function recordExchanges<T>(recorder: ExchangeRecorder, work: () => Promise<T>): Promise<T> {
  return recorders.run(recorder, work);
}

/** For connectors: who wants to see the request that is being sent now; undefined: nobody, and nothing needs to be put together. */
export function currentRecorder(): ExchangeRecorder | undefined {
  const current = recorders.getStore();
  return typeof current === 'function' ? current : undefined;
}

/** Like `recordExchanges` for a `Target.bulk`: each recorder is shown what was sent for its operation, and nothing of the others. */
export function recordBulkExchanges<T>(each: BulkRecorders, work: () => Promise<T>): Promise<T> {
  return recorders.run(each, work);
}

/** For connectors: the recorders of the bulk that is being sent now; undefined outside of one. */
export function currentBulkRecorders(): BulkRecorders | undefined {
  const current = recorders.getStore();
  return typeof current === 'function' ? undefined : current;
}

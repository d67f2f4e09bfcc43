import { engineDefaults } from '../cycle/settings.ts';
import type { ComparisonWork } from './ports.ts';
import { runComparison, type DriftPorts } from './run-comparison.ts';

export interface DriftWorkerOptions {
  /** Names this worker in leases; new for each process. */
  readonly workerId: string;
  readonly leaseMs?: number;
  /** Longest time without a look at what is due. Default 30 seconds. */
  readonly pollMs?: number;
  /** An unexpected error: the worker goes on. */
  readonly onError?: (error: unknown, jobId: string) => void;
}

export interface DriftWorker {
  /** Works until aborted; the page in hand is finished first. */
  run(signal: AbortSignal): Promise<void>;
}

const errorPauseMs = 1_000;
const workMax = 2;

/** Runs comparisons and the actions on what they found, two at a time, beside the cycles and other workers. */
export function createDriftWorker(ports: DriftPorts, options: DriftWorkerOptions): DriftWorker {
  const { clock, comparisons } = ports;
  const leaseMs = options.leaseMs ?? engineDefaults.leaseMs;
  const pollMs = options.pollMs ?? 30_000;

  async function workOn(work: ComparisonWork, since: number, signal: AbortSignal): Promise<void> {
    try {
      await runComparison(ports, work, { leaseMs, since, signal });
    } catch (error) {
      options.onError?.(error, work.comparison.jobId);
      await clock.sleep(errorPauseMs, signal).catch(() => {});
    }
  }

  return {
    async run(signal) {
      const running = new Set<Promise<void>>();
      let wake: (() => void) | undefined;
      let isAwake = true;
      const rouse = (): void => {
        isAwake = true;
        wake?.();
      };
      const unsubscribe = await comparisons.subscribe(rouse);
      signal.addEventListener('abort', rouse);
      try {
        while (!signal.aborted) {
          isAwake = false;
          try {
            await comparisons.startDue(new Date(clock.now()), ports.newId);
            while (running.size < workMax) {
              const since = clock.now();
              const work = await comparisons.take(`${options.workerId}/${ports.newId()}`, leaseMs);
              if (work === undefined) break;
              const tracked: Promise<void> = workOn(work, since, signal).finally(() => {
                running.delete(tracked);
                rouse();
              });
              running.add(tracked);
            }
          } catch (error) {
            options.onError?.(error, '');
          }
          if (isAwake) continue;
          const ended = new AbortController();
          const called = new Promise<void>((resolve) => (wake = resolve));
          await Promise.race([clock.sleep(pollMs, ended.signal).catch(() => {}), called]);
          ended.abort();
        }
      } finally {
        signal.removeEventListener('abort', rouse);
        await Promise.all(running);
        await unsubscribe();
      }
    },
  };
}

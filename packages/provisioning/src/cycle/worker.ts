import type { Clock } from '@joinery/base';
import { probeJob } from '../apply/probe.ts';
import type { EnginePorts } from '../ports.ts';
import type { DueJob } from './ports.ts';
import { continueCycle, cyclePlan } from './run-cycle.ts';
import { engineDefaults } from './settings.ts';

export interface WorkerOptions {
  /** Names this worker in leases; new for each process. */
  readonly workerId: string;
  /** Jobs worked on at the same time. Default 8. */
  readonly jobsMax?: number;
  readonly pageSize?: number;
  readonly groupPageSize?: number;
  readonly leaseMs?: number;
  /** Time after a change of the directory in which further changes join the same cycle. Default 250 ms. */
  readonly debounceMs?: number;
  /** Longest time without a look at what is due. Default 5 seconds. */
  readonly pollMs?: number;
  /** An unexpected error in one job: the worker goes on. */
  readonly onError?: (error: unknown, jobId: string) => void;
}

export interface Worker {
  /** Works until aborted; the pages in hand are finished first. */
  run(signal: AbortSignal): Promise<void>;
}

const maintenanceMs = 3_600_000;
const errorPauseMs = 1_000;

/** A signal that many may wait for and anyone may give; one given while nobody waits is kept. */
function createWaking(clock: Clock): { wake(): void; wait(ms: number, signal: AbortSignal): Promise<void> } {
  let isAwake = false;
  let waiting: (() => void) | undefined;
  return {
    wake() {
      isAwake = true;
      waiting?.();
    },
    async wait(ms, signal) {
      if (!isAwake && !signal.aborted) {
        const ended = new AbortController();
        await Promise.race([
          clock.sleep(ms, AbortSignal.any([signal, ended.signal])).catch(() => {}),
          new Promise<void>((resolve) => (waiting = resolve)),
        ]);
        ended.abort();
      }
      waiting = undefined;
      isAwake = false;
    },
  };
}

/** Takes due jobs of all applications, several at once, and runs their cycles together with other workers. */
export function createWorker(ports: EnginePorts, options: WorkerOptions): Worker {
  const { clock, cycles } = ports;
  const jobsMax = options.jobsMax ?? 8;
  const sizes = {
    pageSize: options.pageSize ?? engineDefaults.pageSize,
    groupPageSize: options.groupPageSize ?? engineDefaults.groupPageSize,
  };
  const leaseMs = options.leaseMs ?? engineDefaults.leaseMs;
  const pollMs = options.pollMs ?? 5_000;

  async function runJob(due: DueJob, signal: AbortSignal): Promise<void> {
    const job = await ports.jobs.get(due.jobId);
    if (job === undefined) return;
    await cycles.heartbeat([due.jobId], new Date(clock.now()));
    if (due.why === 'probe') return probeJob(ports, job);
    const trigger = due.why === 'change' ? 'change' : 'schedule';
    const cycle =
      (due.why === 'running' ? await cycles.running(job.id) : undefined) ??
      (await cycles.begin(job, cyclePlan(ports, job, trigger, { ...sizes, retryAllEscrows: false })));
    if (cycle === undefined) return;
    await continueCycle(ports, cycle, {
      ...sizes,
      workerId: options.workerId,
      leaseMs,
      busyPollMs: engineDefaults.busyPollMs,
      absorb: job.settings.onChange
        ? {
            plan: cyclePlan(ports, cycle.job, 'change', { ...sizes, retryAllEscrows: false }),
            everyMs: engineDefaults.absorbMs,
          }
        : undefined,
      signal,
    });
  }

  return {
    async run(signal) {
      const waking = createWaking(clock);
      const wake = (): void => waking.wake();
      const running = new Map<string, Promise<void>>();
      let hasChanged = false;
      let maintainedAt = -Infinity;
      const unsubscribe = await Promise.all([
        cycles.subscribe(wake),
        ports.feed.subscribe(() => {
          hasChanged = true;
          wake();
        }),
      ]);
      signal.addEventListener('abort', wake);
      const start = (due: DueJob): void => {
        const work = runJob(due, signal)
          .catch(async (error: unknown) => {
            options.onError?.(error, due.jobId);
            await clock.sleep(errorPauseMs, signal).catch(() => {});
          })
          .finally(() => {
            running.delete(due.jobId);
            wake();
          });
        running.set(due.jobId, work);
      };
      try {
        while (!signal.aborted) {
          if (hasChanged) {
            await clock.sleep(options.debounceMs ?? 250, signal).catch(() => {});
            hasChanged = false;
          }
          const now = clock.now();
          try {
            if (now - maintainedAt >= maintenanceMs) {
              await cycles.maintain(new Date(now));
              maintainedAt = now;
            }
            const free = jobsMax - running.size;
            const due = free > 0 ? await cycles.due(new Date(now), jobsMax + running.size) : [];
            for (const job of due.filter((one) => !running.has(one.jobId)).slice(0, free)) start(job);
          } catch (error) {
            options.onError?.(error, '');
          }
          await waking.wait(Math.max(50, Math.min(pollMs, await untilNextDue(ports, now, pollMs))), signal);
        }
      } finally {
        signal.removeEventListener('abort', wake);
        await Promise.all(running.values());
        await Promise.all(unsubscribe.map((end) => end()));
      }
    },
  };
}

async function untilNextDue(ports: EnginePorts, now: number, pollMs: number): Promise<number> {
  const next = await ports.cycles.nextDueAt().catch(() => undefined);
  // What is due already and not taken belongs to another worker, or waits for a free place.
  const remaining = next === undefined ? pollMs : next.getTime() - now;
  return remaining <= 0 ? pollMs : remaining;
}

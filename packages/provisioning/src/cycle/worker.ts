import type { Clock } from '@joinery/base';
import { probeJob } from '../apply/probe.ts';
import type { EnginePorts } from '../ports.ts';
import type { Job } from '../job/job.ts';
import type { CyclePlan, DueJob, RunningCycle } from './ports.ts';
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
  /** How often the workers of a cycle look how many they are, to share the job's limits. Default 1 second. */
  readonly shareMs?: number;
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

  const plan = (job: Job, trigger: CyclePlan['trigger']): CyclePlan =>
    cyclePlan(ports, job, trigger, { ...sizes, retryAllEscrows: false });

  /** The running cycle, or a new one for the reason that the job is due for. */
  async function openCycle(due: DueJob): Promise<RunningCycle | undefined> {
    const running = due.why === 'running' ? await cycles.running(due.jobId) : undefined;
    if (running !== undefined) return running;
    if (due.why === 'preview') {
      const copy = await ports.previews.prepare(due.jobId);
      return copy && cycles.begin(copy, plan(copy, 'forced'));
    }
    const job = await ports.jobs.get(due.jobId);
    if (job === undefined) return undefined;
    if (due.why === 'apply') return ports.previews.beginApply(job, plan(job, 'forced'));
    return cycles.begin(job, plan(job, due.why === 'change' ? 'change' : 'schedule'));
  }

  async function runJob(due: DueJob, signal: AbortSignal): Promise<void> {
    await cycles.heartbeat([due.jobId], new Date(clock.now()));
    if (due.why === 'probe') {
      const job = await ports.jobs.get(due.jobId);
      return job && probeJob(ports, job);
    }
    const cycle = await openCycle(due);
    if (cycle === undefined) return;
    try {
      await continueCycle(ports, cycle, {
        ...sizes,
        workerId: options.workerId,
        leaseMs,
        busyPollMs: engineDefaults.busyPollMs,
        shareEveryMs: options.shareMs ?? engineDefaults.shareMs,
        absorb:
          cycle.job.settings.onChange && cycle.preview === undefined
            ? { plan: plan(cycle.job, 'change'), everyMs: engineDefaults.absorbMs }
            : undefined,
        signal,
      });
    } catch (error) {
      // A preview that was deleted while it was made has lost the ground under its pages.
      if (cycle.preview?.mode !== 'plan' || (await ports.previews.get(cycle.preview.id)) !== undefined) throw error;
    }
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

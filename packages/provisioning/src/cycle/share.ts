// The limits of a job hold over all processes that work on it: each takes its part, by how many there are.
import type { JobSettings } from '../job/job.ts';
import type { JobContext } from './context.ts';
import type { Attendance } from './ports.ts';

export interface ShareOptions {
  readonly workerId: string;
  readonly everyMs: number;
  readonly signal: AbortSignal | undefined;
}

type Limits = Pick<JobSettings, 'concurrency' | 'requestsPerSecond'>;

/** Undefined: there are more workers than requests that may be in flight, and this one joined too late. */
export function shareOf(settings: Limits, { workers, rank }: Attendance): Limits | undefined {
  const sharers = Math.min(workers, settings.concurrency);
  if (rank >= sharers) return undefined;
  const whole = Math.floor(settings.concurrency / sharers);
  return {
    concurrency: whole + (rank < settings.concurrency % sharers ? 1 : 0),
    requestsPerSecond: settings.requestsPerSecond === undefined ? undefined : settings.requestsPerSecond / sharers,
  };
}

/** A worker's part in the limits of a job, kept up to date while it works. */
export interface Share {
  /** Until this worker may send at all: the others have made room. False: it is to stop. */
  ready(): Promise<boolean>;
  end(): Promise<void>;
}

/** The pause that a target asked this process for holds for the others too, and theirs for it. */
export function openShare(context: JobContext, options: ShareOptions): Share {
  const { clock, cycles } = context.ports;
  const { settings, id } = context.job;
  const { workerId, everyMs } = options;
  const { rate } = context.target;
  const ended = new AbortController();
  const signal = options.signal === undefined ? ended.signal : AbortSignal.any([ended.signal, options.signal]);
  let keeping: Promise<void> | undefined;

  async function checkIn(): Promise<{ readonly attendance: Attendance; readonly limits: Limits | undefined }> {
    const own = rate !== undefined && rate.pausedUntil > clock.now() ? new Date(rate.pausedUntil) : undefined;
    const attendance = await cycles.checkIn(id, { workerId, everyMs, pausedUntil: own });
    const limits = shareOf(settings, attendance);
    // Whoever has lost its part to others finishes what it has in hand, one request at a time.
    rate?.adjust(limits ?? { ...settings, concurrency: 1 });
    if (attendance.pausedUntil !== undefined) rate?.pauseUntil(attendance.pausedUntil.getTime());
    return { attendance, limits };
  }

  const wait = (ms: number): Promise<void> => clock.sleep(ms, signal).catch(() => {});

  async function keep(): Promise<void> {
    while (!signal.aborted) {
      await wait(everyMs);
      // A database that can't be reached is met by the work itself; the part stays as it was.
      if (!signal.aborted) await checkIn().catch(() => {});
    }
  }

  return {
    async ready() {
      // Twice: of two that come at the same moment neither sees the other the first time.
      await checkIn();
      const first = await checkIn();
      let { limits } = first;
      // Those who were here learn of this worker at their next look, and what they have in flight ends.
      if (first.attendance.rank > 0) await wait(everyMs * 1.5);
      while (limits === undefined && !signal.aborted) {
        await wait(everyMs);
        if ((await cycles.running(id))?.id !== context.cycleId) return false;
        ({ limits } = await checkIn());
      }
      if (signal.aborted) return false;
      keeping = keep();
      return true;
    },
    async end() {
      ended.abort();
      await keeping;
      await cycles.checkOut(id, workerId).catch(() => {});
    },
  };
}

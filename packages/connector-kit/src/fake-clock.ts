import type { Clock } from '@joinery/base';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves the time on, waking sleepers in order; what they do next happens before the next one wakes. */
  advance(ms: number): Promise<void>;
  /** Resolves as soon as somebody sleeps for exactly this long. */
  sleeping(ms: number): Promise<void>;
}

interface Sleeper {
  readonly due: number;
  readonly ms: number;
  readonly wake: () => void;
}

export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let now = startMs;
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<{ readonly ms: number; readonly resolve: () => void }>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  function nextDue(until: number): Sleeper | undefined {
    const due = [...sleepers].filter((sleeper) => sleeper.due <= until);
    return due.toSorted((left, right) => left.due - right.due)[0];
  }

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const abort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        const sleeper: Sleeper = { due: now + ms, ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
        for (const watcher of watchers) {
          if (watcher.ms !== ms) continue;
          watchers.delete(watcher);
          watcher.resolve();
        }
      }),
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let sleeper = nextDue(until); sleeper !== undefined; sleeper = nextDue(until)) {
        now = Math.max(now, sleeper.due);
        sleeper.wake();
        await settle();
      }
      now = until;
    },
    sleeping: (ms) =>
      new Promise((resolve) => {
        if ([...sleepers].some((sleeper) => sleeper.ms === ms)) return resolve();
        watchers.add({ ms, resolve });
      }),
  };
}

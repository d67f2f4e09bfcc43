import { assert, type Clock } from '@joinery/base';

export interface RateControlOptions {
  /** Requests in flight at most; the adaptive limit never exceeds it. */
  readonly concurrency: number;
  /** Requests started in a second at most; undefined: no such limit. */
  readonly requestsPerSecond?: number | undefined;
  readonly clock: Clock;
}

/** What a running request tells the rate control about the target's answer. */
export interface Permit {
  /** The target is overloaded (429): nothing starts for `pauseMs`, and concurrency halves. */
  throttled(pauseMs: number): void;
  /** The target asked for a pause (503 with `Retry-After`): nothing starts for `pauseMs`. */
  pause(pauseMs: number): void;
  /** An ordinary answer: concurrency recovers by one after enough of these. */
  succeeded(): void;
}

export interface RateControl {
  /** Runs the request when its turn comes, first come first served. Rejects with the reason of `close` when closed. */
  run<T>(request: (permit: Permit) => Promise<T>): Promise<T>;
  /** The present limit of requests in flight, between 1 and the configured concurrency. */
  readonly limit: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** Requests that wait are rejected with the reason; running ones end by themselves. */
  close(reason: Error): void;
}

/** Ordinary answers, in multiples of the present limit, before the limit grows by one again. */
const recoveryWindows = 10;
/** Requests may start this much ahead of an even spacing, because timers are coarse. */
const spacingSlackMs = 20;

interface Waiter {
  start(): void;
  reject(reason: Error): void;
}

/**
 * One target's rate control: concurrency, requests per second, and pauses that the target asked for.
 *
 * States: requests wait in one queue (first in, first out) and start when three conditions hold: fewer than `limit` in flight,
 * no pause, and the spacing of `requestsPerSecond` (a virtual schedule, GCRA) reached. 429 halves `limit`, once per
 * generation: answers to requests that started before the last halving don't halve again. `10 × limit` ordinary answers
 * in a row raise it by one. Each start costs constant time.
 */
export function createRateControl(options: RateControlOptions): RateControl {
  assert(options.concurrency >= 1, 'concurrency is at least 1');
  const { clock } = options;
  const intervalMs = options.requestsPerSecond === undefined ? 0 : 1000 / options.requestsPerSecond;
  const slackMs = intervalMs >= spacingSlackMs ? 0 : spacingSlackMs;
  const queue = createQueue<Waiter>();
  let limit = Math.floor(options.concurrency);
  let inFlight = 0;
  let generation = 0;
  let successes = 0;
  let pausedUntil = 0;
  let nextSlot = 0;
  let timer: AbortController | undefined;
  let closedWith: Error | undefined;

  function startWaiting(): void {
    while (queue.size > 0 && inFlight < limit) {
      const now = clock.now();
      const waitMs = Math.max(pausedUntil, intervalMs === 0 ? 0 : nextSlot - slackMs) - now;
      if (waitMs > 0) return wakeAfter(waitMs);
      if (intervalMs > 0) nextSlot = Math.max(now, nextSlot) + intervalMs;
      inFlight += 1;
      queue.shift()?.start();
    }
  }

  function wakeAfter(ms: number): void {
    if (timer !== undefined) return;
    const own = new AbortController();
    timer = own;
    clock.sleep(ms, own.signal).then(
      () => {
        timer = undefined;
        startWaiting();
      },
      // Only `close` aborts the timer, and it has rejected every waiter already.
      () => undefined,
    );
  }

  function pause(pauseMs: number): void {
    pausedUntil = Math.max(pausedUntil, clock.now() + pauseMs);
  }

  function permitOf(ownGeneration: number): Permit {
    return {
      pause,
      throttled(pauseMs) {
        pause(pauseMs);
        successes = 0;
        if (ownGeneration !== generation) return;
        generation += 1;
        limit = Math.max(1, Math.floor(limit / 2));
      },
      succeeded() {
        if (limit >= options.concurrency || ownGeneration !== generation) return;
        successes += 1;
        if (successes < recoveryWindows * limit) return;
        successes = 0;
        limit = Math.min(Math.floor(options.concurrency), limit + 1);
      },
    };
  }

  return {
    async run(request) {
      if (closedWith !== undefined) throw closedWith;
      await new Promise<void>((resolve, reject) => {
        queue.push({ start: resolve, reject });
        startWaiting();
      });
      try {
        return await request(permitOf(generation));
      } finally {
        inFlight -= 1;
        startWaiting();
      }
    },
    close(reason) {
      closedWith = reason;
      timer?.abort(reason);
      timer = undefined;
      for (let waiter = queue.shift(); waiter !== undefined; waiter = queue.shift()) waiter.reject(reason);
    },
    get limit() {
      return limit;
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return queue.size;
    },
  };
}

/** First in, first out, in constant time: two arrays, one being filled and one being emptied. */
function createQueue<T>() {
  let incoming: T[] = [];
  let outgoing: T[] = [];
  return {
    push(element: T): void {
      incoming.push(element);
    },
    shift(): T | undefined {
      if (outgoing.length === 0) {
        outgoing = incoming.reverse();
        incoming = [];
      }
      return outgoing.pop();
    },
    get size(): number {
      return incoming.length + outgoing.length;
    },
  };
}

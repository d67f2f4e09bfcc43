import { assert, type Clock } from '@joinery/base';
import type { TargetRate } from './ports.ts';

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
  /** An ordinary answer: concurrency recovers by one after enough of these, and shrinks by one when they have become slow. */
  succeeded(): void;
}

export interface RateControl extends TargetRate {
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
/** Answers have become slow when they take this many times what they took at best, and this long. */
const slowFactor = 4;
const slowMs = 1_000;
/** Weight of the newest answer in the present time of answers. */
const latencyWeight = 0.1;
/** What answers take at best rises by this much with each one, so that a target that has become slower for good is believed. */
const bestDrift = 1.001;
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
 * in a row raise it by one. Answers that take 4 times as long as at best, and over a second, lower it by one per `limit` of
 * them: more at once would only wait longer in the target. Each start costs constant time.
 */
export function createRateControl(options: RateControlOptions): RateControl {
  assert(options.concurrency >= 1, 'concurrency is at least 1');
  const { clock } = options;
  let concurrency = Math.floor(options.concurrency);
  let intervalMs = intervalOf(options.requestsPerSecond);
  const queue = createQueue<Waiter>();
  let limit = concurrency;
  const latency = createLatency();
  let inFlight = 0;
  let generation = 0;
  let successes = 0;
  let slowAnswers = 0;
  let pausedUntil = 0;
  let nextSlot = 0;
  let timer: AbortController | undefined;
  let closedWith: Error | undefined;

  function startWaiting(): void {
    while (queue.size > 0 && inFlight < limit) {
      const now = clock.now();
      const slackMs = intervalMs >= spacingSlackMs ? 0 : spacingSlackMs;
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
    const startedAt = clock.now();
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
        const isSlow = latency.note(clock.now() - startedAt);
        if (ownGeneration !== generation) return;
        if (isSlow) {
          slowAnswers += 1;
          successes = 0;
          if (slowAnswers < limit) return;
          slowAnswers = 0;
          limit = Math.max(1, limit - 1);
          return;
        }
        slowAnswers = 0;
        if (limit >= concurrency) return;
        successes += 1;
        if (successes < recoveryWindows * limit) return;
        successes = 0;
        limit = Math.min(concurrency, limit + 1);
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
    adjust(limits) {
      assert(limits.concurrency >= 1, 'concurrency is at least 1');
      const before = concurrency;
      concurrency = Math.floor(limits.concurrency);
      intervalMs = intervalOf(limits.requestsPerSecond);
      // A limit that the target has lowered stays low; one that stood at its top goes along.
      limit = limit >= before ? concurrency : Math.min(limit, concurrency);
      startWaiting();
    },
    pauseUntil(time) {
      pausedUntil = Math.max(pausedUntil, time);
    },
    get pausedUntil() {
      return pausedUntil;
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

function intervalOf(requestsPerSecond: number | undefined): number {
  return requestsPerSecond === undefined ? 0 : 1000 / requestsPerSecond;
}

/** What answers take now, against what they took at best. */
function createLatency(): { note(ms: number): boolean } {
  let best: number | undefined;
  let present = 0;
  return {
    note(ms) {
      present = best === undefined ? ms : present + latencyWeight * (ms - present);
      best = best === undefined ? ms : Math.min(best * bestDrift, present);
      return present > slowMs && present > best * slowFactor;
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

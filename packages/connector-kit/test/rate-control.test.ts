import { describe, expect, it } from 'vitest';
import { createRateControl, type Permit } from '@joinery/connector-kit';
import { createFakeClock } from '@joinery/connector-kit/contract';

/** A request that ends when told to. */
function aRequest() {
  const { promise, resolve } = Promise.withResolvers<void>();
  let permit: Permit | undefined;
  let isStarted = false;
  return {
    run: async (given: Permit) => {
      isStarted = true;
      permit = given;
      await promise;
    },
    end: (answer: (permit: Permit) => void = (given) => given.succeeded()) => {
      if (permit !== undefined) answer(permit);
      resolve();
    },
    get isStarted() {
      return isStarted;
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('rate control', () => {
  it('runs no more requests at once than the concurrency, in the order they came', async () => {
    const control = createRateControl({ concurrency: 2, clock: createFakeClock() });
    const requests = [aRequest(), aRequest(), aRequest(), aRequest()];
    const all = Promise.all(requests.map((request) => control.run(request.run)));
    await turn();
    expect(requests.map(({ isStarted }) => isStarted)).toEqual([true, true, false, false]);
    requests[1]!.end();
    await turn();
    expect(requests.map(({ isStarted }) => isStarted)).toEqual([true, true, true, false]);
    for (const request of requests) request.end();
    await turn();
    requests[3]!.end();
    await all;
    expect(control.inFlight).toBe(0);
  });

  it('starts no more requests in a second than allowed', async () => {
    const clock = createFakeClock(0);
    const control = createRateControl({ concurrency: 1000, requestsPerSecond: 25, clock });
    const starts: number[] = [];
    const all = Promise.all(Array.from({ length: 100 }, () => control.run(async () => starts.push(clock.now()))));
    await clock.advance(10_000);
    await all;
    expect(starts).toHaveLength(100);
    for (const from of starts) {
      expect(starts.filter((start) => start >= from && start < from + 1000).length).toBeLessThanOrEqual(25);
    }
    expect(starts.at(-1)).toBe(99 * 40);
  });

  it('pauses every request after a 429', async () => {
    const clock = createFakeClock();
    const control = createRateControl({ concurrency: 1, clock });
    await control.run(async (permit) => permit.throttled(30_000));
    const next = aRequest();
    const done = control.run(next.run);
    await clock.advance(29_999);
    expect(next.isStarted).toBe(false);
    await clock.advance(1);
    expect(next.isStarted).toBe(true);
    next.end();
    await done;
  });

  it('halves the concurrency once for 429 answers to requests of the same time', async () => {
    const control = createRateControl({ concurrency: 16, clock: createFakeClock() });
    const requests = Array.from({ length: 16 }, aRequest);
    const all = Promise.all(requests.map((request) => control.run(request.run)));
    await turn();
    for (const request of requests) request.end((permit) => permit.throttled(0));
    await all;
    expect(control.limit).toBe(8);
    await control.run(async (permit) => permit.throttled(0));
    expect(control.limit).toBe(4);
  });

  it('never goes below one request at once, and recovers by one after ten rounds of ordinary answers', async () => {
    const control = createRateControl({ concurrency: 3, clock: createFakeClock() });
    for (let count = 0; count < 5; count += 1) await control.run(async (permit) => permit.throttled(0));
    expect(control.limit).toBe(1);
    const succeed = async (times: number) => {
      for (let count = 0; count < times; count += 1) await control.run(async (permit) => permit.succeeded());
    };
    await succeed(9);
    expect(control.limit).toBe(1);
    await succeed(1);
    expect(control.limit).toBe(2);
    await succeed(20);
    expect(control.limit).toBe(3);
    await succeed(100);
    expect(control.limit).toBe(3);
  });

  it('lowers the concurrency by one per round of answers that have become slow, and raises it again', async () => {
    const clock = createFakeClock();
    const control = createRateControl({ concurrency: 4, clock });
    const answer = async (ms: number, times: number) => {
      for (let count = 0; count < times; count += 1) {
        const request = aRequest();
        const done = control.run(request.run);
        await turn();
        await clock.advance(ms);
        request.end();
        await done;
      }
    };
    await answer(100, 20);
    await answer(900, 40);
    // Slower, and no hindrance yet.
    expect(control.limit).toBe(4);
    await answer(3_000, 20);
    expect(control.limit).toBeLessThan(4);
    await answer(3_000, 60);
    expect(control.limit).toBe(1);
    await answer(100, 200);
    expect(control.limit).toBe(4);
  });

  it('is content with a target that was slow from the beginning', async () => {
    const clock = createFakeClock();
    const control = createRateControl({ concurrency: 4, clock });
    for (let count = 0; count < 50; count += 1) {
      const request = aRequest();
      const done = control.run(request.run);
      await turn();
      await clock.advance(5_000);
      request.end();
      await done;
    }
    expect(control.limit).toBe(4);
  });

  it('follows new limits: at once downwards, and upwards unless the target has lowered them', async () => {
    const control = createRateControl({ concurrency: 8, clock: createFakeClock() });
    control.adjust({ concurrency: 3, requestsPerSecond: undefined });
    expect(control.limit).toBe(3);
    const requests = Array.from({ length: 8 }, aRequest);
    const all = Promise.all(requests.map((request) => control.run(request.run)));
    await turn();
    expect(control.inFlight).toBe(3);
    control.adjust({ concurrency: 6, requestsPerSecond: undefined });
    await turn();
    expect(control.inFlight).toBe(6);
    control.adjust({ concurrency: 2, requestsPerSecond: undefined });
    requests[0]!.end();
    await turn();
    // What is in flight ends by itself, and nothing starts in its place.
    expect(control.inFlight).toBe(5);
    for (const request of requests) request.end();
    await turn();
    for (const request of requests) request.end();
    await all;
    await control.run(async (permit) => permit.throttled(0));
    expect(control.limit).toBe(1);
    control.adjust({ concurrency: 8, requestsPerSecond: undefined });
    expect(control.limit).toBe(1);
  });

  it('spaces requests by the rate that holds when they start', async () => {
    const clock = createFakeClock(0);
    const control = createRateControl({ concurrency: 100, requestsPerSecond: 10, clock });
    control.adjust({ concurrency: 100, requestsPerSecond: 5 });
    const starts: number[] = [];
    const all = Promise.all(Array.from({ length: 10 }, () => control.run(async () => starts.push(clock.now()))));
    await clock.advance(10_000);
    await all;
    expect(starts.at(-1)).toBe(9 * 200);
  });

  it('starts nothing before a time that it is told from outside, and tells the pause that it was asked for', async () => {
    const clock = createFakeClock(1_000);
    const control = createRateControl({ concurrency: 1, clock });
    control.pauseUntil(4_000);
    control.pauseUntil(2_000);
    const next = aRequest();
    const done = control.run(next.run);
    await clock.advance(2_999);
    expect(next.isStarted).toBe(false);
    await clock.advance(1);
    expect(next.isStarted).toBe(true);
    next.end((permit) => permit.pause(500));
    await done;
    expect(control.pausedUntil).toBe(4_500);
  });

  it('goes on after a request that fails', async () => {
    const control = createRateControl({ concurrency: 1, clock: createFakeClock() });
    await expect(control.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await control.run(async () => 'next')).toBe('next');
  });

  it('rejects waiting and later requests when closed', async () => {
    const control = createRateControl({ concurrency: 1, clock: createFakeClock() });
    const running = aRequest();
    const first = control.run(running.run);
    const waiting = control.run(async () => 'never');
    control.close(new Error('closed'));
    await expect(waiting).rejects.toThrow('closed');
    await expect(control.run(async () => 'never')).rejects.toThrow('closed');
    running.end();
    await first;
  });
});

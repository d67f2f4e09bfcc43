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

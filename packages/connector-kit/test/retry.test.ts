import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  ConnectorError,
  createRateControl,
  parseRetryAfter,
  runWithRetries,
  type Attempt,
} from '@joinery/connector-kit';
import { createFakeClock } from '@joinery/connector-kit/contract';

const error = new ConnectorError({
  code: 'connector.rate_limited',
  message: 'slow down',
  scope: 'object',
  logCode: 'TooManyRequests',
});

function setUp() {
  const clock = createFakeClock();
  const rateControl = createRateControl({ concurrency: 4, clock });
  const options = {
    rateControl,
    clock,
    random: () => 1,
    attemptsMax: { throttled: 3, unavailable: 3, unreachable: 2 },
    retryAfterMaxMs: 60_000,
    signal: new AbortController().signal,
  };
  return { clock, rateControl, options };
}

function playing<T>(attempts: readonly Attempt<T>[]): () => Promise<Attempt<T>> {
  const left = [...attempts];
  return async () => left.shift()!;
}

describe('Retry-After (RFC 9110 §10.2.3)', () => {
  const now = Date.parse('1999-12-31T23:59:00Z');
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 59_000],
    ['Fri, 31 Dec 1999 23:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});

describe('back-off', () => {
  it('doubles up to its ceiling, with jitter over the upper half', () => {
    expect([1, 2, 3, 10].map((attempt) => backoffMs(attempt, () => 1))).toEqual([500, 1000, 2000, 30_000]);
    expect([1, 2].map((attempt) => backoffMs(attempt, () => 0))).toEqual([250, 500]);
  });
});

describe('retries', () => {
  it('waits as long as the target asks, and holds back other requests meanwhile', async () => {
    const { clock, rateControl, options } = setUp();
    const result = runWithRetries(
      playing<string>([
        { kind: 'again', reason: 'throttled', retryAfterMs: 7000, error },
        { kind: 'done', value: 'answer' },
      ]),
      options,
    );
    await clock.sleeping(7000);
    let isOtherStarted = false;
    const other = rateControl.run(async () => {
      isOtherStarted = true;
    });
    await clock.advance(6999);
    expect(isOtherStarted).toBe(false);
    await clock.advance(1);
    expect(await result).toBe('answer');
    await other;
  });

  it('caps Retry-After', async () => {
    const { clock, options } = setUp();
    const result = runWithRetries(
      playing<string>([
        { kind: 'again', reason: 'throttled', retryAfterMs: 86_400_000, error },
        { kind: 'done', value: 'answer' },
      ]),
      options,
    );
    await clock.sleeping(60_000);
    await clock.advance(60_000);
    expect(await result).toBe('answer');
  });

  it('throws the last error when the attempts are used up', async () => {
    const { clock, options } = setUp();
    const failing = { kind: 'again', reason: 'unreachable', retryAfterMs: undefined, error } as const;
    const result = runWithRetries(playing<string>([failing, failing]), options).catch((thrown: unknown) => thrown);
    await clock.sleeping(500);
    await clock.advance(500);
    expect(await result).toBe(error);
  });

  it('without Retry-After only the failed request waits for an unavailable target', async () => {
    const { clock, rateControl, options } = setUp();
    const result = runWithRetries(
      playing<string>([
        { kind: 'again', reason: 'unavailable', retryAfterMs: undefined, error },
        { kind: 'done', value: 'answer' },
      ]),
      options,
    );
    await clock.sleeping(500);
    expect(await rateControl.run(async () => 'other')).toBe('other');
    await clock.advance(500);
    expect(await result).toBe('answer');
  });
});

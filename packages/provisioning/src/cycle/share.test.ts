import { describe, expect, test } from 'vitest';
import { shareOf } from './share.ts';

const limits = (concurrency: number, requestsPerSecond?: number) => ({ concurrency, requestsPerSecond });
const sharesOf = (settings: ReturnType<typeof limits>, workers: number) =>
  Array.from({ length: workers }, (_, rank) => shareOf(settings, { workers, rank, pausedUntil: undefined }));

describe('the share of a worker', () => {
  test('is everything where it works alone', () => {
    expect(sharesOf(limits(16, 25), 1)).toEqual([limits(16, 25)]);
  });

  test.each([
    [16, 2, [8, 8]],
    [16, 3, [6, 5, 5]],
    [3, 3, [1, 1, 1]],
    [1, 3, [1, undefined, undefined]],
    [2, 4, [1, 1, undefined, undefined]],
  ])('of %i requests among %i workers never adds up to more', (concurrency, workers, expected) => {
    expect(sharesOf(limits(concurrency), workers).map((share) => share?.concurrency)).toEqual(expected);
  });

  test('of the rate goes to those who send', () => {
    const rates = sharesOf(limits(2, 10), 3).map((share) => share?.requestsPerSecond);
    expect(rates).toEqual([5, 5, undefined]);
  });
});

import { describe, expect, test } from 'vitest';
import { probeDelayMs, quarantinedCycleDelayMs } from './retry.ts';
import { exceededThreshold, tripsDeletionGuard } from './thresholds.ts';

const pages = { done: 0, total: 0 };

describe('error thresholds', () => {
  // The examples of entra-provisioning.md §9.1.
  test.each([
    ['4,000 failures', { events: 4_000, failures: 4_000, referenceFailures: 0 }, undefined],
    [
      '30,000 failed and 5,000 not',
      { events: 35_000, failures: 30_000, referenceFailures: 0 },
      'EncounteredEscrowProportionThreshold',
    ],
    ['20,000 of 100,000', { events: 100_000, failures: 20_000, referenceFailures: 0 }, undefined],
    ['45,000 failed', { events: 200_000, failures: 45_000, referenceFailures: 0 }, 'EncounteredBaseEscrowThreshold'],
    [
      '40,000 users and 21,000 managers',
      { events: 200_000, failures: 40_000, referenceFailures: 21_000 },
      'EncounteredTotalEscrowThreshold',
    ],
  ] as const)('%s', (_, totals, expected) => {
    expect(exceededThreshold({ ...totals, pages })).toBe(expected);
  });
});

describe('the deletion guard', () => {
  const guard = { enabled: true, count: 500, percent: 20 };
  // design.md §8: above 500 objects, or above 20 % of linked objects when that is more than 5.
  test.each([
    [500, 100_000, false],
    [501, 100_000, true],
    [6, 30, false],
    [7, 30, true],
    [5, 5, false],
    [6, 6, true],
  ])('%i of %i', (staged, linked, trips) => {
    expect(tripsDeletionGuard(guard, { staged, linked })).toBe(trips);
    expect(tripsDeletionGuard({ ...guard, enabled: false }, { staged, linked })).toBe(false);
  });
});

test('probes come after 1, 2, 4 … 40 minutes', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((failures) => probeDelayMs(failures) / 60_000)).toEqual([
    1, 2, 4, 8, 16, 32, 40, 40,
  ]);
});

test('cycles in quarantine come 6, 12 and 24 hours after it began, then daily', () => {
  const hour = 3_600_000;
  expect([0, 6, 12, 24, 48].map((elapsed) => elapsed + quarantinedCycleDelayMs(0, elapsed * hour) / hour)).toEqual([
    6, 12, 24, 48, 72,
  ]);
});

import { expect, test } from 'vitest';
import { fuzzExpressions, fuzzScopingFilters, type FuzzCounts } from './fuzz.ts';

const none = (): FuzzCounts => ({ evaluated: 0, refused: 0, failed: 0 });

// A fixed seed: a verdict must not depend on the day. `npm run soak` takes new ones.
test('random expressions by the grammar give results of the declared kinds', () => {
  const counts = none();
  fuzzExpressions(3000, 20_261_125, counts);
  // Random text that is refused at once would prove little.
  expect(counts.evaluated).toBeGreaterThan(300);
  expect(counts.failed).toBeGreaterThan(50);
});

test('random scoping filters give outcomes that follow from their clauses', () => {
  const counts = none();
  fuzzScopingFilters(3000, 20_261_125, counts);
  expect(counts.evaluated).toBeGreaterThan(300);
});

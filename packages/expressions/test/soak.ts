/*
 * The long fuzz run: rounds of new random expressions and scoping filters. A round that takes far longer than the others
 * is a failure too: no input may be slow.
 *
 *   node packages/expressions/test/soak.ts [ROUNDS] [SEED]
 */
import { fuzzExpressions, fuzzScopingFilters, type FuzzCounts } from './fuzz.ts';

const rounds = Number(process.argv[2] ?? 1000);
const firstSeed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const casesPerRound = 1000;
const roundSecondsMax = 60;

console.log(`${rounds} rounds of ${casesPerRound} expressions and as many filters, seed ${firstSeed}`);
const expressions: FuzzCounts = { evaluated: 0, refused: 0, failed: 0 };
const filters: FuzzCounts = { evaluated: 0, refused: 0, failed: 0 };
let slowest = 0;
for (let round = 0; round < rounds; round += 1) {
  const begun = performance.now();
  fuzzExpressions(casesPerRound, firstSeed + round, expressions);
  fuzzScopingFilters(casesPerRound, firstSeed + round, filters);
  const seconds = (performance.now() - begun) / 1000;
  slowest = Math.max(slowest, seconds);
  if (seconds > roundSecondsMax)
    throw new Error(`The round with seed ${firstSeed + round} took ${seconds.toFixed(1)} s.`);
  if ((round + 1) % 100 === 0) console.log(`${round + 1} rounds, slowest ${slowest.toFixed(2)} s`);
}
console.log(
  `expressions ${JSON.stringify(expressions)}, filters ${JSON.stringify(filters)}, slowest round ${slowest.toFixed(2)} s`,
);

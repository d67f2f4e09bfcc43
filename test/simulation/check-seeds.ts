import { describe, expect, test } from 'vitest';
import { replayOf, simulate } from './simulate.ts';
import { aDatabase } from './test-database.ts';

const seedsPerTest = 20;

/** Tests for a range of seeds. A failure names the seed, what is wrong, and how to see it happen. */
export function checkSeeds(first: number, count: number): void {
  describe('after the faults stop, the application is as the directory and the rules want it', () => {
    const starts = Array.from({ length: Math.ceil(count / seedsPerTest) }, (_, index) => first + index * seedsPerTest);
    test.each(starts.map((from) => [from, Math.min(from + seedsPerTest, first + count) - 1]))(
      'seeds %i to %i',
      async (from, to) => {
        await using database = await aDatabase();
        const failed: string[] = [];
        for (let seed = from; seed <= to; seed += 1) {
          const { problems } = await simulate(database, seed);
          if (problems.length > 0) failed.push(`seed ${seed}: ${problems.join('; ')} (${replayOf(seed)})`);
        }
        expect(failed).toEqual([]);
      },
      300_000,
    );
  });
}

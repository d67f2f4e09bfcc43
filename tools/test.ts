/**
 * `npm test`: the static checks, every test that a release must pass, and the store and engine suites once more on a
 * PostgreSQL server of the system. Arguments go to the test runner and leave the rest out.
 */
import { checks } from './check.ts';
import { runSteps, type Step } from './steps.ts';
import { findSystemPostgres, withSystemPostgres } from './system-postgres.ts';

const filters = process.argv.slice(2);
const vitest = (name: string, paths: readonly string[]): Step => ({
  name,
  script: 'node_modules/vitest/vitest.mjs',
  args: ['run', ...paths],
});

if (filters.length > 0) {
  await runSteps([vitest('tests', filters)]);
} else {
  await runSteps([...checks, vitest('tests', [])]);
  const bin = findSystemPostgres();
  if (bin !== undefined) {
    await withSystemPostgres(bin, async (url) => {
      const suites = ['packages/store/test', 'packages/provisioning/test', 'test/e2e/two-centers.test.ts'];
      await runSteps([vitest('store and engine on a PostgreSQL server', suites)], { JOINERY_TEST_DATABASE_URL: url });
    });
  } else if (process.env['JOINERY_REQUIRE_ALL'] === '1') {
    throw new Error(
      'JOINERY_REQUIRE_ALL=1, but no PostgreSQL server is installed (Debian: apt-get install postgresql)',
    );
  } else {
    process.stderr.write('store and engine on a PostgreSQL server: left out, none is installed\n');
  }
}

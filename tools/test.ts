/** `npm test`: the static checks, then every test that a release must pass. Arguments go to the test runner. */
import { runSteps } from './steps.ts';
import { checks } from './check.ts';

const filters = process.argv.slice(2);
await runSteps([
  ...(filters.length > 0 ? [] : checks),
  { name: 'tests', script: 'node_modules/vitest/vitest.mjs', args: ['run', ...filters] },
]);

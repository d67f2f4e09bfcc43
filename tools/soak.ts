/**
 * `npm run soak`: the long ones. Each step runs until it has seen enough, and fails on the first thing that it should not
 * have seen. `npm run soak -- NAME` runs one; what follows the name goes to it.
 */
import { runSteps, type Step } from './steps.ts';

const soaks: readonly Step[] = [
  // Arguments: rounds (1,000), seed (a new one each time, printed).
  { name: 'expressions', script: 'packages/expressions/test/soak.ts', args: [] },
  // Arguments: seeds (10,000), first seed (1), --trace to print every step.
  { name: 'simulation', script: 'test/simulation/soak.ts', args: [] },
  // Arguments: users (20,000), kills (50), seed (a new one each time, printed).
  { name: 'kill', script: 'test/e2e/kill/soak.ts', args: [] },
  // 32 clients on one group and one user for 5,000 operations, and a new seed for hostile filters, paths, PATCH and bulk bodies.
  {
    name: 'workspace',
    script: 'node_modules/vitest/vitest.mjs',
    args: [
      'run',
      'apps/workspace/test/parallel-clients.test.ts',
      'apps/workspace/test/fuzz.test.ts',
      'packages/scim/test/scim.property.test.ts',
    ],
  },
];

const [name, ...args] = process.argv.slice(2);
const chosen = name === undefined ? soaks : soaks.filter((step) => step.name === name);
if (chosen.length === 0)
  throw new Error(`There is no soak ${name}; there are: ${soaks.map((step) => step.name).join(', ')}.`);
await runSteps(
  chosen.map((step) => ({ ...step, args: [...step.args, ...args] })),
  { JOINERY_SOAK: '1' },
);

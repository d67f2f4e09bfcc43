/** `npm run check`: everything that needs no database and takes seconds. */
import { runSteps, type Step } from './steps.ts';

export const checks: readonly Step[] = [
  { name: 'types', script: 'node_modules/typescript/bin/tsc', args: ['-p', '.'] },
  { name: 'lint', script: 'node_modules/oxlint/bin/oxlint', args: [] },
  { name: 'format', script: 'node_modules/prettier/bin/prettier.cjs', args: ['--check', '--log-level=warn', '.'] },
];

if (import.meta.main) await runSteps(checks);

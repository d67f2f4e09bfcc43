/** `npm run check`: everything that needs no database and takes seconds. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runSteps, type Step } from './steps.ts';

/** The server side is one project; what runs in a browser has the browser's types instead of Node's. */
const typedFolders = ['.', 'packages/ui', 'apps/admin-center/web', 'apps/workspace/web'].filter((folder) =>
  existsSync(join(import.meta.dirname, '..', folder, 'tsconfig.json')),
);

export const checks: readonly Step[] = [
  ...typedFolders.map((folder) => ({
    name: `types of ${folder}`,
    script: 'node_modules/typescript/bin/tsc',
    args: ['-p', folder],
  })),
  { name: 'lint', script: 'node_modules/oxlint/bin/oxlint', args: [] },
  { name: 'generated pages', script: 'tools/docs.ts', args: ['--check'] },
  { name: 'format', script: 'node_modules/prettier/bin/prettier.cjs', args: ['--check', '--log-level=warn', '.'] },
];

if (import.meta.main) await runSteps(checks);

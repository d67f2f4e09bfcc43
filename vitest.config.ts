import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/{src,test,examples}/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'],
    // Needs a PostgreSQL server of its own: `tools/test.ts` runs it where one is installed.
    exclude: [
      '**/node_modules/**',
      ...(process.env['JOINERY_TEST_DATABASE_URL'] === undefined ? ['test/e2e/two-centers.test.ts'] : []),
    ],
    globalSetup: ['test/testkit/src/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

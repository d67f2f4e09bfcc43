import { defineConfig } from 'oxlint';
import { allowedImports, impureGlobals, purePackages } from './tools/imports.ts';

const importRules = Object.entries(allowedImports).map(([folder, allowed]) => ({
  files: [`${folder}/src/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: ['@joinery/*', ...allowed.map((name) => `!@joinery/${name}`)],
            message: 'The import rule (tools/imports.ts) does not allow this package here.',
          },
          ...(purePackages.includes(folder)
            ? [{ group: ['node:*', 'undici', 'pg'], message: 'A pure package does no I/O (ARCHITECTURE.md).' }]
            : []),
        ],
      },
    ],
    ...(purePackages.includes(folder) ? { 'no-restricted-globals': ['error', ...impureGlobals] } : {}),
  },
}));

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc'],
  categories: { correctness: 'error' },
  ignorePatterns: ['node_modules', 'dist'],
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'import/no-default-export': 'error',
    'no-console': 'error',
    eqeqeq: 'error',
  },
  overrides: [
    ...importRules,
    {
      files: ['oxlint.config.ts', 'vitest.config.ts', '**/vite.config.ts'],
      rules: { 'import/no-default-export': 'off' },
    },
    {
      files: ['**/*.test.ts', 'test/**', 'packages/*/test/**', 'apps/*/test/**', 'tools/**', 'bench/**'],
      rules: { 'typescript/no-non-null-assertion': 'off', 'no-console': 'off' },
    },
  ],
});

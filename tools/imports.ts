/**
 * The import rule of ARCHITECTURE.md: which package may import which, and which packages are pure. Lint enforces it:
 * `tools/oxlint-config.ts` turns this table into oxlint's `no-restricted-imports` per folder.
 */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  'packages/base': [],
  'packages/scim': ['base'],
  'packages/expressions': ['base'],
  'packages/connector-kit': ['base'],
  'packages/directory': ['base', 'expressions'],
  'packages/provisioning': ['base', 'expressions', 'connector-kit', 'directory'],
  'packages/connector-scim': ['base', 'connector-kit', 'scim'],
  'packages/connector-csv': ['base', 'connector-kit'],
  'packages/service-provider': ['base', 'scim'],
  'packages/graph-api': ['base', 'scim', 'expressions', 'directory', 'provisioning', 'connector-kit'],
  'packages/store': [
    'base',
    'scim',
    'service-provider/ports',
    'directory/ports',
    'provisioning/ports',
    'graph-api/ports',
    'connector-kit/ports',
    'expressions',
  ],
  'packages/ui': ['base'],
  'apps/admin-center/web': ['base', 'ui', 'expressions', 'scim', 'graph-api/contract', 'provisioning/ports'],
  'apps/workspace/web': ['base', 'ui', 'scim', 'workspace/contract'],
  'apps/admin-center': [
    'base',
    'scim',
    'expressions',
    'directory',
    'provisioning',
    'connector-kit',
    'connector-scim',
    'connector-csv',
    'graph-api',
    'store',
    'ui/serve',
  ],
  'apps/workspace': ['base', 'scim', 'service-provider', 'store', 'ui/serve', 'connector-scim'],
  'apps/cli': [
    'base',
    'admin-center',
    'workspace',
    'scim',
    'expressions',
    'connector-kit',
    'connector-scim',
    'connector-csv',
    'provisioning',
    'store',
    'graph-api/contract',
  ],
};

/** No `node:*`, network, clock, randomness, environment or logging. */
export const purePackages = ['packages/base', 'packages/scim', 'packages/expressions'];
export const impureGlobals = ['fetch', 'process', 'console', 'setTimeout', 'setInterval', 'crypto', 'performance'];

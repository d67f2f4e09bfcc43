// @better-auth/scim on better-auth over SQLite in memory, with transactions, which the plugin demands.
import { scim } from '@better-auth/scim';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { DatabaseSync } from 'node:sqlite';
import { serve, token } from './serve.mjs';

const handler = { current: undefined };
serve(
  (request, response) => handler.current(request, response),
  async (origin) => {
    const options = {
      baseURL: origin,
      secret: 'a secret of this run only, 32 characters or more',
      database: new DatabaseSync(':memory:'),
      rateLimit: { enabled: false },
      telemetry: { enabled: false },
      plugins: [
        scim({
          connections: [{ id: 'contoso', credentials: [{ type: 'bearer', id: 'one', token }] }],
          compatibility: { microsoftEntra: { acceptLegacyGroupSchema: true } },
        }),
      ],
    };
    const { runMigrations } = await getMigrations(options);
    await runMigrations();
    handler.current = toNodeHandler(betterAuth(options));
    return '/api/auth/scim/v2';
  },
);

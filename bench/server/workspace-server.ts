/** The workspace as `joinery workspace` runs it, as a program: everything on, the limit of requests per second off. */
import { createTenantToken, startWorkspace } from '@joinery/workspace';
import { connectDatabase } from '@joinery/store';
import { programOptions, serveProgram } from '../lib/program.ts';

export interface WorkspaceServerOptions {
  readonly databaseUrl: string;
}

export interface WorkspaceServerReady {
  readonly tenantUrl: string;
  readonly token: string;
}

const { databaseUrl } = programOptions<WorkspaceServerOptions>();
const store = { databaseUrl };
const workspace = await startWorkspace({
  port: 0,
  store,
  rateLimit: { perSecond: 0, burst: 1 },
  administrator: { email: 'admin@contoso.example', password: 'correct horse battery staple' },
  logLevel: 'warn',
});
const { tenantUrl, token } = await createTenantToken(
  { store },
  { tenant: 'Contoso', name: `bench ${process.pid}`, expires: '2099-01-01T00:00:00Z' },
);

/** Rows that the mix must have left beside the resources, so that a run with something switched off is not taken for one with all on. */
async function countTraces(): Promise<{ readonly changes: number; readonly requests: number }> {
  const database = connectDatabase(databaseUrl, { max: 1 });
  try {
    const [row] = await database.query<{ changes: number; requests: number }>({
      text: `select (select count(*) from change_feed)::float as changes, (select count(*) from request_log)::float as requests`,
    });
    return row ?? { changes: 0, requests: 0 };
  } finally {
    await database.close();
  }
}

serveProgram({ tenantUrl, token } satisfies WorkspaceServerReady, { countTraces }, () => workspace.stop());

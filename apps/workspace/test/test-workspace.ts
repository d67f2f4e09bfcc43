import { Writable } from 'node:stream';
import type { Database } from '@joinery/store';
import { createWorkspaceDatabase } from '@joinery/testkit';
import {
  createTenant,
  createTenantToken,
  startWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../src/index.ts';
import { createScimClient, type ScimClient } from './client.ts';

export const administrator = { email: 'admin@contoso.example', password: 'correct horse battery' };

export interface TestWorkspace {
  readonly workspace: Workspace;
  readonly database: Database;
  readonly tenantUrl: string;
  /** Of the tenant Contoso, with a token that may read and write. */
  readonly scim: ScimClient;
  readonly token: string;
  /** Everything logged so far. */
  logged(): string;
  createTenant(name: string): ReturnType<typeof createTenant>;
  newToken(wish?: { readonly tenant?: string; readonly name?: string; readonly expires?: string }): Promise<string>;
  stop(): Promise<void>;
}

let tokens = 0;

/** The whole workspace on a free port over a PostgreSQL database of its own. */
export async function aWorkspace(options: Partial<WorkspaceOptions> = {}): Promise<TestWorkspace> {
  const database = await createWorkspaceDatabase();
  let text = '';
  const logDestination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const workspace = await startWorkspace({
    port: 0,
    store: { database },
    administrator,
    logLevel: 'trace',
    logDestination,
    ...options,
  });
  const beside = { store: { database } };
  const newToken: TestWorkspace['newToken'] = async (wish = {}) => {
    tokens += 1;
    const { token } = await createTenantToken(beside, {
      tenant: wish.tenant ?? 'Contoso',
      name: wish.name ?? `token ${tokens}`,
      expires: wish.expires ?? '2099-01-01T00:00:00Z',
    });
    return token;
  };
  const token = await newToken();
  return {
    workspace,
    database,
    tenantUrl: workspace.tenantUrl,
    token,
    scim: createScimClient(workspace.tenantUrl, token),
    logged: () => text,
    createTenant: (name) => createTenant(beside, name),
    newToken,
    async stop() {
      await workspace.stop();
      await database[Symbol.asyncDispose]();
    },
  };
}

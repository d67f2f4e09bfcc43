import { createCenterDatabase, createWorkspaceDatabase } from '@joinery/testkit';
import { startCenter, type Center } from '@joinery/admin-center';
import { startWorkspace, type Workspace } from '@joinery/workspace';
import type { Page } from 'playwright-core';
import { administrator, caller, createToken, signInTo, type Caller } from './halves.ts';

export interface BothHalves extends AsyncDisposable {
  readonly center: Center;
  readonly workspace: Workspace;
  /** Sessions of the administrators beside the browser's. */
  readonly centerApi: Caller;
  readonly tenantUrl: string;
  readonly token: string;
}

/** Center and workspace in this process, each over a database of its own, with a token for the one in the other. */
export async function startBothHalves(): Promise<BothHalves> {
  const stack = new AsyncDisposableStack();
  const workspaceDatabase = stack.use(await createWorkspaceDatabase());
  const workspace = await startWorkspace({
    port: 0,
    store: { database: workspaceDatabase },
    administrator,
    logLevel: 'fatal',
  });
  stack.defer(() => workspace.stop());
  const centerDatabase = stack.use(await createCenterDatabase());
  const center = await startCenter({
    host: '127.0.0.1',
    port: 0,
    store: { databaseUrl: centerDatabase.url },
    secretKey: Buffer.alloc(32, 7).toString('base64'),
    administrator,
    allowedTargets: [new URL(workspace.url).host],
    logLevel: 'fatal',
  });
  stack.defer(() => center.stop());
  const { token, tenantUrl } = await createToken(await signInTo(workspace.url, '/api/session'), 'Entra');
  return {
    center,
    workspace,
    centerApi: await signInTo(center.url, '/joinery/session'),
    tenantUrl,
    token,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

export async function signInOn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('E-mail address').fill(administrator.email);
  await page.getByLabel('Password').fill(administrator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /^Account:/ }).waitFor();
}

/** What the target holds, asked with its own token. */
export function target(tenantUrl: string, token: string): Caller {
  return caller(tenantUrl, { authorization: `Bearer ${token}` });
}

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

/** The text stands in a region for screen readers too, which comes and goes. */
export async function toast(page: Page, words: string): Promise<void> {
  await page.locator('.fui-ToastTitle', { hasText: words }).first().waitFor();
}

/** Presses Tab until the focus is on what has this accessible name. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(`(() => {
      const element = document.activeElement;
      if (!element) return '';
      const labels = element.labels ? [...element.labels].map((label) => label.textContent).join(' ') : '';
      return element.getAttribute('aria-label') || labels || element.textContent || '';
    })()`);
    passed.push(focused.slice(0, 40));
    if (typeof name === 'string' ? focused.trim() === name : name.test(focused)) return;
  }
  throw new Error(`Tab does not reach ${String(name)}; it passed ${passed.slice(0, 40).join(' | ')}`);
}

export async function pressOn(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@joinery/base';
import { createWorkspaceDatabase } from '@joinery/testkit';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '@joinery/workspace';
import type { Page } from 'playwright-core';

export const administrator = { email: 'admin@contoso.example', password: 'correct horse battery staple' };

export interface ConsoleUnderTest extends AsyncDisposable {
  readonly workspace: Workspace;
  /** Puts the server's clock forward. */
  advance(ms: number): void;
  /** Stops the server; `start` starts it again on the same port and data. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The whole workspace in this process, over a database of its own. */
export async function startConsole(
  options: { readonly isSetUp?: boolean } & Pick<WorkspaceOptions, 'allowedHosts' | 'secretKey'> = {},
): Promise<ConsoleUnderTest> {
  const { isSetUp = true, ...rest } = options;
  const database = await createWorkspaceDatabase();
  let ahead = 0;
  const clock: Clock = {
    now: () => Date.now() + ahead,
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  };
  const launch = (port: number): Promise<Workspace> =>
    startWorkspace({
      port,
      store: { database },
      clock,
      logLevel: 'fatal',
      ...rest,
      ...(isSetUp ? { administrator } : {}),
    });
  let workspace = await launch(0);
  const { port } = workspace;
  return {
    get workspace() {
      return workspace;
    },
    advance(ms) {
      ahead += ms;
    },
    stop: () => workspace.stop(),
    async start() {
      workspace = await launch(port);
    },
    async [Symbol.asyncDispose]() {
      await workspace.stop();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Signs in where the sign-in stands in place of the page. */
export async function signInOn(page: Page): Promise<void> {
  await page.getByLabel('E-mail address').fill(administrator.email);
  await page.getByLabel('Password').fill(administrator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export interface ScimClient {
  send(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  /** The id of what was created. */
  create(path: string, body: unknown): Promise<string>;
}

/** A provisioning client with what an administrator copied from the console. */
export function scimClient(tenantUrl: string, token: string): ScimClient {
  const send: ScimClient['send'] = async (method, path, body) => {
    const response = await fetch(tenantUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  return {
    send,
    async create(path, body) {
      const answer = await send('POST', path, body);
      if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}`);
      return String(answer.body['id']);
    },
  };
}

export type ManagementApi = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

/** The management API with a session of its own, for what a test is not about. */
export async function managementApi(url: string): Promise<ManagementApi> {
  const signIn = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(administrator),
  });
  const { csrfToken } = (await signIn.json()) as { csrfToken: string };
  const cookie = signIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        cookie,
        'x-csrf-token': csrfToken,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}

/** A token made through the API, for tests that are not about making one. */
export async function aToken(
  url: string,
  name: string,
  days = 90,
): Promise<{ id: string; token: string; tenantUrl: string }> {
  const api = await managementApi(url);
  const expires = new Date(Date.now() + 86_400_000 * days).toISOString();
  // The contract of the management API says so.
  return (await api('POST', '/api/tokens', { name, expires })) as { id: string; token: string; tenantUrl: string };
}

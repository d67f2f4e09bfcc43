import { freePort, ready, startJoinery, type JoineryProcess } from './processes.ts';

export const administrator = { email: 'admin@contoso.com', password: 'correct horse battery staple' };
const signIn = { JOINERY_ADMIN_EMAIL: administrator.email, JOINERY_ADMIN_PASSWORD: administrator.password };

export interface Half extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  process: JoineryProcess;
  /** Starts the same half again on the same port and data, after it was stopped or killed. */
  start(): Promise<void>;
}

async function half(
  command: 'center' | 'workspace',
  args: readonly string[],
  env: Record<string, string>,
  scheme: 'http' | 'https',
): Promise<Half> {
  const port = await freePort();
  const url = `${scheme}://127.0.0.1:${port}`;
  const launch = (): JoineryProcess =>
    startJoinery([command, '--port', String(port), '--public-url', url, ...args], { ...signIn, ...env });
  const made: Half = {
    url,
    port,
    process: launch(),
    async start() {
      made.process = launch();
      await ready(url, made.process);
    },
    async [Symbol.asyncDispose]() {
      await made.process[Symbol.asyncDispose]();
    },
  };
  await ready(url, made.process);
  return made;
}

export function startWorkspace(args: readonly string[], env: Record<string, string> = {}): Promise<Half> {
  return half('workspace', args, env, 'http');
}

export function startCenter(
  args: readonly string[],
  env: Record<string, string> = {},
  scheme: 'http' | 'https' = 'http',
): Promise<Half> {
  return half('center', args, env, scheme);
}

/** A cookie session with its CSRF token, as the consoles have. */
export interface Caller {
  call<T = Record<string, unknown>>(method: string, path: string, body?: unknown, expected?: number): Promise<T>;
  status(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown; headers: Headers }>;
}

export function caller(url: string, headers: Record<string, string>): Caller {
  async function status(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown; headers: Headers }> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
  }
  return {
    status,
    async call<T>(method: string, path: string, body?: unknown, expected?: number): Promise<T> {
      const answer = await status(method, path, body);
      if (expected === undefined ? answer.status >= 400 : answer.status !== expected) {
        throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      return answer.body as T;
    },
  };
}

export async function signInTo(url: string, path: '/api/session' | '/joinery/session'): Promise<Caller> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(administrator),
  });
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return caller(url, {
    cookie: response.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; '),
    'x-csrf-token': csrfToken,
  });
}

export async function createToken(
  workspace: Caller,
  name: string,
  change: Record<string, unknown> = {},
): Promise<{ id: string; token: string; tenantUrl: string }> {
  return workspace.call(
    'POST',
    '/api/tokens',
    { name, expires: new Date(Date.now() + 30 * 86_400_000).toISOString(), ...change },
    201,
  );
}

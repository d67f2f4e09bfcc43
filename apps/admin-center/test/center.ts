import { Writable } from 'node:stream';
import { startCenter, type Center, type CenterOptions } from '@joinery/admin-center';
import { createCenterDatabase, type TestDatabase } from '@joinery/testkit';
import type { Role } from '@joinery/graph-api';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

export const administrator = { email: 'admin@contoso.com', password: 'correct horse battery staple' };

/** Parsed JSON of an answer; tests look into every shape of it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Answered = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined for an empty body. */
  readonly body: Answered;
}

/** Calls the API as one caller. */
export interface Caller {
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Expects the status, and the answer to have the shape of the contract. */
  call<Schema extends TSchema>(
    method: string,
    path: string,
    expected: { status: number; answer: Schema },
    body?: unknown,
  ): Promise<Static<Schema>>;
  call(method: string, path: string, expected: { status: number }, body?: unknown): Promise<Answered>;
}

export interface TestCenter extends AsyncDisposable {
  readonly url: string;
  readonly tenantId: string;
  readonly center: Center;
  readonly database: TestDatabase;
  /** Everything that was logged. */
  readonly log: () => string;
  /** A Global Administrator with a session. */
  readonly admin: Caller;
  readonly nobody: Caller;
  /** With these headers only. */
  as(headers: Record<string, string>): Caller;
  client(role: Role): Promise<Caller & { clientId: string; clientSecret: string; token: string }>;
}

export async function aCenter(
  options: Partial<CenterOptions> = {},
  { signIn = true }: { signIn?: boolean } = {},
): Promise<TestCenter> {
  const database = await createCenterDatabase();
  const lines: string[] = [];
  const logDestination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const center = await startCenter({
    host: '127.0.0.1',
    port: 0,
    store: { databaseUrl: database.url },
    secretKey: Buffer.alloc(32, 7).toString('base64'),
    ...(signIn ? { administrator } : {}),
    logLevel: 'debug',
    logDestination,
    ...options,
  });
  const as = (headers: Record<string, string>) => aCaller(center.url, headers);
  const nobody = as({});
  const admin = signIn ? await signInTo(nobody, as) : nobody;
  return {
    url: center.url,
    tenantId: center.tenantId,
    center,
    database,
    log: () => lines.join(''),
    admin,
    nobody,
    as,
    async client(role) {
      const { clientId, clientSecret } = (
        await admin.request('POST', '/joinery/clients', { displayName: `client of ${role}`, role })
      ).body;
      const answer = await requestToken(center, { client_id: clientId, client_secret: clientSecret });
      const token: string = answer.body.access_token;
      return { ...as({ authorization: `Bearer ${token}` }), clientId, clientSecret, token };
    },
    async [Symbol.asyncDispose]() {
      await center.stop();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function signInTo(nobody: Caller, as: (headers: Record<string, string>) => Caller): Promise<Caller> {
  const session = await nobody.request('POST', '/joinery/session', administrator);
  if (session.status !== 200) throw new Error(`sign-in: ${JSON.stringify(session.body)}`);
  return as({ cookie: cookieOf(session), 'x-csrf-token': session.body.csrfToken });
}

export function cookieOf(reply: Reply): string {
  return reply.headers.getSetCookie().map((line) => line.split(';', 1)[0]).join('; '); // prettier-ignore
}

export async function requestToken(
  { url, tenantId }: { url: string; tenantId: string },
  parameters: Record<string, string>,
  { headers = {}, tenant = tenantId }: { headers?: Record<string, string>; tenant?: string } = {},
): Promise<Reply> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: `${url}/.default`, ...parameters });
  return toReply(await fetch(`${url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body, headers }));
}

export async function toReply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : isJson ? JSON.parse(text) : text }; // prettier-ignore
}

function aCaller(url: string, credentials: Record<string, string>): Caller {
  async function request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return toReply(
      await fetch(path.startsWith('http') ? path : `${url}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...credentials, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  }
  return {
    request,
    async call(method: string, path: string, expected: { status: number; answer?: TSchema }, body?: unknown) {
      const reply = await request(method, path, body);
      if (reply.status !== expected.status) {
        throw new Error(`${method} ${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`);
      }
      if (expected.answer && !Value.Check(expected.answer, reply.body)) {
        const problems = [...Value.Errors(expected.answer, reply.body)].slice(0, 5);
        throw new Error(`${method} ${path} is not as the contract says: ${JSON.stringify(problems)}`);
      }
      return reply.body;
    },
  };
}

/** Follows `@odata.nextLink` to the end. */
export async function readAll(caller: Caller, path: string): Promise<Answered[]> {
  const values = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const page: { value: unknown[]; '@odata.nextLink'?: string } = await caller.call('GET', next, { status: 200 });
    values.push(...page.value);
    next = page['@odata.nextLink'];
  }
  return values;
}

let sequence = 0;

/** A user with a name of its own. */
export async function aUser(caller: Caller, more: Record<string, unknown> = {}): Promise<Answered> {
  const name = `person${++sequence}`;
  const body = { userPrincipalName: `${name}@contoso.com`, displayName: name, accountEnabled: true, mailNickname: name, ...more }; // prettier-ignore
  return caller.call('POST', '/v1.0/users', { status: 201 }, body);
}

export async function aGroup(caller: Caller, more: Record<string, unknown> = {}): Promise<Answered> {
  const name = `group${++sequence}`;
  const body = { displayName: name, mailEnabled: false, mailNickname: name, securityEnabled: true, ...more };
  return caller.call('POST', '/v1.0/groups', { status: 201 }, body);
}

export const objectAddress = (id: string) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`;

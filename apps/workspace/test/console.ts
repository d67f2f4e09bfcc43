import type { JsonObject } from '@joinery/base';
import { administrator } from './test-workspace.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
  readonly text: string;
}

export interface ConsoleSession {
  readonly cookie: string;
  readonly csrfToken: string;
  get(path: string): Promise<ApiAnswer>;
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
}

export async function call(url: string, init: RequestInit): Promise<ApiAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as JsonObject) : {},
  };
}

export function postJson(url: string, body: unknown): Promise<ApiAnswer> {
  return call(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** A signed-in tenant console. */
export async function signIn(
  url: string,
  credentials: { email: string; password: string } = administrator,
): Promise<ConsoleSession> {
  const answer = await postJson(`${url}/api/session`, credentials);
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
  return sessionOf(url, answer);
}

export function sessionOf(url: string, answer: ApiAnswer): ConsoleSession {
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const csrfToken = String(answer.body['csrfToken']);
  const send: ConsoleSession['send'] = (method, path, body, headers = {}) =>
    call(url + path, {
      method,
      headers: {
        cookie,
        'x-csrf-token': csrfToken,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return { cookie, csrfToken, send, get: (path) => call(url + path, { headers: { cookie } }) };
}

import { ApiError, readApiError } from './api-error.ts';

export type QueryValue = string | number | boolean | undefined;

export interface RequestOptions {
  /** Undefined values and empty texts are left out. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Calls one API of the same origin with the session's cookie. Every method throws `ApiError`. */
export interface ApiClient {
  get<Answer>(path: string, options?: RequestOptions): Promise<Answer>;
  post<Answer = void>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  put<Answer = void>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  patch<Answer = void>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  delete<Answer = void>(path: string, options?: RequestOptions): Promise<Answer>;
  /** Sent as `X-CSRF-Token` with every change from now on; undefined after signing out. */
  setCsrfToken(token: string | undefined): void;
}

export interface ApiClientOptions {
  /** Called when an answer says that the session has ended (401). */
  readonly onSignedOut?: () => void;
}

export function createApiClient(options: ApiClientOptions = {}): ApiClient {
  let csrfToken: string | undefined;

  async function send<Answer>(method: string, path: string, body: unknown, request: RequestOptions = {}) {
    const headers = new Headers(request.headers);
    headers.set('accept', 'application/json');
    if (body !== undefined) headers.set('content-type', 'application/json');
    if (method !== 'GET' && csrfToken !== undefined) headers.set('x-csrf-token', csrfToken);
    const response = await fetch(withQuery(path, request.query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(request.signal ? { signal: request.signal } : {}),
    }).catch((cause: unknown) => {
      if (request.signal?.aborted === true) throw cause;
      throw new ApiError({ status: 0, code: 'client.offline', message: 'The server does not answer.', cause });
    });
    if (!response.ok) {
      const error = await readApiError(response);
      if (error.status === 401) options.onSignedOut?.();
      throw error;
    }
    const text = response.status === 204 ? '' : await response.text();
    // The API's contract says what its answers are; they are checked by its own tests.
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  return {
    get: (path, request) => send('GET', path, undefined, request),
    post: (path, body, request) => send('POST', path, body, request),
    put: (path, body, request) => send('PUT', path, body, request),
    patch: (path, body, request) => send('PATCH', path, body, request),
    delete: (path, request) => send('DELETE', path, undefined, request),
    setCsrfToken(token) {
      csrfToken = token;
    },
  };
}

function withQuery(path: string, query: RequestOptions['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

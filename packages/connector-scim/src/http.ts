import { getCACertificates } from 'node:tls';
import { assert } from '@joinery/base';
import { errors, Pool, type Dispatcher } from 'undici';
import { createGuardedConnector, RefusedAddressError, type ResolveHost } from './guard.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly location: string | undefined;
  readonly body: string;
}

/** Why no usable answer came. `isSent`: bytes of the request may have reached the target. */
export class TransportFailure extends Error {
  readonly kind: 'timeout' | 'connection' | 'too-large' | 'refused' | 'closed';
  readonly isSent: boolean;
  constructor(kind: TransportFailure['kind'], isSent: boolean, cause: unknown) {
    super(describeCause(cause), { cause });
    this.kind = kind;
    this.isSent = isSent;
  }
}

export interface HttpClientOptions {
  readonly origin: string;
  readonly connections: number;
  /** From the start of a request to the last byte of its answer. */
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
  readonly allowedHosts: readonly string[];
  readonly resolveHost: ResolveHost;
  readonly extraCa: string | undefined;
}

/** Requests to one origin over kept-alive connections, one at a time on each. Redirects are answers like any other. */
export interface HttpClient {
  /** Rejects with `TransportFailure` only. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const connectTimeoutMaxMs = 10_000;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const pool = new Pool(options.origin, {
    connections: options.connections,
    pipelining: 1,
    allowH2: false,
    // The total time is watched below.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: createGuardedConnector({
      allowedHosts: options.allowedHosts,
      resolveHost: options.resolveHost,
      connectTimeoutMs: Math.min(connectTimeoutMaxMs, options.timeoutMs),
      ca: options.extraCa === undefined ? undefined : [...getCACertificates('default'), options.extraCa],
    }),
  });
  return {
    send: (request) => sendOnce(pool, request, options),
    close: () => pool.destroy(new errors.ClientDestroyedError()),
  };
}

function sendOnce(pool: Pool, request: HttpRequest, options: HttpClientOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let isSent = false;
    let isSettled = false;
    let head: Omit<HttpAnswer, 'body'> | undefined;
    const chunks: Buffer[] = [];
    let size = 0;

    const settle = (): boolean => {
      if (isSettled) return false;
      isSettled = true;
      clearTimeout(timer);
      return true;
    };
    const failWith = (kind: TransportFailure['kind'], cause: unknown): void => {
      if (!settle()) return;
      const failure = new TransportFailure(kind, isSent, cause);
      controller?.abort(failure);
      reject(failure);
    };
    const timer = setTimeout(
      () => failWith('timeout', new Error(`no answer within ${options.timeoutMs / 1000} s`)),
      options.timeoutMs,
    );
    pool.dispatch(
      { method: request.method, path: request.path, headers: request.headers.flat(), body: request.body ?? null },
      {
        onRequestStart(started) {
          controller = started;
          isSent = true;
          if (isSettled) started.abort(new Error('given up before it was sent'));
        },
        onResponseStart(_, status, headers) {
          head = {
            status,
            contentType: headerOf(headers, 'content-type') ?? '',
            retryAfter: headerOf(headers, 'retry-after'),
            location: headerOf(headers, 'location'),
          };
        },
        onResponseData(_, chunk) {
          size += chunk.length;
          if (size <= options.answerBytesMax) chunks.push(chunk);
          else failWith('too-large', new Error(`the answer is longer than ${options.answerBytesMax} bytes`));
        },
        onResponseEnd() {
          if (!settle()) return;
          assert(head !== undefined, 'a response ends after it started');
          resolve({ ...head, body: Buffer.concat(chunks).toString('utf8') });
        },
        onResponseError(_, error) {
          failWith(kindOf(error), error);
        },
      },
    );
  });
}

function headerOf(headers: Readonly<Record<string, string | string[] | undefined>>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function kindOf(error: Error): TransportFailure['kind'] {
  if (error instanceof RefusedAddressError) return 'refused';
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) return 'closed';
  return 'connection';
}

/** A cause in words: connection errors of several addresses are one `AggregateError` without a message of its own. */
function describeCause(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return describeCause(cause.errors[0]);
  if (cause instanceof Error) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
    return cause.message !== '' ? cause.message : (code ?? cause.name);
  }
  return 'unknown trouble';
}

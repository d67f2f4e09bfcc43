import { product, type JsonObject } from '@joinery/base';
import {
  assertWanted,
  createRateControl,
  currentRecorder,
  parseRetryAfter,
  runWithRetries,
  type Attempt,
  type ConnectorError,
  type Exchange,
  type ExchangeRecorder,
  type RetryReason,
  type TargetRate,
} from '@joinery/connector-kit';
import { readProblem } from './answer.ts';
import { createAuthorization } from './authentication.ts';
import { parseTenantUrl, readOutgoingUrl, type ScimTargetOptions, type TenantUrl } from './config.ts';
import { closedError, errorOfAnswer, errorOfFailure, type RequestLabel } from './errors.ts';
import { excerptBody, maskSecrets } from './exchange.ts';
import { resolveWithSystem } from './guard.ts';
import { createHttpClient, TransportFailure, type HttpAnswer, type HttpRequest } from './http.ts';

export interface ScimRequest extends RequestLabel {
  /** Below the base path, with leading slash, encoded. */
  readonly path: string;
  /** Query part without `?`, encoded. */
  readonly query?: string;
  readonly body?: JsonObject;
  /** Where several objects share the request: who is shown it, with which part of the bodies, instead of the current recorder. */
  readonly partsOf?: (answerBody: string | undefined) => readonly ExchangePart[];
}

export interface ExchangePart {
  readonly record: ExchangeRecorder;
  readonly requestBody: string | undefined;
  readonly responseBody: string | undefined;
}

/** Sends SCIM requests: credentials, rate control, retries, exchange view. Rejects with `ConnectorError` only. */
export interface ScimClient {
  /** Any answer but 401, 429 and 503, which are dealt with or thrown. */
  send(request: ScimRequest): Promise<HttpAnswer>;
  /** One attempt outside the queue: is anybody there? */
  sendProbe(request: ScimRequest): Promise<HttpAnswer>;
  /** The error for an answer of `send` that is no success. */
  errorOf(request: ScimRequest, answer: HttpAnswer): ConnectorError;
  readonly tenantUrl: TenantUrl;
  readonly requestCount: number;
  readonly rate: TargetRate;
  close(): Promise<void>;
}

const answerBytesMax = 8 * 1024 * 1024;
const tokenAnswerBytesMax = 256 * 1024;
const retryAfterMaxMs = 300_000;
const attemptsMax: Readonly<Record<RetryReason, number>> = { throttled: 10, unavailable: 5, unreachable: 3 };
const scimJson = 'application/scim+json';

export function createScimClient(options: ScimTargetOptions): ScimClient {
  const { clock, random, limits } = options;
  const tenantUrl = parseTenantUrl(options.tenantUrl, options.allowedHosts);
  const closing = new AbortController();
  const network = {
    timeoutMs: limits.timeoutMs,
    allowedHosts: options.allowedHosts,
    resolveHost: options.resolveHost ?? resolveWithSystem,
    extraCa: options.extraCa,
  };
  const tokenClient = createTokenClient(options, network);
  const authorization = createAuthorization(options.authentication, tokenClient, {
    clock,
    random,
    signal: closing.signal,
  });
  const http = (options.createClient ?? createHttpClient)({
    ...network,
    origin: tenantUrl.origin,
    // A connection is used again only one turn of the event loop after its answer: spare ones spare the next request the wait.
    connections: Math.ceil(limits.concurrency * 1.25) + 1,
    answerBytesMax,
  });
  const rateControl = createRateControl({ ...limits, clock });
  let requestCount = 0;

  async function exchange(request: ScimRequest, header: string): Promise<HttpAnswer> {
    assertWanted();
    const sent = httpRequest(request, tenantUrl, header);
    const startedAt = clock.now();
    requestCount += 1;
    let outcome: HttpAnswer | TransportFailure | undefined;
    try {
      outcome = await http.send(sent);
      return outcome;
    } catch (error) {
      if (error instanceof TransportFailure) outcome = error;
      throw error;
    } finally {
      if (outcome !== undefined) showExchange(request, sent, outcome, startedAt);
    }
  }

  function showExchange(
    request: ScimRequest,
    sent: HttpRequest,
    outcome: HttpAnswer | TransportFailure,
    startedAt: number,
  ): void {
    const answerBody = outcome instanceof TransportFailure ? undefined : outcome.body;
    const whole = { requestBody: sent.body, responseBody: answerBody };
    const record = currentRecorder();
    const parts = request.partsOf?.(answerBody) ?? (record === undefined ? [] : [{ record, ...whole }]);
    for (const part of parts) part.record(show(sent, outcome, startedAt, part));
    options.onExchange?.(show(sent, outcome, startedAt, whole));
  }

  function show(
    sent: HttpRequest,
    outcome: HttpAnswer | TransportFailure,
    startedAt: number,
    { requestBody, responseBody }: Omit<ExchangePart, 'record'>,
  ): Exchange {
    const secrets = authorization.secrets();
    const isAnswer = !(outcome instanceof TransportFailure);
    return {
      startedAt,
      durationMs: clock.now() - startedAt,
      method: sent.method,
      url: maskSecrets(`${tenantUrl.origin}${sent.path}`, secrets),
      requestHeaders: sent.headers.map(([name, value]) => [name, maskSecrets(value, secrets)]),
      requestBody: excerptBody(requestBody, secrets),
      status: isAnswer ? outcome.status : undefined,
      responseHeaders: isAnswer
        ? answerHeaders(outcome).map(([name, value]) => [name, maskSecrets(value, secrets)])
        : [],
      responseBody: excerptBody(responseBody, secrets),
      failure: isAnswer ? undefined : outcome.message,
    };
  }

  async function exchangeAuthorized(request: ScimRequest): Promise<HttpAnswer> {
    const header = await authorization.header();
    const answer = await exchange(request, header);
    if (answer.status !== 401) return answer;
    if (!(await authorization.refused(header))) throw errorOf(request, answer);
    const second = await exchange(request, await authorization.header());
    if (second.status === 401) throw errorOf(request, second);
    return second;
  }

  async function attempt(request: ScimRequest): Promise<Attempt<HttpAnswer>> {
    try {
      const answer = await exchangeAuthorized(request);
      if (answer.status !== 429 && answer.status !== 503) return { kind: 'done', value: answer };
      return {
        kind: 'again',
        reason: answer.status === 429 ? 'throttled' : 'unavailable',
        retryAfterMs: parseRetryAfter(answer.retryAfter, clock.now()),
        error: errorOf(request, answer),
      };
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error;
      const failure = errorOfFailure(request, error);
      if (!isRepeatable(request, error)) throw failure;
      return { kind: 'again', reason: 'unreachable', retryAfterMs: undefined, error: failure };
    }
  }

  function errorOf(request: ScimRequest, answer: HttpAnswer): ConnectorError {
    const retryAfterMs = parseRetryAfter(answer.retryAfter, clock.now());
    return errorOfAnswer(
      request,
      answer,
      readProblem(answer, authorization.secrets()),
      retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000),
    );
  }

  return {
    async send(request) {
      try {
        const retry = { rateControl, clock, random, attemptsMax, retryAfterMaxMs, signal: closing.signal };
        return await runWithRetries(() => attempt(request), retry);
      } catch (error) {
        throw closing.signal.aborted ? closing.signal.reason : error;
      }
    },
    async sendProbe(request) {
      try {
        return await exchangeAuthorized(request);
      } catch (error) {
        throw error instanceof TransportFailure ? errorOfFailure(request, error) : error;
      }
    },
    errorOf,
    tenantUrl,
    rate: rateControl,
    get requestCount() {
      return requestCount;
    },
    async close() {
      const reason = closedError();
      closing.abort(reason);
      rateControl.close(reason);
      await Promise.all([http.close(), tokenClient?.http.close()]);
    },
  };
}

/**
 * May the request be sent again after this failure? Always when nothing was sent. A create never otherwise; a query
 * after any trouble; PATCH and DELETE, whose repetition ends in the same state, after a broken connection.
 */
function isRepeatable(request: ScimRequest, failure: TransportFailure): boolean {
  if (failure.kind === 'connection') return !failure.isSent || request.purpose !== 'create';
  return failure.kind === 'timeout' && request.method === 'GET';
}

function answerHeaders(answer: HttpAnswer): readonly (readonly [string, string])[] {
  const headers: (readonly [string, string | undefined])[] = [
    ['content-type', answer.contentType === '' ? undefined : answer.contentType],
    ['location', answer.location],
    ['retry-after', answer.retryAfter],
  ];
  return headers.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function httpRequest(request: ScimRequest, tenantUrl: TenantUrl, header: string): HttpRequest {
  const query = [request.query, tenantUrl.flags].filter((part) => part !== undefined && part !== '').join('&');
  return {
    method: request.method,
    path: `${tenantUrl.basePath}${request.path}${query === '' ? '' : `?${query}`}`,
    headers: [
      ['authorization', header],
      ['accept', `${scimJson}, application/json`],
      ['user-agent', `${product.name}/${product.version}`],
      ...(request.body === undefined ? [] : [['content-type', `${scimJson}; charset=utf-8`] as const]),
    ],
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
  };
}

/** The token endpoint has a connection pool of its own: the SCIM token never goes there, nor the client secret here. */
function createTokenClient(
  options: ScimTargetOptions,
  network: Omit<Parameters<typeof createHttpClient>[0], 'origin' | 'connections' | 'answerBytesMax'>,
) {
  if (options.authentication.kind !== 'client-credentials') return undefined;
  const url = readOutgoingUrl(options.authentication.tokenEndpoint, 'token_endpoint', options.allowedHosts);
  const http = createHttpClient({
    ...network,
    origin: url.origin,
    connections: 1,
    answerBytesMax: tokenAnswerBytesMax,
  });
  return { http, path: `${url.pathname}${url.search}` };
}

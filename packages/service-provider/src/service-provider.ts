import { methodNotAllowed, unknownRoute, uriTooLong, type ScimError } from '@joinery/scim';
import { Admission } from './admission.ts';
import { TokenBuckets } from './auth/token-bucket.ts';
import { looksLikeToken } from './auth/token.ts';
import { bulkBytesDefault } from './bulk/bulk-request.ts';
import { toByteStream, withEnd } from './chunks.ts';
import type { Answer, Exchange, ScimRequest, Step } from './exchange.ts';
import type { ScimHandler } from './node-listener.ts';
import { hookResources, type Hooks } from './hooks.ts';
import { answerEmpty, answerError, toScimError } from './present.ts';
import type { ResourceStore } from './ports.ts';
import type { ServiceProvider, ServiceProviderOptions } from './provider.ts';
import { CursorSeal } from './resources/cursor.ts';
import { QueryParameters } from './query-parameters.ts';
import { logEntryOf } from './request-log.ts';
import { Router, type RouteMatch } from './router.ts';
import { createTenantProfiles, type TenantProfiles } from './tenant-profile.ts';
import { loadProfile } from './steps/load-profile.ts';
import { admitAnyone } from './steps/authenticate.ts';
import { bulkOperations, routes, unrouted, unroutedPublic } from './routes.ts';

function withDefaults(given: ServiceProviderOptions): ServiceProvider['options'] {
  const baseUrl = given.baseUrl.replace(/\/+$/, '');
  const bodyBytesMax = given.bodyBytesMax ?? 16 * 1024 * 1024;
  return {
    ...given,
    baseUrl,
    mountPath: given.mountPath ?? new URL(baseUrl).pathname,
    rateLimit: given.rateLimit ?? { perSecond: 1000, burst: 2000 },
    bodyBytesMax,
    bulkBytesMax: Math.min(bodyBytesMax, given.bulkBytesMax ?? bulkBytesDefault),
    urlLengthMax: given.urlLengthMax ?? 32 * 1024,
    acceptsToken: given.acceptsToken ?? looksLikeToken,
    onFailure: given.onFailure ?? (() => {}),
    onAnswer: given.onAnswer ?? (() => {}),
  };
}

async function runSteps(steps: readonly Step[], exchange: Exchange): Promise<Answer | undefined> {
  for (const step of steps) {
    const answer = await step(exchange);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** The answer of the request's row in `routes.ts`; what has no row is denied, behind the check of the credential. */
async function answerRouted(exchange: Exchange, match: RouteMatch, url: URL): Promise<Answer> {
  const { method, url: asked } = exchange.request;
  const { urlLengthMax } = exchange.provider.options;
  if (asked.length - url.origin.length > urlLengthMax) {
    throw uriTooLong({
      detail: `The URL is longer than ${urlLengthMax} characters; send the query to .search instead.`,
    });
  }
  switch (match.kind) {
    case 'route': {
      const answer = await runSteps(match.steps, exchange);
      if (answer === undefined) throw new Error(`invariant broken: no step of ${method} ${url.pathname} answered`);
      return answer;
    }
    case 'method-not-allowed':
      if (method === 'OPTIONS') return answerEmpty(204, { allow: match.allow.join(', ') });
      await runSteps(match.isPublic ? unroutedPublic : unrouted, exchange);
      throw methodNotAllowed({ method, allow: match.allow });
    case 'not-found': {
      const own = await matchOwnType(exchange, url);
      if (own.kind !== 'not-found') return answerRouted(exchange, own, url);
      await runSteps(unrouted, exchange);
      throw unknownRoute(url.pathname);
    }
  }
}

/** A row of a type that the credential's tenant has added; that there is one is known behind the check of the credential. */
async function matchOwnType(exchange: Exchange, url: URL): Promise<RouteMatch> {
  await runSteps([admitAnyone, loadProfile], exchange);
  const match = exchange.profile.router?.match(exchange.request.method, url.pathname) ?? { kind: 'not-found' };
  if (match.kind === 'route') exchange.id = match.id;
  return match;
}

function openExchange(provider: ServiceProvider, request: ScimRequest, match: RouteMatch, url: URL): Exchange {
  return {
    provider,
    request,
    requestId: provider.options.newRequestId(),
    query: new QueryParameters(url.searchParams),
    id: match.kind === 'route' ? match.id : '',
    profile: provider.profiles.common,
    operations: undefined,
    credential: undefined,
    body: undefined,
    leave: undefined,
    tolerated: new Set(),
  };
}

interface Outcome {
  readonly answer: Answer;
  readonly failure: ScimError | undefined;
}

async function settle(exchange: Exchange, match: RouteMatch, url: URL): Promise<Outcome> {
  const { requestId, provider } = exchange;
  try {
    return { answer: await answerRouted(exchange, match, url), failure: undefined };
  } catch (error) {
    const failure = toScimError(error, requestId);
    if (failure.status >= 500 && failure.status !== 501) provider.options.onFailure(error, requestId);
    return { answer: answerError(failure), failure };
  }
}

/** What every answer has: the id of the request, no caching unless said otherwise, and no body for HEAD. */
function finish(answer: Answer, exchange: Exchange): Answer {
  const { requestId, provider } = exchange;
  const isHead = exchange.request.method === 'HEAD';
  const finished: Answer = {
    status: answer.status,
    headers: { 'cache-control': 'no-store', ...answer.headers, 'x-request-id': requestId },
    text: isHead ? undefined : answer.text,
  };
  if (isHead || answer.chunks === undefined) {
    exchange.leave?.();
    return finished;
  }
  const chunks = withEnd(answer.chunks, (failure) => {
    exchange.leave?.();
    if (failure !== undefined) provider.options.onFailure(failure, requestId);
  });
  return { ...finished, chunks };
}

function hooked(options: ServiceProvider['options'], hooks: Hooks, profiles: TenantProfiles): ResourceStore {
  return hookResources(options.resources, hooks, {
    typeOf: async (tenantId, name) => (await profiles.of(tenantId)).endpoints.get(name)?.type,
    onFailure: (error) => options.onFailure(error, 'after-write hook'),
  });
}

/**
 * A SCIM 2.0 service provider (RFC 7642–7644) as a function from request to response, to be embedded in any server that
 * speaks web `Request` and `Response`, or `node:http` by `toNodeListener`. The tenant comes from the bearer token and
 * nothing else. The function never rejects: every failure is an Error body, and each answer has an `X-Request-Id`.
 */
export function createServiceProvider(given: ServiceProviderOptions): ScimHandler {
  const plain = withDefaults(given);
  const profiles = createTenantProfiles(plain);
  const options = given.hooks === undefined ? plain : { ...plain, resources: hooked(plain, given.hooks, profiles) };
  const provider: ServiceProvider = {
    options,
    profiles,
    buckets: new TokenBuckets((tenantId) => options.rateLimitOf?.(tenantId) ?? options.rateLimit),
    cursors: new CursorSeal(options.cursorKey),
    admission: new Admission(options.admission),
    operations: new Router(bulkOperations, ''),
  };
  const router = new Router(routes, options.mountPath);

  const answer = async (request: ScimRequest): Promise<Answer> => {
    const startedAt = options.clock.now();
    const url = new URL(request.url);
    const match = router.match(request.method, url.pathname);
    const exchange = openExchange(provider, request, match, url);
    const outcome = await settle(exchange, match, url);
    const { status } = outcome.answer;
    const durationMs = options.clock.now() - startedAt;
    options.onAnswer({ method: request.method, status, durationMs });
    if (exchange.credential !== undefined) {
      const entry = { at: new Date(startedAt), durationMs, status, failure: outcome.failure, url };
      options.requestLog.append(exchange.credential.tenantId, logEntryOf(exchange, entry));
    }
    return finish(outcome.answer, exchange);
  };

  const respond = async (request: ScimRequest): Promise<Response> => {
    const { status, headers, text, chunks } = await answer(request);
    return new Response(chunks === undefined ? (text ?? null) : toByteStream(chunks), { status, headers });
  };
  return Object.assign(respond, { answer });
}

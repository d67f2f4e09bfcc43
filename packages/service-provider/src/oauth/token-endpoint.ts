import type { Clock, TenantId } from '@joinery/base';
import { TokenBuckets, type RateLimit } from '../auth/token-bucket.ts';
import { generateToken, hashToken } from '../auth/token.ts';
import type { Answer, ScimRequest } from '../exchange.ts';
import type { ScimHandler } from '../node-listener.ts';
import type { Credential, OAuthClient, OAuthStore, RequestLog } from '../ports.ts';
import { invalidClient, invalidRequest, OAuthError } from './errors.ts';
import { KeySets, type FetchKeySet } from './key-sets.ts';
import { readTokenRequest, type TokenRequest } from './token-request.ts';
import { verifyClient } from './verify-client.ts';

export interface TokenEndpointOptions {
  readonly oauth: OAuthStore;
  readonly requestLog: RequestLog;
  readonly clock: Pick<Clock, 'now'>;
  readonly newRequestId: () => string;
  /** Audience of the access tokens: the base URL of the service provider. */
  readonly baseUrl: string;
  /** Key sets of trusted issuers; without it client assertions are refused. */
  readonly fetchKeySet?: FetchKeySet;
  /** Per tenant and process; 20 requests/s with a burst of 100 by default. */
  readonly rateLimit?: RateLimit;
  /** Told of what is not the client's fault. */
  readonly onFailure?: (error: unknown, requestId: string) => void;
}

/** What administrators' forms carry as scope besides ours: it asks for everything that the client may do. */
function asksForAll(scope: string, baseUrl: string): boolean {
  return scope === 'scim' || scope === '.default' || scope === `${baseUrl}/.default`;
}

/** RFC 6749 §3.3: no scope asks for all of the client's. Throws `invalid_scope`. */
function grantScopes(client: OAuthClient, wish: string, baseUrl: string): Credential['scopes'] {
  const names = wish.split(' ').filter((name) => name !== '');
  if (names.every((name) => asksForAll(name, baseUrl))) return client.scopes;
  const granted = client.scopes.filter((scope) => names.includes(scope));
  const known = names.every((name) => asksForAll(name, baseUrl) || granted.some((scope) => scope === name));
  if (known) return names.some((name) => asksForAll(name, baseUrl)) ? client.scopes : granted;
  throw new OAuthError(400, 'invalid_scope', `The scopes of this client are: ${client.scopes.join(' ')}.`);
}

function answerOf(status: number, body: object, headers: Readonly<Record<string, string>>): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache', ...headers },
    text: JSON.stringify(body),
  };
}

/** RFC 6749 §5.2: 401 names the scheme that the client used. */
function answerError(failure: OAuthError, request: ScimRequest): Answer {
  const { error, message, status, retryAfterSeconds } = failure;
  const description = message.replace(/[^\x20-\x7e]|["\\]/g, '');
  return answerOf(
    status,
    { error, error_description: description },
    {
      ...(status === 401 && request.headers.get('authorization') !== null
        ? { 'www-authenticate': 'Basic realm="scim"' }
        : {}),
      ...(status === 405 ? { allow: 'POST' } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
  );
}

const tokenPath = '/oauth2/token';

/**
 * The OAuth 2.0 token endpoint for provisioning clients: client credentials with a secret (RFC 6749 §4.4) or a JWT client
 * assertion (RFC 7523 §2.2). Access tokens are opaque. The tenant comes from the client and nothing else; its request log
 * shows what its clients ask. Never rejects.
 */
export function createTokenEndpoint(options: TokenEndpointOptions): ScimHandler {
  const { oauth, clock, baseUrl } = options;
  const keySets = options.fetchKeySet === undefined ? undefined : new KeySets(options.fetchKeySet, clock);
  const limit = options.rateLimit ?? { perSecond: 20, burst: 100 };
  const buckets = new TokenBuckets(() => limit);

  async function issue(client: OAuthClient, { scope, proof }: TokenRequest): Promise<Answer> {
    const grantId = await verifyClient({ oauth, keySets, clock }, client, proof);
    const scopes = grantScopes(client, scope, baseUrl);
    const token = generateToken();
    const expires = new Date(clock.now() + client.accessTokenSeconds * 1000);
    const hash = hashToken(token);
    await oauth.issue(client.tenantId, { clientId: client.id, grantId, hash, scopes, audience: baseUrl, expires });
    const body = { access_token: token, token_type: 'Bearer', expires_in: client.accessTokenSeconds };
    return answerOf(200, { ...body, scope: scopes.join(' ') }, {});
  }

  function limitRate(tenantId: TenantId): void {
    const seconds = buckets.take(tenantId, clock.now());
    if (seconds === 0) return;
    throw new OAuthError(429, 'slow_down', `Too many token requests; try again in ${seconds} s.`, seconds);
  }

  async function answerRequest(request: ScimRequest, found: (client: OAuthClient) => void): Promise<Answer> {
    if (request.method !== 'POST') throw invalidRequest('The token endpoint takes POST only.', 405);
    const asked = await readTokenRequest(request);
    const client = await oauth.find(asked.clientId);
    if (client === undefined) throw invalidClient();
    found(client);
    limitRate(client.tenantId);
    return issue(client, asked);
  }

  const answer = async (request: ScimRequest): Promise<Answer> => {
    const requestId = options.newRequestId();
    const startedAt = clock.now();
    let client: OAuthClient | undefined;
    let failure: OAuthError | undefined;
    let answered: Answer;
    try {
      answered = await answerRequest(request, (found) => (client = found));
    } catch (error) {
      if (!(error instanceof OAuthError)) options.onFailure?.(error, requestId);
      failure =
        error instanceof OAuthError
          ? error
          : new OAuthError(503, 'temporarily_unavailable', `The request failed inside the server (${requestId}).`, 5);
      answered = answerError(failure, request);
    }
    if (client !== undefined) {
      options.requestLog.append(client.tenantId, {
        at: new Date(startedAt),
        requestId,
        method: 'POST',
        path: new URL(baseUrl).pathname.replace(/\/v2$/, '') + tokenPath,
        status: answered.status,
        durationMs: clock.now() - startedAt,
        credentialId: client.id,
        errorCode: failure?.code,
        errorDetail: failure?.message,
        tolerated: [],
      });
    }
    return { ...answered, headers: { ...answered.headers, 'x-request-id': requestId } };
  };

  const respond = async (request: ScimRequest): Promise<Response> => {
    const { status, headers, text } = await answer(request);
    return new Response(text ?? null, { status, headers });
  };
  return Object.assign(respond, { answer });
}

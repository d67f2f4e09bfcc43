import { ConfigError, type Clock } from '@joinery/base';
import { backoffMs, ConnectorError } from '@joinery/connector-kit';
import { memberOf, parseJson, readProblem } from './answer.ts';
import { isJsonObject } from './attribute-value.ts';
import type { ScimAuthentication } from './config.ts';
import { errorOfFailure, forWholeJob } from './errors.ts';
import { TransportFailure, type HttpAnswer, type HttpClient } from './http.ts';

/** Where the `Authorization` header comes from. */
export interface Authorization {
  /** Throws a job-level `ConnectorError` when no token can be had. */
  header(): Promise<string>;
  /** The target refused this header (401). True: a new one is worth a try. */
  refused(header: string): Promise<boolean>;
  /** Texts that no message, log or exchange may show. */
  secrets(): readonly string[];
}

export function createAuthorization(
  authentication: ScimAuthentication,
  tokenClient: { readonly http: HttpClient; readonly path: string } | undefined,
  context: { readonly clock: Clock; readonly random: () => number; readonly signal: AbortSignal },
): Authorization {
  if (authentication.kind === 'bearer' || tokenClient === undefined) {
    const token = authentication.kind === 'bearer' ? authentication.token.trim() : '';
    if (token === '' || !/^[\x21-\x7e]+$/.test(token)) {
      throw new ConfigError({
        code: 'connector.no_token',
        message: 'The Secret Token is missing or has characters that a token cannot have. Enter it again.',
        retry: 'after-change',
      });
    }
    return { header: async () => `Bearer ${token}`, refused: async () => false, secrets: () => [token] };
  }
  return createClientCredentials(authentication, tokenClient, context);
}

/** Seconds before its expiry at which a token is no longer used. */
const expiryMarginSeconds = 60;
const defaultLifetimeSeconds = 3600;
const tokenAttemptsMax = 3;

interface Token {
  readonly header: string;
  readonly text: string;
  readonly usableUntil: number;
}

/**
 * OAuth 2.0 client credentials, RFC 6749 §4.4. The token is kept until shortly before its expiry; requests that need a new
 * one share a single fetch. The client authenticates by HTTP Basic, or in the body where the server refuses Basic.
 */
function createClientCredentials(
  authentication: Extract<ScimAuthentication, { kind: 'client-credentials' }>,
  tokenClient: { readonly http: HttpClient; readonly path: string },
  context: { readonly clock: Clock; readonly random: () => number; readonly signal: AbortSignal },
): Authorization {
  const { clock } = context;
  let token: Token | undefined;
  let fetching: Promise<Token> | undefined;
  let clientAuthentication: 'basic' | 'body' = 'basic';
  /** The last tokens: a late answer may still quote one that was replaced. */
  let recentTexts: readonly string[] = [];

  async function currentToken(): Promise<Token> {
    if (token !== undefined && clock.now() < token.usableUntil) return token;
    fetching ??= fetchToken().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  async function fetchToken(): Promise<Token> {
    let answer = await requestToken(clientAuthentication);
    if (clientAuthentication === 'basic' && (answer.status === 401 || answer.status === 400)) {
      const inBody = await requestToken('body');
      if (inBody.status === 200) {
        clientAuthentication = 'body';
        answer = inBody;
      }
    }
    token = readToken(answer, clock.now(), secretsOf());
    recentTexts = [token.text, ...recentTexts.slice(0, 3)];
    return token;
  }

  async function requestToken(method: 'basic' | 'body'): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await tokenClient.http.send(tokenRequest(authentication, tokenClient.path, method));
        if (answer.status < 500 && answer.status !== 429) return answer;
        if (attempt >= tokenAttemptsMax) return answer;
      } catch (error) {
        if (!(error instanceof TransportFailure)) throw error;
        if (attempt >= tokenAttemptsMax || error.kind === 'refused' || error.kind === 'closed') {
          throw forWholeJob(
            errorOfFailure({ method: 'POST', label: 'POST to the token endpoint', purpose: 'query' }, error),
          );
        }
      }
      await clock.sleep(backoffMs(attempt, context.random), context.signal);
    }
  }

  const secretsOf = (): readonly string[] => [authentication.clientSecret, ...recentTexts];
  return {
    header: async () => (await currentToken()).header,
    async refused(header) {
      if (token?.header === header) token = undefined;
      await currentToken();
      return true;
    },
    secrets: secretsOf,
  };
}

function tokenRequest(
  authentication: Extract<ScimAuthentication, { kind: 'client-credentials' }>,
  path: string,
  method: 'basic' | 'body',
) {
  const { clientId, clientSecret, scope } = authentication;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== undefined && scope !== '') form.set('scope', scope);
  if (method === 'body') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  const basic = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`, 'utf8').toString('base64');
  return {
    method: 'POST' as const,
    path,
    headers: [
      ['content-type', 'application/x-www-form-urlencoded'],
      ['accept', 'application/json'],
      ...(method === 'basic' ? [['authorization', `Basic ${basic}`] as const] : []),
    ] as const,
    body: form.toString(),
  };
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before Basic. */
function formEncode(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}

function readToken(answer: HttpAnswer, now: number, secrets: readonly string[]): Token {
  const body = answer.status === 200 ? parseJson(answer.body) : undefined;
  const text = isJsonObject(body) ? memberOf(body, 'access_token') : undefined;
  if (!isJsonObject(body) || typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) {
    const { detail } = readProblem(answer, secrets);
    const said = detail === undefined ? '' : `, "${detail}"`;
    const isTrouble = answer.status === 429 || answer.status >= 500;
    throw new ConnectorError({
      code: isTrouble ? 'connector.target_failed' : 'connector.unauthorized',
      message: `The token endpoint gave no access token: it answered ${answer.status}${said}. Check the token endpoint, client id and client secret.`,
      retry: isTrouble ? 'later' : 'after-change',
      scope: 'job',
      logCode: isTrouble ? 'InternalServerError' : 'Unauthorized',
      status: answer.status,
    });
  }
  const expiresIn = Number(memberOf(body, 'expires_in') ?? defaultLifetimeSeconds);
  const lifetime = Number.isFinite(expiresIn) && expiresIn > 0 ? expiresIn : defaultLifetimeSeconds;
  const usable = Math.max(lifetime / 2, lifetime - expiryMarginSeconds);
  return { header: `Bearer ${text}`, text, usableUntil: now + usable * 1000 };
}

import { JoineryError } from '@joinery/base';
import { etagOf, internal, ScimError, toErrorBody, unavailable } from '@joinery/scim';
import type { Answer } from './exchange.ts';

const mediaType = 'application/scim+json; charset=utf-8';

/** Every answer with a body is `application/scim+json`, errors too. */
export function answerJson(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return answerText(status, JSON.stringify(body), headers);
}

/** A body that is JSON text already. */
export function answerText(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': mediaType, ...headers }, text };
}

/** A body too large for one string, in pieces of JSON text; see `Answer.chunks`. */
export function answerChunks(
  status: number,
  chunks: AsyncIterable<string>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { 'content-type': mediaType, ...headers }, text: undefined, chunks };
}

export function answerEmpty(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, text: undefined };
}

/** `ETag` and `Location` of a resource, the same in every answer that concerns it, also without a body. */
export function resourceHeaders(location: string, version: number): Record<string, string> {
  return { etag: etagOf(version), location };
}

type ErrorHeaders = (error: ScimError) => Record<string, string>;

/** RFC 6750 §3: `error` only where a token was presented. */
const challenges: Readonly<Record<string, ErrorHeaders>> = {
  'scim.unauthorized': () => ({ 'www-authenticate': 'Bearer realm="scim"' }),
  'scim.invalid_token': (error) => ({
    'www-authenticate': `Bearer realm="scim", error="invalid_token", error_description="${quotable(error.message)}"`,
  }),
  'scim.insufficient_scope': (error) => ({
    'www-authenticate': `Bearer realm="scim", error="insufficient_scope", scope="${quotable(String(error.detail['scope']))}"`,
  }),
  'scim.method_not_allowed': (error) => {
    const { allow } = error.detail;
    return { allow: Array.isArray(allow) ? allow.join(', ') : '' };
  },
};

function quotable(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, '');
}

/** Anything thrown, as the client may see it: a foreign error shows nothing of itself. */
export function toScimError(error: unknown, requestId: string): ScimError {
  const known = error instanceof ScimError ? error : fromForeign(error, requestId);
  if (known.status < 500 || known.message.includes(requestId)) return known;
  return new ScimError({
    code: known.code,
    status: known.status,
    message: `${known.message} (request ${requestId})`,
    retry: known.retry,
    ...(known.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
    cause: error,
  });
}

function fromForeign(error: unknown, requestId: string): ScimError {
  if (error instanceof JoineryError && error.retry === 'later') {
    return unavailable({
      detail: 'The service is not available at the moment; try again.',
      retryAfterSeconds: error.retryAfterSeconds ?? 5,
    });
  }
  return internal({ requestId, cause: error });
}

export function answerError(error: ScimError): Answer {
  return answerJson(error.status, toErrorBody(error), {
    ...(error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterSeconds)) }),
    ...challenges[error.code]?.(error),
  });
}

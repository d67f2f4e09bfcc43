import { JoineryError, type JoineryErrorOptions, type JsonObject, type Problem, type Retry } from '@joinery/base';
import { printable } from './plain-text.ts';
import { urns } from './schema/urns.ts';

/** The registered keywords of RFC 7644 §3.12 and RFC 9865 §2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** An error that a SCIM client sees: HTTP status, `scimType` where one is registered, `message` as `detail`. */
export class ScimError extends JoineryError {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  constructor(options: JoineryErrorOptions & { status: number; scimType?: ScimType }) {
    super({ ...options, message: printable(options.message) });
    this.status = options.status;
    this.scimType = options.scimType;
  }
}

/** What every factory below takes: the sentence for the client, and what it is about for programs. */
export interface Refusal {
  /** One sentence: what was wrong, where, and what would be valid. */
  readonly detail: string;
  /** Attribute path, as printed for people. */
  readonly attribute?: string;
  readonly cause?: unknown;
}

/** The wire form of an error, RFC 7644 §3.12. `status` is text, equal to the HTTP status. */
export function toErrorBody(error: ScimError): JsonObject {
  return {
    schemas: [urns.error],
    status: String(error.status),
    ...(error.scimType === undefined ? {} : { scimType: error.scimType }),
    detail: error.message,
  };
}

interface Kind {
  readonly code: string;
  readonly status: number;
  readonly scimType?: ScimType;
  readonly retry?: Retry;
}

function make(kind: Kind, refusal: Refusal, data: Readonly<Record<string, unknown>> = {}): ScimError {
  return new ScimError({
    ...kind,
    message: refusal.detail,
    detail: refusal.attribute === undefined ? data : { attribute: refusal.attribute, ...data },
    ...(refusal.cause === undefined ? {} : { cause: refusal.cause }),
  });
}

/** 400 `invalidFilter`, code `scim.invalid_filter`. `problems` hold the positions. */
export function invalidFilter(refusal: Refusal & { readonly problems?: readonly Problem[] }): ScimError {
  const kind: Kind = { code: 'scim.invalid_filter', status: 400, scimType: 'invalidFilter' };
  return make(kind, refusal, refusal.problems === undefined ? {} : { problems: refusal.problems });
}

/** 400 `tooMany`, code `scim.too_many`: the answer would be too large to compute. */
export function tooMany(refusal: Refusal): ScimError {
  return make({ code: 'scim.too_many', status: 400, scimType: 'tooMany' }, refusal);
}

/** 409 `uniqueness`, code `scim.uniqueness`. */
export function uniqueness(taken: {
  readonly attribute: string;
  readonly value: string;
  readonly cause?: unknown;
}): ScimError {
  return make(
    { code: 'scim.uniqueness', status: 409, scimType: 'uniqueness', retry: 'after-change' },
    { ...taken, detail: `${taken.attribute} '${taken.value}' is already used by another resource.` },
    { value: taken.value },
  );
}

/** 400 `mutability`, code `scim.mutability`. */
export function mutability(refusal: Refusal): ScimError {
  return make({ code: 'scim.mutability', status: 400, scimType: 'mutability' }, refusal);
}

/** 400 `invalidSyntax`, code `scim.invalid_syntax`. */
export function invalidSyntax(refusal: Refusal): ScimError {
  return make({ code: 'scim.invalid_syntax', status: 400, scimType: 'invalidSyntax' }, refusal);
}

/** 400 `invalidPath`, code `scim.invalid_path`. */
export function invalidPath(refusal: Refusal): ScimError {
  return make({ code: 'scim.invalid_path', status: 400, scimType: 'invalidPath' }, refusal);
}

/** 400 `noTarget`, code `scim.no_target`. */
export function noTarget(refusal: Refusal): ScimError {
  return make({ code: 'scim.no_target', status: 400, scimType: 'noTarget' }, refusal);
}

/** 400 `invalidValue`, code `scim.invalid_value`. */
export function invalidValue(refusal: Refusal): ScimError {
  return make({ code: 'scim.invalid_value', status: 400, scimType: 'invalidValue' }, refusal);
}

const unknownNamedMax = 20;

/** 400 `invalidValue`, code `scim.invalid_value`: members that do not exist. Names up to 20; `detail.unknownMembers` has all. */
export function unknownMembers(ids: readonly string[]): ScimError {
  const named = ids.slice(0, unknownNamedMax).map((id) => `'${id}'`);
  const more = ids.length > named.length ? ` and ${ids.length - named.length} more` : '';
  return make(
    { code: 'scim.invalid_value', status: 400, scimType: 'invalidValue' },
    { attribute: 'members', detail: `members names resources that do not exist: ${named.join(', ')}${more}.` },
    { unknownMembers: ids },
  );
}

/** 400 `invalidVers`, code `scim.invalid_version`. */
export function invalidVersion(refusal: Refusal): ScimError {
  return make({ code: 'scim.invalid_version', status: 400, scimType: 'invalidVers' }, refusal);
}

/** 403 `sensitive`, code `scim.sensitive`: personal data is not taken in a URL. */
export function sensitive(refusal: Refusal): ScimError {
  return make({ code: 'scim.sensitive', status: 403, scimType: 'sensitive' }, refusal);
}

/** 400 `invalidCursor`, code `scim.invalid_cursor`. One text for forged, foreign and mistyped cursors. */
export function invalidCursor(): ScimError {
  const detail = 'The cursor is not valid for this query; start again with an empty cursor.';
  return make({ code: 'scim.invalid_cursor', status: 400, scimType: 'invalidCursor' }, { detail });
}

/** 400 `expiredCursor`, code `scim.expired_cursor`. */
export function expiredCursor(): ScimError {
  const detail = 'The cursor has expired; start again with an empty cursor.';
  return make({ code: 'scim.expired_cursor', status: 400, scimType: 'expiredCursor' }, { detail });
}

/** 400 `invalidCount`, code `scim.invalid_count`, of cursor paging (RFC 9865 §2.1); index paging clamps instead. */
export function invalidCount(refusal: Refusal): ScimError {
  return make({ code: 'scim.invalid_count', status: 400, scimType: 'invalidCount' }, refusal);
}

/** 404, code `scim.not_found`. The same for an unknown, a deleted and another tenant's id. */
export function notFound(what: { readonly resourceType: string; readonly id: string }): ScimError {
  const detail = `${what.resourceType} '${what.id}' does not exist.`;
  return make({ code: 'scim.not_found', status: 404 }, { detail }, what);
}

/** 404, code `scim.unknown_route`. */
export function unknownRoute(path: string): ScimError {
  return make({ code: 'scim.unknown_route', status: 404 }, { detail: `There is no endpoint at ${path}.` });
}

/** 405, code `scim.method_not_allowed`. `allow` is for the `Allow` header. */
export function methodNotAllowed(asked: { readonly method: string; readonly allow: readonly string[] }): ScimError {
  const detail = `${asked.method} is not allowed here; allowed are ${asked.allow.join(', ')}.`;
  return make({ code: 'scim.method_not_allowed', status: 405 }, { detail }, asked);
}

/** 401, code `scim.unauthorized`. */
export function unauthorized(refusal: Refusal): ScimError {
  return make({ code: 'scim.unauthorized', status: 401, retry: 'after-change' }, refusal);
}

/** 403, code `scim.forbidden`. */
export function forbidden(refusal: Refusal): ScimError {
  return make({ code: 'scim.forbidden', status: 403, retry: 'after-change' }, refusal);
}

/** 412, code `scim.precondition_failed`: `If-Match` names another version. */
export function preconditionFailed(refusal: Refusal): ScimError {
  return make({ code: 'scim.precondition_failed', status: 412, retry: 'after-change' }, refusal);
}

/** 413, code `scim.payload_too_large`. The detail states the limit (RFC 7644 §3.7.4). */
export function payloadTooLarge(refusal: Refusal): ScimError {
  return make({ code: 'scim.payload_too_large', status: 413 }, refusal);
}

/** 414, code `scim.uri_too_long`. */
export function uriTooLong(refusal: Refusal): ScimError {
  return make({ code: 'scim.uri_too_long', status: 414 }, refusal);
}

/** 415, code `scim.unsupported_media_type`. */
export function unsupportedMediaType(refusal: Refusal): ScimError {
  return make({ code: 'scim.unsupported_media_type', status: 415 }, refusal);
}

/** 429, code `scim.too_many_requests`; `retryAfterSeconds` is for the `Retry-After` header. */
export function tooManyRequests(limit: { readonly detail: string; readonly retryAfterSeconds: number }): ScimError {
  return later({ code: 'scim.too_many_requests', status: 429 }, limit);
}

/** 503, code `scim.unavailable`: overload, maintenance, a paused tenant. */
export function unavailable(limit: { readonly detail: string; readonly retryAfterSeconds: number }): ScimError {
  return later({ code: 'scim.unavailable', status: 503 }, limit);
}

function later(kind: Kind, limit: { readonly detail: string; readonly retryAfterSeconds: number }): ScimError {
  return new ScimError({
    ...kind,
    message: limit.detail,
    retry: 'later',
    retryAfterSeconds: limit.retryAfterSeconds,
  });
}

/** 501, code `scim.not_implemented`. */
export function notImplemented(refusal: Refusal): ScimError {
  return make({ code: 'scim.not_implemented', status: 501 }, refusal);
}

/** 500, code `scim.internal`. Names the request for the administrator's log and nothing of the cause. */
export function internal(failure: { readonly requestId: string; readonly cause?: unknown }): ScimError {
  return new ScimError({
    code: 'scim.internal',
    status: 500,
    message: `The request failed inside the server; its log has the reason under requestId ${failure.requestId}.`,
    retry: 'later',
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  });
}

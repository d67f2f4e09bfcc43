import { expect, test } from 'vitest';
import * as scim from './index.ts';

const detail = 'd';

test.each([
  [scim.invalidFilter({ detail }), 400, 'invalidFilter', 'scim.invalid_filter'],
  [scim.tooMany({ detail }), 400, 'tooMany', 'scim.too_many'],
  [scim.uniqueness({ attribute: 'userName', value: 'a' }), 409, 'uniqueness', 'scim.uniqueness'],
  [scim.mutability({ detail }), 400, 'mutability', 'scim.mutability'],
  [scim.invalidSyntax({ detail }), 400, 'invalidSyntax', 'scim.invalid_syntax'],
  [scim.invalidPath({ detail }), 400, 'invalidPath', 'scim.invalid_path'],
  [scim.noTarget({ detail }), 400, 'noTarget', 'scim.no_target'],
  [scim.invalidValue({ detail }), 400, 'invalidValue', 'scim.invalid_value'],
  [scim.invalidVersion({ detail }), 400, 'invalidVers', 'scim.invalid_version'],
  [scim.sensitive({ detail }), 403, 'sensitive', 'scim.sensitive'],
  [scim.invalidCursor(), 400, 'invalidCursor', 'scim.invalid_cursor'],
  [scim.expiredCursor(), 400, 'expiredCursor', 'scim.expired_cursor'],
  [scim.invalidCount({ detail }), 400, 'invalidCount', 'scim.invalid_count'],
  [scim.notFound({ resourceType: 'User', id: 'x' }), 404, undefined, 'scim.not_found'],
  [scim.unknownRoute('/x'), 404, undefined, 'scim.unknown_route'],
  [scim.methodNotAllowed({ method: 'PUT', allow: ['GET'] }), 405, undefined, 'scim.method_not_allowed'],
  [scim.unauthorized({ detail }), 401, undefined, 'scim.unauthorized'],
  [scim.forbidden({ detail }), 403, undefined, 'scim.forbidden'],
  [scim.preconditionFailed({ detail }), 412, undefined, 'scim.precondition_failed'],
  [scim.payloadTooLarge({ detail }), 413, undefined, 'scim.payload_too_large'],
  [scim.uriTooLong({ detail }), 414, undefined, 'scim.uri_too_long'],
  [scim.unsupportedMediaType({ detail }), 415, undefined, 'scim.unsupported_media_type'],
  [scim.tooManyRequests({ detail, retryAfterSeconds: 1 }), 429, undefined, 'scim.too_many_requests'],
  [scim.unavailable({ detail, retryAfterSeconds: 1 }), 503, undefined, 'scim.unavailable'],
  [scim.notImplemented({ detail }), 501, undefined, 'scim.not_implemented'],
  [scim.internal({ requestId: 'r' }), 500, undefined, 'scim.internal'],
])('%s', (error, status, scimType, code) => {
  expect(error.code).toBe(code);
  const body = scim.toErrorBody(error);
  expect(body).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: error.message,
  });
});

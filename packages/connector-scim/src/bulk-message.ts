import type { Json, JsonObject } from '@joinery/base';
import { memberOf, parseJson } from './answer.ts';
import { isJsonArray, isJsonObject } from './attribute-value.ts';
import type { HttpAnswer } from './http.ts';
import type { ScimRequest } from './scim-client.ts';

const bulkRequestUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const bulkResponseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** One operation of a bulk request, made of the request that it would be alone. */
export interface BulkEntry {
  readonly bulkId: string;
  readonly request: ScimRequest;
}

/** An operation as RFC 7644 §3.7 has it. Each has a `bulkId`, so that its answer is found wherever it stands. */
export function operationOf({ bulkId, request }: BulkEntry): JsonObject {
  const { method, path, body } = request;
  return { method, path, bulkId, ...(body === undefined ? {} : { data: body }) };
}

/** Without `failOnErrors`: every operation is carried out, whatever becomes of the others. */
export function bulkBody(operations: readonly JsonObject[]): JsonObject {
  return { schemas: [bulkRequestUrn], Operations: operations };
}

/** A message of its own with this operation's answer alone. */
export function answerBody(result: JsonObject): JsonObject {
  return { schemas: [bulkResponseUrn], Operations: [result] };
}

/** The answers of a BulkResponse by `bulkId` of the operation; undefined when the body is none. */
export function readBulkAnswer(
  body: string,
  entries: readonly BulkEntry[],
): ReadonlyMap<string, JsonObject> | undefined {
  const message = parseJson(body);
  const operations = isJsonObject(message) ? memberOf(message, 'Operations') : undefined;
  if (!isJsonArray(operations)) return undefined;
  const results = operations.filter(isJsonObject);
  const matched = new Map<string, JsonObject>();
  const known = new Set(entries.map(({ bulkId }) => bulkId));
  const nameless: JsonObject[] = [];
  for (const result of results) {
    const bulkId = memberOf(result, 'bulkId');
    if (bulkId === undefined) nameless.push(result);
    else if (typeof bulkId === 'string' && known.has(bulkId) && !matched.has(bulkId)) matched.set(bulkId, result);
  }
  for (const result of nameless) {
    const entry = entries.find((one) => !matched.has(one.bulkId) && isAbout(result, one.request));
    if (entry !== undefined) matched.set(entry.bulkId, result);
  }
  return matched;
}

/** An answer without `bulkId` is known by its method and location; a creation never, since any could be meant. */
function isAbout(result: JsonObject, { method, path }: ScimRequest): boolean {
  const [said, location] = [memberOf(result, 'method'), memberOf(result, 'location')];
  if (method === 'POST' || typeof said !== 'string' || typeof location !== 'string') return false;
  return said.toUpperCase() === method && location.endsWith(path);
}

/**
 * What one operation was answered, as the answer to a request of its own. A created resource that is not shown is known by
 * its location. Undefined when it has no usable status.
 */
export function answerOf(result: JsonObject): HttpAnswer | undefined {
  const status = statusOf(memberOf(result, 'status'));
  if (status === undefined) return undefined;
  const location = memberOf(result, 'location');
  const response = memberOf(result, 'response');
  return {
    status,
    contentType: 'application/scim+json',
    retryAfter: undefined,
    location: typeof location === 'string' ? location : undefined,
    body: bodyOf(result, status, response, location),
  };
}

function bodyOf(result: JsonObject, status: number, response: Json | undefined, location: Json | undefined): string {
  const isCreated = status < 300 && String(memberOf(result, 'method')).toUpperCase() === 'POST';
  const shown = isJsonObject(response) ? response : undefined;
  if (!isCreated || typeof location !== 'string' || (shown !== undefined && memberOf(shown, 'id') !== undefined)) {
    return shown === undefined ? '' : JSON.stringify(shown);
  }
  return JSON.stringify({ ...shown, id: lastSegment(location) });
}

function lastSegment(location: string): string {
  const [path = ''] = location.split(/[?#]/);
  const segment = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not percent-encoded: the id as it stands there.
    return segment;
  }
}

/** Text, as RFC 7644 §3.7.3 has it, a number, or `{"code": "201"}` as its drafts had it. */
function statusOf(value: Json | undefined): number | undefined {
  const code = isJsonObject(value) ? memberOf(value, 'code') : value;
  const text = typeof code === 'number' ? String(code) : code;
  return typeof text === 'string' && /^[1-5]\d\d$/.test(text) ? Number(text) : undefined;
}

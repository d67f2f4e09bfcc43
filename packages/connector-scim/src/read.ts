import type { JsonObject } from '@joinery/base';
import {
  ConnectorError,
  type Lookup,
  type ReferenceCheck,
  type TargetObject,
  type TargetObjectType,
} from '@joinery/connector-kit';
import { memberOf, parseJson, readId, readList, readObject, type ListAnswer } from './answer.ts';
import { isJsonArray, isJsonObject } from './attribute-value.ts';
import type { Dialect } from './config.ts';
import { forWholeJob, incompatibleAnswer, unwantedMembers } from './errors.ts';
import { matchQuery, referenceQuery } from './filter-query.ts';
import type { HttpAnswer } from './http.ts';
import { attributeOf, shapeOf, type ObjectShape } from './object-shape.ts';
import { readAttribute, readTargetObject } from './read-values.ts';
import type { ScimClient, ScimRequest } from './scim-client.ts';

export interface ReadContext {
  readonly client: ScimClient;
  readonly dialect: Dialect;
  readonly random: () => number;
}

export function matchRequest(shape: ObjectShape, lookup: Lookup, dialect: Dialect): ScimRequest {
  const { query, masked } = matchQuery(shape, lookup, dialect);
  return { method: 'GET', path: shape.endpoint, query, label: `GET ${shape.endpoint}?${masked}`, purpose: 'query' };
}

/** One object, without a group's members. */
export function objectRequest(shape: ObjectShape, id: string, method: 'GET' | 'PATCH' | 'DELETE'): ScimRequest {
  const path = `${shape.endpoint}/${encodeURIComponent(id)}`;
  const leavesOut = method === 'GET' && shape.type.kind === 'group';
  return {
    method,
    path,
    label: `${method} ${path}`,
    purpose: 'object',
    ...(leavesOut ? { query: 'excludedAttributes=members' } : {}),
  };
}

/** Test Connection (facts §7.1): a filter that nothing matches must be answered with an empty list. */
export async function testConnection(context: ReadContext, type: TargetObjectType, attribute: string): Promise<void> {
  const request = matchRequest(shapeOf(type), { attribute, value: randomGuid(context.random) }, context.dialect);
  try {
    const answer = await context.client.send(request);
    checkProbe(context, request, answer);
  } catch (error) {
    throw error instanceof ConnectorError && error.scope === 'object' ? forWholeJob(error) : error;
  }
}

/** Throws when the answer to a query for a random value is not an empty list. */
export function checkProbe({ client }: ReadContext, request: ScimRequest, answer: HttpAnswer): void {
  if (answer.status !== 200) throw client.errorOf(request, answer);
  const { resources, totalResults } = readList(request, answer);
  if (resources.length === 0 && (totalResults ?? 0) === 0) return;
  throw incompatibleAnswer(
    request,
    200,
    `lists ${totalResults ?? resources.length} objects for a value that none can have: the filter was ignored`,
  );
}

/** A version 4 GUID. */
export function randomGuid(random: () => number): string {
  const digit = (values: string) => values[Math.floor(random() * values.length)] ?? '0';
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (kind) =>
    digit(kind === 'x' ? '0123456789abcdef' : '89ab'),
  );
}

export async function findObjects(
  context: ReadContext,
  type: TargetObjectType,
  lookup: Lookup,
): Promise<readonly TargetObject[]> {
  const shape = shapeOf(type);
  const request = matchRequest(shape, lookup, context.dialect);
  const answer = await context.client.send(request);
  if (answer.status !== 200) throw context.client.errorOf(request, answer);
  const { resources } = readList(request, answer);
  // A list that changes while it is read may show one resource twice.
  const found = [...new Map(resources.map((resource) => [resource['id'], resource])).values()].slice(0, 2);
  for (const resource of found) {
    if (!mayMatch(shape, lookup, resource)) {
      throw incompatibleAnswer(
        request,
        200,
        `has an object whose ${lookup.attribute} is another: the filter was ignored`,
      );
    }
  }
  return found.map((resource) => readOne(context, shape, request, answer, resource));
}

/**
 * A target that ignores the filter would have a stranger's account overwritten, so the matching attribute is compared where
 * the answer shows it. Letter case, width forms and outer blanks may differ.
 */
function mayMatch(shape: ObjectShape, lookup: Lookup, resource: JsonObject): boolean {
  const shown = readAttribute(resource, attributeOf(shape, lookup.attribute));
  if (shown === undefined) return true;
  const fold = (text: string) => text.normalize('NFKC').trim().toLowerCase();
  const shownValues = isJsonArray(shown) ? shown : [shown];
  return shownValues.some(
    (value) => isJsonObject(value) || isJsonArray(value) || fold(String(value)) === fold(lookup.value),
  );
}

function readOne(
  { dialect }: ReadContext,
  shape: ObjectShape,
  request: ScimRequest,
  answer: HttpAnswer,
  resource: JsonObject,
): TargetObject {
  const members = shape.type.kind === 'group' ? memberOf(resource, 'members') : undefined;
  // Entra refuses such an answer; in the other dialects members that nobody asked for are left unread.
  if (dialect !== 'rfc' && isJsonArray(members) && members.length > 0) throw unwantedMembers(request, answer.status);
  return readTargetObject(shape, readId(request, answer, resource), resource);
}

/** Undefined when the id is gone. */
export async function getResource(
  context: ReadContext,
  shape: ObjectShape,
  id: string,
): Promise<{ readonly object: TargetObject; readonly resource: JsonObject } | undefined> {
  const request = objectRequest(shape, id, 'GET');
  const answer = await context.client.send(request);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw context.client.errorOf(request, answer);
  const resource = readObject(request, answer);
  const object = readOne(context, shape, request, answer, resource);
  if (object.id !== id) throw incompatibleAnswer(request, 200, 'is another object than the one asked for');
  return { object, resource };
}

/**
 * The `value`s of a group's members; undefined when the group is gone. Members that the answer leaves out are none
 * (RFC 7643 §2.5); RFC 7644 has no paging inside a resource, so the answer holds them all, below the size of any answer.
 */
export async function listMembers(
  { client }: ReadContext,
  shape: ObjectShape,
  groupId: string,
): Promise<readonly string[] | undefined> {
  const path = `${shape.endpoint}/${encodeURIComponent(groupId)}`;
  const query = 'attributes=members';
  const request: ScimRequest = { method: 'GET', path, query, label: `GET ${path}?${query}`, purpose: 'object' };
  const answer = await client.send(request);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw client.errorOf(request, answer);
  const resource = readObject(request, answer);
  if (readId(request, answer, resource) !== groupId) {
    throw incompatibleAnswer(request, 200, 'is another group than the one asked for');
  }
  const members = memberOf(resource, 'members');
  if (!isJsonArray(members)) return [];
  const ids = members.map((one) => (isJsonObject(one) ? memberOf(one, 'value') : one));
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}

export async function checkReference(
  { client }: ReadContext,
  type: TargetObjectType,
  check: ReferenceCheck,
): Promise<boolean> {
  const { endpoint } = shapeOf(type);
  const { query, masked } = referenceQuery(check.attribute, check.id, check.referencedId);
  const request: ScimRequest = {
    method: 'GET',
    path: endpoint,
    query,
    label: `GET ${endpoint}?${masked}`,
    purpose: 'query',
  };
  const answer = await client.send(request);
  if (answer.status !== 200) throw client.errorOf(request, answer);
  return readList(request, answer).resources.length > 0;
}

/** Where a listing goes on: by position, or by the target's cursor (RFC 9865). */
interface ListPosition {
  readonly startIndex: number;
  /** First id of the page before: a target that ignores `startIndex` shows it again. */
  readonly firstId: string | undefined;
  readonly cursor: string | undefined;
}

export async function listObjects(
  context: ReadContext,
  type: TargetObjectType,
  position: string | undefined,
  paging: { readonly pageSize: number; readonly byCursor: boolean },
): Promise<{ objects: readonly TargetObject[]; next: string | undefined; total: number | undefined }> {
  const shape = shapeOf(type);
  const at = readPosition(position);
  const request = listRequest(shape, at, paging);
  const answer = await context.client.send(request);
  if (answer.status !== 200) throw context.client.errorOf(request, answer);
  const page = readList(request, answer);
  const objects = page.resources.map((resource) => readOne(context, shape, request, answer, resource));
  const firstId = objects[0]?.id;
  const isRepeated = firstId !== undefined && firstId === at.firstId;
  if (
    isRepeated ||
    (!paging.byCursor && page.startIndex !== undefined && page.startIndex !== at.startIndex && objects.length > 0)
  ) {
    throw incompatibleAnswer(request, 200, 'is not the page asked for: startIndex was ignored');
  }
  if (!paging.byCursor) checkCount(request, at, objects.length, page.totalResults);
  const startIndex = at.startIndex + objects.length;
  const hasMore = paging.byCursor ? page.nextCursor !== undefined : mayHaveMore(startIndex, objects.length, page);
  const next = hasMore ? JSON.stringify({ startIndex, firstId, cursor: page.nextCursor }) : undefined;
  return { objects, next, total: page.totalResults };
}

/** Throws when the listing ends before its own total, or goes on after it: it does not show all that is there. */
function checkCount(request: ScimRequest, at: ListPosition, shown: number, total: number | undefined): void {
  if (total === undefined) return;
  if (shown === 0 && at.startIndex <= total) {
    throw incompatibleAnswer(request, 200, `ends after ${at.startIndex - 1} of ${total} objects`);
  }
  if (shown > 0 && at.startIndex > total) {
    throw incompatibleAnswer(request, 200, `counts ${total} objects and lists more: the total is that of a page`);
  }
}

/** A listing that seems to end with its first page at a round number may be cut there: the next page tells. */
function mayHaveMore(next: number, shown: number, { totalResults }: ListAnswer): boolean {
  if (shown === 0 || totalResults === undefined) return shown > 0;
  return next <= totalResults || (next === shown + 1 && shown % 50 === 0);
}

function listRequest(
  shape: ObjectShape,
  at: ListPosition,
  paging: { readonly pageSize: number; readonly byCursor: boolean },
): ScimRequest {
  const leaveOut = shape.type.kind === 'group' ? '&excludedAttributes=members' : '';
  const from = paging.byCursor ? `cursor=${encodeURIComponent(at.cursor ?? '')}` : `startIndex=${at.startIndex}`;
  const query = `${from}&count=${paging.pageSize}${leaveOut}`;
  return { method: 'GET', path: shape.endpoint, query, label: `GET ${shape.endpoint}?${query}`, purpose: 'query' };
}

function readPosition(text: string | undefined): ListPosition {
  const value = text === undefined ? undefined : parseJson(text);
  if (!isJsonObject(value)) return { startIndex: 1, firstId: undefined, cursor: undefined };
  const { startIndex, firstId, cursor } = value;
  return {
    startIndex: typeof startIndex === 'number' ? startIndex : 1,
    firstId: typeof firstId === 'string' ? firstId : undefined,
    cursor: typeof cursor === 'string' ? cursor : undefined,
  };
}

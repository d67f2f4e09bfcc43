import {
  ConnectorError,
  type AttributeChange,
  type AttributeValues,
  type TargetObject,
  type TargetObjectType,
} from '@joinery/connector-kit';
import { parseJson, readId, readObject, readProblem } from './answer.ts';
import { isJsonObject } from './attribute-value.ts';
import { checkMembers, checkUpdate, shownMembers } from './check-write.ts';
import { createBody } from './create-body.ts';
import { incompatibleAnswer } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import { splitMembers, membersBody, type MemberBatch } from './member-changes.ts';
import { shapeOf } from './object-shape.ts';
import { patchBody, patchOperations, typeChanges } from './patch-body.ts';
import { withMissingElements } from './patch-rfc.ts';
import { hasElement, readTargetObject } from './read-values.ts';
import { getResource, objectRequest, type ReadContext } from './read.ts';
import type { Remarks } from './remarks.ts';
import type { ScimRequest } from './scim-client.ts';

export interface WriteContext extends ReadContext {
  /** Members in one request; halved when the target refuses a batch as too large. */
  readonly members: { max: number };
  readonly remarks: Remarks;
}

/** A write as one request, and what its answer means; `conclude` may send more where the answer asks for it. */
export interface PreparedWrite<T> {
  readonly request: ScimRequest;
  /** `request` as errors are to name it. Rejects with `ConnectorError`. */
  readonly conclude: (request: ScimRequest, answer: HttpAnswer) => Promise<T>;
}

async function perform<T>(context: WriteContext, { request, conclude }: PreparedWrite<T>): Promise<T> {
  return conclude(request, await context.client.send(request));
}

/**
 * Creates the object. Members beyond one request, and those that the answer shows the target to have left out, are added
 * afterwards; when that fails, the error says that the outcome is unknown, because the group then stands in the target
 * without some of its members.
 */
export async function createObject(
  context: WriteContext,
  type: TargetObjectType,
  values: AttributeValues,
  memberIds: readonly string[],
): Promise<TargetObject> {
  return perform(context, prepareCreate(context, type, values, memberIds));
}

/** See `createObject`. */
export function prepareCreate(
  context: WriteContext,
  type: TargetObjectType,
  values: AttributeValues,
  memberIds: readonly string[],
): PreparedWrite<TargetObject> {
  const shape = shapeOf(type);
  const inCreate = memberIds.slice(0, context.members.max);
  return {
    request: {
      method: 'POST',
      path: shape.endpoint,
      label: `POST ${shape.endpoint}`,
      purpose: 'create',
      body: createBody(shape, values, context.dialect, inCreate),
    },
    async conclude(request, answer) {
      if (!isSuccess(answer)) {
        if (inCreate.length > 1 && isTooMany(answer)) {
          context.members.max = Math.ceil(inCreate.length / 2);
          return createObject(context, type, values, memberIds);
        }
        throw context.client.errorOf(request, answer);
      }
      const resource = readObject(request, answer);
      const created = readTargetObject(shape, readId(request, answer, resource), resource);
      const shown = shownMembers(resource);
      const rest = shown === undefined ? memberIds.slice(inCreate.length) : memberIds.filter((id) => !shown.has(id));
      if (rest.length > 0) await addRemainingMembers(context, type, created.id, rest);
      return created;
    },
  };
}

async function addRemainingMembers(
  context: WriteContext,
  type: TargetObjectType,
  id: string,
  memberIds: readonly string[],
): Promise<void> {
  const failed = (cause: unknown) =>
    new ConnectorError({
      code: 'connector.members_incomplete',
      message: `The group ${id} was created, but some of its members could not be added. They are added when it is matched again.`,
      detail: { id },
      retry: 'later',
      scope: 'object',
      logCode: cause instanceof ConnectorError ? cause.logCode : 'InternalServerError',
      outcomeUnknown: true,
      cause,
    });
  try {
    if (await changeMembersOf(context, type, id, { add: memberIds, remove: [] })) return;
  } catch (error) {
    throw failed(error);
  }
  throw failed(undefined);
}

/** False when the id is gone. */
export async function updateObject(
  context: WriteContext,
  type: TargetObjectType,
  id: string,
  changes: readonly AttributeChange[],
): Promise<boolean> {
  return changes.length === 0 || perform(context, prepareUpdate(context, type, id, changes));
}

/** At least one change. The answer is false when the id is gone. */
export function prepareUpdate(
  context: WriteContext,
  type: TargetObjectType,
  id: string,
  changes: readonly AttributeChange[],
): PreparedWrite<boolean> {
  const shape = shapeOf(type);
  const typed = typeChanges(shape, changes);
  const base = objectRequest(shape, id, 'PATCH');
  const usesFilters = typed.some(({ path }) => path.filter !== undefined);
  return {
    request: { ...base, body: patchBody(patchOperations(typed, context.dialect)) },
    async conclude(request, answer) {
      if (context.dialect !== 'rfc' || !usesFilters || !isNoTarget(answer)) {
        if (!isDone(context, request, answer)) return false;
        checkUpdate(request, answer, shape, changes, context.remarks);
        return true;
      }
      const current = await getResource(context, shape, id);
      if (current === undefined) return false;
      const operations = withMissingElements(typed, (path) => !hasElement(current.resource, path));
      if (operations.length === 0) return true;
      const second: ScimRequest = { ...base, body: patchBody(operations) };
      return isDone(context, second, await context.client.send(second));
    },
  };
}

/** False when the id was gone already. */
export async function deleteObject(context: WriteContext, type: TargetObjectType, id: string): Promise<boolean> {
  return perform(context, prepareDelete(context, type, id));
}

/** The answer is false when the id was gone already. */
export function prepareDelete(context: WriteContext, type: TargetObjectType, id: string): PreparedWrite<boolean> {
  return {
    request: objectRequest(shapeOf(type), id, 'DELETE'),
    conclude: async (request, answer) => isDone(context, request, answer),
  };
}

/** False when the group is gone. A batch that the target refuses as too large is halved, and later ones with it. */
export async function changeMembersOf(
  context: WriteContext,
  type: TargetObjectType,
  groupId: string,
  changes: MemberBatch,
): Promise<boolean> {
  const base = objectRequest(shapeOf(type), groupId, 'PATCH');
  const waiting = [...splitMembers(changes, context.members.max)].reverse();
  for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop()) {
    const request: ScimRequest = { ...base, body: membersBody(batch, context.dialect) };
    const answer = await context.client.send(request);
    const size = batch.add.length + batch.remove.length;
    if (size > 1 && isTooMany(answer)) {
      const half = Math.ceil(size / 2);
      context.members.max = Math.min(context.members.max, half);
      const rest = [batch, ...waiting.reverse()];
      waiting.splice(0, waiting.length, ...rest.flatMap((part) => splitMembers(part, half)).reverse());
    } else if (!isDone(context, request, answer)) return false;
    else checkMembers(request, answer, batch, context.remarks);
  }
  return true;
}

/** True on success, false on 404; throws otherwise. A success may have any JSON body or none. */
function isDone(context: WriteContext, request: ScimRequest, answer: HttpAnswer): boolean {
  if (answer.status === 404) return false;
  if (!isSuccess(answer)) throw context.client.errorOf(request, answer);
  if (answer.body.trim() !== '' && !isJsonObject(parseJson(answer.body))) {
    throw incompatibleAnswer(request, answer.status, 'has a body that is not a JSON object');
  }
  return true;
}

export function isSuccess(answer: HttpAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** 413, or a 400 that complains about the number of changes: there is no keyword for it but `tooMany`. */
export function isTooMany(answer: HttpAnswer): boolean {
  if (answer.status === 413) return true;
  if (answer.status !== 400) return false;
  const { scimType, detail } = readProblem(answer, []);
  return scimType === 'tooMany' || /too many|too large|exceed|at most|no more than|maximum|limit/i.test(detail ?? '');
}

function isNoTarget(answer: HttpAnswer): boolean {
  return answer.status === 400 && readProblem(answer, []).scimType === 'noTarget';
}

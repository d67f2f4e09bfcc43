/*
 * `Target.bulk` by POST /Bulk, RFC 7644 §3.7. Operations have the bodies of the single requests, and their answers are concluded
 * as those of single requests are. What a bulk request can't settle goes the single way: one operation alone, a group with
 * more members than one request takes, an operation answered with 429 or 503, and everything once the target has shown that
 * its /Bulk can't be used.
 */
import type { JsonObject } from '@joinery/base';
import {
  ConnectorError,
  currentBulkRecorders,
  recordExchanges,
  type BulkOperation,
  type ExchangeRecorder,
  type TargetDescription,
  type TargetObject,
} from '@joinery/connector-kit';
import { answerBody, answerOf, bulkBody, operationOf, readBulkAnswer, type BulkEntry } from './bulk-message.ts';
import { forBulkOperation, goneError, noBulkAnswer } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import type { ExchangePart, ScimRequest } from './scim-client.ts';
import { isSuccess, isTooMany, prepareCreate, prepareDelete, prepareUpdate, type WriteContext } from './write.ts';

export type BulkOutcome = TargetObject | true | ConnectorError;

export interface BulkOptions {
  readonly context: WriteContext;
  /** What the target announces; undefined: no bulk requests. */
  readonly limits: () => Promise<TargetDescription['bulk']>;
  /** One operation as a request of its own. Rejects with `ConnectorError`. */
  readonly single: (operation: BulkOperation) => Promise<TargetObject | true>;
  /** Makes trouble of the connection one of the whole job when nobody is there. */
  readonly withProbe: <T>(work: () => Promise<T>) => Promise<T>;
}

interface Item {
  readonly operation: BulkOperation;
  readonly record: ExchangeRecorder | undefined;
  /** Are there recorders at all? Then nobody but `record` is shown the requests of the item. */
  readonly isRecorded: boolean;
  readonly settle: (outcome: BulkOutcome) => void;
}

/** An item that waits for a bulk request. */
interface Waiting extends BulkEntry {
  readonly item: Item;
  readonly wire: JsonObject;
  readonly bytes: number;
  readonly conclude: (answer: HttpAnswer) => Promise<TargetObject | true>;
}

/** Bytes of the message around its operations. */
const envelopeBytes = 200;

/** Answers in the order of the operations; rejects with `ConnectorError` when the target can't be asked at all. */
export function createBulk(options: BulkOptions) {
  const { context } = options;
  /** Undefined: not asked yet. Lowered when the target finds a request too large, or is too slow for it. */
  let operationsMax: number | undefined;
  let isUsable = true;

  async function bulk(operations: readonly BulkOperation[]): Promise<readonly BulkOutcome[]> {
    const limits = await options.limits();
    operationsMax ??= limits?.operationsMax;
    if (limits === undefined) isUsable = false;
    const recorders = currentBulkRecorders();
    const settled = new Map<number, BulkOutcome>();
    const items = operations.map((operation, index): Item => ({
      operation,
      record: recorders?.[index],
      isRecorded: recorders !== undefined,
      settle: (outcome) => void settled.set(index, outcome),
    }));
    await sendAll(items, limits?.payloadBytesMax ?? 0);
    return operations.map((_, index) => {
      const outcome = settled.get(index);
      if (outcome === undefined) throw new Error('invariant broken: an operation of a bulk without an outcome');
      return outcome;
    });
  }

  async function sendAll(items: readonly Item[], bytesMax: number): Promise<void> {
    if (!isUsable) return singly(items);
    const { ready, alone } = prepareAll(context, items);
    let rest = ready;
    while (rest.length > 0 && isUsable) {
      const part = takePart(rest, Math.max(1, operationsMax ?? 1), bytesMax);
      if (part.length === 1) alone.push(...part.map(({ item }) => item));
      if (part.length === 1 || (await sendPart(part))) rest = rest.slice(part.length);
    }
    await singly([...alone, ...rest.map(({ item }) => item)]);
  }

  /** False: nothing was carried out, and the rest is to be sent in smaller parts or one by one. */
  async function sendPart(part: readonly Waiting[]): Promise<boolean> {
    let answer: HttpAnswer;
    try {
      answer = await options.withProbe(() => context.client.send(bulkRequest(part)));
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.code === 'connector.timeout') operationsMax = Math.ceil(part.length / 2);
      for (const { item, request } of part) item.settle(forBulkOperation(error, request));
      return true;
    }
    if (isTooMany(answer)) {
      operationsMax = Math.ceil(part.length / 2);
      return false;
    }
    if (isRefused(answer)) {
      giveUp(`POST /Bulk was answered with ${answer.status}`);
      return false;
    }
    await (isSuccess(answer) ? concludeEach(part, answer) : Promise.all(part.map((one) => conclude(one, answer))));
    return true;
  }

  async function concludeEach(part: readonly Waiting[], answer: HttpAnswer): Promise<void> {
    const results = readBulkAnswer(answer.body, part);
    const again: Item[] = [];
    const concluded = part.map(async (one) => {
      const result = results?.get(one.bulkId);
      const own = result && answerOf({ ...result, method: one.request.method });
      if (own === undefined) {
        one.item.settle(noBulkAnswer(one.request, answer.status));
        giveUp(`An answer to POST /Bulk does not tell what became of ${one.request.label}`);
      } else if (own.status === 429 || own.status === 503) again.push(one.item);
      else await conclude(one, own);
    });
    await Promise.all(concluded);
    await singly(again);
  }

  /** For as long as this target lives. */
  function giveUp(why: string): void {
    isUsable = false;
    context.remarks.add('BulkNotUsable', `${why}: what follows is sent in single requests.`);
  }

  async function singly(items: readonly Item[]): Promise<void> {
    await Promise.all(
      items.map(({ operation, record, isRecorded, settle }) => {
        const work = () => outcomeOf(() => options.single(operation)).then(settle);
        return isRecorded ? recordExchanges(record ?? ignore, work) : work();
      }),
    );
  }

  return bulk;
}

const ignore: ExchangeRecorder = () => undefined;

async function outcomeOf(work: () => Promise<TargetObject | true>): Promise<BulkOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return error;
  }
}

async function conclude({ item, conclude: work }: Waiting, answer: HttpAnswer): Promise<void> {
  const settle = () => outcomeOf(() => work(answer)).then(item.settle);
  await (item.isRecorded ? recordExchanges(item.record ?? ignore, settle) : settle());
}

/** A refusal of the whole request: the target has no /Bulk, or not for us, or not as RFC 7644 has it. */
function isRefused({ status }: HttpAnswer): boolean {
  return status === 501 || (status >= 400 && status < 500 && status !== 408);
}

function prepareAll(context: WriteContext, items: readonly Item[]): { ready: readonly Waiting[]; alone: Item[] } {
  const ready: Waiting[] = [];
  const alone: Item[] = [];
  for (const item of items) {
    try {
      const prepared = prepare(context, item.operation);
      if (prepared === true) item.settle(true);
      else if (prepared === 'alone') alone.push(item);
      else ready.push(waitingOf(item, prepared, String(ready.length + 1)));
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      item.settle(error);
    }
  }
  return { ready, alone };
}

type Prepared = Pick<BulkEntry, 'request'> & Pick<Waiting, 'conclude'>;

function waitingOf(item: Item, { request, conclude: work }: Prepared, bulkId: string): Waiting {
  const wire = operationOf({ bulkId, request });
  // One more for the comma.
  const bytes = Buffer.byteLength(JSON.stringify(wire)) + 1;
  return { item, bulkId, request, wire, bytes, conclude: work };
}

/** `true`: nothing is to be sent. */
function prepare(context: WriteContext, operation: BulkOperation): Prepared | 'alone' | true {
  const { type } = operation;
  const inBulk = (request: ScimRequest) => ({ ...request, label: `${request.label} in a bulk request` });
  switch (operation.kind) {
    case 'create': {
      const { values, memberIds = [] } = operation;
      if (memberIds.length > context.members.max) return 'alone';
      const write = prepareCreate(context, type, values, memberIds);
      const request = inBulk(write.request);
      return { request, conclude: (answer) => write.conclude(request, answer) };
    }
    case 'update': {
      if (operation.changes.length === 0) return true;
      const write = prepareUpdate(context, type, operation.id, operation.changes);
      const request = inBulk(write.request);
      const orGone = (isThere: boolean): true => {
        if (isThere) return true;
        throw goneError(operation.id);
      };
      return { request, conclude: async (answer) => orGone(await write.conclude(request, answer)) };
    }
    case 'delete': {
      const write = prepareDelete(context, type, operation.id);
      const request = inBulk(write.request);
      // An object that is gone already is what a delete wants.
      return { request, conclude: async (answer) => (await write.conclude(request, answer)) || true };
    }
  }
}

/** What fits into one request, at least one operation. */
function takePart(rest: readonly Waiting[], operationsMax: number, bytesMax: number): readonly Waiting[] {
  let bytes = envelopeBytes;
  let count = 0;
  for (const one of rest) {
    bytes += one.bytes;
    if (count > 0 && (count >= operationsMax || bytes > bytesMax)) break;
    count += 1;
  }
  return rest.slice(0, count);
}

/** It is repeated after a broken connection only where that ends in the same state: not with a creation in it. */
function bulkRequest(part: readonly Waiting[]): ScimRequest {
  return {
    method: 'POST',
    path: '/Bulk',
    label: 'POST /Bulk',
    purpose: part.some(({ request }) => request.purpose === 'create') ? 'create' : 'object',
    body: bulkBody(part.map(({ wire }) => wire)),
    ...(part.some(({ item }) => item.isRecorded) ? { partsOf: (body) => partsOf(part, body) } : {}),
  };
}

/** Each operation's object is shown its own part of both bodies; an answer that is no BulkResponse is about all of them. */
function partsOf(part: readonly Waiting[], body: string | undefined): readonly ExchangePart[] {
  const results = body === undefined ? undefined : readBulkAnswer(body, part);
  return part.flatMap(({ item, wire, bulkId }) => {
    if (item.record === undefined) return [];
    const result = results?.get(bulkId);
    const own = result === undefined ? undefined : JSON.stringify(answerBody(result));
    const requestBody = JSON.stringify(bulkBody([wire]));
    return [{ record: item.record, requestBody, responseBody: results === undefined ? body : own }];
  });
}

import type { Clock } from '@joinery/base';
import {
  ConnectorError,
  currentRecorder,
  isWithdrawn,
  recordBulkExchanges,
  sendWhile,
  withdrawnError,
  type ExchangeRecorder,
} from '@joinery/connector-kit';
import type { BulkOperation, Target, TargetDescription, TargetObject } from '@joinery/connector-kit/ports';
import type { Limiter } from '../cycle/limiter.ts';

export type BulkAnswer = TargetObject | true | ConnectorError;

/** Gathers operations that are sent at about the same time into bulk requests. */
export interface BulkQueue {
  send(operation: BulkOperation, options: BulkSendOptions): Promise<BulkAnswer>;
}

export interface BulkSendOptions {
  /** The request that carries it goes before others that wait. */
  readonly isUrgent: boolean;
  /** False: it is not sent any more, and rejects as withdrawn. */
  readonly isWanted: () => boolean;
}

interface Waiting extends BulkSendOptions {
  readonly operation: BulkOperation;
  readonly bytes: number;
  readonly answer: (answer: BulkAnswer) => void;
  readonly refuse: (error: unknown) => void;
  /** Who wants to see the request that carries the operation. */
  readonly record: ExchangeRecorder | undefined;
}

/** Objects of one page reach the queue within this time of each other. */
const gatherMs = 4;
/** Envelope of one operation: method, path, bulkId, schemas. */
const envelopeBytes = 400;

function bytesOf(operation: BulkOperation): number {
  if (operation.kind === 'create') {
    const members = operation.memberIds ?? [];
    return envelopeBytes + 2 * JSON.stringify([...operation.values]).length + members.length * 60;
  }
  return envelopeBytes + (operation.kind === 'update' ? 2 * JSON.stringify(operation.changes).length : 0);
}

/** Takes what fits into one request from the front of the list. */
function takeBatch(waiting: Waiting[], limits: NonNullable<TargetDescription['bulk']>): readonly Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const one of waiting) {
    if (count > 0 && (count >= limits.operationsMax || bytes + one.bytes > limits.payloadBytesMax)) break;
    bytes += one.bytes;
    count += 1;
  }
  return waiting.splice(0, count);
}

export function createBulkQueue(
  target: Target,
  limits: NonNullable<TargetDescription['bulk']>,
  limiter: Limiter,
  clock: Clock,
): BulkQueue {
  const waiting: Waiting[] = [];
  let isGathering = false;

  /** What was withdrawn for the sake of one operation only holds for that one. */
  async function sendWanted(batch: readonly Waiting[]): Promise<void> {
    const wanted = batch.filter((one) => one.isWanted());
    for (const one of batch) if (!wanted.includes(one)) one.refuse(withdrawnError());
    if (wanted.length > 0) await sendBatch(wanted);
  }

  async function sendBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const send = () => target.bulk(batch.map((one) => one.operation));
      const each = batch.map((one) => one.record);
      const areWanted = (): boolean => batch.every((one) => one.isWanted());
      const answers = await limiter.run(
        () => sendWhile(areWanted, () => recordBulkExchanges(each, send)),
        batch.some((one) => one.isUrgent),
      );
      const withdrawn: Waiting[] = [];
      for (const [index, one] of batch.entries()) {
        const answer = answers[index];
        if (answer === undefined) one.refuse(new Error('invariant broken: a bulk answer for each operation'));
        else if (isWithdrawn(answer)) withdrawn.push(one);
        else one.answer(answer);
      }
      await sendWanted(withdrawn);
    } catch (error) {
      if (isWithdrawn(error)) return sendWanted(batch);
      const isTooLarge = error instanceof ConnectorError && error.status === 413 && batch.length > 1;
      if (!isTooLarge) {
        for (const one of batch) one.refuse(error);
        return;
      }
      const middle = Math.ceil(batch.length / 2);
      await Promise.all([sendBatch(batch.slice(0, middle)), sendBatch(batch.slice(middle))]);
    }
  }

  function flush(onlyFull: boolean): void {
    while (waiting.length > 0 && (!onlyFull || waiting.length >= limits.operationsMax)) {
      void sendBatch(takeBatch(waiting, limits));
    }
  }

  async function gather(): Promise<void> {
    isGathering = true;
    await clock.sleep(gatherMs);
    isGathering = false;
    flush(false);
  }

  return {
    send(operation, options) {
      return new Promise((answer, refuse) => {
        const bytes = bytesOf(operation);
        waiting.push({ ...options, operation, bytes, answer, refuse, record: currentRecorder() });
        if (waiting.length >= limits.operationsMax) flush(true);
        else if (!isGathering) void gather();
      });
    },
  };
}

import { ConnectorError, isWithdrawn } from '@joinery/connector-kit';
import type { BulkOperation, TargetObject } from '@joinery/connector-kit/ports';
import type { JobContext } from '../cycle/context.ts';
import { attempt, failureText, wantedBy, type Attempt, type PageControl } from './attempt.ts';

/** What a write came to: the created object, `true`, or `false` when the object is gone. */
export type WriteAnswer = TargetObject | boolean;

function sendSingly(context: JobContext, operation: BulkOperation): Promise<WriteAnswer> {
  const { target } = context;
  switch (operation.kind) {
    case 'create':
      return operation.memberIds === undefined
        ? target.create(operation.type, operation.values)
        : target.create(operation.type, operation.values, operation.memberIds);
    case 'update':
      return target.update(operation.type, operation.id, operation.changes);
    case 'delete':
      return target.delete(operation.type, operation.id);
  }
}

async function sendInBulk(
  context: JobContext,
  control: PageControl,
  operation: BulkOperation,
): Promise<Attempt<WriteAnswer>> {
  const isWanted = wantedBy(context, control);
  if (!isWanted()) return { kind: 'stopped' };
  let answer: TargetObject | true | ConnectorError | undefined;
  try {
    answer = await context.bulk?.send(operation, { isUrgent: control.isUrgent ?? false, isWanted });
  } catch (error) {
    if (isWithdrawn(error)) return { kind: 'stopped' };
    if (!(error instanceof ConnectorError)) throw error;
    answer = error;
  }
  if (!(answer instanceof ConnectorError)) return { kind: 'done', value: answer ?? true };
  // Single requests answer false for an object that is gone; in a bulk it is one operation's error.
  if (answer.status === 404 && answer.scope === 'object' && operation.kind !== 'create') {
    return { kind: 'done', value: false };
  }
  if (answer.scope === 'job') context.failure ??= answer;
  return { kind: 'failed', error: failureText(answer), cause: answer };
}

/** Sends one write, together with others where the target takes bulk requests. */
export function sendOperation(
  context: JobContext,
  control: PageControl,
  operation: BulkOperation,
): Promise<Attempt<WriteAnswer>> {
  return context.bulk === undefined
    ? attempt(context, control, () => sendSingly(context, operation))
    : sendInBulk(context, control, operation);
}

import {
  assertWanted,
  currentBulkRecorders,
  isWithdrawn,
  recordExchanges,
  type BulkOperation,
  type Target,
} from '@joinery/connector-kit';
import { createFakeClock } from '@joinery/connector-kit/contract';
import { expect, test } from 'vitest';
import { createLimiter } from '../cycle/limiter.ts';
import { createBulkQueue } from './bulk-queue.ts';

const type = { name: 'urn:ietf:params:scim:schemas:core:2.0:User', kind: 'user', attributes: [] } as const;
const remove = (id: string): BulkOperation => ({ kind: 'delete', type, id });
const ordinary = { isUrgent: false, isWanted: () => true };
const idsOf = (operations: readonly BulkOperation[]) => operations.map((one) => ('id' in one ? one.id : ''));

/** A queue for a target that answers when it is told to, one request at a time. */
function setUp(bulk: Target['bulk']) {
  const clock = createFakeClock();
  // Only `bulk` is called.
  const target = { bulk } as unknown as Target;
  return { clock, queue: createBulkQueue(target, { operationsMax: 2, payloadBytesMax: 100_000 }, createLimiter(1), clock) }; // prettier-ignore
}

test('a request with an urgent operation goes before others that wait', async () => {
  const sent: string[][] = [];
  let answer = (): void => undefined;
  const { clock, queue } = setUp((operations) => {
    sent.push(idsOf(operations));
    return new Promise((resolve) => (answer = () => resolve(operations.map(() => true))));
  });
  const all = ['a', 'b', 'c', 'd'].map((id) => queue.send(remove(id), ordinary));
  all.push(queue.send(remove('now'), { ...ordinary, isUrgent: true }));
  await clock.advance(100);
  for (let round = 0; round < 3; round += 1) {
    answer();
    await clock.advance(100);
  }
  expect(await Promise.all(all)).toEqual([true, true, true, true, true]);
  expect(sent).toEqual([['a', 'b'], ['now'], ['c', 'd']]);
});

test('the target is told who wants to see what is sent for each operation, whoever sent the last one', async () => {
  const seen: string[] = [];
  const { clock, queue } = setUp(async (operations) => {
    const recorders = currentBulkRecorders() ?? [];
    for (const [index, id] of idsOf(operations).entries()) {
      const exchange = { startedAt: 0, durationMs: 0, method: 'POST', url: id } as const;
      recorders[index]?.({ ...exchange, requestHeaders: [], requestBody: undefined, status: 200, responseHeaders: [], responseBody: undefined, failure: undefined }); // prettier-ignore
    }
    return operations.map(() => true);
  });
  const recorded = (id: string) =>
    recordExchanges(({ url }) => void seen.push(`${id} is shown ${url}`), () => queue.send(remove(id), ordinary)); // prettier-ignore
  const answers = [recorded('a'), queue.send(remove('unrecorded'), ordinary), recorded('b')];
  await clock.advance(100);
  await Promise.all(answers);
  expect(seen.toSorted()).toEqual(['a is shown a', 'b is shown b']);
});

test('an operation that is not wanted any more is taken out of its request, and the others are sent', async () => {
  const sent: string[][] = [];
  const { clock, queue } = setUp(async (operations) => {
    assertWanted();
    sent.push(idsOf(operations));
    return operations.map(() => true);
  });
  const lost = queue.send(remove('lost'), { ...ordinary, isWanted: () => false });
  const kept = queue.send(remove('kept'), ordinary);
  const error = lost.catch((caught: unknown) => caught);
  await clock.advance(100);
  expect(await kept).toBe(true);
  expect(await error).toSatisfy(isWithdrawn);
  expect(sent).toEqual([['kept']]);
});

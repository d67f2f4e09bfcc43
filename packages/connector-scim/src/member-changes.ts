import { assertNever, type JsonObject } from '@joinery/base';
import type { Dialect } from './config.ts';
import { patchBody } from './patch-body.ts';
import type { WireOperation } from './patch-operation.ts';

export interface MemberBatch {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Changes in batches of at most `max` members, additions first. */
export function splitMembers(batch: MemberBatch, max: number): readonly MemberBatch[] {
  const changes = [
    ...batch.add.map((id) => ({ id, isAddition: true })),
    ...batch.remove.map((id) => ({ id, isAddition: false })),
  ];
  const batches: MemberBatch[] = [];
  for (let start = 0; start < changes.length; start += max) {
    const part = changes.slice(start, start + max);
    batches.push({
      add: part.filter(({ isAddition }) => isAddition).map(({ id }) => id),
      remove: part.filter(({ isAddition }) => !isAddition).map(({ id }) => id),
    });
  }
  return batches;
}

/** The PATCH body of one batch (facts §7.2). */
export function membersBody({ add, remove }: MemberBatch, dialect: Dialect): JsonObject {
  switch (dialect) {
    case 'entra':
      return patchBody([
        ...listed(
          'Add',
          add.map((value) => ({ $ref: null, value })),
        ),
        ...listed(
          'Remove',
          remove.map((value) => ({ value })),
        ),
      ]);
    case 'entra-062020':
      return patchBody([
        ...listed(
          'add',
          add.map((value) => ({ $ref: null, value })),
        ),
        ...filtered(remove),
      ]);
    case 'rfc':
      return patchBody([
        ...listed(
          'add',
          add.map((value) => ({ value })),
        ),
        ...filtered(remove),
      ]);
    default:
      return assertNever(dialect);
  }
}

function listed(op: string, value: readonly JsonObject[]): readonly WireOperation[] {
  return value.length === 0 ? [] : [{ op, path: 'members', value }];
}

function filtered(ids: readonly string[]): readonly WireOperation[] {
  return ids.map((id) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` }));
}

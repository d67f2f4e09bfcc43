import { isGuid } from '@joinery/directory/ports';
import { badRequest } from '../errors.ts';

/**
 * Where a delta query stands. First it lists everything (`list`) while changes go on behind `head`; then it reads the
 * change feed after a sequence (`changes`).
 */
export type DeltaState =
  | {
      readonly phase: 'list';
      readonly head: bigint;
      readonly listToken: string | undefined;
      /** No page of objects is left; only members are. */
      readonly listed: boolean;
      /** Groups whose members did not fit into the page that showed them. */
      readonly pendingMembers: readonly { readonly groupId: string; readonly skipToken: string }[];
    }
  | { readonly phase: 'changes'; readonly after: bigint };

export function printDeltaState(state: DeltaState): string {
  const parts =
    state.phase === 'changes'
      ? ['c', String(state.after)]
      : [
          'l',
          String(state.head),
          state.listToken ?? null,
          state.listed,
          state.pendingMembers.map(({ groupId, skipToken }) => [groupId, skipToken]),
        ];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads a token back; whatever is not one of ours is a `graph.bad_request`. */
export function parseDeltaState(token: string): DeltaState {
  const parts = parseParts(token);
  const sequence = readSequence(parts[1]);
  if (sequence !== undefined && parts[0] === 'c' && parts.length === 2) return { phase: 'changes', after: sequence };
  if (sequence !== undefined && parts[0] === 'l' && parts.length === 5) {
    const [, , listToken, listed, pending] = parts;
    if ((listToken === null || typeof listToken === 'string') && typeof listed === 'boolean' && isPending(pending)) {
      return {
        phase: 'list',
        head: sequence,
        listToken: listToken ?? undefined,
        listed,
        pendingMembers: pending.map(([groupId, skipToken]) => ({ groupId, skipToken })),
      };
    }
  }
  throw badRequest('The token of this delta query is not one of ours; start again without it.');
}

function parseParts(token: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function readSequence(part: unknown): bigint | undefined {
  return typeof part === 'string' && /^\d{1,18}$/.test(part) ? BigInt(part) : undefined;
}

function isPending(part: unknown): part is readonly (readonly [string, string])[] {
  return (
    Array.isArray(part) &&
    part.length <= 1000 &&
    part.every(
      (pair) =>
        Array.isArray(pair) &&
        pair.length === 2 &&
        typeof pair[0] === 'string' &&
        isGuid(pair[0]) &&
        typeof pair[1] === 'string',
    )
  );
}

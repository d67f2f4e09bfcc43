import { ScimError, type MembersChange, type MemberValue } from '@joinery/scim';
import type { Exchange } from '../exchange.ts';

const none: ReadonlySet<string> = new Set();

function unknownIn(error: unknown): ReadonlySet<string> | undefined {
  const ids = error instanceof ScimError ? error.detail['unknownMembers'] : undefined;
  return Array.isArray(ids) ? new Set(ids.filter((id) => typeof id === 'string')) : undefined;
}

/** Does a write, and in a tenant that accepts unknown members once more without those that the store has named. */
export async function leavingUnknown<T>(
  exchange: Exchange,
  write: (unknown: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  try {
    return await write(none);
  } catch (error) {
    const unknown = exchange.profile.acceptsUnknownMembers ? unknownIn(error) : undefined;
    if (unknown === undefined) throw error;
    exchange.tolerated.add('members.unknown_left_out');
    return write(unknown);
  }
}

export function knownMembers(members: readonly MemberValue[], unknown: ReadonlySet<string>): readonly MemberValue[] {
  return unknown.size === 0 ? members : members.filter(({ value }) => !unknown.has(value));
}

export function knownChanges(
  changes: readonly MembersChange[],
  unknown: ReadonlySet<string>,
): readonly MembersChange[] {
  if (unknown.size === 0) return changes;
  return changes.map((change) =>
    change.kind === 'add' || change.kind === 'replace'
      ? { ...change, members: knownMembers(change.members, unknown) }
      : change,
  );
}

import { cycle } from '@joinery/directory/ports';
import type { Session } from '../../database.ts';

/** A membership to be, with the group as member. */
export interface Nesting {
  readonly groupId: string;
  readonly memberId: string;
}

/** Until the transaction ends nobody else nests groups: two that check at once could close a cycle together. */
export async function lockNesting(session: Session): Promise<void> {
  await session.query({ text: 'select pg_advisory_xact_lock(7305804402032405094)' });
}

/**
 * The first of the memberships whose member holds the group already, directly or through others. Groups in the recycle
 * bin count, so that a restoration never closes a cycle. Deciding for several at once, none of them is seen yet by the
 * others: insert them one set after another, or call it again after the insertion.
 */
export async function findCycle(session: Session, nestings: readonly Nesting[]): Promise<Nesting | undefined> {
  const [row] = await session.query<{ group_id: string; member_id: string }>({
    name: 'find-cycle',
    text: `with recursive nesting as (
        select group_id, member_id from unnest($1::uuid[], $2::uuid[]) as input (group_id, member_id)
      ), reached (group_id, member_id, id) as (
        select group_id, member_id, member_id from nesting
        union
        select reached.group_id, reached.member_id, m.member_id
        from reached join group_member m on m.group_id = reached.id and m.member_kind = 'group'
      )
      select group_id, member_id from reached where id = group_id limit 1`,
    values: [nestings.map(({ groupId }) => groupId), nestings.map(({ memberId }) => memberId)],
  });
  return row === undefined ? undefined : { groupId: row.group_id, memberId: row.member_id };
}

/** Throws `directory.cycle`. */
export async function refuseCycle(session: Session, nestings: readonly Nesting[]): Promise<void> {
  const found = await findCycle(session, nestings);
  if (found !== undefined) throw cycle(found.groupId, found.memberId);
}

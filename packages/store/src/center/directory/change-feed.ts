import { assert, type ObjectId } from '@joinery/base';
import type { ChangeFeed, DirectoryChange } from '@joinery/directory/ports';
import type { Database } from '../../database.ts';

interface ChangeRow {
  readonly sequence: bigint;
  readonly at: Date;
  readonly kind: DirectoryChange['kind'];
  readonly change: DirectoryChange['change'];
  readonly object_id: ObjectId;
  readonly member_id: ObjectId | null;
  readonly service_principal_id: ObjectId | null;
}

function toChange({ sequence, at, kind, change, ...row }: ChangeRow): DirectoryChange {
  const common = { sequence, at, objectId: row.object_id };
  if (kind === 'user' || kind === 'group') {
    assert(change !== 'added' && change !== 'removed', `change ${sequence} of a ${kind} is "${change}"`);
    return { ...common, kind, change };
  }
  assert(change === 'added' || change === 'removed', `change ${sequence} of a ${kind} is "${change}"`);
  if (kind === 'member') {
    assert(row.member_id !== null, `change ${sequence} names no member`);
    return { ...common, kind, change, memberId: row.member_id };
  }
  assert(row.service_principal_id !== null, `change ${sequence} names no service principal`);
  return { ...common, kind, change, servicePrincipalId: row.service_principal_id };
}

/** The change feed: `append_directory_changes` writes it, in commit order. */
export function createChangeFeed(database: Database): ChangeFeed {
  return {
    async head() {
      const [row] = await database.query<{ sequence: bigint | null }>({
        name: 'change-feed-head',
        text: 'select max(sequence) as sequence from directory_change',
      });
      return row?.sequence ?? 0n;
    },

    async read(after, limit) {
      const rows = await database.query<ChangeRow>({
        name: 'read-change-feed',
        text: `select sequence, at, kind, change, object_id, member_id, service_principal_id
          from directory_change where sequence > $1 order by sequence limit $2`,
        values: [after, limit],
      });
      return rows.map(toChange);
    },

    async oldest() {
      const [row] = await database.query<{ sequence: bigint | null }>({
        text: 'select min(sequence) as sequence from directory_change',
      });
      return row?.sequence ?? undefined;
    },

    async deleteBefore(time, limit) {
      const rows = await database.query({
        text: `with kept as (
            select least((select max(sequence) from directory_change),
              (select min(watermark) + 1 from provisioning_job),
              (select min(watermark_to) + 1 from provisioning_cycle where state = 'running')) as from_sequence),
          old as (
            select sequence from directory_change, kept
            where sequence < kept.from_sequence and at < $1 order by sequence limit $2)
          delete from directory_change c using old where c.sequence = old.sequence returning 1`,
        values: [time, limit],
      });
      return rows.length;
    },

    subscribe: (listener) => database.listen('directory_changed', () => listener()),
  };
}

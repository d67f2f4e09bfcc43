import { brandId, type JsonObject, type ObjectId } from '@joinery/base';
import type { LinkStore, UnsettledExport } from '@joinery/provisioning/ports';
import { now, type StoreContext } from './context.ts';
import { keyOfJob } from './link-rows.ts';
import { jsonText } from './log-insert.ts';

/** What failed again and again keeps its latest exports only. */
const keptMax = 10;

interface UnsettledRow {
  readonly source_id: string;
  readonly lookups: UnsettledExport['lookups'];
  readonly exports: readonly JsonObject[];
}

/** Objects and members that may stand in the target otherwise than the links say. */
export function createUnsettled(
  context: StoreContext,
): Pick<LinkStore, 'noteExports' | 'loadUnsettled' | 'noteMembers'> {
  const { database } = context;
  return {
    async noteExports(jobId, kind, exports) {
      if (exports.length === 0) return;
      const rows = exports.map((one) => ({
        source_id: one.sourceId,
        lookups: one.lookups,
        exports: [Object.fromEntries(one.values)],
      }));
      await database.query({
        name: 'provisioning-note-exports',
        text: `insert into provisioning_unsettled as u (job_key, source_id, kind, lookups, exports, began_at)
          select ${keyOfJob}, r.source_id, $2, r.lookups, r.exports, $4
          from json_to_recordset($3::json) as r (source_id uuid, lookups jsonb, exports jsonb) order by r.source_id
          on conflict (job_key, source_id) do update set
            lookups = (select coalesce(jsonb_agg(distinct l), '[]') from jsonb_array_elements(u.lookups || excluded.lookups) l),
            exports = (select jsonb_agg(e order by place) from jsonb_array_elements(u.exports || excluded.exports)
              with ordinality as x (e, place) where place > jsonb_array_length(u.exports) + 1 - ${keptMax}),
            began_at = excluded.began_at`,
        values: [jobId, kind, jsonText(rows), now(context)],
      });
    },
    async loadUnsettled(jobId, kind, sourceIds) {
      const rows = await database.query<UnsettledRow>({
        name: 'provisioning-load-unsettled',
        text: `select source_id, lookups, exports from provisioning_unsettled
          where job_key = ${keyOfJob} and source_id = any($2::uuid[]) and kind = $3`,
        values: [jobId, sourceIds, kind],
      });
      return new Map(
        rows.map((row) => [
          brandId<ObjectId>(row.source_id),
          { lookups: row.lookups, exports: row.exports.map((one) => new Map(Object.entries(one))) },
        ]),
      );
    },
    async noteMembers(jobId, members) {
      if (members.length === 0) return;
      await database.query({
        name: 'provisioning-note-members',
        text: `insert into provisioning_member (job_key, group_id, member_id, is_confirmed)
          select ${keyOfJob}, group_id, member_id, false
          from unnest($2::uuid[], $3::uuid[]) as m (group_id, member_id) order by group_id, member_id
          on conflict (job_key, group_id, member_id) do update set is_confirmed = false`,
        values: [jobId, members.map((one) => one.groupId), members.map((one) => one.memberId)],
      });
    },
  };
}

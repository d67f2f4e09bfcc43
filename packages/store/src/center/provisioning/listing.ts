import type { JsonObject } from '@joinery/base';
import type { LinkStore } from '@joinery/provisioning/ports';
import type { StoreContext } from './context.ts';
import { keyOfJob } from './link-rows.ts';
import { jsonText } from './log-insert.ts';

/** The target as it was listed, for matching without a request per object. */
export function createListings({
  database,
}: StoreContext): Pick<LinkStore, 'clearListing' | 'addListing' | 'completeListing' | 'matchListed' | 'countUnlinked'> {
  return {
    async clearListing(jobId, kind) {
      await database.query({
        text: `with keys as (delete from provisioning_listed_key where job_key = ${keyOfJob} and kind = $2)
          delete from provisioning_listed_object where job_key = ${keyOfJob} and kind = $2`,
        values: [jobId, kind],
      });
    },
    async addListing(jobId, kind, objects, keys) {
      if (objects.length === 0) return;
      const rows = objects.map((object) => ({ target_id: object.id, values: Object.fromEntries(object.values) }));
      const keyRows = keys.map((one) => ({ target_id: one.targetId, attribute: one.attribute, key: one.key }));
      await database.query({
        text: `with job as (select key from provisioning_job where id = $1),
          listed as (
            insert into provisioning_listed_object (job_key, kind, target_id, attribute_values)
            select job.key, $2, r.target_id, r.values
            from job, json_to_recordset($3::json) as r (target_id text, values jsonb) on conflict do nothing)
          insert into provisioning_listed_key (job_key, kind, attribute, key, target_id)
          select job.key, $2, r.attribute, r.key, r.target_id
          from job, json_to_recordset($4::json) as r (target_id text, attribute text, key text) on conflict do nothing`,
        values: [jobId, kind, jsonText(rows), jsonText(keyRows)],
      });
    },
    async completeListing(cycleId, kind) {
      await database.query({
        text: `update provisioning_cycle set ${kind === 'user' ? 'users_listed' : 'groups_listed'} = true where id = $1`,
        values: [cycleId],
      });
    },
    async matchListed(jobId, kind, lookups) {
      const rows = await database.query<{
        attribute: string;
        key: string;
        target_id: string;
        attribute_values: JsonObject;
      }>({
        name: 'provisioning-match-listed',
        text: `select k.attribute, k.key, k.target_id, o.attribute_values
          from (select distinct * from unnest($3::text[], $4::text[])) as q (attribute, key)
          join provisioning_listed_key k on k.job_key = ${keyOfJob} and k.kind = $2 and k.attribute = q.attribute
            and k.key = q.key
          join provisioning_listed_object o on o.job_key = k.job_key and o.kind = k.kind and o.target_id = k.target_id`,
        values: [jobId, kind, lookups.map((one) => one.attribute), lookups.map((one) => one.key)],
      });
      return rows.map((row) => ({
        attribute: row.attribute,
        key: row.key,
        object: { id: row.target_id, values: new Map(Object.entries(row.attribute_values)) },
      }));
    },
    async countUnlinked(cycleId, kind) {
      const [row] = await database.query<{ count: bigint }>({
        text: `select count(*) as count from provisioning_page p
          join provisioning_cycle c on c.id = p.cycle_id, unnest(p.object_ids) as o (id)
          where p.cycle_id = $1 and p.kind = 'objects' and p.object_kind = $2
            and not exists (select 1 from provisioning_link l where l.job_key = c.job_key and l.source_id = o.id)`,
        values: [cycleId, kind],
      });
      return Number(row?.count ?? 0n);
    },
  };
}

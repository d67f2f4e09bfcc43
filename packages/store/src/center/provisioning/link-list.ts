import type { LinkStore } from '@joinery/provisioning/ports';
import type { StoreContext } from './context.ts';
import { keyOfJob, linkColumns, toLink, unsettleReports, type LinkRow } from './link-rows.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}

/** Links as administrators see and mend them. Pages go by source id. */
export function createLinkAdministration({ database }: StoreContext): Pick<LinkStore, 'list' | 'find' | 'drop'> {
  return {
    async list({ jobId, kind, search, top, skipToken }) {
      const after = skipToken !== undefined && uuid.test(skipToken) ? skipToken : null;
      const rows = await database.query<LinkRow>({
        text: `select ${linkColumns} from provisioning_link l
          where l.job_key = ${keyOfJob} and ($2::text is null or l.kind = $2) and ($3::uuid is null or l.source_id > $3)
            and ($4::text is null or l.target_id = $4 or l.source_id::text = $4 or l.display_name ilike $5)
          order by l.source_id limit $6`,
        values: [
          jobId,
          kind ?? null,
          after,
          search ?? null,
          search === undefined ? null : `${escapeLike(search)}%`,
          top + 1,
        ],
      });
      const links = rows.slice(0, top).map(toLink);
      return { links, next: rows.length > top ? links.at(-1)?.sourceId : undefined };
    },
    async find(jobId, id) {
      const [row] = await database.query<LinkRow>({
        text: `select ${linkColumns} from provisioning_link l
          where l.job_key = ${keyOfJob} and (l.source_id = $2::uuid or l.target_id = $3)
          order by l.source_id = $2::uuid desc nulls last limit 1`,
        values: [jobId, uuid.test(id) ? id : null, id],
      });
      return row && toLink(row);
    },
    async drop(jobId, sourceId) {
      const rows = await database.query({
        text: `with job as (select key from provisioning_job where id = $1),
          member_of as (delete from provisioning_member m using job where m.job_key = job.key
            and (m.member_id = $2 or m.group_id = $2)),
          departure as (delete from provisioning_departure d using job where d.job_key = job.key and d.source_id = $2),
          reports as (${unsettleReports('(select key from job)', 'array[$2::uuid]')})
          delete from provisioning_link l using job where l.job_key = job.key and l.source_id = $2 returning 1`,
        values: [jobId, sourceId],
      });
      return rows.length > 0;
    },
  };
}

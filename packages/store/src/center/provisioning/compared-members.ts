import { brandId, type ObjectId } from '@joinery/base';
import type { ComparisonStore } from '@joinery/provisioning/ports';
import type { StoreContext } from './context.ts';
import { keyOfJob } from './link-rows.ts';

/** The linked objects among the target ids `$3`, for the comparison `$1`. */
const shown = `
  job as (select job_key as key from provisioning_comparison where id = $1),
  shown as (
    select distinct l.source_id from unnest($3::text[]) as t (target_id)
    join job on true join provisioning_link l on l.job_key = job.key and l.target_id = t.target_id)`;

/** What the group `$2` holds in the directory: with the users of the groups inside it, where an assignment says so. */
const held = `
  held as (
    select member_id from group_member where group_id = $2
    union
    select b.member_id from members_below($2) b where exists (
      select 1 from job join provisioning_job j on j.key = job.key
      join app_role_assignment n on n.service_principal_id = j.service_principal_id and n.principal_id = $2
        and n.include_nested))`;

/**
 * Missing: exported, of an active member whose account is there, and not shown. Added: shown, of a linked object, and
 * neither exported nor in the directory's group. A member that nobody linked is an account of its own, not a difference
 * of the group.
 */
const compared = `
  with ${shown}, ${held},
  exported as (
    select m.member_id from job
    join provisioning_member m on m.job_key = job.key and m.group_id = $2 and m.is_confirmed
    join provisioning_link l on l.job_key = job.key and l.source_id = m.member_id and l.state = 'active'
    where l.kind = 'group' or exists (
      select 1 from provisioning_compared_account a where a.comparison_id = $1 and a.kind = l.kind
        and a.target_id = l.target_id and a.class <> 'missing'))
  select
    (select count(*) from exported e where not exists (select 1 from shown s where s.source_id = e.member_id)) as missing,
    (select count(*) from shown s join job on true
      where not exists (select 1 from provisioning_member m
          where m.job_key = job.key and m.group_id = $2 and m.member_id = s.source_id)
        and not exists (select 1 from held h where h.member_id = s.source_id)) as added`;

const takeAsExported = `
  with ${shown},
  gone as (
    delete from provisioning_member m using job where m.job_key = job.key and m.group_id = $2
      and not exists (select 1 from shown s where s.source_id = m.member_id)
      and not exists (select 1 from provisioning_link l
        join provisioning_compared_account a on a.comparison_id = $1 and a.kind = l.kind
          and a.target_id = l.target_id and a.class = 'missing'
        where l.job_key = job.key and l.source_id = m.member_id)),
  there as (
    insert into provisioning_member (job_key, group_id, member_id)
    select job.key, $2, s.source_id from shown s join job on true
    on conflict (job_key, group_id, member_id) do update set is_confirmed = true)
  update provisioning_link l set members_due = true from job where l.job_key = job.key and l.source_id = $2`;

/** Members of linked groups in the target, beside those that we exported. */
export function createMemberComparison({
  database,
}: StoreContext): Pick<ComparisonStore, 'compareMembers' | 'takeMembersAsExported' | 'groupsWithPendingMembers'> {
  return {
    async compareMembers(id, groupId, targetIds) {
      const [row] = await database.query<{ missing: bigint; added: bigint }>({
        text: compared,
        values: [id, groupId, targetIds],
      });
      return { missing: Number(row?.missing ?? 0n), added: Number(row?.added ?? 0n) };
    },
    async takeMembersAsExported(id, groupId, targetIds) {
      await database.query({ text: takeAsExported, values: [id, groupId, targetIds] });
    },
    async groupsWithPendingMembers(jobId, memberIds) {
      const rows = await database.query<{ group_id: string }>({
        text: `select distinct p.group_id from provisioning_pending_member p
          join provisioning_link l on l.job_key = p.job_key and l.source_id = p.group_id and l.kind = 'group'
          where p.job_key = ${keyOfJob} and p.member_id = any($2::uuid[])`,
        values: [jobId, memberIds],
      });
      return rows.map((row) => brandId<ObjectId>(row.group_id));
    },
  };
}

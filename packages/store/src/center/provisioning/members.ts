import { brandId, type ObjectId } from '@joinery/base';
import type { LinkStore, MemberChange } from '@joinery/provisioning/ports';
import type { StoreContext } from './context.ts';
import { keyOfJob } from './link-rows.ts';

/** A member that departs in this cycle is not added any more. */
const departs = `exists (select 1 from provisioning_departure x where x.job_key = l.job_key and x.source_id = l.source_id)`;
const isDeleted = `exists (select 1 from provisioning_departure x
  where x.job_key = l.job_key and x.source_id = l.source_id and x.action = 'delete')`;

/** Its change may have been made without anybody knowing, and its member is about to be deleted: it is ended by name, so that the log tells of it. */
const isOpenEnded = `(e.is_confirmed is false and ${isDeleted})`;

/** Does the job export the group with the users of the groups inside it? */
const isExpanded = (group: string): string => `exists (
  select 1 from provisioning_job j
  join app_role_assignment n on n.service_principal_id = j.service_principal_id and n.include_nested
  where j.id = $1 and n.principal_id = ${group})`;

const linkedMembers = (held: string, condition: string): string => `(
    select m.member_id, l.target_id from ${held} m
    join provisioning_link l on l.job_key = ${keyOfJob} and l.source_id = m.member_id and l.state = 'active'
    where ${condition} and l.snapshot is not null and not ${departs}
    order by m.member_id limit $3 + 1)`;

const firstMembers = `
  select g.id as group_id, m.member_id, m.target_id
  from (select given.id, ${isExpanded('given.id')} as is_expanded from unnest($2::uuid[]) as given (id)) g
  cross join lateral (
    ${linkedMembers('group_member', 'm.group_id = g.id and not g.is_expanded')}
    union all
    ${linkedMembers('members_below(g.id)', 'g.is_expanded')}) m`;

const directMembers = '(select member_id from group_member where group_id = $2)';

/**
 * What was exported of one membership, looked up row by row: while the table is new its statistics say that a group has
 * no rows, and a join that reads the group for each of its members costs the square of its size.
 */
const exported = (member: string, job: string, group = '$2'): string => `left join lateral (
    select one.member_id, one.is_confirmed from provisioning_member one
    where one.job_key = ${job} and one.group_id = ${group} and one.member_id = ${member} offset 0) e on true`;

/** A group in full: what the directory has and we did not export, and what we exported and the directory lacks. */
const fullChanges = (held: string): string => `
  with job as (select key from provisioning_job where id = $1)
  select * from (
    (select m.member_id, l.target_id, 'add' as operation
      from job cross join ${held} m
      join provisioning_link l on l.job_key = job.key and l.source_id = m.member_id and l.state = 'active'
      ${exported('m.member_id', 'job.key')}
      where e.is_confirmed is not true and ($3::uuid is null or m.member_id > $3) and not ${departs}
      order by m.member_id limit $4 + 1)
    union all
    (select e.member_id, l.target_id, 'remove' as operation
      from job join provisioning_member e on e.job_key = job.key and e.group_id = $2
      join provisioning_link l on l.job_key = job.key and l.source_id = e.member_id
      left join ${held} m on m.member_id = e.member_id
      where (m.member_id is null and not ${isDeleted} or ${isOpenEnded}) and ($3::uuid is null or e.member_id > $3)
      order by e.member_id limit $4 + 1)) changes
  order by member_id limit $4 + 1`;

/** As `fullChanges` of groups that are exported with their direct members, all at once. */
const unchangedGroups = `
  with job as (select key from provisioning_job where id = $1)
  select g.source_id as id from job join provisioning_link g
    on g.job_key = job.key and g.source_id = any($2::uuid[]) and g.members_due and not ${isExpanded('g.source_id')}
  where not exists (
      select 1 from group_member m
      join provisioning_link l on l.job_key = job.key and l.source_id = m.member_id and l.state = 'active'
      ${exported('m.member_id', 'job.key', 'g.source_id')}
      where m.group_id = g.source_id and e.is_confirmed is not true and not ${departs})
    and not exists (
      select 1 from provisioning_member e
      join provisioning_link l on l.job_key = job.key and l.source_id = e.member_id
      where e.job_key = job.key and e.group_id = g.source_id and (${isOpenEnded} or not ${isDeleted}
        and not exists (select 1 from group_member m where m.group_id = g.source_id and m.member_id = e.member_id)))`;

const heldDirectly = `left join group_member m on m.group_id = p.group_id and m.member_id = p.member_id`;
const heldAnyhow = `left join lateral (
    select p.member_id where exists (
        select 1 from group_member d where d.group_id = p.group_id and d.member_id = p.member_id)
      or (l.kind = 'user' and exists (select 1 from groups_above(p.member_id) a where a.group_id = p.group_id))) m on true`;

const pendingChanges = (held: string): string => `
  select p.member_id, coalesce(l.target_id, '') as target_id, case
      when l.source_id is null then 'none'
      when ${isOpenEnded} then 'remove'
      when m.member_id is not null and e.is_confirmed is not true and l.state = 'active' then
        case when ${departs} then 'wait' else 'add' end
      when m.member_id is null and e.member_id is not null then case when ${isDeleted} then 'wait' else 'remove' end
      else 'none' end as operation
  from provisioning_pending_member p
  left join provisioning_link l on l.job_key = p.job_key and l.source_id = p.member_id
  ${held}
  ${exported('p.member_id', 'p.job_key')}
  where p.job_key = ${keyOfJob} and p.group_id = $2 and ($3::uuid is null or p.member_id > $3)
  order by p.member_id limit $4 + 1`;

const statements = {
  full: { name: 'provisioning-full-members', text: fullChanges(directMembers) },
  pending: { name: 'provisioning-pending-changes', text: pendingChanges(heldDirectly) },
};
const expandedStatements = {
  full: { name: 'provisioning-full-members-expanded', text: fullChanges('members_below($2)') },
  pending: { name: 'provisioning-pending-changes-expanded', text: pendingChanges(heldAnyhow) },
};

interface ChangeRow {
  readonly member_id: string;
  readonly target_id: string;
  readonly operation: MemberChange['operation'];
}

export function createMembers({
  database,
}: StoreContext): Pick<LinkStore, 'firstMembers' | 'unchangedGroups' | 'memberChanges' | 'waitingReferences'> {
  return {
    async firstMembers(jobId, groupIds, limit) {
      const rows = await database.query<{ group_id: string; member_id: string; target_id: string }>({
        name: 'provisioning-first-members',
        text: firstMembers,
        values: [jobId, groupIds, limit],
      });
      const found = new Map<ObjectId, { members: { memberId: ObjectId; targetId: string }[]; more: boolean }>();
      for (const row of rows) {
        const groupId = brandId<ObjectId>(row.group_id);
        const group = found.get(groupId) ?? { members: [], more: false };
        found.set(groupId, group);
        if (group.members.length === limit) group.more = true;
        else group.members.push({ memberId: brandId<ObjectId>(row.member_id), targetId: row.target_id });
      }
      return found;
    },
    async unchangedGroups(jobId, groupIds) {
      const rows = await database.query<{ id: string }>({
        name: 'provisioning-unchanged-groups',
        text: unchangedGroups,
        values: [jobId, groupIds],
      });
      return new Set(rows.map((row) => brandId<ObjectId>(row.id)));
    },
    async memberChanges(jobId, groupId, after, limit) {
      const [group] = await database.query<{ members_due: boolean; is_expanded: boolean }>({
        name: 'provisioning-members-due',
        text: `select members_due, ${isExpanded('source_id')} as is_expanded
          from provisioning_link where job_key = ${keyOfJob} and source_id = $2`,
        values: [jobId, groupId],
      });
      const full = group?.members_due ?? false;
      const rows = await database.query<ChangeRow>({
        ...(group?.is_expanded === true ? expandedStatements : statements)[full ? 'full' : 'pending'],
        values: [jobId, groupId, after ?? null, limit],
      });
      const changes = rows.slice(0, limit).map((row) => ({
        memberId: brandId<ObjectId>(row.member_id),
        targetId: row.target_id,
        operation: row.operation,
      }));
      return { full, changes, more: rows.length > limit };
    },
    async waitingReferences(jobId, sourceIds) {
      const rows = await database.query<{
        source_id: string;
        attribute: string;
        referenced_id: string;
        target_id: string | null;
      }>({
        name: 'provisioning-waiting-references',
        text: `select w.source_id, w.attribute, w.referenced_id, l.target_id
          from provisioning_waiting_reference w
          left join provisioning_link l on l.job_key = w.job_key and l.source_id = w.referenced_id
          where w.job_key = ${keyOfJob} and w.source_id = any($2::uuid[])`,
        values: [jobId, sourceIds],
      });
      return rows.map((row) => ({
        sourceId: brandId<ObjectId>(row.source_id),
        attribute: row.attribute,
        referencedId: brandId<ObjectId>(row.referenced_id),
        targetId: row.target_id ?? undefined,
      }));
    },
  };
}

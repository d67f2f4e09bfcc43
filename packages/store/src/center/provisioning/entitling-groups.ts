// Which groups give their members access to a job's application, and through which assignments: those that are assigned,
// and, where an assignment includes nested groups, the groups inside them. Only security groups outside the recycle bin
// do. The table holds what the last cycle was planned with; a plan compares it with the directory for the groups that the
// change feed names and, where nesting matters, for those inside them.
import type { Session } from '../../database.ts';

export interface EntitlementScope {
  readonly jobKey: number;
  readonly servicePrincipalId: string;
}

/** Every entitling group, for an initial cycle. Its candidates need no account of what was before. */
const entitled = `with recursive reached (assignment_id, group_id) as (
    select a.id, g.id from app_role_assignment a
    join directory_group g on g.id = a.principal_id and g.security_enabled and g.deleted_at is null
    where a.service_principal_id = $2 and a.principal_kind = 'group'
    union
    select r.assignment_id, g.id from reached r
    join app_role_assignment a on a.id = r.assignment_id and a.include_nested
    join group_member m on m.group_id = r.group_id and m.member_kind = 'group'
    join directory_group g on g.id = m.member_id and g.security_enabled and g.deleted_at is null),
  entitled as materialized (
    select group_id, array_agg(assignment_id order by assignment_id) as assignment_ids from reached group by group_id)`;

export async function refreshEntitlingGroups(session: Session, scope: EntitlementScope, to: bigint): Promise<void> {
  await session.query({
    name: 'provisioning-refresh-entitling',
    text: `${entitled},
      gone as (
        delete from provisioning_entitling_group e where e.job_key = $1
          and not exists (select 1 from entitled n where n.group_id = e.group_id))
      insert into provisioning_entitling_group (job_key, group_id, assignment_ids, changed_to)
      select $1, group_id, assignment_ids, $3 from entitled
      on conflict (job_key, group_id) do update set assignment_ids = excluded.assignment_ids,
        changed_to = excluded.changed_to`,
    values: [scope.jobKey, scope.servicePrincipalId, to],
  });
}

/**
 * The groups whose entitlement may have changed by the feed's entries between $3 and $4: those that it names, and, when an
 * assignment changed or includes nested groups, everything inside them. The members of a purged group are in the feed
 * one by one. A group's members are due when the assignments that reach it differ from those that did, or one of them
 * was given anew.
 */
const judge = `with recursive
  feed as materialized (
    select kind, object_id, member_id from directory_change
    where sequence > $3 and sequence <= $4
      and (kind in ('group', 'member') or (kind = 'assignment' and service_principal_id = $2))),
  nested as materialized (
    select exists (select 1 from app_role_assignment where service_principal_id = $2 and include_nested)
      or exists (select 1 from feed where kind = 'assignment') as matters),
  affected (id, is_reassigned) as (
    select object_id, kind = 'assignment' from feed where kind in ('group', 'assignment')
    union
    select f.member_id, false from feed f join directory_group g on g.id = f.member_id where f.kind = 'member'
    union
    select m.member_id, a.is_reassigned from affected a
    join group_member m on m.group_id = a.id and m.member_kind = 'group'
    where (select matters from nested)),
  touched as materialized (select id, bool_or(is_reassigned) as is_reassigned from affected group by id),
  above (id, at) as (
    select t.id, t.id from touched t
    join directory_group g on g.id = t.id and g.security_enabled and g.deleted_at is null
    union
    select a.id, g.id from above a
    join group_member m on m.member_id = a.at
    join directory_group g on g.id = m.group_id and g.security_enabled and g.deleted_at is null
    where (select matters from nested)),
  found as (
    select u.id, array_agg(distinct a.id order by a.id) as assignment_ids from above u
    join app_role_assignment a on a.service_principal_id = $2 and a.principal_id = u.at
      and (u.at = u.id or a.include_nested)
    group by u.id),
  judged as materialized (
    select t.id, t.is_reassigned, coalesce(e.assignment_ids, '{}') as before, coalesce(n.assignment_ids, '{}') as after
    from touched t left join found n on n.id = t.id
    left join provisioning_entitling_group e on e.job_key = $1 and e.group_id = t.id),
  changed as materialized (select * from judged where before <> after),
  kept as (
    insert into provisioning_entitling_group (job_key, group_id, assignment_ids, changed_to)
    select $1, id, after, $4 from changed
    on conflict (job_key, group_id) do update set assignment_ids = excluded.assignment_ids,
      changed_to = excluded.changed_to),
  forgotten as (
    delete from provisioning_entitling_group e
    using provisioning_job j
    where e.job_key = $1 and j.key = $1 and e.assignment_ids = '{}' and e.changed_to < j.watermark
      and not exists (select 1 from changed c where c.id = e.group_id)),
  outer_group as (
    select distinct a.principal_id as id from changed c
    cross join lateral (
      (select unnest(c.before) except select unnest(c.after))
      union all (select unnest(c.after) except select unnest(c.before))) as of (assignment_id)
    join app_role_assignment a on a.id = of.assignment_id and a.principal_id <> c.id),
  compared as (
    update provisioning_link l set members_due = true from outer_group o
    where $5 and l.job_key = $1 and l.source_id = o.id and l.kind = 'group' returning 1)
  select coalesce(array_agg(due.id), '{}') as due_groups, (select count(*) from compared) as compared
  from (
    select id from judged where before <> after or (is_reassigned and after <> '{}')
    union
    select group_id from provisioning_entitling_group where job_key = $1 and changed_to > $3) due`;

/**
 * Brings the entitling groups up to date with the feed between two sequences. `dueGroups`: their members are to be
 * evaluated. `compared`: groups whose exported members are to be compared in full, since groups inside them came or went.
 */
export async function judgeEntitlingGroups(
  session: Session,
  scope: EntitlementScope,
  range: { readonly from: bigint; readonly to: bigint; readonly members: boolean },
): Promise<{ readonly dueGroups: readonly string[]; readonly compared: number }> {
  const [row] = await session.query<{ due_groups: readonly string[]; compared: bigint }>({
    name: 'provisioning-judge-entitling',
    text: judge,
    values: [scope.jobKey, scope.servicePrincipalId, range.from, range.to, range.members],
  });
  return { dueGroups: row?.due_groups ?? [], compared: Number(row?.compared ?? 0n) };
}

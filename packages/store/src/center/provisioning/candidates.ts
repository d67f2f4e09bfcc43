// Which objects a cycle evaluates, as set-based statements that make its pages. An initial cycle takes everything that
// is or was in scope; an incremental one takes what the change feed names between two sequences, and its cost follows
// the number of those entries, not the size of the directory.
import type { CyclePlan, ScopeReads } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { judgeEntitlingGroups, refreshEntitlingGroups } from './entitling-groups.ts';
import { clearTurns, scopeCandidates, scopeReadsName, settledTurns } from './scope-candidates.ts';

export interface CandidateScope {
  readonly jobKey: number;
  readonly cycleId: string;
  readonly servicePrincipalId: string;
  readonly all: boolean;
  readonly plan: CyclePlan;
  readonly now: Date;
}

/**
 * Phases of pages: the listing, users by depth of manager, groups, references, departures. What changed in the
 * directory while the cycle runs is urgent: its pages are taken before all others and hold up none.
 */
export const phases = { listing: 0, urgent: 5, users: 10, groups: 40, references: 60, departures: 80 } as const;

/** Deeper than this, users are created together; a reference that can't be resolved yet then waits. */
const depthMax = 20;

const isAssigned = (id: string): string => `(
  exists (select 1 from app_role_assignment a where a.service_principal_id = $2 and a.principal_id = ${id})
  or exists (select 1 from group_member m
    join provisioning_entitling_group e on e.job_key = $1 and e.group_id = m.group_id and e.assignment_ids <> '{}'
    where m.member_id = ${id}))`;

const isKnown = (kind: 'user' | 'group', id: string): string => `(
  exists (select 1 from provisioning_link l where l.job_key = $1 and l.source_id = ${id} and l.kind = '${kind}')
  or exists (select 1 from provisioning_escrow e
    where e.job_key = $1 and e.source_id = ${id} and e.attribute = '' and e.kind = '${kind}')
  or exists (select 1 from provisioning_unsettled n
    where n.job_key = $1 and n.source_id = ${id} and n.kind = '${kind}')
  -- Somebody has read it and may be about to create it.
  or exists (select 1 from provisioning_object_lock o where o.job_key = $1 and o.source_id = ${id}
    and not exists (select 1 from directory_${kind === 'user' ? 'group' : 'user'} d where d.id = o.source_id)))`;

/** What an earlier run may have sent is looked at again: a failure when its retry is due, and nothing that is under way. */
const unsettled = (kind: 'user' | 'group', now: string): string => `
    select n.source_id from provisioning_unsettled n
    where n.job_key = $1 and n.kind = '${kind}' and n.began_at <= ${now} and not exists (
      select 1 from provisioning_escrow e where e.job_key = $1 and e.source_id = n.source_id and e.attribute = '')`;

/** From `candidate` to pages: those who are created come after their managers. */
const userPages = `
  fresh as materialized (
    select c.id, u.manager_id from candidate c join directory_user u on u.id = c.id
    where $5 and not exists (select 1 from provisioning_link l where l.job_key = $1 and l.source_id = c.id)),
  level (id, depth) as (
    select f.id, 0 from fresh f
    where f.manager_id is null or not exists (select 1 from fresh m where m.id = f.manager_id)
    union all
    select f.id, l.depth + 1 from level l join fresh f on f.manager_id = l.id where l.depth < ${depthMax - 1}),
  placed as (
    select c.id,
      coalesce(l.depth, case when f.id is null then 0 else ${depthMax} end) as depth
    from candidate c left join level l on l.id = c.id left join fresh f on f.id = c.id),
  numbered as (
    select id, depth, (row_number() over (partition by depth order by id) - 1) / $4::integer as page from placed),
  made as (
    insert into provisioning_page (cycle_id, phase, kind, object_kind, object_ids)
    select $3, ${phases.users} + depth, 'objects', 'user', array_agg(id order by id)
    from numbered group by depth, page order by depth, page
    returning 1)
  select count(*) as pages from made`;

const groupPages = `
  numbered as (select id, (row_number() over (order by id) - 1) / $4::integer as page from candidate),
  made as (
    insert into provisioning_page (cycle_id, phase, kind, object_kind, object_ids)
    select $3, ${phases.groups}, 'objects', 'group', array_agg(id order by id)
    from numbered group by page order by page
    returning 1)
  select count(*) as pages from made`;

const initialUsers = `with recursive
  candidate as materialized (
    select u.id from directory_user u where $6 and u.deleted_at is null
    union
    select u.id from app_role_assignment a join directory_user u on u.id = a.principal_id and u.deleted_at is null
    where a.service_principal_id = $2 and a.principal_kind = 'user'
    union
    select u.id from provisioning_entitling_group e join group_member m on m.group_id = e.group_id
    join directory_user u on u.id = m.member_id and u.deleted_at is null
    where e.job_key = $1
    union
    select l.source_id from provisioning_link l where l.job_key = $1 and l.kind = 'user'
    union
    select e.source_id from provisioning_escrow e where e.job_key = $1 and e.kind = 'user' and e.attribute = ''
    union
    select n.source_id from provisioning_unsettled n where n.job_key = $1 and n.kind = 'user'),
  ${userPages}`;

const initialGroups = `with
  candidate as materialized (
    select g.id from directory_group g where $5 and g.deleted_at is null
    union
    select g.id from app_role_assignment a join directory_group g on g.id = a.principal_id and g.deleted_at is null
    where a.service_principal_id = $2 and a.principal_kind = 'group'
    union
    select l.source_id from provisioning_link l where l.job_key = $1 and l.kind = 'group'
    union
    select e.source_id from provisioning_escrow e where e.job_key = $1 and e.kind = 'group' and e.attribute = ''
    union
    select n.source_id from provisioning_unsettled n where n.job_key = $1 and n.kind = 'group'),
  ${groupPages}`;

/** Where the parts about scope find what they need among the parameters of the two statements. */
const userParameters = { from: '$7', to: '$8', now: '$9' };
const groupParameters = { from: '$6', to: '$7', now: '$8' };

/**
 * $11: groups whose members are due; $12: do users refer to their managers? A group that has just ceased to entitle is
 * still in the table, so that whoever leaves it is seen.
 */
const incrementalUsers = (reads: ScopeReads | undefined): string => `with recursive
  feed as materialized (
    select kind, change, object_id, member_id from directory_change
    where sequence > $7 and sequence <= $8 and (kind <> 'assignment' or service_principal_id = $2)),
  raw as (
    select object_id as id from feed where kind in ('user', 'assignment')
    union
    select m.member_id from unnest($11::uuid[]) as d (id) join group_member m on m.group_id = d.id where not $6
    union
    select f.member_id from feed f where f.kind = 'member' and not $6
      and exists (select 1 from provisioning_entitling_group e where e.job_key = $1 and e.group_id = f.object_id)
    union
    select e.source_id from provisioning_escrow e
    where e.job_key = $1 and e.kind = 'user' and e.attribute = '' and (e.next_attempt_at <= $9 or $10)
    union ${unsettled('user', '$9')}
    union
    select u.id from feed f join directory_user u on u.manager_id = f.object_id
    where $12 and f.kind = 'user' and f.change in ('deleted', 'restored')
    ${scopeCandidates('user', reads, userParameters)}),
  candidate as materialized (
    select r.id from raw r
    where ${isKnown('user', 'r.id')}
      or (exists (select 1 from directory_user u where u.id = r.id) and ($6 or ${isAssigned('r.id')}))),
  ${settledTurns('user', userParameters)},
  ${userPages}`;

const incrementalGroups = (reads: ScopeReads | undefined): string => `with
  raw as (
    select object_id as id from directory_change
    where sequence > $6 and sequence <= $7
      and (kind = 'group' or (kind = 'assignment' and service_principal_id = $2))
    union
    select e.source_id from provisioning_escrow e
    where e.job_key = $1 and e.kind = 'group' and e.attribute = '' and (e.next_attempt_at <= $8 or $9)
    union ${unsettled('group', '$8')}
    ${scopeCandidates('group', reads, groupParameters)}),
  candidate as materialized (
    select r.id from raw r
    where ${isKnown('group', 'r.id')}
      or (exists (select 1 from directory_group g where g.id = r.id)
        and ($5 or exists (select 1 from app_role_assignment a
          where a.service_principal_id = $2 and a.principal_id = r.id)))),
  ${settledTurns('group', groupParameters)},
  ${groupPages}`;

async function countOf(session: Session, text: string, values: readonly unknown[], name: string): Promise<number> {
  const [row] = await session.query<{ pages: bigint }>({ name, text, values });
  return Number(row?.pages ?? 0n);
}

/** Makes the object pages of an initial cycle, and the pages that list the target first. Answers how many. */
export async function planInitialPages(session: Session, scope: CandidateScope, to: bigint): Promise<number> {
  const { jobKey, cycleId, servicePrincipalId, all, plan } = scope;
  await refreshEntitlingGroups(session, scope, to);
  await clearTurns(session, jobKey);
  let pages = 0;
  if (plan.users) {
    const values = [jobKey, servicePrincipalId, cycleId, plan.pageSize, plan.orderByManager, all];
    pages += await countOf(session, initialUsers, values, 'provisioning-initial-users');
  }
  if (plan.groups) {
    const values = [jobKey, servicePrincipalId, cycleId, plan.groupPageSize, all];
    pages += await countOf(session, initialGroups, values, 'provisioning-initial-groups');
  }
  if (plan.members) {
    await session.query({
      text: `with compared as (
          update provisioning_link set members_due = true where job_key = $1 and kind = 'group' and not members_due)
        delete from provisioning_pending_member where job_key = $1`,
      values: [jobKey],
    });
  }
  return pages + (plan.listing ? await planListing(session, cycleId) : 0);
}

async function planListing(session: Session, cycleId: string): Promise<number> {
  const rows = await session.query({
    text: `insert into provisioning_page (cycle_id, phase, kind, object_kind, object_ids)
      select $1, ${phases.listing}, 'listing', p.object_kind, '{}'
      from provisioning_page p where p.cycle_id = $1 and p.kind = 'objects' group by p.object_kind returning 1`,
    values: [cycleId],
  });
  return rows.length;
}

/** Memberships of linked groups that changed. A member that is not linked yet brings its own when it is. */
const pendingMembers = `
  with made as (
    insert into provisioning_pending_member (job_key, group_id, member_id)
    select distinct $1::integer, f.object_id, f.member_id
    from directory_change f
    join provisioning_link g on g.job_key = $1 and g.source_id = f.object_id and g.kind = 'group' and not g.members_due
    join provisioning_link m on m.job_key = $1 and m.source_id = f.member_id
    where f.sequence > $2 and f.sequence <= $3 and f.kind = 'member'
    union
    select $1, a.group_id, f.member_id
    from directory_change f
    join provisioning_link m on m.job_key = $1 and m.source_id = f.member_id and m.kind = 'user'
    cross join lateral groups_above(f.object_id) a
    join provisioning_link g on g.job_key = $1 and g.source_id = a.group_id and g.kind = 'group' and not g.members_due
    where f.sequence > $2 and f.sequence <= $3 and f.kind = 'member'
      and exists (select 1 from app_role_assignment n where n.service_principal_id = $5 and n.include_nested
        and n.principal_id = a.group_id)
      and exists (select 1 from app_role_assignment n where n.service_principal_id = $5 and n.include_nested)
    on conflict do nothing
    returning group_id),
  hurried as (
    update provisioning_escrow e set next_attempt_at = least(e.next_attempt_at, $4::timestamptz)
    from (select distinct group_id from made) g
    where e.job_key = $1 and e.source_id = g.group_id and e.attribute <> '')
  select count(*) as pages from made`;

/** Makes the object pages of an incremental cycle. `work`: pages and changed memberships, 0 when nothing is due. */
export async function planIncrementalPages(
  session: Session,
  scope: CandidateScope,
  from: bigint,
  to: bigint,
): Promise<{ readonly pages: number; readonly work: number }> {
  const { jobKey, cycleId, servicePrincipalId, all, plan, now } = scope;
  const { dueGroups, compared } = await judgeEntitlingGroups(session, scope, { from, to, members: plan.members });
  const reads = plan.scopeReads;
  let pages = 0;
  if (plan.users) {
    const values = [
      jobKey,
      servicePrincipalId,
      cycleId,
      plan.pageSize,
      plan.orderByManager,
      all,
      from,
      to,
      now,
      plan.retryAllEscrows,
      dueGroups,
      plan.managers,
    ];
    pages += await countOf(
      session,
      incrementalUsers(reads.user),
      values,
      `provisioning-incremental-users${scopeReadsName(reads.user)}`,
    );
  }
  if (plan.groups) {
    const values = [jobKey, servicePrincipalId, cycleId, plan.groupPageSize, all, from, to, now, plan.retryAllEscrows];
    pages += await countOf(
      session,
      incrementalGroups(reads.group),
      values,
      `provisioning-incremental-groups${scopeReadsName(reads.group)}`,
    );
  }
  const members = plan.members
    ? await countOf(
        session,
        pendingMembers,
        [jobKey, from, to, now, servicePrincipalId],
        'provisioning-pending-members',
      )
    : 0;
  return { pages, work: pages + members + compared };
}

/** Groups with changed memberships, apart from those that the cycle compares in full at its end. */
const urgentMemberPages = `
  with due as (
    select distinct p.group_id as id from provisioning_pending_member p
    join provisioning_link l on l.job_key = $1 and l.source_id = p.group_id and l.kind = 'group' and not l.members_due
    where p.job_key = $1 and not exists (
      select 1 from provisioning_escrow e where e.job_key = $1 and e.source_id = p.group_id and e.attribute = 'members')),
  numbered as (select id, (row_number() over (order by id) - 1) / $3::integer as page from due)
  insert into provisioning_page (cycle_id, phase, kind, object_kind, object_ids)
  select $2, ${phases.urgent}, 'members', 'group', array_agg(id order by id) from numbered group by page`;

/** Takes into a running cycle what the feed names after its watermark. */
export async function planUrgentPages(
  session: Session,
  scope: CandidateScope,
  from: bigint,
  to: bigint,
): Promise<void> {
  const { jobKey, cycleId, plan } = scope;
  const [before] = await session.query<{ id: bigint }>({
    text: 'select coalesce(max(id), 0) as id from provisioning_page where cycle_id = $1',
    values: [cycleId],
  });
  // Failures of this cycle are due already; they wait for the next one all the same.
  const withoutEscrows = { ...scope, now: new Date(0), plan: { ...plan, retryAllEscrows: false } };
  const { work } = await planIncrementalPages(session, withoutEscrows, from, to);
  await session.query({
    text: `update provisioning_page set phase = ${phases.urgent} where cycle_id = $1 and id > $2`,
    values: [cycleId, before?.id ?? 0n],
  });
  if (work > 0 && plan.members) {
    await session.query({ text: urgentMemberPages, values: [jobKey, cycleId, plan.groupPageSize] });
  }
  await session.query({
    text: `update provisioning_cycle set watermark_to = $2,
        pages_total = (select count(*) from provisioning_page p where p.cycle_id = $1)
      where id = $1`,
    values: [cycleId, to],
  });
}

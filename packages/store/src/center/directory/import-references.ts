import type { AppliedReferences, ImportRejection } from '@joinery/directory/ports';
import type { Session } from '../../database.ts';
import { appendChanges } from './changes.ts';
import { findCycle, lockNesting } from './nesting.ts';

/** A batch ends before the group that follows so many members. */
const membersPerBatch = 50_000;

interface CountRow {
  readonly batch: bigint;
  readonly managers: bigint;
  readonly added: bigint;
  readonly removed: bigint;
  readonly unresolved: bigint;
}

// A reference to an object in the recycle bin stays where it stands, and is not made anew. The feed is appended to by
// the outermost select, when everything else has run.
const applyBatch = `with batch as (
    delete from import_stage where (source, kind, source_id) in (
      select $1, kind, source_id from (
        select kind, source_id, sum(members) over (order by kind desc, source_id) - members as members_before
        from (
          select kind, source_id, coalesce(cardinality(member_source_ids), 0) as members from import_stage
          where source = $1 and action is null order by kind desc, source_id limit $2) next
      ) weighed where members_before < $4)
    returning kind, source_id, object_id, manager_source_id, member_source_ids
  ), manager as (
    select b.object_id, b.manager_source_id, m.id, m.deleted_at, u.manager_id as current_id,
      case when m.deleted_at is null or m.id = u.manager_id then m.id end as wanted_id
    from batch b
    join directory_user u on u.id = b.object_id
    left join source_object s on s.source = $1 and s.kind = 'user' and s.source_id = b.manager_source_id
    left join directory_user m on m.id = s.object_id
    where b.kind = 'user'
  ), managed as (
    update directory_user u set manager_id = wanted_id from manager
    where u.id = manager.object_id and u.manager_id is distinct from wanted_id
    returning u.id
  ), wanted as (
    select distinct b.object_id as group_id, b.source_id as group_source_id, w.source_id, s.kind,
      coalesce(u.id, g.id) as member_id, (coalesce(u.deleted_at, g.deleted_at) is null) as is_present,
      m.member_id is not null as is_member
    from batch b
    cross join lateral unnest(b.member_source_ids) w (source_id)
    left join source_object s on s.source = $1 and s.kind in ('user', 'group') and s.source_id = w.source_id
    left join directory_user u on s.kind = 'user' and u.id = s.object_id
    left join directory_group g on s.kind = 'group' and g.id = s.object_id
    left join group_member m on m.group_id = b.object_id and m.member_id = s.object_id
    where b.kind = 'group'
  ), removed as (
    delete from group_member where (group_id, member_id) in (
      select m.group_id, m.member_id from batch b join group_member m on m.group_id = b.object_id where b.kind = 'group'
      except select group_id, member_id from wanted)
    returning group_id, member_id
  ), added as (
    insert into group_member (group_id, member_id, member_kind)
    select group_id, member_id, kind from wanted where kind = 'user' and member_id is not null and is_present
      and not is_member
    on conflict do nothing
    returning group_id, member_id
  ), nested as (
    insert into import_nesting (source, group_id, member_id, group_source_id)
    select $1, group_id, member_id, group_source_id from wanted
    where kind = 'group' and member_id is not null and is_present and not is_member
    on conflict do nothing
  ), totals as (
    select (select count(*) from batch) as batch,
      (select count(*) from manager where manager_source_id is not null and wanted_id is null)
        + (select count(*) from wanted where member_id is null or not (is_present or is_member)) as unresolved,
      (select array_agg(id) from managed) as managed,
      (select array_agg(group_id) from removed) as removed_from, (select array_agg(member_id) from removed) as removed,
      (select array_agg(group_id) from added) as added_to, (select array_agg(member_id) from added) as added
  )
  select batch, unresolved,
    append_directory_changes($3, 'user', 'updated', managed) as managers,
    append_directory_changes($3, 'member', 'removed', removed_from, removed) as removed,
    append_directory_changes($3, 'member', 'added', added_to, added) as added
  from totals`;

interface NestingRow {
  readonly group_id: string;
  readonly member_id: string;
  readonly group_source_id: string;
}

/** Groups into groups: all are put in, then those that close a cycle are taken out again. */
async function applyNesting(
  session: Session,
  source: string,
  limit: number,
  at: Date,
): Promise<AppliedReferences | undefined> {
  const rows = await session.query<NestingRow>({
    text: `delete from import_nesting where (source, group_id, member_id) in (
        select source, group_id, member_id from import_nesting where source = $1 order by group_id, member_id limit $2)
      returning group_id, member_id, group_source_id`,
    values: [source, limit],
  });
  if (rows.length === 0) return undefined;
  await lockNesting(session);
  const inserted = await session.query<{ group_id: string; member_id: string }>({
    text: `insert into group_member (group_id, member_id, member_kind)
      select group_id, member_id, 'group' from unnest($1::uuid[], $2::uuid[]) as input (group_id, member_id)
      on conflict do nothing returning group_id, member_id`,
    values: [rows.map((row) => row.group_id), rows.map((row) => row.member_id)],
  });
  let nestings = inserted.map((row) => ({ groupId: row.group_id, memberId: row.member_id }));
  const rejected: ImportRejection[] = [];
  for (;;) {
    const found = await findCycle(session, nestings);
    if (found === undefined) break;
    await session.query({
      text: 'delete from group_member where group_id = $1 and member_id = $2',
      values: [found.groupId, found.memberId],
    });
    nestings = nestings.filter(({ groupId, memberId }) => groupId !== found.groupId || memberId !== found.memberId);
    const sourceId = rows.find((row) => row.group_id === found.groupId)?.group_source_id ?? found.groupId;
    rejected.push({
      kind: 'group',
      sourceId,
      code: 'directory.cycle',
      message: `A member of the group "${sourceId}" was left out, because it holds that group, directly or through others.`,
    });
  }
  await appendChanges(session, at, [
    {
      kind: 'member',
      change: 'added',
      objectIds: nestings.map(({ groupId }) => groupId),
      memberIds: nestings.map(({ memberId }) => memberId),
    },
  ]);
  return { managers: 0, membersAdded: nestings.length, membersRemoved: 0, unresolved: 0, rejected };
}

/** One batch of managers and members, then of nested groups; undefined when none is left. */
export async function applyReferences(
  session: Session,
  source: string,
  limit: number,
  at: Date,
): Promise<AppliedReferences | undefined> {
  const [row] = await session.query<CountRow>({ text: applyBatch, values: [source, limit, at, membersPerBatch] });
  if (row === undefined || row.batch === 0n) return applyNesting(session, source, limit, at);
  return {
    managers: Number(row.managers),
    membersAdded: Number(row.added),
    membersRemoved: Number(row.removed),
    unresolved: Number(row.unresolved),
    rejected: [],
  };
}

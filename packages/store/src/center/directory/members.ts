import type { ObjectId } from '@joinery/base';
import {
  invalidReference,
  isGuid,
  notFound,
  type DirectoryObject,
  type DirectoryPage,
  type DirectoryQuery,
  type DirectoryStore,
} from '@joinery/directory/ports';
import type { Database, Session } from '../../database.ts';
import { mixedOperand } from './filter-sql.ts';
import { groupList } from './lists.ts';
import { lockNesting, refuseCycle, type Nesting } from './nesting.ts';
import type { DirectoryStoreOptions } from './options.ts';
import { readPage, type ListBranch } from './page.ts';
import { objectColumns, toGroup, toObject } from './rows.ts';

interface AddRow {
  readonly found: boolean;
  readonly unknown: readonly string[] | null;
  readonly groups: readonly string[] | null;
}

// The group's row is locked first and the feed last; the member list itself is never read.
const addMembers = `with target as (
    select id from directory_group where id = $1 and deleted_at is null for key share
  ), wanted as (
    select distinct id from unnest($2::uuid[]) as wanted (id)
  ), known as (
    select id, 'user' as kind from wanted join directory_user u using (id) where u.deleted_at is null
    union all
    select id, 'group' from wanted join directory_group g using (id) where g.deleted_at is null
  ), unknown as (
    select id from wanted where id not in (select id from known)
  ), added as (
    insert into group_member (group_id, member_id, member_kind)
    select target.id, known.id, known.kind from target cross join known
    where not exists (select from unknown) and ($3 or not exists (select from known where kind = 'group'))
    on conflict do nothing
    returning group_id, member_id
  ), appended as (
    select append_directory_changes($4, 'member', 'added', array_agg(group_id), array_agg(member_id)) as count
    from added having count(*) > 0
  )
  select exists (select from target) as found,
    (select array_agg(id) from unknown) as unknown,
    (select array_agg(id) from known where kind = 'group') as groups,
    (select count from appended) as count`;

const removeMembers = `with removed as (
    delete from group_member m using directory_group g
    where g.id = $1 and g.deleted_at is null and m.group_id = g.id and m.member_id = any($2::uuid[])
    returning m.group_id, m.member_id
  ), appended as (
    select append_directory_changes($3, 'member', 'removed', array_agg(group_id), array_agg(member_id)) as count
    from removed having count(*) > 0
  )
  select exists (select from directory_group where id = $1 and deleted_at is null) as found,
    (select count from appended) as count`;

/** Members of groups that the same transaction made. Throws `directory.invalid_reference`, `directory.cycle`. */
export async function insertNewMembers(session: Session, members: readonly Nesting[]): Promise<readonly Nesting[]> {
  const malformed = members.filter(({ memberId }) => !isGuid(memberId));
  if (malformed.length > 0)
    throw invalidReference(
      'members',
      malformed.map(({ memberId }) => memberId),
    );
  const rows = await session.query<{ group_id: string; member_id: string; kind: 'user' | 'group' | null }>({
    name: 'insert-new-members',
    text: `with input as (
        select group_id, member_id, min(place) as place
        from unnest($1::uuid[], $2::uuid[]) with ordinality as input (group_id, member_id, place)
        group by group_id, member_id
      ), known as (
        select input.*, case when u.id is not null then 'user' when g.id is not null then 'group' end as kind
        from input
        left join directory_user u on u.id = input.member_id and u.deleted_at is null
        left join directory_group g on g.id = input.member_id and g.deleted_at is null
      ), added as (
        insert into group_member (group_id, member_id, member_kind)
        select group_id, member_id, kind from known where kind is not null
      )
      select group_id, member_id, kind from known order by place`,
    values: [members.map(({ groupId }) => groupId), members.map(({ memberId }) => memberId)],
  });
  const unknown = rows.filter(({ kind }) => kind === null).map((row) => row.member_id);
  if (unknown.length > 0) throw invalidReference('members', unknown);
  const added = rows.map((row) => ({ groupId: row.group_id, memberId: row.member_id, kind: row.kind }));
  const nestings = added.filter(({ kind }) => kind === 'group');
  if (nestings.length > 0) {
    await lockNesting(session);
    await refuseCycle(session, nestings);
  }
  return added;
}

async function add(
  session: Session,
  groupId: string,
  memberIds: readonly string[],
  nested: boolean,
  at: Date,
): Promise<AddRow> {
  const [row] = await session.query<AddRow>({
    name: 'add-members',
    text: addMembers,
    values: [groupId, memberIds, nested, at],
  });
  if (row === undefined || !row.found) throw notFound('group', groupId);
  if (row.unknown !== null) throw invalidReference('members', row.unknown);
  return row;
}

/** Members of a group: joined over group_member and paged by its own index. */
function membersOf(groupId: string, kind: 'user' | 'group'): ListBranch {
  return {
    columns: objectColumns[kind],
    from: `group_member m join directory_${kind} o on o.id = m.member_id`,
    where: (parameters) =>
      `m.group_id = (select id from directory_group where id = ${parameters.add(groupId)}::uuid and deleted_at is null)
        and m.member_kind = '${kind}' and o.deleted_at is null`,
    id: 'm.member_id',
    order: {
      displayName: 'o.display_name_folded',
      userPrincipalName: kind === 'user' ? 'o.user_principal_name_folded' : `(''::text collate "C")`,
      createdDateTime: 'o.created_at',
    },
    operand: mixedOperand(kind),
    searchWords: 'o.search_words',
  };
}

/** Groups that hold an object. */
function groupsOf(id: string): ListBranch {
  return {
    ...groupList,
    from: 'group_member m join directory_group o on o.id = m.group_id',
    where: (parameters) => {
      const own = `${parameters.add(id)}::uuid`;
      return `m.member_id = (select id from directory_user where id = ${own} and deleted_at is null union all
        select id from directory_group where id = ${own} and deleted_at is null) and o.deleted_at is null`;
    },
    id: 'm.group_id',
  };
}

async function isPresent(database: Database, id: string, kinds: readonly ('user' | 'group')[]): Promise<boolean> {
  if (!isGuid(id)) return false;
  const tables = kinds.map((kind) => `select from directory_${kind} where id = $1 and deleted_at is null`);
  const rows = await database.query({ text: tables.join(' union all '), values: [id] });
  return rows.length > 0;
}

type MemberMethods = Pick<DirectoryStore, 'addMembers' | 'removeMembers' | 'listMembers' | 'listMemberOf'>;

export function memberMethods(database: Database, { clock }: DirectoryStoreOptions): MemberMethods {
  return {
    async addMembers(groupId, memberIds) {
      if (!isGuid(groupId)) throw notFound('group', groupId);
      const malformed = memberIds.filter((id) => !isGuid(id));
      if (malformed.length > 0) throw invalidReference('members', malformed);
      const at = new Date(clock.now());
      const { groups } = await add(database, groupId, memberIds, false, at);
      if (groups === null) return;
      await database.transaction(async (session) => {
        await lockNesting(session);
        await refuseCycle(
          session,
          groups.map((memberId) => ({ groupId: groupId.toLowerCase(), memberId })),
        );
        await add(session, groupId, memberIds, true, at);
      });
    },

    async removeMembers(groupId, memberIds) {
      if (!isGuid(groupId)) throw notFound('group', groupId);
      const [row] = await database.query<{ found: boolean }>({
        name: 'remove-members',
        text: removeMembers,
        values: [groupId, memberIds.filter(isGuid), new Date(clock.now())],
      });
      if (row === undefined || !row.found) throw notFound('group', groupId);
    },

    async listMembers(groupId: ObjectId, query: DirectoryQuery): Promise<DirectoryPage<DirectoryObject>> {
      if (!isGuid(groupId)) throw notFound('group', groupId);
      const branches = (['user', 'group'] as const).map((kind) => membersOf(groupId, kind));
      const page = await readPage(database, branches, query, toObject);
      if (page.objects.length === 0 && !(await isPresent(database, groupId, ['group'])))
        throw notFound('group', groupId);
      return page;
    },

    async listMemberOf(id, query) {
      if (!isGuid(id)) throw notFound('directory object', id);
      const page = await readPage(database, [groupsOf(id)], query, toGroup);
      if (page.objects.length === 0 && !(await isPresent(database, id, ['user', 'group']))) {
        throw notFound('directory object', id);
      }
      return page;
    },
  };
}

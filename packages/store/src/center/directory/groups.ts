import {
  checkGroupChange,
  checkNewGroup,
  isGuid,
  notFound,
  type DirectoryGroup,
  type DirectoryStore,
  type NewGroup,
} from '@joinery/directory/ports';
import type { Database, Session } from '../../database.ts';
import { appendChanges } from './changes.ts';
import { translateWrite } from './errors.ts';
import { groupList } from './lists.ts';
import { insertNewMembers } from './members.ts';
import type { DirectoryStoreOptions } from './options.ts';
import { readPage } from './page.ts';
import { objectColumns, printAttributes, toGroup, type ObjectRow } from './rows.ts';
import { softDelete, splitChange } from './users.ts';

const insertGroups = `insert into directory_group as o (id, display_name, security_enabled, created_at, attributes)
  select id, name, "isEnabled", $2, attributes from jsonb_to_recordset($1::jsonb) as input (
    place integer, id uuid, name text, "isEnabled" boolean, attributes jsonb) order by place
  returning ${objectColumns.group}`;

const updateGroup = `with changed as (
    update directory_group o set
      display_name = coalesce($2, o.display_name),
      security_enabled = coalesce($3, o.security_enabled),
      attributes = (o.attributes || $4::jsonb) - $5::text[]
    where o.id = $1 and o.deleted_at is null and (
      coalesce($2, o.display_name) <> o.display_name
      or coalesce($3, o.security_enabled) <> o.security_enabled
      or (o.attributes || $4::jsonb) - $5::text[] <> o.attributes)
    returning ${objectColumns.group}
  ), appended as (
    select append_directory_changes($6, 'group', 'updated', array_agg(id)) as count from changed having count(*) > 0
  )
  select changed.*, appended.count from changed cross join appended
  union all
  select ${objectColumns.group}, 0 from directory_group o
  where o.id = $1 and o.deleted_at is null and not exists (select from changed)`;

async function createGroups(
  session: Session,
  groups: readonly NewGroup[],
  ids: readonly string[],
  at: Date,
): Promise<readonly DirectoryGroup[]> {
  const input = groups.map(
    ({ displayName, securityEnabled, attributes }, place) =>
      `{"place":${place},"id":"${ids[place]}","name":${JSON.stringify(displayName)},"isEnabled":${securityEnabled},` +
      `"attributes":${printAttributes(attributes)}}`,
  );
  const rows = await session.query<ObjectRow>({
    name: 'create-groups',
    text: insertGroups,
    values: [`[${input.join(',')}]`, at],
  });
  const members = groups.flatMap(({ memberIds }, place) =>
    (memberIds ?? []).map((memberId) => ({ groupId: ids[place] as string, memberId })),
  );
  const added = members.length === 0 ? [] : await insertNewMembers(session, members);
  await appendChanges(session, at, [
    { kind: 'group', change: 'created', objectIds: ids },
    {
      kind: 'member',
      change: 'added',
      objectIds: added.map(({ groupId }) => groupId),
      memberIds: added.map(({ memberId }) => memberId),
    },
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => toGroup(byId.get(id) as ObjectRow));
}

type GroupMethods = Pick<DirectoryStore, 'createGroups' | 'getGroup' | 'listGroups' | 'updateGroup' | 'deleteGroup'>;

export function groupMethods(database: Database, { newId, clock }: DirectoryStoreOptions): GroupMethods {
  return {
    async createGroups(groups) {
      if (groups.length === 0) return [];
      for (const group of groups) checkNewGroup(group);
      const ids = groups.map(({ id }) => (id ?? newId()).toLowerCase());
      const at = new Date(clock.now());
      return translateWrite(() => database.transaction((session) => createGroups(session, groups, ids, at)));
    },

    async getGroup(id) {
      if (!isGuid(id)) return undefined;
      const [row] = await database.query<ObjectRow>({
        name: 'get-group',
        text: `select ${objectColumns.group} from directory_group o where o.deleted_at is null and o.id = $1::uuid`,
        values: [id],
      });
      return row === undefined ? undefined : toGroup(row);
    },

    listGroups: (query) => readPage(database, [groupList], query, toGroup),

    async updateGroup(id, change) {
      checkGroupChange(change);
      if (!isGuid(id)) throw notFound('group', id);
      const { set, cleared } = splitChange(change.attributes);
      const [row] = await database.query<ObjectRow>({
        name: 'update-group',
        text: updateGroup,
        values: [id, change.displayName ?? null, change.securityEnabled ?? null, set, cleared, new Date(clock.now())],
      });
      if (row === undefined) throw notFound('group', id);
      return toGroup(row);
    },

    async deleteGroup(id) {
      const deleted = isGuid(id) && (await softDelete(database, 'group', id, new Date(clock.now())));
      if (!deleted) throw notFound('group', id);
    },
  };
}

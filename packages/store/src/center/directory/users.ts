import type { ObjectId } from '@joinery/base';
import {
  checkNewUser,
  checkUserChange,
  invalidReference,
  isGuid,
  notFound,
  type DirectoryStore,
  type DirectoryUser,
  type NewUser,
  type UserChange,
} from '@joinery/directory/ports';
import type { Database, Session } from '../../database.ts';
import { translateWrite } from './errors.ts';
import { userList } from './lists.ts';
import type { DirectoryStoreOptions } from './options.ts';
import { readPage, type ListBranch } from './page.ts';
import { isAbsent, objectColumns, printAttributes, toUser, type ObjectRow } from './rows.ts';

const insertUsers = `with input as (
    select * from jsonb_to_recordset($1::jsonb) as input (
      place integer, id uuid, name text, "isEnabled" boolean, "managerId" uuid, attributes jsonb)
  ), created as (
    insert into directory_user as o (id, user_principal_name, account_enabled, manager_id, created_at, attributes)
    select id, name, "isEnabled", "managerId", $2, attributes from input order by place
    returning ${objectColumns.user}, o.manager_id as new_manager_id
  ), appended as (
    select append_directory_changes($2, 'user', 'created', array_agg(created.id order by input.place)) as count
    from created join input using (id)
  )
  select kind, id, name, is_enabled, new_manager_id as manager_id, created_at, deleted_at, attributes, appended.count
  from created cross join appended`;

const updateUser = `with changed as (
    update directory_user o set
      user_principal_name = coalesce($2, o.user_principal_name),
      account_enabled = coalesce($3, o.account_enabled),
      manager_id = case when $4 then $5::uuid else o.manager_id end,
      attributes = (o.attributes || $6::jsonb) - $7::text[]
    where o.id = $1 and o.deleted_at is null and (
      coalesce($2, o.user_principal_name) <> o.user_principal_name
      or coalesce($3, o.account_enabled) <> o.account_enabled
      or ($4 and o.manager_id is distinct from $5::uuid)
      or (o.attributes || $6::jsonb) - $7::text[] <> o.attributes)
    returning ${objectColumns.user}
  ), appended as (
    select append_directory_changes($8, 'user', 'updated', array_agg(id)) as count from changed having count(*) > 0
  )
  select changed.*, appended.count from changed cross join appended
  union all
  select ${objectColumns.user}, 0 from directory_user o
  where o.id = $1 and o.deleted_at is null and not exists (select from changed)`;

/** Locks the managers, so that none is purged before the users refer to it. Throws `directory.invalid_reference`. */
async function lockManagers(session: Session, ids: readonly string[]): Promise<void> {
  const rows = await session.query<{ id: string }>({
    text: `select id from directory_user where id = any($1::uuid[]) and deleted_at is null order by id for key share`,
    values: [ids.filter(isGuid)],
  });
  const found = new Set(rows.map(({ id }) => id));
  const unknown = ids.filter((id) => !found.has(id.toLowerCase()));
  if (unknown.length > 0) throw invalidReference('manager', unknown);
}

async function createUsers(
  database: Database,
  users: readonly NewUser[],
  { newId, clock }: DirectoryStoreOptions,
): Promise<readonly DirectoryUser[]> {
  if (users.length === 0) return [];
  for (const user of users) checkNewUser(user);
  const ids = users.map(({ id }) => (id ?? newId()).toLowerCase());
  const own = new Set(ids);
  const input = users.map(
    ({ userPrincipalName, accountEnabled, managerId, attributes }, place) =>
      `{"place":${place},"id":"${ids[place]}","name":${JSON.stringify(userPrincipalName)},"isEnabled":${accountEnabled},` +
      `"managerId":${JSON.stringify(managerId ?? null)},"attributes":${printAttributes(attributes)}}`,
  );
  const managers = new Set(
    users.flatMap(({ managerId }) => (managerId === undefined ? [] : [managerId.toLowerCase()])),
  );
  const statement = {
    name: 'create-users',
    text: insertUsers,
    values: [`[${input.join(',')}]`, new Date(clock.now())],
  };
  const rows = await translateWrite(async () => {
    const others = [...managers].filter((id) => !own.has(id));
    if (others.length === 0) return database.query<ObjectRow>(statement);
    return database.transaction(async (session) => {
      await lockManagers(session, others);
      return session.query<ObjectRow>(statement);
    });
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => toUser(byId.get(id) as ObjectRow));
}

/** The attributes to set as JSON, and the names to clear. */
export function splitChange(attributes: UserChange['attributes']): { set: string; cleared: readonly string[] } {
  const cleared = [...(attributes ?? [])].flatMap(([name, value]) => (isAbsent(value) ? [name] : []));
  return { set: printAttributes(attributes ?? new Map()), cleared };
}

type UserMethods = Pick<
  DirectoryStore,
  'createUsers' | 'getUser' | 'listUsers' | 'updateUser' | 'deleteUser' | 'listDirectReports'
>;

export function userMethods(database: Database, options: DirectoryStoreOptions): UserMethods {
  return {
    createUsers: (users) => createUsers(database, users, options),

    async getUser(idOrUserPrincipalName) {
      const byId = isGuid(idOrUserPrincipalName);
      const [row] = await database.query<ObjectRow>({
        name: byId ? 'get-user-by-id' : 'get-user-by-name',
        text: `select ${objectColumns.user} from directory_user o where o.deleted_at is null and
          ${byId ? 'o.id = $1::uuid' : 'o.user_principal_name_folded = lower($1)'}`,
        values: [idOrUserPrincipalName.replaceAll('\0', '')],
      });
      return row === undefined ? undefined : toUser(row);
    },

    listUsers: (query) => readPage(database, [userList], query, toUser),

    async updateUser(id, change) {
      checkUserChange(change);
      if (!isGuid(id)) throw notFound('user', id);
      const { set, cleared } = splitChange(change.attributes);
      const managerId = change.managerId;
      const statement = {
        name: 'update-user',
        text: updateUser,
        values: [
          id,
          change.userPrincipalName ?? null,
          change.accountEnabled ?? null,
          managerId !== undefined,
          managerId ?? null,
          set,
          cleared,
          new Date(options.clock.now()),
        ],
      };
      const [row] = await translateWrite(async () => {
        if (managerId === undefined || managerId === null) return database.query<ObjectRow>(statement);
        return database.transaction(async (session) => {
          await lockManagers(session, [managerId]);
          return session.query<ObjectRow>(statement);
        });
      });
      if (row === undefined) throw notFound('user', id);
      return toUser(row);
    },

    async deleteUser(id) {
      const deleted = isGuid(id) && (await softDelete(database, 'user', id, new Date(options.clock.now())));
      if (!deleted) throw notFound('user', id);
    },

    listDirectReports: (managerId, query) => readPage(database, [reportsOf(managerId)], query, toUser),
  };
}

function reportsOf(managerId: ObjectId): ListBranch {
  if (!isGuid(managerId)) return { ...userList, where: () => 'false' };
  return {
    ...userList,
    where: (parameters) => `o.deleted_at is null and o.manager_id = ${parameters.add(managerId)}::uuid`,
  };
}

/** False when there is no such object outside the recycle bin. */
export async function softDelete(session: Session, kind: 'user' | 'group', id: string, at: Date): Promise<boolean> {
  const [row] = await session.query<{ count: bigint | null }>({
    name: `delete-${kind}`,
    text: `with deleted as (
        update directory_${kind} set deleted_at = $2 where id = $1::uuid and deleted_at is null returning id
      )
      select append_directory_changes($2, '${kind}', 'deleted', array_agg(id)) as count from deleted`,
    values: [id, at],
  });
  return (row?.count ?? 0n) > 0n;
}

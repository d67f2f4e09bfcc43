import { isGuid, notFound, type DirectoryObject, type DirectoryStore } from '@joinery/directory/ports';
import type { Database, Session } from '../../database.ts';
import { appendChanges } from './changes.ts';
import { translateWrite } from './errors.ts';
import { groupList, userList } from './lists.ts';
import type { DirectoryStoreOptions } from './options.ts';
import { readPage, type ListBranch } from './page.ts';
import { objectColumns, toObject, type ObjectRow } from './rows.ts';

const deletedList: Readonly<Record<'user' | 'group', ListBranch>> = {
  user: { ...userList, where: () => 'o.deleted_at is not null' },
  group: { ...groupList, where: () => 'o.deleted_at is not null' },
};

function restoreStatement(kind: 'user' | 'group'): string {
  return `with restored as (
      update directory_${kind} o set deleted_at = null where o.id = $1::uuid and o.deleted_at is not null
      returning ${objectColumns[kind]}
    ), appended as (
      select append_directory_changes($2, '${kind}', 'restored', array_agg(id)) as count from restored having count(*) > 0
    )
    select restored.*, appended.count from restored cross join appended`;
}

interface Doomed {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

interface Reference {
  readonly object_id: string;
  readonly other_id: string;
}

async function deleteReturning(session: Session, text: string, ids: readonly string[]): Promise<readonly Reference[]> {
  return session.query<Reference>({ text, values: [ids] });
}

/** Deletes locked rows with everything that refers to them. Each lost membership and assignment is a change of its own. */
async function purgeLocked(session: Session, { users, groups }: Doomed, at: Date): Promise<void> {
  const ids = [...users, ...groups];
  const assignments = await deleteReturning(
    session,
    `delete from app_role_assignment where principal_id = any($1::uuid[])
      returning principal_id as object_id, service_principal_id as other_id`,
    ids,
  );
  const members = await deleteReturning(
    session,
    `delete from group_member where member_id = any($1::uuid[]) or group_id = any($1::uuid[])
      returning group_id as object_id, member_id as other_id`,
    ids,
  );
  const reports = await deleteReturning(
    session,
    `update directory_user set manager_id = null where manager_id = any($1::uuid[])
      returning id as object_id, id as other_id`,
    ids,
  );
  await session.query({ text: 'delete from source_object where object_id = any($1::uuid[])', values: [ids] });
  await session.query({ text: 'delete from directory_user where id = any($1::uuid[])', values: [users] });
  await session.query({ text: 'delete from directory_group where id = any($1::uuid[])', values: [groups] });
  const purged = new Set(ids);
  await appendChanges(session, at, [
    {
      kind: 'assignment',
      change: 'removed',
      objectIds: assignments.map((row) => row.object_id),
      servicePrincipalIds: assignments.map((row) => row.other_id),
    },
    {
      kind: 'member',
      change: 'removed',
      objectIds: members.map((row) => row.object_id),
      memberIds: members.map((row) => row.other_id),
    },
    {
      kind: 'user',
      change: 'updated',
      objectIds: reports.map((row) => row.object_id).filter((id) => !purged.has(id)),
    },
    { kind: 'user', change: 'purged', objectIds: users },
    { kind: 'group', change: 'purged', objectIds: groups },
  ]);
}

/** Rows that another process is purging, or that are being restored, are left to it. */
async function lockDeletedBefore(
  session: Session,
  kind: 'user' | 'group',
  time: Date,
  limit: number,
): Promise<readonly string[]> {
  const rows = await session.query<{ id: string }>({
    text: `select id from directory_${kind} where deleted_at < $1 order by deleted_at, id limit $2 for update skip locked`,
    values: [time, limit],
  });
  return rows.map(({ id }) => id);
}

async function lockDeleted(session: Session, kind: 'user' | 'group', id: string): Promise<readonly string[]> {
  const rows = await session.query<{ id: string }>({
    text: `select id from directory_${kind} where id = $1 and deleted_at is not null for update`,
    values: [id],
  });
  return rows.map((row) => row.id);
}

type RecycleBinMethods = Pick<
  DirectoryStore,
  'listDeleted' | 'getDeleted' | 'restore' | 'purge' | 'purgeDeletedBefore'
>;

export function recycleBinMethods(database: Database, { clock }: DirectoryStoreOptions): RecycleBinMethods {
  async function restoreAs(kind: 'user' | 'group', id: string): Promise<DirectoryObject | undefined> {
    const [row] = await translateWrite(() =>
      database.query<ObjectRow>({
        name: `restore-${kind}`,
        text: restoreStatement(kind),
        values: [id, new Date(clock.now())],
      }),
    );
    return row === undefined ? undefined : toObject(row);
  }

  return {
    listDeleted: (kind, query) => readPage(database, [deletedList[kind]], query, toObject),

    async getDeleted(id) {
      if (!isGuid(id)) return undefined;
      const [row] = await database.query<ObjectRow>({
        name: 'get-deleted',
        text: (['user', 'group'] as const)
          .map(
            (kind) =>
              `select ${objectColumns[kind]} from directory_${kind} o where o.id = $1::uuid and o.deleted_at is not null`,
          )
          .join(' union all '),
        values: [id],
      });
      return row === undefined ? undefined : toObject(row);
    },

    async restore(id) {
      const restored = isGuid(id) ? ((await restoreAs('user', id)) ?? (await restoreAs('group', id))) : undefined;
      if (restored === undefined) throw notFound('deleted object', id);
      return restored;
    },

    async purge(id) {
      if (!isGuid(id)) throw notFound('deleted object', id);
      await database.transaction(async (session) => {
        const doomed = {
          users: await lockDeleted(session, 'user', id),
          groups: await lockDeleted(session, 'group', id),
        };
        if (doomed.users.length + doomed.groups.length === 0) throw notFound('deleted object', id);
        await purgeLocked(session, doomed, new Date(clock.now()));
      });
    },

    purgeDeletedBefore: (time, limit) =>
      database.transaction(async (session) => {
        const users = await lockDeletedBefore(session, 'user', time, limit);
        const groups = await lockDeletedBefore(session, 'group', time, limit - users.length);
        if (users.length + groups.length > 0) await purgeLocked(session, { users, groups }, new Date(clock.now()));
        return users.length + groups.length;
      }),
  };
}

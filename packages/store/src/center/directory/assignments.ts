import type { AppRoleId, ObjectId } from '@joinery/base';
import {
  alreadyAssigned,
  defaultAccessRoleId,
  invalidReference,
  isGuid,
  notFound,
  unknownRole,
  type AppRoleAssignment,
  type ApplicationStore,
} from '@joinery/directory/ports';
import type { Database } from '../../database.ts';
import type { Operand } from './filter-sql.ts';
import type { DirectoryStoreOptions } from './options.ts';
import { readPage, type ListBranch } from './page.ts';

interface AssignmentRow {
  readonly id: string;
  readonly principal_id: string;
  readonly principal_kind: 'user' | 'group';
  readonly principal_name: string;
  readonly service_principal_id: string;
  readonly resource_name: string;
  readonly app_role_id: string;
  readonly include_nested: boolean;
  readonly created_at: Date;
}

interface AssignRow {
  readonly found: boolean;
  readonly role: boolean | null;
  readonly unknown: readonly string[] | null;
  readonly added: readonly string[] | null;
}

const assignPrincipals = `with target as (
    select id, service_principal_id from application where service_principal_id = $1 for key share
  ), role as (
    select true as is_enabled from target where $3 = '${defaultAccessRoleId}'::uuid
    union all
    select is_enabled from app_role join target on app_role.application_id = target.id where app_role.id = $3
  ), wanted as (
    select principal_id as id, assignment_id, place
    from unnest($2::uuid[], $4::uuid[]) with ordinality as wanted (principal_id, assignment_id, place)
  ), known as (
    select wanted.*, 'user' as kind from wanted join directory_user u using (id) where u.deleted_at is null
    union all
    select wanted.*, 'group' from wanted join directory_group g using (id) where g.deleted_at is null
  ), unknown as (
    select id from wanted where id not in (select id from known)
  ), added as (
    insert into app_role_assignment
      (id, service_principal_id, principal_id, principal_kind, app_role_id, created_at, include_nested)
    select assignment_id, target.service_principal_id, known.id, kind, $3, $5, $6 and kind = 'group'
    from target cross join known join role on role.is_enabled
    where not exists (select from unknown) order by place
    on conflict do nothing
    returning id, principal_id, service_principal_id
  ), appended as (
    select append_directory_changes($5, 'assignment', 'added', array_agg(principal_id), null, array_agg(service_principal_id))
      as count
    from added having count(*) > 0
  )
  select exists (select from target) as found, (select bool_and(is_enabled) from role) as role,
    (select array_agg(id) from unknown) as unknown, (select array_agg(id) from added) as added,
    (select count from appended) as count`;

// Whoever the assignment reaches is evaluated again, as if it were given anew.
const includeNested = `with wanted as (
    select id, include_nested from app_role_assignment
    where id = $1 and service_principal_id = $2 and principal_kind = 'group' for update
  ), changed as (
    update app_role_assignment a set include_nested = $3 from wanted
    where a.id = wanted.id and a.include_nested <> $3 returning a.principal_id, a.service_principal_id
  ), appended as (
    select append_directory_changes($4, 'assignment', 'added', array_agg(principal_id), null, array_agg(service_principal_id))
      as count
    from changed having count(*) > 0
  )
  select wanted.id, (select count from appended) as count from wanted`;

const columns = `a.id, a.principal_id, a.principal_kind, principal.name as principal_name, a.service_principal_id,
  application.display_name as resource_name, a.app_role_id, a.include_nested, a.created_at`;

// A principal in the recycle bin hides its assignments.
const from = `app_role_assignment a
  join application on application.service_principal_id = a.service_principal_id
  cross join lateral (
    select coalesce(u.attributes ->> 'displayName', u.user_principal_name) as name, u.display_name_folded as folded,
      u.search_words
    from directory_user u where a.principal_kind = 'user' and u.id = a.principal_id and u.deleted_at is null
    union all
    select g.display_name, g.display_name_folded, g.search_words
    from directory_group g where a.principal_kind = 'group' and g.id = a.principal_id and g.deleted_at is null
  ) principal`;

function assignmentOperand(attribute: string): Operand | undefined {
  switch (attribute) {
    case 'id':
      return { type: 'uuid', sql: 'a.id' };
    case 'principalId':
      return { type: 'uuid', sql: 'a.principal_id' };
    case 'resourceId':
      return { type: 'uuid', sql: 'a.service_principal_id' };
    case 'appRoleId':
      return { type: 'uuid', sql: 'a.app_role_id' };
    case 'principalType':
      return { type: 'text', sql: `(a.principal_kind collate "C")` };
    case 'principalDisplayName':
      return { type: 'text', sql: '(lower(principal.name) collate "C")' };
    case 'createdDateTime':
      return { type: 'time', sql: 'a.created_at' };
    default:
      return undefined;
  }
}

function assignmentList(column: 'a.service_principal_id' | 'a.principal_id', id: string): ListBranch {
  return {
    columns,
    from,
    where: (parameters) => (isGuid(id) ? `${column} = ${parameters.add(id)}::uuid` : 'false'),
    id: 'a.id',
    order: { displayName: 'principal.folded', createdDateTime: 'a.created_at' },
    operand: assignmentOperand,
    searchWords: 'principal.search_words',
  };
}

function toAssignment(row: AssignmentRow): AppRoleAssignment {
  return {
    id: row.id,
    principalId: row.principal_id as ObjectId,
    principalType: row.principal_kind === 'user' ? 'User' : 'Group',
    principalDisplayName: row.principal_name,
    resourceId: row.service_principal_id as ObjectId,
    resourceDisplayName: row.resource_name,
    appRoleId: row.app_role_id as AppRoleId,
    includesNestedGroups: row.include_nested,
    createdDateTime: row.created_at,
  };
}

type AssignmentMethods = Pick<
  ApplicationStore,
  'assign' | 'assignAll' | 'includeNestedGroups' | 'unassign' | 'listAssignments' | 'listAssignmentsOf'
>;

export function assignmentMethods(database: Database, { newId, clock }: DirectoryStoreOptions): AssignmentMethods {
  /** Ids of the assignments that are new. */
  async function assign(
    servicePrincipalId: string,
    principals: readonly string[],
    appRoleId: string,
    includesNestedGroups: boolean,
  ): Promise<readonly string[]> {
    if (!isGuid(servicePrincipalId)) throw notFound('service principal', servicePrincipalId);
    if (!isGuid(appRoleId)) throw unknownRole(appRoleId, 'its id is not a GUID');
    const malformed = principals.filter((id) => !isGuid(id));
    if (malformed.length > 0) throw invalidReference('principalId', malformed);
    const ids = [...new Set(principals.map((id) => id.toLowerCase()))];
    const [row] = await database.query<AssignRow>({
      name: 'assign-principals',
      text: assignPrincipals,
      values: [servicePrincipalId, ids, appRoleId, ids.map(() => newId()), new Date(clock.now()), includesNestedGroups],
    });
    if (row === undefined || !row.found) throw notFound('service principal', servicePrincipalId);
    if (row.role === null) throw unknownRole(appRoleId, 'the application does not declare it');
    if (!row.role) throw unknownRole(appRoleId, 'it is disabled');
    if (row.unknown !== null) throw invalidReference('principalId', row.unknown);
    return row.added ?? [];
  }

  async function get(id: string): Promise<AppRoleAssignment> {
    const [row] = await database.query<AssignmentRow>({
      name: 'get-assignment',
      text: `select ${columns} from ${from} where a.id = $1`,
      values: [id],
    });
    if (row === undefined) throw notFound('app role assignment', id);
    return toAssignment(row);
  }

  return {
    async assign(servicePrincipalId, principalId, appRoleId, options = {}) {
      const nested = options.includesNestedGroups ?? false;
      const [id] = await assign(servicePrincipalId, [principalId], appRoleId, nested);
      if (id === undefined) throw alreadyAssigned(principalId);
      return get(id);
    },

    async assignAll(servicePrincipalId, principalIds, appRoleId) {
      return (await assign(servicePrincipalId, principalIds, appRoleId, false)).length;
    },

    async includeNestedGroups(servicePrincipalId, assignmentId, includesNestedGroups) {
      const rows =
        isGuid(assignmentId) && isGuid(servicePrincipalId)
          ? await database.query({
              name: 'include-nested-groups',
              text: includeNested,
              values: [assignmentId, servicePrincipalId, includesNestedGroups, new Date(clock.now())],
            })
          : [];
      if (rows.length === 0) throw notFound('app role assignment of a group', assignmentId);
      return get(assignmentId);
    },

    async unassign(servicePrincipalId, assignmentId) {
      const [row] =
        isGuid(assignmentId) && isGuid(servicePrincipalId)
          ? await database.query<{ count: bigint | null }>({
              name: 'unassign',
              text: `with removed as (
                  delete from app_role_assignment where id = $1 and service_principal_id = $2
                  returning principal_id, service_principal_id
                )
                select append_directory_changes($3, 'assignment', 'removed', array_agg(principal_id), null,
                  array_agg(service_principal_id)) as count from removed`,
              values: [assignmentId, servicePrincipalId, new Date(clock.now())],
            })
          : [];
      if ((row?.count ?? 0n) === 0n) throw notFound('app role assignment', assignmentId);
    },

    listAssignments: (servicePrincipalId, query) =>
      readPage(database, [assignmentList('a.service_principal_id', servicePrincipalId)], query, toAssignment),

    listAssignmentsOf: (principalId, query) =>
      readPage(database, [assignmentList('a.principal_id', principalId)], query, toAssignment),
  };
}

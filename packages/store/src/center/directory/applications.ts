import type { ObjectId } from '@joinery/base';
import {
  checkAppRoles,
  defaultAccessRoleId,
  invalidValue,
  isGuid,
  notFound,
  roleEnabled,
  roleInUse,
  type AppRoleDefinition,
  type ApplicationStore,
  type EnterpriseApplication,
} from '@joinery/directory/ports';
import type { Database, Session } from '../../database.ts';
import { appendChanges } from './changes.ts';
import type { Operand } from './filter-sql.ts';
import type { DirectoryStoreOptions } from './options.ts';
import { readPage, type ListBranch } from './page.ts';

interface ApplicationRow {
  readonly id: string;
  readonly app_id: string;
  readonly service_principal_id: string;
  readonly display_name: string;
  readonly application_template_id: string | null;
  readonly account_enabled: boolean;
  readonly created_at: Date;
  readonly roles: readonly AppRoleDefinition[] | null;
}

const columns = `o.id, o.app_id, o.service_principal_id, o.display_name, o.application_template_id, o.account_enabled,
  o.created_at, (select json_agg(json_build_object('id', r.id, 'displayName', r.display_name, 'description', r.description,
    'value', r.value, 'isEnabled', r.is_enabled, 'allowedMemberTypes', r.allowed_member_types) order by r.place)
    from app_role r where r.application_id = o.id) as roles`;

const displayNameMax = 256;
const rolesMax = 1_200;

function toApplication(row: ApplicationRow): EnterpriseApplication {
  return {
    applicationId: row.id as ObjectId,
    appId: row.app_id,
    servicePrincipalId: row.service_principal_id as ObjectId,
    displayName: row.display_name,
    applicationTemplateId: row.application_template_id ?? undefined,
    appRoles: row.roles ?? [],
    accountEnabled: row.account_enabled,
    createdDateTime: row.created_at,
  };
}

function applicationOperand(attribute: string): Operand | undefined {
  switch (attribute) {
    case 'id':
      return { type: 'uuid', sql: 'o.id' };
    case 'servicePrincipalId':
      return { type: 'uuid', sql: 'o.service_principal_id' };
    case 'appId':
      return { type: 'uuid', sql: 'o.app_id' };
    case 'displayName':
      return { type: 'text', sql: 'o.display_name_folded' };
    case 'applicationTemplateId':
      return { type: 'text', sql: '(lower(o.application_template_id) collate "C")' };
    case 'accountEnabled':
      return { type: 'boolean', sql: 'o.account_enabled' };
    case 'createdDateTime':
      return { type: 'time', sql: 'o.created_at' };
    default:
      return undefined;
  }
}

const applicationList: ListBranch = {
  columns,
  from: 'application o',
  where: () => 'true',
  id: 'o.id',
  order: { displayName: 'o.display_name_folded', createdDateTime: 'o.created_at' },
  operand: applicationOperand,
  // Applications are few: their words are cut as they are read.
  searchWords: `array_to_tsvector(array_remove(regexp_split_to_array(o.display_name_folded, '[[:space:][:punct:]]+'), ''))`,
};

function checkDisplayName(displayName: string): void {
  if (
    displayName.trim() === '' ||
    displayName.length > displayNameMax ||
    displayName.includes('\0') ||
    !displayName.isWellFormed()
  ) {
    throw invalidValue('displayName', `it must have 1 to ${displayNameMax} characters`);
  }
}

function checkRoles(roles: readonly AppRoleDefinition[]): void {
  if (roles.length > rolesMax) throw invalidValue('appRoles', `there are more than ${rolesMax}`);
  checkAppRoles(roles, defaultAccessRoleId);
}

async function putRoles(session: Session, applicationId: string, roles: readonly AppRoleDefinition[]): Promise<void> {
  await session.query({
    text: `insert into app_role (application_id, id, display_name, description, value, is_enabled, allowed_member_types, place)
      select $1, id, "displayName", description, value, "isEnabled",
        array(select jsonb_array_elements_text("allowedMemberTypes")), place
      from jsonb_to_recordset($2::jsonb) as input (id uuid, "displayName" text, description text, value text,
        "isEnabled" boolean, "allowedMemberTypes" jsonb, place integer)
      on conflict (application_id, id) do update set display_name = excluded.display_name,
        description = excluded.description, value = excluded.value, is_enabled = excluded.is_enabled,
        allowed_member_types = excluded.allowed_member_types, place = excluded.place`,
    values: [applicationId, JSON.stringify(roles.map((role, place) => ({ ...role, place })))],
  });
}

async function find(
  session: Session,
  column: 'id' | 'app_id' | 'service_principal_id',
  id: string,
): Promise<EnterpriseApplication | undefined> {
  if (!isGuid(id)) return undefined;
  const [row] = await session.query<ApplicationRow>({
    name: `find-application-by-${column}`,
    text: `select ${columns} from application o where o.${column} = $1::uuid`,
    values: [id],
  });
  return row === undefined ? undefined : toApplication(row);
}

/** Removes roles that are left out; answers the ids of those that changed for the ones who have them. */
async function replaceRoles(
  session: Session,
  application: EnterpriseApplication,
  roles: readonly AppRoleDefinition[],
): Promise<readonly string[]> {
  const wanted = new Map(roles.map((role) => [role.id.toLowerCase(), role]));
  const removed = application.appRoles.filter(({ id }) => !wanted.has(id));
  for (const role of removed) if (role.isEnabled) throw roleEnabled(role.displayName);
  const removedIds = removed.map(({ id }) => id);
  const [used] = await session.query<{ app_role_id: string }>({
    text: `select app_role_id from app_role_assignment
      where service_principal_id = $1 and app_role_id = any($2::uuid[]) limit 1`,
    values: [application.servicePrincipalId, removedIds],
  });
  if (used !== undefined) {
    throw roleInUse(removed.find(({ id }) => id === used.app_role_id)?.displayName ?? used.app_role_id);
  }
  await session.query({
    text: 'delete from app_role where application_id = $1 and id = any($2::uuid[])',
    values: [application.applicationId, removedIds],
  });
  await putRoles(session, application.applicationId, roles);
  return application.appRoles.flatMap((old) => {
    const role = wanted.get(old.id);
    const same =
      role === undefined ||
      (role.value === old.value && role.displayName === old.displayName && role.isEnabled === old.isEnabled);
    return same ? [] : [old.id];
  });
}

async function readAssignees(
  session: Session,
  servicePrincipalId: string,
  roleIds: readonly string[] | undefined,
): Promise<readonly string[]> {
  const rows = await session.query<{ principal_id: string }>({
    text: `select distinct principal_id from app_role_assignment
      where service_principal_id = $1 and ($2::uuid[] is null or app_role_id = any($2::uuid[]))`,
    values: [servicePrincipalId, roleIds ?? null],
  });
  return rows.map((row) => row.principal_id);
}

type ApplicationMethods = Omit<
  ApplicationStore,
  'assign' | 'assignAll' | 'includeNestedGroups' | 'unassign' | 'listAssignments' | 'listAssignmentsOf'
>;

export function applicationMethods(database: Database, { newId, clock }: DirectoryStoreOptions): ApplicationMethods {
  return {
    async create({ displayName, applicationTemplateId, appRoles }) {
      checkDisplayName(displayName);
      checkRoles(appRoles);
      const id = newId();
      return database.transaction(async (session) => {
        await session.query({
          text: `insert into application (id, app_id, service_principal_id, display_name, application_template_id,
              account_enabled, created_at) values ($1, $2, $3, $4, $5, true, $6)`,
          values: [id, newId(), newId(), displayName, applicationTemplateId ?? null, new Date(clock.now())],
        });
        await putRoles(session, id, appRoles);
        const created = await find(session, 'id', id);
        if (created === undefined) throw notFound('application', id);
        return created;
      });
    },

    getByServicePrincipal: (id) => find(database, 'service_principal_id', id),
    getByApplication: (id) => find(database, 'id', id),
    getByAppId: (id) => find(database, 'app_id', id),
    list: (query) => readPage(database, [applicationList], query, toApplication),

    async update(applicationId, change) {
      if (change.displayName !== undefined) checkDisplayName(change.displayName);
      if (change.appRoles !== undefined) checkRoles(change.appRoles);
      if (!isGuid(applicationId)) throw notFound('application', applicationId);
      return database.transaction(async (session) => {
        await session.query({ text: 'select from application where id = $1 for update', values: [applicationId] });
        const application = await find(session, 'id', applicationId);
        if (application === undefined) throw notFound('application', applicationId);
        await session.query({
          text: `update application set display_name = coalesce($2, display_name),
            account_enabled = coalesce($3, account_enabled) where id = $1`,
          values: [applicationId, change.displayName ?? null, change.accountEnabled ?? null],
        });
        const roleIds = change.appRoles === undefined ? [] : await replaceRoles(session, application, change.appRoles);
        const updated = await find(session, 'id', applicationId);
        if (updated === undefined) throw notFound('application', applicationId);
        if (roleIds.length > 0) {
          // Whoever has a role that changed is evaluated again, as if it were given anew.
          const { servicePrincipalId } = application;
          const objectIds = await readAssignees(session, servicePrincipalId, roleIds);
          await appendChanges(session, new Date(clock.now()), [
            {
              kind: 'assignment',
              change: 'added',
              objectIds,
              servicePrincipalIds: objectIds.map(() => servicePrincipalId),
            },
          ]);
        }
        return updated;
      });
    },

    async delete(applicationId) {
      if (!isGuid(applicationId)) throw notFound('application', applicationId);
      await database.transaction(async (session) => {
        const [row] = await session.query<{ service_principal_id: string }>({
          text: 'select service_principal_id from application where id = $1 for update',
          values: [applicationId],
        });
        if (row === undefined) throw notFound('application', applicationId);
        const objectIds = await readAssignees(session, row.service_principal_id, undefined);
        await session.query({
          text: 'delete from app_role_assignment where service_principal_id = $1',
          values: [row.service_principal_id],
        });
        await session.query({ text: 'delete from application where id = $1', values: [applicationId] });
        await appendChanges(session, new Date(clock.now()), [
          {
            kind: 'assignment',
            change: 'removed',
            objectIds,
            servicePrincipalIds: objectIds.map(() => row.service_principal_id),
          },
        ]);
      });
    },
  };
}

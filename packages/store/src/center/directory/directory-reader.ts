import type { AppRole } from '@joinery/expressions';
import {
  groupForMappings,
  userForMappings,
  type DirectoryReader,
  type EntitledObject,
  type RelatedReads,
} from '@joinery/directory/ports';
import type { Database } from '../../database.ts';
import { relatedColumns, relatedName, toRelated, type RelatedRow } from './related-objects.ts';
import { objectColumns, toGroup, toUser, type ObjectRow } from './rows.ts';

interface EntitledRow extends ObjectRow, RelatedRow {
  readonly source_id: string | null;
  readonly assigned: boolean;
  readonly roles: readonly AppRole[] | null;
}

export interface DirectoryReaderOptions {
  /**
   * What `objectId` is for mappings: the object's id (default), or, for imported objects, the id that it has in its
   * source.
   */
  readonly objectId?: 'directory' | 'source';
}

// Direct assignments, and for users those of security groups that hold them: directly, or through other groups where the
// assignment includes those.
const ownAssignments = `select a.app_role_id from app_role_assignment a
  where a.service_principal_id = $2 and a.principal_id = o.id`;
const groupAssignments = `select a.app_role_id from group_member m
  join directory_group g on g.id = m.group_id and g.deleted_at is null and g.security_enabled
  join app_role_assignment a on a.service_principal_id = $2 and a.principal_id = g.id
  where m.member_id = o.id`;
const nestedAssignments = `select a.app_role_id from groups_above(o.id) above
  join directory_group g on g.id = above.group_id and g.deleted_at is null and g.security_enabled
  join app_role_assignment a on a.service_principal_id = $2 and a.principal_id = g.id and a.include_nested
  where exists (select 1 from app_role_assignment n where n.service_principal_id = $2 and n.include_nested)`;

function readStatement(kind: 'user' | 'group', bySource: boolean, related: RelatedReads | undefined): string {
  const assignments =
    kind === 'user'
      ? `${ownAssignments} union ${groupAssignments} union ${nestedAssignments}`
      : `${ownAssignments} and o.security_enabled`;
  return `select ${objectColumns[kind]}, given.assigned, given.roles,
      ${bySource ? '(select s.source_id from source_object s where s.object_id = o.id)' : 'null'} as source_id${relatedColumns(kind, related, bySource)}
    from unnest($1::uuid[]) with ordinality as wanted (id, place)
    join directory_${kind} o on o.id = wanted.id
    cross join lateral (
      select count(*) > 0 as assigned,
        json_agg(json_build_object('id', role.id, 'value', coalesce(role.value, ''), 'displayName', role.display_name)
          order by role.place) filter (where role.id is not null) as roles
      from (${assignments}) assignment
      left join (application join app_role role on role.application_id = application.id and role.is_enabled)
        on application.service_principal_id = $2 and role.id = assignment.app_role_id
    ) given
    order by wanted.place`;
}

/** Reads whole objects with what they are entitled to in one enterprise application, in the order of the ids. */
export function createDirectoryReader(database: Database, options: DirectoryReaderOptions = {}): DirectoryReader {
  const bySource = options.objectId === 'source';

  function toEntitled(row: EntitledRow, related: RelatedReads | undefined): EntitledObject {
    const object = row.kind === 'user' ? toUser(row) : toGroup(row);
    const objectId = (bySource ? row.source_id : null) ?? object.id;
    const shownName = object.kind === 'user' ? object.attributes.get('displayName') : object.displayName;
    return {
      kind: object.kind,
      id: object.id,
      displayName: typeof shownName === 'string' ? shownName : row.name,
      accountEnabled: object.kind === 'user' ? object.accountEnabled : true,
      softDeleted: object.deletedDateTime !== undefined,
      assigned: row.assigned,
      roles: row.roles ?? [],
      managerId: object.kind === 'user' ? object.managerId : undefined,
      attributes: object.kind === 'user' ? userForMappings(object, objectId) : groupForMappings(object, objectId),
      ...toRelated(row, related),
    };
  }

  return {
    async readObjects(kind, ids, servicePrincipalId, related) {
      if (ids.length === 0) return [];
      const rows = await database.query<EntitledRow>({
        name: `read-${kind}s${bySource ? '-by-source' : ''}${relatedName(related)}`,
        text: readStatement(kind, bySource, related),
        values: [ids, servicePrincipalId],
      });
      return rows.map((row) => toEntitled(row, related));
    },
  };
}

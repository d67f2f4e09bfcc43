import { brandId, type ObjectId } from '@joinery/base';
import type { ImportedObject, ImportStore } from '@joinery/directory/ports';
import type { Database } from '../../database.ts';
import { applyObjects, rejectTaken } from './import-objects.ts';
import { applyReferences } from './import-references.ts';
import type { DirectoryStoreOptions } from './options.ts';
import { printAttributes } from './rows.ts';

// One statement compares a page: what is equal is not written anywhere. Sets are compared by hash (except), so that a
// group of any size costs its members once.
const stagePage = `with input as materialized (
    select kind, "sourceId" as source_id, "candidateId" as candidate_id, name, "isEnabled" as is_enabled, attributes,
      "managerSourceId" as manager_source_id,
      case when kind = 'group' then array(select jsonb_array_elements_text("memberSourceIds")) end as member_source_ids
    from jsonb_to_recordset($2::jsonb) as input (kind text, "sourceId" text, "candidateId" uuid, name text,
      "isEnabled" boolean, attributes jsonb, "managerSourceId" text, "memberSourceIds" jsonb)
  ), identified as (
    select input.*, own.object_id is not null as is_known, coalesce(own.object_id, candidate_id) as object_id,
      manager.object_id as manager_id
    from input
    left join source_object own on own.source = $1 and own.kind = input.kind and own.source_id = input.source_id
    left join source_object manager
      on manager.source = $1 and manager.kind = 'user' and manager.source_id = input.manager_source_id
  ), compared as materialized (
    select i.*, case
        when o.id is null then 'create'
        when o.deleted_at is not null then 'restore'
        when (o.name, o.is_enabled, o.attributes) is distinct from (i.name, i.is_enabled, i.attributes) then 'update'
        when not i.is_known then 'adopt'
      end as action,
      case when i.kind = 'user' then
        i.manager_id is distinct from o.manager_id or (i.manager_source_id is not null and i.manager_id is null)
      else
        exists (select from unnest(i.member_source_ids) wanted (source_id) where not exists (select from source_object s
          where s.source = $1 and s.kind in ('user', 'group') and s.source_id = wanted.source_id))
        or exists (
          select s.object_id from unnest(i.member_source_ids) wanted (source_id)
            join source_object s on s.source = $1 and s.kind in ('user', 'group') and s.source_id = wanted.source_id
          except select m.member_id from group_member m where m.group_id = i.object_id)
        or exists (
          select m.member_id from group_member m where m.group_id = i.object_id
          except select s.object_id from unnest(i.member_source_ids) wanted (source_id)
            join source_object s on s.source = $1 and s.kind in ('user', 'group') and s.source_id = wanted.source_id)
      end as references_differ
    from identified i left join lateral (
      select u.id, u.user_principal_name as name, u.account_enabled as is_enabled, u.attributes, u.deleted_at, u.manager_id
      from directory_user u where i.kind = 'user' and u.id = i.object_id
      union all
      select g.id, g.display_name, g.security_enabled, g.attributes, g.deleted_at, null
      from directory_group g where i.kind = 'group' and g.id = i.object_id
    ) o on true
  ), staged as (
    insert into import_stage (source, kind, source_id, object_id, action, name, is_enabled, attributes,
      manager_source_id, member_source_ids, references_differ)
    select $1, kind, source_id, object_id, action, name, is_enabled, attributes, manager_source_id, member_source_ids,
      references_differ
    from compared where action is not null or references_differ
    on conflict do nothing
    returning 1
  )
  select count(*) as count from staged`;

function printObject(object: ImportedObject): string {
  const isUser = object.kind === 'user';
  return (
    `{"kind":"${object.kind}","sourceId":${JSON.stringify(object.sourceId)},"candidateId":"${object.candidateId}",` +
    `"name":${JSON.stringify(isUser ? object.userPrincipalName : object.displayName)},` +
    `"isEnabled":${isUser ? object.accountEnabled : object.securityEnabled},` +
    `"attributes":${printAttributes(object.attributes)},` +
    `"managerSourceId":${JSON.stringify((isUser ? object.managerSourceId : undefined) ?? null)},` +
    `"memberSourceIds":${JSON.stringify(isUser ? [] : object.memberSourceIds)}}`
  );
}

/** Imports in PostgreSQL: what differs waits in `import_stage` until the source was read to its end. */
export function createImportStore(database: Database, { clock }: DirectoryStoreOptions): ImportStore {
  async function count(text: string, values: readonly unknown[]): Promise<number> {
    const [row] = await database.query<{ count: bigint | null }>({ text, values });
    return Number(row?.count ?? 0n);
  }

  return {
    async begin(source) {
      await database.query({
        text: `with stage as (delete from import_stage where source = $1)
          delete from import_nesting where source = $1`,
        values: [source],
      });
    },

    async stage(source, objects) {
      if (objects.length === 0) return 0;
      const [row] = await database.query<{ count: bigint }>({
        name: 'stage-import-page',
        text: stagePage,
        values: [source, `[${objects.map(printObject).join(',')}]`],
      });
      return Number(row?.count ?? 0n);
    },

    async findMissing(source, kind, seen) {
      const rows = await database.query<{ source_id: string }>({
        text: `select s.source_id from source_object s join directory_${kind} o on o.id = s.object_id
          where s.source = $1 and s.kind = $2 and o.deleted_at is null
            and not exists (select from unnest($3::text[]) seen (source_id) where seen.source_id = s.source_id)
          order by s.source_id`,
        values: [source, kind, seen],
      });
      return rows.map((row) => row.source_id);
    },

    countPresent: (source, kind) =>
      count(
        `select count(*) as count from source_object s join directory_${kind} o on o.id = s.object_id
          where s.source = $1 and s.kind = $2 and o.deleted_at is null`,
        [source, kind],
      ),

    async findSourceIds(source, objectIds) {
      const rows = await database.query<{ object_id: string; source_id: string }>({
        name: 'find-source-ids',
        text: 'select object_id, source_id from source_object where source = $1 and object_id = any($2::uuid[])',
        values: [source, objectIds],
      });
      return new Map(rows.map((row) => [brandId<ObjectId>(row.object_id), row.source_id]));
    },

    depart: (source, kind, sourceIds) =>
      count(
        `with deleted as (
            update directory_${kind} o set deleted_at = $4 from source_object s
            where s.source = $1 and s.kind = $2 and s.source_id = any($3::text[]) and o.id = s.object_id
              and o.deleted_at is null
            returning o.id
          )
          select append_directory_changes($4, $2, 'deleted', array_agg(id)) as count from deleted`,
        [source, kind, sourceIds, new Date(clock.now())],
      ),

    rejectTaken: (source) => database.transaction((session) => rejectTaken(session, source)),

    applyObjects: (source, limit) =>
      database.transaction((session) => applyObjects(session, source, limit, new Date(clock.now()))),

    async refreshStatistics() {
      await database.query({
        text: 'analyze directory_user, directory_group, group_member, source_object, import_stage, directory_change',
      });
    },

    applyReferences: (source, limit) =>
      database.transaction((session) => applyReferences(session, source, limit, new Date(clock.now()))),
  };
}

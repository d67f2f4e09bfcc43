import type { TenantId } from '@joinery/base';
import type { Actor, ResourceTypeName } from '@joinery/service-provider/ports';
import type { Database, Session } from '../database.ts';
import { retryConflicts } from './errors.ts';
import { isResourceId } from './row.ts';

/** $1 tenant, $2 id, $3 type, $4 time, $5 actor, $6 credential. */
const deleteText = `with
  left_groups as (
    delete from membership m where m.tenant_id = $1 and m.member_id = $2 returning m.group_id),
  emptied as (delete from membership m where m.tenant_id = $1 and m.group_id = $2 and m.member_id <> $2),
  terms as (delete from resource_term t where t.tenant_id = $1 and t.resource_id = $2),
  bumped as (
    update resource r set version = r.version + 1, last_modified = greatest($4, r.last_modified)
    from left_groups g where r.tenant_id = $1 and r.id = g.group_id and r.id <> $2
    returning r.id),
  gone as (delete from resource r where r.tenant_id = $1 and r.id = $2 returning r.id),
  fed as (
    insert into change_feed (tenant_id, at, type, resource_id, kind, actor, credential_id)
    select $1::uuid, $4::timestamptz, 'Group', b.id, 'members-changed', $5::text, $6::uuid from bumped b
    union all
    select $1, $4, $3::text, g.id, 'deleted', $5, $6 from gone g)
  select g.id from gone g`;

/**
 * Locks the groups before the resource, in the order of their ids, which is the order in which member changes lock them
 * (group, then member); a group that the resource joins in between may still cross it, and then the work is done again.
 */
export async function deleteResource(
  database: Database,
  tenantId: TenantId,
  options: {
    readonly type: ResourceTypeName;
    readonly id: string;
    readonly precondition: ((version: number) => void) | undefined;
    readonly actor: Actor;
    readonly now: () => Date;
  },
): Promise<boolean> {
  const { type, id, precondition, actor } = options;
  if (!isResourceId(id)) return false;
  return retryConflicts(() =>
    database.transaction(async (session) => {
      await lockGroupsOf(session, tenantId, id);
      const [row] = await session.query<{ version: number }>({
        name: 'workspace-lock-for-delete',
        text: 'select r.version from resource r where r.tenant_id = $1 and r.id = $2 and r.type = $3 for update',
        values: [tenantId, id, type],
      });
      if (row === undefined) return false;
      precondition?.(row.version);
      await session.query({
        name: 'workspace-delete',
        text: deleteText,
        values: [tenantId, id, type, options.now(), actor.display, actor.credentialId ?? null],
      });
      return true;
    }),
  );
}

async function lockGroupsOf(session: Session, tenantId: TenantId, id: string): Promise<void> {
  await session.query({
    name: 'workspace-lock-groups-of-member',
    text: `select r.id from resource r
      where r.tenant_id = $1
        and r.id in (select m.group_id from membership m where m.tenant_id = $1 and m.member_id = $2)
      order by r.id
      for no key update of r`,
    values: [tenantId, id],
  });
}

import { type TenantId, brandId, type ResourceId } from '@joinery/base';
import { unknownMembers, type MemberValue, type ResourceAttributes, type UniqueValue } from '@joinery/scim';
import type { Actor, ResourceTypeName, StoredResource } from '@joinery/service-provider/ports';
import type { Session } from '../database.ts';
import { retryConflicts, translateWriteError } from './errors.ts';
import { planMembership } from './members.ts';
import { extractColumns, uniqueTermOf } from './row.ts';

/**
 * One statement: nothing is inserted when a member does not exist, and the ids that do not are answered.
 * $1 tenant, $2 id, $3 type, $4 time, $5 userName, $6 displayName, $7 externalId, $8 active, $9 attributes, $10 folded,
 * $11 terms, $12 actor, $13 credential, $14 members.
 */
const resourceParts = `
  created as (
    insert into resource (tenant_id, id, type, user_name_folded, display_name_folded, external_id, active, created,
      last_modified, attributes, folded)
    select $1, $2, $3, $5, $6, $7, $8, $4, $4, $9, $10
    CONDITION
    returning id),
  termed as (
    insert into resource_term (tenant_id, term, resource_id)
    select $1, t.term, c.id from created c cross join unnest($11::bytea[]) t (term)),
  fed as (
    insert into change_feed (tenant_id, at, type, resource_id, kind, actor, credential_id)
    select $1, $4, $3, c.id, 'created', $12, $13::uuid from created c)`;

/** The keys in `unique_value` and their attributes, as the parameters after all others. */
const uniqueParts = (terms: string, attributes: string): string => `,
  held as (
    insert into unique_value (tenant_id, term, resource_id, attribute)
    select $1, u.term, c.id, u.attribute
    from created c cross join unnest(${terms}::bytea[], ${attributes}::text[]) u (term, attribute))`;

const createAlone = (unique: string): string => `with ${resourceParts.replace('CONDITION', '')}${unique}
  select c.id from created c`;

/** Members are users and groups. */
const createWithMembers = (unique: string): string => `with
  found as (
    select r.id, r.type from resource r
    where r.tenant_id = $1 and r.id = any($14::uuid[]) and r.type in ('User', 'Group')),
  ${resourceParts.replace('CONDITION', 'where (select count(*) from found) = cardinality($14::uuid[])')},
  joined as (
    insert into membership (tenant_id, group_id, member_id, member_type)
    select $1, c.id, f.id, f.type from created c cross join found f)${unique}
  select array(select unnest($14::uuid[]) except select f.id from found f) as unknown`;

const texts = {
  alone: createAlone(''),
  aloneUnique: createAlone(uniqueParts('$14', '$15')),
  withMembers: createWithMembers(''),
  withMembersUnique: createWithMembers(uniqueParts('$15', '$16')),
};

export interface NewResource {
  readonly id: string;
  readonly at: Date;
  readonly type: ResourceTypeName;
  readonly attributes: ResourceAttributes;
  readonly members: readonly MemberValue[];
  readonly actor: Actor;
  readonly unique?: readonly UniqueValue[] | undefined;
}

/** Throws `scim.uniqueness`, `scim.invalid_value`. */
export async function createResource(
  database: Session,
  tenantId: TenantId,
  resource: NewResource,
): Promise<StoredResource> {
  const { id, at, type, attributes, actor, unique = [] } = resource;
  const members = type === 'Group' ? [...planMembership([{ kind: 'add', members: resource.members }]).mustExist] : [];
  const columns = extractColumns(type, attributes);
  const values = [
    tenantId,
    id,
    type,
    at,
    columns.userName,
    columns.displayName,
    columns.externalId,
    columns.active,
    columns.attributes,
    columns.folded,
    columns.terms,
    actor.display,
    actor.credentialId ?? null,
  ];
  const terms =
    unique.length === 0
      ? []
      : [unique.map((value) => uniqueTermOf(type, value)), unique.map(({ attribute }) => attribute)];
  const suffix = unique.length === 0 ? '' : '-unique';
  try {
    await retryConflicts(async () => {
      if (members.length === 0) {
        await database.query({
          name: `workspace-create${suffix}`,
          text: unique.length === 0 ? texts.alone : texts.aloneUnique,
          values: [...values, ...terms],
        });
        return;
      }
      const [row] = await database.query<{ unknown: readonly string[] }>({
        name: `workspace-create-with-members${suffix}`,
        text: unique.length === 0 ? texts.withMembers : texts.withMembersUnique,
        values: [...values, members, ...terms],
      });
      if (row !== undefined && row.unknown.length > 0) throw unknownMembers(row.unknown);
    });
  } catch (error) {
    throw translateWriteError(error, attributes, { type, values: unique });
  }
  return { id: brandId<ResourceId>(id), type, version: 1, created: at, lastModified: at, attributes };
}

// PATCH and PUT. The state is read, `change` decides, and one statement stores the outcome on condition that the version
// is still the one that was read; when another write came between, the same is done under the row's lock. So the common
// case costs two statements outside a transaction, and under contention nobody is starved.
import type { Json, TenantId } from '@joinery/base';
import { unknownMembers, type ResourceAttributes, type UniqueValue } from '@joinery/scim';
import type { Actor, Include, ResourceChange, ResourceTypeName, StoredResource } from '@joinery/service-provider/ports';
import type { Database, Session, Statement } from '../database.ts';
import { isPassing, retryConflicts, translateWriteError } from './errors.ts';
import { hasRemoveWhere, planMembership, readMembers, type MembershipPlan } from './members.ts';
import { getResource, lockResource } from './read-resource.ts';
import { extractColumns, uniqueTermOf } from './row.ts';

export interface UpdateOptions {
  readonly type: ResourceTypeName;
  readonly id: string;
  readonly change: (current: StoredResource) => ResourceChange | undefined;
  readonly include: Include;
  readonly actor: Actor;
  readonly now: () => Date;
}

export interface UpdateOutcome {
  readonly resource: StoredResource;
  readonly changed: boolean;
}

/** Undefined when the id does not exist in the tenant. Throws `scim.uniqueness`, `scim.invalid_value`, and what `change` throws. */
export async function updateResource(
  database: Database,
  tenantId: TenantId,
  options: UpdateOptions,
): Promise<UpdateOutcome | undefined> {
  const { type, id, include } = options;
  // Only a group's members change with it; a user's groups can be read at once.
  const readInclude = { members: false, groups: include.groups };
  const current = await getResource(database, tenantId, type, id, readInclude);
  if (current === undefined) return undefined;
  let outcome: UpdateOutcome | undefined | 'conflict' = await attempt(database, tenantId, options, current).catch(
    (error: unknown) => {
      if (isPassing(error)) return 'conflict' as const;
      throw error;
    },
  );
  if (outcome === 'conflict') {
    outcome = await retryConflicts(() =>
      database.transaction(async (session) => {
        const locked = await lockResource(session, tenantId, type, id, readInclude);
        return locked === undefined ? undefined : attempt(session, tenantId, options, locked);
      }),
    );
  }
  if (outcome === 'conflict') throw new Error('invariant broken: a locked resource changed its version');
  if (outcome === undefined || !include.members || type !== 'Group') return outcome;
  const resource = await getResource(database, tenantId, type, id, include);
  return resource === undefined ? undefined : { ...outcome, resource };
}

async function attempt(
  session: Session,
  tenantId: TenantId,
  options: UpdateOptions,
  current: StoredResource,
): Promise<UpdateOutcome | 'conflict'> {
  const change = options.change(current);
  const attributes =
    change?.attributes === undefined || isSameJson(change.attributes, current.attributes)
      ? undefined
      : change.attributes;
  const members = options.type === 'Group' ? (change?.members ?? []) : [];
  if (attributes === undefined && members.length === 0) return { resource: current, changed: false };
  const listed = hasRemoveWhere(members) ? await readMembers(session, tenantId, options.id) : [];
  const { plan, mustExist } = planMembership(members, listed);
  const leavesMembers = plan.kind === 'delta' && plan.add.size + plan.remove.size === 0 && mustExist.size === 0;
  if (attributes === undefined && leavesMembers) return { resource: current, changed: false };
  const unique = attributes === undefined ? undefined : change?.unique;
  const saved = { attributes, unique };
  const statement = buildSave(tenantId, options, current, saved, plan, [...mustExist]);
  const [row] = await session.query<SavedRow>(statement).catch((error: unknown) => {
    throw translateWriteError(error, attributes, { type: options.type, values: unique ?? [] });
  });
  if (row === undefined || !row.matched) return 'conflict';
  if (row.unknown !== null && row.unknown.length > 0) throw unknownMembers(row.unknown);
  if (row.version === null || row.last_modified === null) return { resource: current, changed: false };
  return {
    changed: true,
    resource: {
      ...current,
      version: row.version,
      lastModified: row.last_modified,
      attributes: attributes ?? current.attributes,
    },
  };
}

interface SavedRow {
  readonly matched: boolean;
  readonly unknown: readonly string[] | null;
  /** null: nothing changed. */
  readonly version: number | null;
  readonly last_modified: Date | null;
}

/** What is to be stored beside members. */
interface SavedAttributes {
  readonly attributes: ResourceAttributes | undefined;
  readonly unique: readonly UniqueValue[] | undefined;
}

/** The part of a statement's name that its text depends on: users alone have terms, types of tenants are alike. */
function kindOfSave(type: ResourceTypeName, { attributes, unique }: SavedAttributes): string {
  if (attributes === undefined) return 'members';
  return `${type === 'User' ? 'user' : 'other'}${unique === undefined ? '' : '-unique'}`;
}

/**
 * The one statement. Its text depends only on what kinds of change there are, so there are few and each is prepared.
 * Member rows are touched by id; the list of members is never read.
 */
function buildSave(
  tenantId: TenantId,
  options: UpdateOptions,
  current: StoredResource,
  saved: SavedAttributes,
  plan: MembershipPlan,
  mustExist: readonly string[],
): Statement {
  const values: unknown[] = [
    tenantId,
    options.id,
    options.type,
    current.version,
    options.now(),
    options.actor.display,
    options.actor.credentialId ?? null,
  ];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const membersKind = plan.kind === 'delta' && plan.add.size + plan.remove.size === 0 ? 'none' : plan.kind;
  const touchesMembers = membersKind !== 'none' || mustExist.length > 0;
  const parts = [
    `target as (
      select r.id, r.version from resource r
      where r.tenant_id = $1 and r.id = $2 and r.type = $3 and r.version = $4
      for no key update)`,
    ...(touchesMembers ? membershipParts(plan, parameter(mustExist), parameter) : ['valid as (select id from target)']),
    ...saveParts(options.type, saved, touchesMembers, parameter),
  ];
  const unknown = touchesMembers ? 'array(select w.id from wanted w except select f.id from found f)' : 'null::uuid[]';
  return {
    name: `workspace-save-${kindOfSave(options.type, saved)}-${touchesMembers ? plan.kind : 'none'}`,
    text: `with ${parts.join(',\n')}
      select exists (select from target) as matched, ${unknown} as unknown, s.version, s.last_modified
      from (select $1::uuid as tenant_id) one left join saved s on true`,
    values,
  };
}

function membershipParts(plan: MembershipPlan, wanted: string, parameter: (value: unknown) => string): string[] {
  const add = parameter([...(plan.kind === 'set' ? plan.ids : plan.add)]);
  const removed =
    plan.kind === 'set'
      ? `not exists (select from unnest(${add}::uuid[]) k (id) where k.id = m.member_id)`
      : `m.member_id = any(${parameter([...plan.remove])}::uuid[])`;
  return [
    `wanted as (select unnest(${wanted}::uuid[]) as id)`,
    `found as (
      select r.id, r.type from wanted w
      join resource r on r.tenant_id = $1 and r.id = w.id and r.type in ('User', 'Group'))`,
    `valid as (select id from target where (select count(*) from found) = (select count(*) from wanted))`,
    `removed as (
      delete from membership m using valid v
      where m.tenant_id = $1 and m.group_id = v.id and ${removed}
      returning m.member_id)`,
    `added as (
      insert into membership (tenant_id, group_id, member_id, member_type)
      select $1, v.id, f.id, f.type from valid v cross join found f
      where f.id = any(${add}::uuid[])
      on conflict do nothing
      returning member_id)`,
  ];
}

function saveParts(
  type: ResourceTypeName,
  { attributes, unique }: SavedAttributes,
  touchesMembers: boolean,
  parameter: (value: unknown) => string,
): string[] {
  const moved = touchesMembers ? '(exists (select from removed) or exists (select from added))' : 'false';
  const parts: string[] = [];
  let columns = '';
  if (attributes !== undefined) {
    const extracted = extractColumns(type, attributes);
    columns = `,
        user_name_folded = ${parameter(extracted.userName)}, display_name_folded = ${parameter(extracted.displayName)},
        external_id = ${parameter(extracted.externalId)}, active = ${parameter(extracted.active)},
        attributes = ${parameter(extracted.attributes)}, folded = ${parameter(extracted.folded)}`;
    if (type === 'User') {
      const terms = parameter(extracted.terms);
      parts.push(
        `unterm as (
          delete from resource_term t using valid v
          where t.tenant_id = $1 and t.resource_id = v.id and t.term <> all(${terms}::bytea[]))`,
        `term as (
          insert into resource_term (tenant_id, term, resource_id)
          select $1, n.term, v.id from valid v cross join unnest(${terms}::bytea[]) n (term)
          on conflict do nothing)`,
      );
    }
  }
  if (unique !== undefined) {
    const terms = parameter(unique.map((value) => uniqueTermOf(type, value)));
    parts.push(...uniqueParts(terms, parameter(unique.map(({ attribute }) => attribute))));
  }
  const changed = attributes === undefined ? moved : 'true';
  const kinds = [
    ...(attributes === undefined ? [] : [`select 'updated' as kind`]),
    ...(touchesMembers ? [`select 'members-changed' as kind where ${moved}`] : []),
  ];
  return [
    ...parts,
    `saved as (
      update resource r set version = r.version + 1, last_modified = greatest($5, r.last_modified)${columns}
      from valid v where r.tenant_id = $1 and r.id = v.id and ${changed}
      returning r.id, r.version, r.last_modified)`,
    `fed as (
      insert into change_feed (tenant_id, at, type, resource_id, kind, actor, credential_id)
      select $1, s.last_modified, $3, s.id, k.kind, $6, $7::uuid from saved s cross join (${kinds.join(' union all ')}) k)`,
  ];
}

/** Keys that the resource has already are left alone; one that another resource has violates the primary key. */
function uniqueParts(terms: string, attributes: string): string[] {
  return [
    `unheld as (
      delete from unique_value u using valid v
      where u.tenant_id = $1 and u.resource_id = v.id and u.term <> all(${terms}::bytea[]))`,
    `held as (
      insert into unique_value (tenant_id, term, resource_id, attribute)
      select $1, n.term, v.id, n.attribute
      from valid v cross join unnest(${terms}::bytea[], ${attributes}::text[]) n (term, attribute)
      where not exists (
        select from unique_value u where u.tenant_id = $1 and u.term = n.term and u.resource_id = v.id))`,
  ];
}

/** Whether two JSON values are the same, whatever the order of names. */
export function isSameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const leftEntries = Object.entries(left);
  if (leftEntries.length !== Object.keys(right).length) return false;
  const other = new Map(Object.entries(right));
  return leftEntries.every(([name, value]) => other.has(name) && isSameJson(value as Json, other.get(name) as Json));
}

import { brandId, type JsonObject, type ResourceId, type TenantId } from '@joinery/base';
import { evaluateElement, unknownMembers, type MembersChange } from '@joinery/scim';
import type { StoredMember } from '@joinery/service-provider/ports';
import type { Session } from '../database.ts';
import { isResourceId } from './row.ts';

/**
 * Several changes of a group's members as one: what the list is after all of them, as far as that can be said without
 * reading it. `delta`: these ids added, those removed, whoever else is a member stays. `set`: exactly these ids.
 */
export type MembershipPlan =
  | { readonly kind: 'delta'; readonly add: ReadonlySet<string>; readonly remove: ReadonlySet<string> }
  | { readonly kind: 'set'; readonly ids: ReadonlySet<string> };

export interface PlannedMembership {
  readonly plan: MembershipPlan;
  /** Every id that a change adds, also where a later one removes it again: all must exist. */
  readonly mustExist: ReadonlySet<string>;
}

export function hasRemoveWhere(changes: readonly MembersChange[]): boolean {
  return changes.some((change) => change.kind === 'remove-where');
}

/** The members of a group as `remove-where` and the filter inside `members[…]` see them. */
export interface CurrentMember {
  readonly id: string;
  readonly type: string;
  readonly display: string | null;
}

/** Folds the changes in their order. `current` is needed for `remove-where` only. Throws `scim.invalid_value`. */
export function planMembership(
  changes: readonly MembersChange[],
  current: readonly CurrentMember[] = [],
): PlannedMembership {
  const mustExist = new Set<string>();
  let plan: { kind: 'delta'; add: Set<string>; remove: Set<string> } | { kind: 'set'; ids: Set<string> } = {
    kind: 'delta',
    add: new Set(),
    remove: new Set(),
  };
  const add = (id: string): void => {
    mustExist.add(id);
    if (plan.kind === 'set') plan.ids.add(id);
    else {
      plan.add.add(id);
      plan.remove.delete(id);
    }
  };
  const remove = (id: string): void => {
    if (plan.kind === 'set') plan.ids.delete(id);
    else {
      plan.remove.add(id);
      plan.add.delete(id);
    }
  };
  for (const change of changes) {
    switch (change.kind) {
      case 'add':
        for (const member of change.members) add(member.value);
        break;
      case 'remove':
        for (const id of change.memberIds) if (isResourceId(id)) remove(id);
        break;
      case 'replace':
        plan = { kind: 'set', ids: new Set() };
        for (const member of change.members) add(member.value);
        break;
      case 'clear':
        plan = { kind: 'set', ids: new Set() };
        break;
      case 'remove-where': {
        for (const member of membersAfter(plan, current)) {
          if (evaluateElement(change.filter, presentMember(member))) remove(member.id);
        }
        break;
      }
    }
  }
  const malformed = [...mustExist].filter((id) => !isResourceId(id));
  if (malformed.length > 0) throw unknownMembers(malformed);
  return { plan, mustExist };
}

function membersAfter(plan: MembershipPlan, current: readonly CurrentMember[]): readonly CurrentMember[] {
  const known = new Map(current.map((member) => [member.id, member]));
  const added = (id: string): CurrentMember => known.get(id) ?? { id, type: 'User', display: null };
  if (plan.kind === 'set') return [...plan.ids].map(added);
  const kept = current.filter(({ id }) => !plan.remove.has(id) && !plan.add.has(id));
  return [...kept, ...[...plan.add].map(added)];
}

function presentMember({ id, type, display }: CurrentMember): JsonObject {
  return { value: id, type, ...(display === null ? {} : { display }) };
}

export function readMembers(session: Session, tenantId: TenantId, groupId: string): Promise<readonly CurrentMember[]> {
  return session.query<CurrentMember>({
    name: 'workspace-members',
    text: `select m.member_id as id, m.member_type as type,
        coalesce(r.attributes ->> 'displayName', r.attributes ->> 'userName') as display
      from membership m join resource r on r.tenant_id = m.tenant_id and r.id = m.member_id
      where m.tenant_id = $1 and m.group_id = $2
      order by m.member_id`,
    values: [tenantId, groupId],
  });
}

const firstId = '00000000-0000-0000-0000-000000000000';

/** One page of a group's members: a range of the table's primary key, whatever the size of the group. */
export async function listMembers(
  session: Session,
  tenantId: TenantId,
  groupId: string,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly StoredMember[]> {
  if (!isResourceId(groupId)) return [];
  const rows = await session.query<{ id: string; type: StoredMember['type']; display: string }>({
    name: 'workspace-members-after',
    text: `select m.member_id as id, m.member_type as type,
        coalesce(r.attributes ->> 'displayName', r.attributes ->> 'userName') as display
      from (
        select f.tenant_id, f.member_id, f.member_type from membership f
        where f.tenant_id = $1 and f.group_id = $2 and f.member_id > $3
        order by f.member_id limit $4) m
      join resource r on r.tenant_id = m.tenant_id and r.id = m.member_id
      order by m.member_id`,
    values: [
      tenantId,
      groupId,
      page.after !== undefined && isResourceId(page.after) ? page.after : firstId,
      page.limit,
    ],
  });
  return rows.map((row) => ({ ...row, id: brandId<ResourceId>(row.id) }));
}

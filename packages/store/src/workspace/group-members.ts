import { brandId, type ResourceId, type TenantId } from '@joinery/base';
import type { StoredMember } from '@joinery/service-provider/ports';
import type { Database } from '../database.ts';
import { isResourceId } from './row.ts';

/** A direct member of a group, with what a list of people shows of it. */
export interface ListedMember {
  readonly id: ResourceId;
  readonly type: StoredMember['type'];
  /** displayName, else userName. */
  readonly display: string;
  /** A user without `active` is active; undefined for groups. */
  readonly active: boolean | undefined;
  readonly lastModified: Date;
}

export interface MemberPage {
  readonly members: readonly ListedMember[];
  readonly total: number;
  /** Id of the last member of this page, when more follow. */
  readonly next: string | undefined;
}

/** Members by pages, in the order of their ids, whatever the size of the group. */
export interface GroupMembers {
  /** `after`: the `next` of the page before. An unknown group has no members. */
  list(
    tenantId: TenantId,
    groupId: string,
    page: { readonly after: string | undefined; readonly limit: number },
  ): Promise<MemberPage>;
}

interface MemberRow {
  /** Null when the page is empty. */
  readonly id: string | null;
  readonly type: StoredMember['type'];
  readonly display: string;
  readonly active: boolean | null;
  readonly last_modified: Date;
  readonly total: bigint;
}

const firstId = '00000000-0000-0000-0000-000000000000';

function toMember(row: MemberRow & { readonly id: string }): ListedMember {
  return {
    id: brandId<ResourceId>(row.id),
    type: row.type,
    display: row.display,
    active: row.type === 'User' ? (row.active ?? true) : undefined,
    lastModified: row.last_modified,
  };
}

export function createGroupMembers(database: Database): GroupMembers {
  return {
    async list(tenantId, groupId, { after, limit }) {
      if (!isResourceId(groupId)) return { members: [], total: 0, next: undefined };
      const rows = await database.query<MemberRow>({
        name: 'workspace-list-members',
        text: `with page as materialized (
            select m.member_id from membership m
            where m.tenant_id = $1 and m.group_id = $2 and m.member_id > $3
            order by m.member_id limit $4),
          totals as (select count(*) as total from membership m where m.tenant_id = $1 and m.group_id = $2)
          select t.total, r.id, r.type, r.active, r.last_modified,
            coalesce(r.attributes ->> 'displayName', r.attributes ->> 'userName') as display
          from totals t left join (page p join resource r on r.tenant_id = $1 and r.id = p.member_id) on true
          order by r.id`,
        values: [tenantId, groupId, after !== undefined && isResourceId(after) ? after : firstId, limit + 1],
      });
      const found = rows.filter((row): row is MemberRow & { readonly id: string } => row.id !== null).map(toMember);
      const members = found.slice(0, limit);
      return {
        members,
        total: Number(rows[0]?.total ?? 0),
        next: found.length > limit ? members.at(-1)?.id : undefined,
      };
    },
  };
}

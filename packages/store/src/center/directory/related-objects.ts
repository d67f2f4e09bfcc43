// What an object refers to, as columns of the statement that reads it: its manager and the groups that hold it.
import {
  userForMappings,
  type EntitledObject,
  type RelatedGroup,
  type RelatedObjects,
  type RelatedReads,
} from '@joinery/directory/ports';
import type { ObjectId } from '@joinery/base';
import { toAttributes } from './rows.ts';

export interface RelatedRow {
  readonly manager?: StoredManager | null;
  readonly member_of?: readonly RelatedGroup[] | null;
  readonly transitive_member_of?: readonly RelatedGroup[] | null;
}

interface StoredManager {
  readonly id: string;
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly accountEnabled: boolean;
  readonly managerId: string | null;
  readonly createdAt: string;
  readonly attributes: object;
}

/** The id that mappings know an object by; `bySource`: an imported one has that of its source. */
const shownId = (id: string, bySource: boolean): string =>
  bySource ? `coalesce((select s.source_id from source_object s where s.object_id = ${id}), ${id}::text)` : id;

const aggregated = (bySource: boolean): string => `json_agg(json_build_object(
    'objectId', ${shownId('g.id', bySource)}, 'displayName', g.display_name) order by g.display_name_folded, g.id)`;

const directGroups = (bySource: boolean): string => `(
  select ${aggregated(bySource)} from group_member m
  join directory_group g on g.id = m.group_id and g.deleted_at is null
  where m.member_id = o.id) as member_of`;

// A group in the recycle bin holds nothing, and what is nested through it is not held either.
const transitiveGroups = (bySource: boolean): string => `(
  with recursive holding (id) as (
    select g.id from group_member m join directory_group g on g.id = m.group_id and g.deleted_at is null
    where m.member_id = o.id
    union
    select g.id from holding h join group_member m on m.member_id = h.id
    join directory_group g on g.id = m.group_id and g.deleted_at is null)
  select ${aggregated(bySource)} from holding join directory_group g using (id)) as transitive_member_of`;

const manager = (bySource: boolean): string => `(
  select json_build_object('id', boss.id, 'objectId', ${shownId('boss.id', bySource)},
    'userPrincipalName', boss.user_principal_name, 'accountEnabled', boss.account_enabled,
    'managerId', (select above.id from directory_user above where above.id = boss.manager_id and above.deleted_at is null),
    'createdAt', boss.created_at, 'attributes', boss.attributes)
  from directory_user boss where boss.id = o.manager_id and boss.deleted_at is null) as manager`;

/** Columns for an object `o`, each with a comma before it. */
export function relatedColumns(kind: 'user' | 'group', reads: RelatedReads | undefined, bySource: boolean): string {
  const columns = [
    kind === 'user' && reads?.manager === true ? manager(bySource) : '',
    reads?.memberOf === true ? directGroups(bySource) : '',
    reads?.transitiveMemberOf === true ? transitiveGroups(bySource) : '',
  ];
  return columns.map((column) => (column === '' ? '' : `,\n      ${column}`)).join('');
}

/** A short name for what is read, for the names of statements. */
export function relatedName(reads: RelatedReads | undefined): string {
  if (reads === undefined) return '';
  return `${reads.manager ? '-manager' : ''}${reads.memberOf ? '-groups' : ''}${reads.transitiveMemberOf ? '-transitive' : ''}`;
}

function managerForMappings(stored: StoredManager): NonNullable<RelatedObjects['manager']> {
  const managerId = (stored.managerId ?? undefined) as ObjectId | undefined;
  const view = userForMappings(
    {
      kind: 'user',
      id: stored.id as ObjectId,
      userPrincipalName: stored.userPrincipalName,
      accountEnabled: stored.accountEnabled,
      managerId,
      createdDateTime: new Date(stored.createdAt),
      deletedDateTime: undefined,
      attributes: toAttributes(stored.attributes),
    },
    stored.objectId,
  );
  return managerId === undefined ? view : new Map([...view, ['manager', managerId]]);
}

export function toRelated(row: RelatedRow, reads: RelatedReads | undefined): Pick<EntitledObject, 'related'> {
  if (reads === undefined) return {};
  return {
    related: {
      manager: reads.manager ? (row.manager ? managerForMappings(row.manager) : null) : undefined,
      memberOf: reads.memberOf ? (row.member_of ?? []) : undefined,
      transitiveMemberOf: reads.transitiveMemberOf ? (row.transitive_member_of ?? []) : undefined,
    },
  };
}

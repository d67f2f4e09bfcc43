import type { ObjectId } from '@joinery/base';
import type {
  DirectoryAttributes,
  DirectoryGroup,
  DirectoryObject,
  DirectoryUser,
  DirectoryValue,
} from '@joinery/directory/ports';

/** A user or group as every statement of this folder selects it, so that lists of both are one `union all`. */
export interface ObjectRow {
  readonly kind: 'user' | 'group';
  readonly id: string;
  /** userPrincipalName or displayName. */
  readonly name: string;
  /** account_enabled or security_enabled. */
  readonly is_enabled: boolean;
  readonly manager_id: string | null;
  readonly created_at: Date;
  readonly deleted_at: Date | null;
  readonly attributes: object;
}

/** A manager in the recycle bin is not shown, and comes back with its restoration. */
const userColumns = `'user' as kind, o.id, o.user_principal_name as name, o.account_enabled as is_enabled,
  (select manager.id from directory_user manager where manager.id = o.manager_id and manager.deleted_at is null)
    as manager_id,
  o.created_at, o.deleted_at, o.attributes`;

const groupColumns = `'group' as kind, o.id, o.display_name as name, o.security_enabled as is_enabled,
  null::uuid as manager_id, o.created_at, o.deleted_at, o.attributes`;

/** Select list of an `ObjectRow`; the table has the alias `o`. */
export const objectColumns = { user: userColumns, group: groupColumns } as const;
export const objectTable = { user: 'directory_user', group: 'directory_group' } as const;

export function toAttributes(stored: object): DirectoryAttributes {
  return new Map(Object.entries(stored) as [string, DirectoryValue][]);
}

/** JSON text of attributes; null values and empty lists are left out, since an absent attribute is an absent key. */
export function printAttributes(attributes: ReadonlyMap<string, DirectoryValue | null>): string {
  const members: string[] = [];
  for (const [name, value] of attributes) {
    if (isAbsent(value)) continue;
    members.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  }
  return `{${members.join(',')}}`;
}

export function isAbsent(value: DirectoryValue | null): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

export function toUser(row: ObjectRow): DirectoryUser {
  return {
    kind: 'user',
    id: row.id as ObjectId,
    userPrincipalName: row.name,
    accountEnabled: row.is_enabled,
    managerId: (row.manager_id ?? undefined) as ObjectId | undefined,
    createdDateTime: row.created_at,
    deletedDateTime: row.deleted_at ?? undefined,
    attributes: toAttributes(row.attributes),
  };
}

export function toGroup(row: ObjectRow): DirectoryGroup {
  return {
    kind: 'group',
    id: row.id as ObjectId,
    displayName: row.name,
    securityEnabled: row.is_enabled,
    createdDateTime: row.created_at,
    deletedDateTime: row.deleted_at ?? undefined,
    attributes: toAttributes(row.attributes),
  };
}

export function toObject(row: ObjectRow): DirectoryObject {
  return row.kind === 'user' ? toUser(row) : toGroup(row);
}

import type { Attribute, ResolvedPath } from '@joinery/scim';
import type { ResourceTypeName } from '@joinery/service-provider/ports';
import { isBuiltIn } from './row.ts';

export interface Sort {
  readonly path: ResolvedPath;
  readonly descending: boolean;
}

/** What a list is ordered by beside (created, id): an expression over `resource r` and its SQL type. */
export interface SortKey {
  readonly sql: string;
  readonly type: 'text' | 'numeric' | 'integer' | 'timestamptz' | 'uuid';
}

/** `order by` of a list. Missing values come last when ascending, first when descending (RFC 7644 §3.4.2.3), as PostgreSQL has it. */
export function orderBy(sort: Sort | undefined, type: ResourceTypeName): string {
  const key = sortKeyOf(sort, type);
  if (key === undefined) return 'r.created, r.id';
  return `${key.sql} ${sort?.descending === true ? 'desc' : 'asc'}, r.created, r.id`;
}

export function sortKeyOf(sort: Sort | undefined, type: ResourceTypeName): SortKey | undefined {
  return sort === undefined ? undefined : sortKey(sort.path, type);
}

function sortKey({ extension, attribute, sub }: ResolvedPath, type: ResourceTypeName): SortKey | undefined {
  if (extension === undefined) {
    switch (attribute.name) {
      case 'id':
        return { sql: 'r.id', type: 'uuid' };
      case 'userName':
        if (type !== 'User') break;
        return textKey('r.user_name_folded');
      case 'displayName':
        if (!isBuiltIn(type)) break;
        return textKey('r.display_name_folded');
      case 'externalId':
        return textKey('r.external_id');
      case 'meta':
        return metaKeys.get(sub?.name ?? '');
      case 'schemas':
      case 'members':
      case 'groups':
        return undefined;
    }
  }
  const target = sub ?? attribute;
  if (target.returned === 'never') return undefined;
  const root = target.caseExact ? 'r.attributes' : 'r.folded';
  const value = `${root} -> ${extension === undefined ? '' : `${quote(extension)} -> `}${quote(attribute.name)}`;
  if (!attribute.multiValued) {
    return typed(target, sub === undefined ? `(${value} #>> '{}')` : `(${value} ->> ${quote(sub.name)})`);
  }
  const name = quote((sub ?? { name: 'value' }).name);
  // The primary element's value, else the first one's.
  return typed(
    target,
    `(select case jsonb_typeof(e.v) when 'object' then e.v ->> ${name} else e.v #>> '{}' end
      from jsonb_array_elements(case jsonb_typeof(${value}) when 'array' then ${value} else '[]' end)
        with ordinality e (v, position)
      order by (e.v ->> 'primary') is not distinct from 'true' desc, e.position
      limit 1)`,
  );
}

const metaKeys: ReadonlyMap<string, SortKey> = new Map([
  ['created', { sql: 'r.created', type: 'timestamptz' }],
  ['lastModified', { sql: 'r.last_modified', type: 'timestamptz' }],
  ['version', { sql: 'r.version', type: 'integer' }],
]);

/** Of a column that has the collation "C". */
function textKey(sql: string): SortKey {
  return { sql, type: 'text' };
}

function typed({ type }: Attribute, text: string): SortKey {
  if (type === 'integer' || type === 'decimal') return { sql: `${text}::numeric`, type: 'numeric' };
  if (type === 'dateTime') return { sql: instantSql(text), type: 'timestamptz' };
  return textKey(`${text} collate "C"`);
}

/** Without a zone it is UTC; PostgreSQL has no year 0000. */
function instantSql(text: string): string {
  const zoned = `case when ${text} ~* '(z|[+-][0-9]{2}:[0-9]{2})$' then ${text} else ${text} || 'Z' end`;
  return `(case when ${text} like '0000%' then '-infinity' else ${zoned} end)::timestamptz`;
}

function quote(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}

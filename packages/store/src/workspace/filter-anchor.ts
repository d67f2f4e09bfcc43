import { foldCase, uniqueValue, type Attribute, type CheckedFilter, type ResolvedPath } from '@joinery/scim';
import type { ResourceTypeName } from '@joinery/service-provider/ports';
import { compareInstant, quote, type AddParameter } from './filter-elements.ts';
import { indexedPaths, isBuiltIn, isResourceId, termOf, uniqueTermOf } from './row.ts';

type Compare = Extract<CheckedFilter, { kind: 'compare' }>;

/** The more selective first; what is in none of them comes before the last two. */
const ranks = ['id', 'userName', 'externalId', 'displayName', 'meta.lastModified', 'members.value', 'groups.value'];
const termRank = 2.5;
/** A type that a tenant added may have other attributes of these names. */
const builtInOnly: ReadonlySet<string> = new Set(['userName', 'displayName', 'members.value', 'groups.value']);

interface Anchor {
  readonly rank: number;
  readonly sql: () => string;
}

/**
 * An equality of the filter's top-level conjunction that an index answers, the most selective one where there are several. It
 * repeats a part of the filter's own condition in the form that the index needs.
 */
export function findAnchor(filter: CheckedFilter, type: ResourceTypeName, parameter: AddParameter): string | undefined {
  const found = anchorsOf(filter, type, parameter).toSorted((left, right) => left.rank - right.rank);
  return found[0]?.sql();
}

/** Whether the filter's top-level conjunction asks for what changed since a time, which an index answers as one range. */
export function asksForChanges(filter: CheckedFilter): boolean {
  if (filter.kind === 'and') return filter.operands.some(asksForChanges);
  if (filter.kind !== 'compare' || (filter.operator !== 'gt' && filter.operator !== 'ge')) return false;
  const { extension, attribute, sub } = filter.path;
  return extension === undefined && attribute.name === 'meta' && sub?.name === 'lastModified';
}

function anchorsOf(filter: CheckedFilter, type: ResourceTypeName, parameter: AddParameter): readonly Anchor[] {
  switch (filter.kind) {
    case 'and':
      return filter.operands.flatMap((operand) => anchorsOf(operand, type, parameter));
    case 'compare':
      return anchorOf(filter.path, filter.path.sub, filter, type, parameter);
    case 'value-path': {
      const terms = filter.filter.kind === 'and' ? filter.filter.operands : [filter.filter];
      return terms.flatMap((term) =>
        term.kind === 'compare' ? anchorOf(filter.path, term.path.attribute, term, type, parameter) : [],
      );
    }
    default:
      return [];
  }
}

function anchorOf(
  owner: ResolvedPath,
  sub: Attribute | undefined,
  { operator, value }: Compare,
  type: ResourceTypeName,
  parameter: AddParameter,
): readonly Anchor[] {
  if (operator !== 'eq' || typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return [];
  const name = `${owner.attribute.name}${sub === undefined ? '' : `.${sub.name}`}`;
  const hasColumn = owner.extension === undefined && (isBuiltIn(type) || !builtInOnly.has(name));
  const rank = hasColumn ? ranks.indexOf(name) : -1;
  if (rank >= 0) return [{ rank, sql: () => columnAnchor(name, value, type, parameter) }];
  const path = indexedPaths.find(
    (indexed) =>
      indexed.extension === owner.extension && indexed.attribute === owner.attribute.name && indexed.sub === sub?.name,
  );
  if (path === undefined || type !== 'User') return uniqueAnchor(owner, sub, value, type, parameter);
  const sql = (): string =>
    `r.id in (select t.resource_id from resource_term t where t.tenant_id = $1 and t.term = ${parameter(termOf(path, value))})`;
  return [{ rank: termRank, sql }];
}

/** By the key of a value that a schema of the tenant wants unique; core attributes of that kind have columns. */
function uniqueAnchor(
  { extension, attribute }: ResolvedPath,
  sub: Attribute | undefined,
  value: string,
  type: ResourceTypeName,
  parameter: AddParameter,
): readonly Anchor[] {
  const isOwn = extension !== undefined || !isBuiltIn(type);
  if (attribute.uniqueness === 'none' || sub !== undefined || !isOwn) return [];
  const term = uniqueTermOf(type, uniqueValue(extension, attribute, value));
  const sql = (): string =>
    `r.id in (select u.resource_id from unique_value u where u.tenant_id = $1 and u.term = ${parameter(term)})`;
  return [{ rank: termRank, sql }];
}

function columnAnchor(name: string, value: string, type: ResourceTypeName, parameter: AddParameter): string {
  switch (name) {
    case 'userName':
      return `r.user_name_folded = ${parameter(foldCase(value))}`;
    case 'displayName':
      return `r.display_name_folded = ${parameter(foldCase(value))}`;
    case 'externalId':
      return `r.external_id = ${parameter(value)}`;
    case 'meta.lastModified':
      return `r.type = ${quote(type)} and ${compareInstant('r.last_modified', 'eq', value, parameter)}`;
  }
  if (!isResourceId(value)) return 'false';
  switch (name) {
    case 'members.value':
      return `r.id in (
        select m.group_id from membership m where m.tenant_id = $1 and m.member_id = ${parameter(value)})`;
    case 'groups.value':
      return `r.id in (select b.member_id from members_below($1, ${parameter(value)}) b /* tenant_id is $1 */)`;
    default:
      return `r.id = ${parameter(value)}`;
  }
}

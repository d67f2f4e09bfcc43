import type { Json } from '@joinery/base';
import { evaluateFilter, foldCase, groupType, presentForFilter, userType, type ResolvedPath } from '@joinery/scim';
import type { ResourcePage, ResourceQuery } from '@joinery/service-provider';
import { toStored } from './resources.ts';
import type { ResourceRow, State } from './state.ts';

const everything = { members: true, groups: true };

/** A position in the order of a list: the sort key, then (created, id). Text, since a client carries it as a cursor. */
type Position = readonly [key: string | number | null, created: string, id: string];

function objectOf(value: Json | undefined): { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Json>) : {};
}

/** RFC 7644 §3.4.2.3: of several values the primary one, else the first; text folded unless caseExact. */
function sortKey(
  resource: { readonly [name: string]: Json },
  { extension, attribute, sub }: ResolvedPath,
): Position[0] {
  const container = extension === undefined ? resource : objectOf(resource[extension]);
  const value = container[attribute.name];
  const elements = (Array.isArray(value) ? value : [value]) as readonly Json[];
  const chosen = elements.find((element) => objectOf(element)['primary'] === true) ?? elements[0];
  const target = sub ?? attribute;
  const key =
    sub === undefined && attribute.type !== 'complex' ? chosen : objectOf(chosen)[(sub ?? { name: 'value' }).name];
  if (key === undefined || key === null || typeof key === 'object') return null;
  if (typeof key === 'number') return key;
  return target.caseExact ? String(key) : foldCase(String(key));
}

/** Missing values come last when ascending, first when descending. */
function compareKeys(left: Position[0], right: Position[0]): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : Number(String(left) > String(right));
}

function comparePositions(left: Position, right: Position, descending: boolean): number {
  const byKey = compareKeys(left[0], right[0]) * (descending ? -1 : 1);
  return byKey || compareKeys(left[1], right[1]) || compareKeys(left[2], right[2]);
}

/** A page of those rows that satisfy the filter. */
export function listRows(state: State, rows: readonly ResourceRow[], query: ResourceQuery): ResourcePage {
  const { filter, sort, cursor } = query;
  const found = rows.flatMap((row) => {
    const type = query.resourceType ?? (row.type === 'Group' ? groupType : userType);
    const needsWhole = filter !== undefined || sort !== undefined;
    const shown = needsWhole ? presentForFilter(type, toStored(state, row, everything)) : {};
    if (filter !== undefined && !evaluateFilter(filter, shown)) return [];
    const position: Position = [sort === undefined ? null : sortKey(shown, sort.path), row.created, row.id];
    return [{ row, position }];
  });
  const compare = (left: Position, right: Position): number => comparePositions(left, right, sort?.descending ?? false);
  found.sort((left, right) => compare(left.position, right.position));
  const after = cursor?.after === undefined ? undefined : (JSON.parse(cursor.after) as Position);
  const start = cursor === undefined ? query.startIndex - 1 : 0;
  const rest = after === undefined ? found : found.filter(({ position }) => compare(position, after) > 0);
  const page = rest.slice(start, start + query.count);
  const last = page.at(-1);
  const hasMore = cursor !== undefined && last !== undefined && rest.length > page.length;
  return {
    resources: page.map(({ row }) => toStored(state, row, query.include)),
    totalResults: found.length,
    ...(hasMore ? { next: JSON.stringify(last.position) } : {}),
  };
}

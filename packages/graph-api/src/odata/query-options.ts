import type { DirectoryQuery } from '@joinery/directory/ports';
import { badRequest } from '../errors.ts';
import { parseFilter, type ODataFilter } from './filter.ts';

export const pageSize = { default: 100, max: 999 } as const;

/** What the collection at hand can do; asking for more is an error that says so. */
export type QueryOption =
  '$filter' | '$select' | '$top' | '$count' | '$search' | '$orderby' | '$skiptoken' | '$deltatoken';

export interface QueryOptions {
  readonly filter: ODataFilter | undefined;
  readonly select: readonly string[] | undefined;
  readonly top: number;
  readonly count: boolean;
  readonly search: string | undefined;
  readonly orderBy: { readonly property: string; readonly descending: boolean } | undefined;
  readonly skipToken: string | undefined;
  readonly deltaToken: string | undefined;
}

const allOptions: readonly QueryOption[] = [
  '$filter',
  '$select',
  '$top',
  '$count',
  '$search',
  '$orderby',
  '$skiptoken',
];

/** Reads the OData options of a URL. Throws `graph.bad_request` for one that is unknown, repeated or unreadable. */
export function readQueryOptions(query: URLSearchParams, supported: readonly QueryOption[] = allOptions): QueryOptions {
  const given = new Map<string, string>();
  for (const [name, value] of query) {
    if (!name.startsWith('$')) continue;
    const option = name.toLowerCase();
    if (!supported.some((known) => known === option)) {
      throw badRequest(`The query option "${name.slice(0, 50)}" is not supported here.`);
    }
    if (given.has(option)) throw badRequest(`The query option "${name}" is given twice.`);
    given.set(option, value);
  }
  const filter = given.get('$filter');
  const skipToken = given.get('$skiptoken');
  if (skipToken !== undefined && skipToken.length > 4096) throw badRequest('The $skiptoken is not one of ours.');
  return {
    filter: filter === undefined ? undefined : parseFilter(filter),
    select: readSelect(given.get('$select')),
    top: readTop(given.get('$top')),
    count: readCount(given.get('$count')),
    search: readSearch(given.get('$search')),
    orderBy: readOrderBy(given.get('$orderby')),
    skipToken,
    deltaToken: given.get('$deltatoken'),
  };
}

function readTop(text: string | undefined): number {
  if (text === undefined) return pageSize.default;
  const top = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (top < 1 || top > pageSize.max) throw badRequest(`$top must be a number from 1 to ${pageSize.max}.`);
  return top;
}

function readCount(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw badRequest('$count must be true or false.');
}

function readSelect(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  if (names.length > 200 || names.some((name) => name === ''))
    throw badRequest('$select must be a list of properties.');
  return names;
}

function readOrderBy(text: string | undefined): QueryOptions['orderBy'] {
  if (text === undefined) return undefined;
  const match = /^\s*([A-Za-z][\w/]*)(?:\s+(asc|desc))?\s*$/i.exec(text);
  if (!match) throw badRequest('$orderby takes one property, then asc or desc.');
  return { property: match[1] ?? '', descending: match[2]?.toLowerCase() === 'desc' };
}

/** `"displayName:anna"`, `"anna"` or `anna`: the words to look for. Which property is named does not matter here. */
function readSearch(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const words = text.trim().replace(/^"(?:(?:displayName|mail|userPrincipalName):)?(.*)"$/s, '$1');
  if (words === '' || words.length > 256) throw badRequest('$search takes from 1 to 256 characters.');
  return words;
}

const sortable: ReadonlySet<string> = new Set(['displayName', 'userPrincipalName', 'createdDateTime', 'id']);

export function toOrderBy(orderBy: QueryOptions['orderBy']): Pick<DirectoryQuery, 'orderBy'> {
  if (!orderBy) return {};
  if (!sortable.has(orderBy.property)) {
    throw badRequest(`$orderby: sorting by "${orderBy.property}" is not supported; use ${[...sortable].join(', ')}.`);
  }
  // The set above holds exactly the members of the union.
  const attribute = orderBy.property as NonNullable<DirectoryQuery['orderBy']>['attribute'];
  return { orderBy: { attribute, descending: orderBy.descending } };
}

/** Link to the next page: the same query with another skip token. */
export function nextLink(url: string, query: URLSearchParams, skipToken: string): string {
  return linkWith(url, query, '$skiptoken', skipToken);
}

/** Where the changes after this answer will be. */
export function deltaLink(url: string, query: URLSearchParams, deltaToken: string): string {
  return linkWith(url, query, '$deltatoken', deltaToken);
}

function linkWith(url: string, query: URLSearchParams, name: '$skiptoken' | '$deltatoken', token: string): string {
  const kept = [...query].filter(([option]) => !['$skiptoken', '$deltatoken'].includes(option.toLowerCase()));
  const pairs = [...kept, [name, token] as const];
  return `${url}?${pairs.map(([option, value]) => `${option}=${encodeURIComponent(value)}`).join('&')}`;
}

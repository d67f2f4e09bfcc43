import { invalidCount, invalidSyntax, invalidValue, type ScimError } from '@joinery/scim';
import type { Exchange } from '../exchange.ts';

export const pageSizeDefault = 100;
export const pageSizeMax = 1000;

/** Query and projection of a list, from the URL or from a SearchRequest body, before anything is looked up in a schema. */
export interface ListRequest {
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly descending: boolean;
  readonly startIndex: number;
  readonly count: number;
  /** RFC 9865: empty for the first page; undefined when paging by index. */
  readonly cursor: string | undefined;
  readonly attributes: string | undefined;
  readonly excludedAttributes: string | undefined;
}

type Parameter = (name: string) => string | undefined;

function invalid(name: string, message: string): ScimError {
  return invalidValue({ detail: `${name} ${message}`, attribute: name });
}

function integerOf(parameter: Parameter, name: string, absent: number): number {
  const text = parameter(name)?.trim();
  if (text === undefined || text === '') return absent;
  if (!/^[+-]?\d{1,15}$/.test(text)) throw invalid(name, 'must be an integer.');
  return Number(text);
}

/** RFC 7644 §3.4.2.4: what is out of range is brought into it, silently for the client. */
function toListRequest(parameter: Parameter, tolerated: Set<string>): ListRequest {
  const cursor = parameter('cursor')?.trim();
  if (cursor !== undefined && present(parameter('startIndex')) !== undefined) {
    throw invalid('startIndex', 'and cursor exclude each other; send one of them.');
  }
  const startIndex = integerOf(parameter, 'startIndex', 1);
  const count = integerOf(parameter, 'count', pageSizeDefault);
  if (cursor !== undefined && count > pageSizeMax) {
    throw invalidCount({ detail: `count must be from 0 to ${pageSizeMax} when paging by cursor.`, attribute: 'count' });
  }
  if (startIndex < 1) tolerated.add('list.start_index_below_one');
  if (count < 0) tolerated.add('list.negative_count');
  const sortOrder = parameter('sortOrder')?.toLowerCase();
  if (sortOrder !== undefined && sortOrder !== '' && sortOrder !== 'ascending' && sortOrder !== 'descending') {
    throw invalid('sortOrder', 'must be "ascending" or "descending".');
  }
  return {
    filter: present(parameter('filter')),
    sortBy: present(parameter('sortBy')),
    descending: sortOrder === 'descending',
    startIndex: Math.max(1, startIndex),
    count: Math.min(pageSizeMax, Math.max(0, count)),
    cursor,
    attributes: present(parameter('attributes')),
    excludedAttributes: present(parameter('excludedAttributes')),
  };
}

function present(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

/** `GET /Users?…`. */
export function listRequestOfQuery(exchange: Exchange): ListRequest {
  const { query, tolerated } = exchange;
  const lists = new Set(['attributes', 'excludedAttributes']);
  return toListRequest((name) => (lists.has(name) ? query.list(name) : query.get(name)), tolerated);
}

/** `POST /Users/.search`, RFC 7644 §3.4.3. Member names in any letter case, unknown ones ignored. */
export function listRequestOfBody(exchange: Exchange): ListRequest {
  const { body, tolerated } = exchange;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidSyntax({ detail: 'A search request is a JSON object.' });
  }
  const members = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value as unknown]));
  return toListRequest((name) => textOfMember(name, members.get(name.toLowerCase())), tolerated);
}

function textOfMember(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value.join(',');
  throw invalid(name, 'must be text, a number or a list of attribute names.');
}

import {
  invalidSkipToken,
  invalidValue,
  isGuid,
  unknownAttribute,
  type DirectoryPage,
  type DirectoryQuery,
} from '@joinery/directory/ports';
import type { Session } from '../../database.ts';
import { compileFilter, type OperandResolver } from './filter-sql.ts';
import { Parameters } from './parameters.ts';

type OrderAttribute = NonNullable<DirectoryQuery['orderBy']>['attribute'];

/** One table, or join, that a list reads; a list of users and groups has two. */
export interface ListBranch {
  /** Select list without order_key and order_id. */
  readonly columns: string;
  readonly from: string;
  readonly where: (parameters: Parameters) => string;
  /** The unique column that ends every order, a uuid. */
  readonly id: string;
  readonly order: { readonly [attribute in Exclude<OrderAttribute, 'id'>]?: string };
  readonly operand: OperandResolver;
  /** tsvector for `$search`; absent: the list can't be searched. */
  readonly searchWords?: string;
}

interface OrderRow {
  readonly total: bigint | null;
  readonly order_key: string | null;
  readonly order_id: string | null;
}

const topMax = 999;
const searchMax = 256;

interface SkipToken {
  readonly order: string;
  readonly key: string | null;
  readonly id: string;
}

function printSkipToken(token: SkipToken): string {
  return Buffer.from(JSON.stringify([token.order, token.key, token.id])).toString('base64url');
}

function parseSkipToken(text: string, order: string): SkipToken {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(parts)) throw invalidSkipToken();
    const [tokenOrder, key, id] = parts as unknown[];
    const keyIsRight = order.startsWith('id') ? key === null : typeof key === 'string' && key.isWellFormed();
    if (tokenOrder === order && keyIsRight && typeof id === 'string' && isGuid(id) && !String(key).includes('\0')) {
      if (order.startsWith('createdDateTime') && Number.isNaN(Date.parse(String(key)))) throw invalidSkipToken();
      return { order, key: key as string | null, id };
    }
  } catch {
    // Every way of being wrong has the same answer.
  }
  throw invalidSkipToken();
}

/** Words that begin with the words of the search; built in SQL, where the words of the objects are cut as well. */
function searchCondition(words: string, search: string, parameters: Parameters): string {
  return `${words} @@ (select string_agg('''' || word || ''':*', ' & ')::tsquery from unnest(array_remove(
    regexp_split_to_array(lower(${parameters.add(search)}::text), '[[:space:][:punct:]]+'), '')) word)`;
}

function conditions(branch: ListBranch, query: DirectoryQuery, parameters: Parameters): string {
  const parts = [branch.where(parameters)];
  if (query.filter !== undefined) parts.push(compileFilter(query.filter, branch.operand, parameters));
  const search = query.search?.trim() ?? '';
  if (search !== '') {
    if (branch.searchWords === undefined) throw unknownAttribute('$search');
    if (search.length > searchMax) throw invalidValue('$search', `it has more than ${searchMax} characters`);
    if (search.includes('\0') || !search.isWellFormed()) throw invalidValue('$search', 'it is not text');
    parts.push(searchCondition(branch.searchWords, search, parameters));
  }
  return parts.join(' and ');
}

function orderExpression(branch: ListBranch, attribute: OrderAttribute): string {
  if (attribute === 'id') return branch.id;
  const expression = branch.order[attribute];
  if (expression === undefined) throw unknownAttribute(attribute);
  return expression;
}

function checkTop(top: number): void {
  if (!Number.isInteger(top) || top < 1 || top > topMax) {
    throw invalidValue('$top', `it must be a whole number from 1 to ${topMax}`);
  }
}

/**
 * One page of a list by keyset: its cost does not grow with the place in the list. One statement, the count of all
 * matches included where it is asked for. Throws `directory.invalid_skip_token`, `directory.invalid_value`,
 * `directory.unknown_attribute`.
 */
export async function readPage<Row extends object, T>(
  session: Session,
  branches: readonly ListBranch[],
  query: DirectoryQuery,
  present: (row: Row) => T,
): Promise<DirectoryPage<T>> {
  checkTop(query.top);
  const { attribute, descending } = query.orderBy ?? { attribute: 'id', descending: false };
  const order = `${attribute}${descending ? ' desc' : ''}`;
  const after = query.skipToken === undefined ? undefined : parseSkipToken(query.skipToken, order);
  const parameters = new Parameters();
  const direction = descending ? 'desc' : 'asc';
  const keyType = attribute === 'id' ? 'uuid' : attribute === 'createdDateTime' ? 'timestamptz' : 'text';
  const limit = `limit ${query.top + 1}`;
  const orderBy = attribute === 'id' ? `order_id ${direction}` : `order_key ${direction}, order_id ${direction}`;

  const pages = branches.map((branch) => {
    const key = orderExpression(branch, attribute);
    const parts = [conditions(branch, query, parameters)];
    if (after !== undefined) {
      const id = `${parameters.add(after.id)}::uuid`;
      const comparison = descending ? '<' : '>';
      parts.push(
        attribute === 'id'
          ? `${branch.id} ${comparison} ${id}`
          : `(${key}, ${branch.id}) ${comparison} (${parameters.add(after.key)}::${keyType}, ${id})`,
      );
    }
    const shownKey = attribute === 'id' ? 'null::text' : key;
    return `(select ${branch.columns}, ${shownKey} as order_key, ${branch.id} as order_id
      from ${branch.from} where ${parts.join(' and ')} order by ${orderBy} ${limit})`;
  });
  const page = pages.length === 1 ? pages[0] : `(${pages.join(' union all ')} order by ${orderBy} ${limit})`;
  const total = query.count ? countAll(branches, query, parameters) : 'null::bigint';
  const text = `select total, page.* from (select ${total} as total) counted left join ${page} page on true order by ${orderBy}`;

  const rows = await session.query<Row & OrderRow>({ text, values: parameters.values });
  return toPage(rows, query, order, present);
}

function countAll(branches: readonly ListBranch[], query: DirectoryQuery, parameters: Parameters): string {
  return branches
    .map((branch) => `(select count(*) from ${branch.from} where ${conditions(branch, query, parameters)})`)
    .join(' + ');
}

function toPage<Row extends object, T>(
  rows: readonly (Row & OrderRow)[],
  query: DirectoryQuery,
  order: string,
  present: (row: Row) => T,
): DirectoryPage<T> {
  const total = rows[0]?.total ?? undefined;
  const found = rows.filter((row) => row.order_id !== null);
  const shown = found.slice(0, query.top);
  const last = shown.at(-1);
  const hasMore = found.length > query.top;
  return {
    objects: shown.map(present),
    next:
      hasMore && last !== undefined && last.order_id !== null
        ? printSkipToken({ order, key: printKey(last.order_key), id: last.order_id })
        : undefined,
    count: query.count ? Number(total ?? 0n) : undefined,
  };
}

function printKey(key: unknown): string | null {
  if (key === null || key === undefined) return null;
  return key instanceof Date ? key.toISOString() : String(key);
}

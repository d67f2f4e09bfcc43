import { createHash } from 'node:crypto';
import type { TenantId } from '@joinery/base';
import {
  evaluateFilter,
  groupType,
  invalidValue,
  presentForFilter,
  tooMany,
  urns,
  userType,
  type CheckedFilter,
  type ResourceType,
} from '@joinery/scim';
import type {
  Include,
  ResourcePage,
  ResourceQuery,
  ResourceTypeName,
  StoredResource,
} from '@joinery/service-provider/ports';
import type { Database, Session } from '../database.ts';
import { quote } from './filter-elements.ts';
import { compileFilter, type FilterSql } from './filter-sql.ts';
import type { ResourceCounts } from './resource-counts.ts';
import {
  effectiveInclude,
  includeName,
  isBuiltIn,
  resourceColumns,
  toStoredResource,
  type ResourceRow,
} from './row.ts';
import { afterSql, printPosition, readPosition } from './position.ts';
import { orderBy, sortKeyOf } from './sort-sql.ts';

/** Resources that the core looks at for one list, where SQL cannot decide; more is `scim.too_many`. */
const candidatesMax = 100_000;
const batchSize = 1_000;

export async function listResources(
  database: Database,
  counts: ResourceCounts,
  tenantId: TenantId,
  type: ResourceTypeName,
  query: ResourceQuery,
): Promise<ResourcePage> {
  const include = effectiveInclude(type, query.include);
  if (query.filter === undefined) {
    if (query.cursor !== undefined && query.count > 0) {
      return listAllAfter(database, counts, tenantId, type, query, include);
    }
    return query.sort === undefined || query.count === 0
      ? listAll(database, counts, tenantId, type, query, include)
      : listSorted(database, counts, tenantId, type, query, include);
  }
  const values: unknown[] = [tenantId, type];
  const resourceType = resourceTypeOf(type, query);
  const filter = compileFilter(query.filter, resourceType, (value) => `$${values.push(value)}`);
  if (!filter.isExact) return listEvaluated(database, type, query, include, filter, query.filter, values);
  return listFiltered(database, query, type, include, filter, values);
}

interface CountedRow {
  readonly total: bigint;
  readonly pending: bigint;
  /** Null when the page is empty. */
  readonly id: string | null;
}

/**
 * Every resource in the default order. Segments and changes are put in one order with a running sum, which gives the total
 * and the segment that holds the wanted position; from its first resource on, at most some thousand index entries are passed over.
 * $1 tenant, $2 type, $3 resources to skip, $4 count.
 */
const marksText = `
  marks as (
    select '-infinity'::timestamptz as created, '00000000-0000-0000-0000-000000000000'::uuid as id, 0::bigint as n,
      0 as kind
    union all
    select g.low_created, g.low_id, g.size, 0 from resource_segment g where g.tenant_id = $1 and g.type = $2
    union all
    select c.created, c.id, c.change, 1 from resource_count_change c where c.tenant_id = $1 and c.type = $2),
  running as (
    select m.created, m.id, m.kind, m.n,
      coalesce(sum(m.n) over (order by m.created, m.id, m.kind rows between unbounded preceding and 1 preceding), 0)
        as before
    from marks m),
  totals as (select coalesce(sum(m.n), 0)::bigint as total, count(*) filter (where m.kind = 1) as pending from marks m)`;

async function listAll(
  database: Database,
  counts: ResourceCounts,
  tenantId: TenantId,
  type: ResourceTypeName,
  query: ResourceQuery,
  include: Include,
): Promise<ResourcePage> {
  const rows = await database.query<CountedRow & ResourceRow>({
    name: `workspace-list${includeName(include)}`,
    text: `with ${marksText},
      start as (
        select s.created, s.id, s.before from running s where s.kind = 0 and s.before <= $3
        order by s.created desc, s.id desc limit 1),
      page as materialized (
        select k.id from start s cross join lateral (
          select o.created, o.id from resource o
          where o.tenant_id = $1 and o.type = $2 and (o.created, o.id) >= (s.created, s.id)
          order by o.created, o.id
          offset $3 - s.before limit $4) k)
      select t.total, t.pending, ${resourceColumns(include)}
      from totals t left join (page p join resource r on r.tenant_id = $1 and r.id = p.id) on true
      order by r.created, r.id`,
    values: [tenantId, type, query.startIndex - 1, query.count],
  });
  const [first] = rows;
  counts.notePending(tenantId, type, Number(first?.pending ?? 0));
  return {
    resources: rows.filter(({ id }) => id !== null).map(toStoredResource),
    totalResults: Number(first?.total ?? 0),
  };
}

type Cursor = NonNullable<ResourceQuery['cursor']>;
type CursorRow = ResourceRow & { readonly sort_key?: string | null };

/** The column that a sorted page by cursor needs beside those of the resource. */
function cursorColumn(query: ResourceQuery, type: ResourceTypeName): string {
  const key = query.cursor === undefined ? undefined : sortKeyOf(query.sort, type);
  return key === undefined ? '' : `, (${key.sql})::text as sort_key`;
}

/** ` and …`, or nothing on the first page. */
function cursorCondition(
  cursor: Cursor | undefined,
  query: ResourceQuery,
  type: ResourceTypeName,
  values: unknown[],
): string {
  if (cursor?.after === undefined) return '';
  const position = readPosition(cursor.after, sortKeyOf(query.sort, type) !== undefined);
  return ` and ${afterSql(position, query.sort, type, (value) => `$${values.push(value)}`)}`;
}

/** Of one row more than the page takes: the page, and where the next one starts. */
function cutPage(rows: readonly CursorRow[], count: number): Pick<ResourcePage, 'resources' | 'next'> {
  const page = rows.slice(0, count);
  const last = page.at(-1);
  const resources = page.map(toStoredResource);
  if (last === undefined || rows.length <= count) return { resources };
  const next = printPosition({ created: last.created, id: last.id, key: last.sort_key });
  if (next !== undefined) return { resources, next };
  throw invalidValue({
    attribute: 'sortBy',
    detail: `The value of sortBy in resource '${last.id}' is too long for a cursor; sort by another attribute or use startIndex.`,
  });
}

/** A page of every resource by cursor: one range of an index in the default order, whatever the depth. */
async function listAllAfter(
  database: Database,
  counts: ResourceCounts,
  tenantId: TenantId,
  type: ResourceTypeName,
  query: ResourceQuery,
  include: Include,
): Promise<ResourcePage> {
  const values: unknown[] = [tenantId, type];
  const condition = cursorCondition(query.cursor, query, type, values);
  const isFirst = condition === '';
  const limit = `$${values.push(query.count + 1)}`;
  const [totals] = await database.query<{ total: bigint; pending: bigint }>({
    name: 'workspace-count',
    text: `with ${marksText} select t.total, t.pending from totals t`,
    values: [tenantId, type],
  });
  counts.notePending(tenantId, type, Number(totals?.pending ?? 0));
  const rows = await database.query<CursorRow>({
    ...(query.sort === undefined
      ? { name: `workspace-list-${isFirst ? 'first' : 'after'}${includeName(include)}` }
      : {}),
    text: `select ${resourceColumns(include)}${cursorColumn(query, type)} from resource r
      where r.tenant_id = $1 and r.type = $2${condition}
      order by ${orderBy(query.sort, type)}
      limit ${limit}`,
    values,
  });
  return { ...cutPage(rows, query.count), totalResults: Number(totals?.total ?? 0) };
}

async function listSorted(
  database: Database,
  counts: ResourceCounts,
  tenantId: TenantId,
  type: ResourceTypeName,
  query: ResourceQuery,
  include: Include,
): Promise<ResourcePage> {
  const { totalResults } = await listAll(
    database,
    counts,
    tenantId,
    type,
    { ...query, startIndex: 1, count: 0 },
    include,
  );
  const rows = await database.query<ResourceRow>({
    text: `select ${resourceColumns(include)} from resource r
      where r.tenant_id = $1 and r.type = $2
      order by ${orderBy(query.sort, type)}
      offset $3 limit $4`,
    values: [tenantId, type, query.startIndex - 1, query.count],
  });
  return { resources: rows.map(toStoredResource), totalResults };
}

/** The condition of a filtered list, with the type as a literal, which partial indexes are matched by. */
function whereText(type: ResourceTypeName, filter: FilterSql): string {
  const anchor = filter.anchor === undefined ? '' : ` and ${filter.anchor}`;
  const literal = quote(type);
  return `r.tenant_id = $1 and $2 = ${literal} and r.type = ${literal}${anchor} and ${filter.condition}`;
}

/**
 * What changed since a time is mostly the newest, so walking the order from its beginning would pass over nearly everything.
 * Where it is much, only the keys of it are put in order.
 */
function changesText(where: string, page: string, columns: string): string {
  return `with matched as materialized (select r.tenant_id, r.created, r.id from resource r where ${where}),
      page as (select r.id from matched r where r.tenant_id = $1${page})
    select ${columns} from page p join resource r on r.tenant_id = $1 and r.id = p.id
    order by r.created, r.id`;
}

/**
 * With an anchor the matches are found through its index first and put in order then, so that the planner cannot prefer to
 * walk the whole order in the hope of meeting them early.
 */
async function listFiltered(
  database: Database,
  query: ResourceQuery,
  type: ResourceTypeName,
  include: Include,
  filter: FilterSql,
  values: unknown[],
): Promise<ResourcePage> {
  const isAnchored = filter.anchor !== undefined;
  const { cursor } = query;
  const skip = cursor === undefined ? query.startIndex - 1 : 0;
  const take = cursor === undefined ? query.count : query.count + 1;
  const countValues = [...values];
  const after = cursorCondition(cursor, query, type, values);
  // Of an offset that it does not know the planner expects the worst, and would plan the statement anew each time.
  const offset = skip === 0 ? '' : ` offset $${values.push(skip)}`;
  const page = `order by ${orderBy(query.sort, type)}${offset} limit $${values.push(take)}`;
  const where = whereText(type, filter);
  const columns = resourceColumns(include) + cursorColumn(query, type);
  const isRange = !isAnchored && filter.asksForChanges && query.sort === undefined;
  const text = isRange
    ? changesText(where, after + ' ' + page, columns)
    : isAnchored
      ? `with matched as materialized (select r.* from resource r where ${where})
      select ${columns} from matched r where r.tenant_id = $1${after} ${page}`
      : `select ${columns} from resource r where ${where}${after} ${page}`;
  const name = isAnchored && query.sort === undefined ? hotName(type, query.filter, text) : undefined;
  const rows =
    query.count === 0 ? [] : await database.query<CursorRow>({ text, values, ...(name === undefined ? {} : { name }) });
  const found = cutPage(rows, query.count);
  // A page that is not full, and not beyond the end, tells the total.
  if (after === '' && rows.length < take && query.count > 0 && (rows.length > 0 || skip === 0)) {
    return { ...found, totalResults: skip + rows.length };
  }
  const [counted] = await database.query<{ total: bigint }>({
    text: `select count(*) as total from resource r where ${where}`,
    values: countValues,
  });
  return { ...found, totalResults: Number(counted?.total ?? 0) };
}

/**
 * Filters of one equality on an index, as clients send them all the time, are prepared; others are too many to keep. The name
 * follows from the text, which is one of few.
 */
function hotName(type: ResourceTypeName, filter: CheckedFilter | undefined, text: string): string | undefined {
  if (filter?.kind !== 'compare' || filter.operator !== 'eq' || !isCommon(type, filter.path.extension))
    return undefined;
  return `workspace-find-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** Whether every tenant has the path; the texts of tenants' own are without number. */
function isCommon(type: ResourceTypeName, extension: string | undefined): boolean {
  return isBuiltIn(type) && (extension === undefined || extension === urns.enterpriseUser);
}

/** Walks the candidates in order in one snapshot and lets the core decide. */
async function listEvaluated(
  database: Database,
  type: ResourceTypeName,
  query: ResourceQuery,
  include: Include,
  filter: FilterSql,
  tree: CheckedFilter,
  values: readonly unknown[],
): Promise<ResourcePage> {
  const reads: Include = {
    ...(filter.reads.members ? { members: true } : include),
    groups: include.groups || filter.reads.groups,
  };
  const resourceType = resourceTypeOf(type, query);
  const found: CandidateRow[] = [];
  let total = 0;
  const start = query.cursor === undefined ? query.startIndex : 1;
  const take = query.cursor === undefined ? query.count : query.count + 1;
  const allValues = [...values];
  const after = cursorCondition(query.cursor, query, type, allValues);
  const beyond = after === '' ? 'true' : after.replace(/^ and /, '');
  await database.transaction(async (session) => {
    await session.query({
      text: `declare candidates no scroll cursor for
        select ${resourceColumns(reads)}${cursorColumn(query, type)}, coalesce(${beyond}, false) as beyond
        from resource r where ${whereText(type, filter)}
        order by ${orderBy(query.sort, type)}`,
      values: allValues,
    });
    for await (const row of fetchCandidates(session)) {
      if (!satisfies(tree, resourceType, toStoredResource(row))) continue;
      total++;
      if (row.beyond && total >= start && found.length < take) found.push(row);
    }
  });
  const { resources, ...rest } =
    query.cursor === undefined ? { resources: found.map(toStoredResource) } : cutPage(found, query.count);
  return { resources: resources.map((resource) => without(resource, include)), totalResults: total, ...rest };
}

type CandidateRow = CursorRow & { readonly beyond: boolean };

async function* fetchCandidates(session: Session): AsyncGenerator<CandidateRow> {
  for (let seen = 0; ; seen += batchSize) {
    if (seen >= candidatesMax) {
      throw tooMany({
        detail: `More than ${candidatesMax} resources would have to be looked at one by one; narrow the filter by an attribute such as userName or externalId.`,
      });
    }
    const rows = await session.query<CandidateRow>({
      text: `fetch ${batchSize} from candidates /* tenant_id: see declare */`,
    });
    yield* rows;
    if (rows.length < batchSize) return;
  }
}

function satisfies(filter: CheckedFilter, type: ResourceType, resource: StoredResource): boolean {
  return evaluateFilter(filter, presentForFilter(type, resource));
}

/** With the tenant's schemas where the caller knows them. */
function resourceTypeOf(type: ResourceTypeName, { resourceType }: ResourceQuery): ResourceType {
  return resourceType ?? (type === 'Group' ? groupType : userType);
}

function without({ members, groups, ...rest }: StoredResource, include: Include): StoredResource {
  return {
    ...rest,
    ...(include.members && members !== undefined ? { members } : {}),
    ...(include.groups && groups !== undefined ? { groups } : {}),
  };
}

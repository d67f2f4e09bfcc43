import { createHash } from 'node:crypto';
import type { TenantId } from '@joinery/base';
import { evaluateFilter, groupType, presentResource, tooMany, userType, type CheckedFilter } from '@joinery/scim';
import type {
  Include,
  ResourcePage,
  ResourceQuery,
  ResourceTypeName,
  StoredResource,
} from '@joinery/service-provider/ports';
import type { Database, Session } from '../database.ts';
import { compileFilter, type FilterSql } from './filter-sql.ts';
import type { ResourceCounts } from './resource-counts.ts';
import { effectiveInclude, includeName, resourceColumns, toStoredResource, type ResourceRow } from './row.ts';
import { orderBy } from './sort-sql.ts';

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
    return query.sort === undefined || query.count === 0
      ? listAll(database, counts, tenantId, type, query, include)
      : listSorted(database, counts, tenantId, type, query, include);
  }
  const values: unknown[] = [tenantId, type];
  const filter = compileFilter(query.filter, type, (value) => `$${values.push(value)}`);
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
  return `r.tenant_id = $1 and $2 = '${type}' and r.type = '${type}'${anchor} and ${filter.condition}`;
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
  const skip = query.startIndex - 1;
  const countValues = [...values];
  const page = `order by ${orderBy(query.sort, type)} offset $${values.push(skip)} limit $${values.push(query.count)}`;
  const where = whereText(type, filter);
  const text = isAnchored
    ? `with matched as materialized (select r.* from resource r where ${where})
      select ${resourceColumns(include)} from matched r ${page}`
    : `select ${resourceColumns(include)} from resource r where ${where} ${page}`;
  const name = isAnchored && query.sort === undefined ? hotName(query.filter, text) : undefined;
  const rows =
    query.count === 0
      ? []
      : await database.query<ResourceRow>({ text, values, ...(name === undefined ? {} : { name }) });
  const resources = rows.map(toStoredResource);
  // A page that is not full, and not beyond the end, tells the total.
  if (rows.length < query.count && (rows.length > 0 || skip === 0)) {
    return { resources, totalResults: skip + rows.length };
  }
  const [counted] = await database.query<{ total: bigint }>({
    text: `select count(*) as total from resource r where ${where}`,
    values: countValues,
  });
  return { resources, totalResults: Number(counted?.total ?? 0) };
}

/**
 * Filters of one equality on an index, as clients send them all the time, are prepared; others are too many to keep. The name
 * follows from the text, which is one of few.
 */
function hotName(filter: CheckedFilter | undefined, text: string): string | undefined {
  if (filter?.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  return `workspace-find-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
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
    members: include.members || filter.reads.members,
    groups: include.groups || filter.reads.groups,
  };
  const found: StoredResource[] = [];
  let total = 0;
  await database.transaction(async (session) => {
    await session.query({
      text: `declare candidates no scroll cursor for
        select ${resourceColumns(reads)} from resource r where ${whereText(type, filter)}
        order by ${orderBy(query.sort, type)}`,
      values,
    });
    for await (const resource of fetchCandidates(session)) {
      if (!satisfies(tree, resource)) continue;
      total++;
      if (total >= query.startIndex && found.length < query.count) found.push(without(resource, include));
    }
  });
  return { resources: found, totalResults: total };
}

async function* fetchCandidates(session: Session): AsyncGenerator<StoredResource> {
  for (let seen = 0; ; seen += batchSize) {
    if (seen >= candidatesMax) {
      throw tooMany({
        detail: `More than ${candidatesMax} resources would have to be looked at one by one; narrow the filter by an attribute such as userName or externalId.`,
      });
    }
    const rows = await session.query<ResourceRow>({
      text: `fetch ${batchSize} from candidates /* tenant_id: see declare */`,
    });
    for (const row of rows) yield toStoredResource(row);
    if (rows.length < batchSize) return;
  }
}

function satisfies(filter: CheckedFilter, resource: StoredResource): boolean {
  const type = resource.type === 'User' ? userType : groupType;
  return evaluateFilter(filter, presentResource(type, resource, { baseUrl: '' }));
}

function without({ members, groups, ...rest }: StoredResource, include: Include): StoredResource {
  return {
    ...rest,
    ...(include.members && members !== undefined ? { members } : {}),
    ...(include.groups && groups !== undefined ? { groups } : {}),
  };
}

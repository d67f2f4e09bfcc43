import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase, sessionSettings, type Statement } from '@joinery/store';
import { createWorkspaceStore, type WorkspaceStore } from '@joinery/store/workspace';
import { anActor, aQuery, asMembers, aWorkspace, nothing, uuidv7, type Workspace } from './fixture.ts';
import { groupType, readFilter, readSchemaExtension, resourceTypesWith, userType } from '@joinery/scim';
import { readDialogues } from '../../../../test/interop/dialogue.ts';
import type { ResourceQuery, ResourceTypeName } from '@joinery/service-provider/ports';

// 20,000 users in the tenant and 5,000 in another, 500 groups, and one group of 15,000 members.
let workspace: Workspace;
let explained: WorkspaceStore;
const plans: { text: string; plan: string; rows: number }[] = [];
let userId: string;
let groupId: string;

beforeAll(async () => {
  workspace = await aWorkspace();
  const { database, tenant } = workspace;
  const other = (await workspace.store.tenants.createTenant('Other')).id;
  const insert = (count: number) => ({
    text: `with made as (
        insert into resource (tenant_id, id, type, user_name_folded, display_name_folded, external_id, active, created,
          last_modified, attributes, folded)
        select $1, u.id, 'User', 'user-' || n, 'person ' || n, 'ext-' || n, true, t, t, doc, doc
        from unnest($2::uuid[]) with ordinality u (id, n)
        cross join lateral (select '2026-01-01'::timestamptz + n * interval '1 second' as t,
          jsonb_build_object('userName', 'user-' || n, 'displayName', 'person ' || n, 'externalId', 'ext-' || n,
            'active', true, 'title', 'title ' || n % 50) as doc) d
        returning id, user_name_folded)
      insert into resource_term (tenant_id, term, resource_id)
      select $1, substr(sha256(convert_to(E'emails.value\\n' || user_name_folded || '@x', 'UTF8')), 1, 16), id from made`,
    values: (of: string) => [of, Array.from({ length: count }, uuidv7)],
  });
  for (const [of, count] of [
    [tenant, 20_000],
    [other, 5_000],
  ] as const) {
    const statement = insert(count);
    await database.query({ text: statement.text, values: statement.values(of) });
  }
  for (let n = 0; n < 3; n++) await workspace.group(`small ${n}`);
  await database.query({
    text: `insert into resource (tenant_id, id, type, display_name_folded, created, last_modified, attributes, folded)
      select $1, u.id, 'Group', 'group ' || n, now(), now(), jsonb_build_object('displayName', 'group ' || n),
        jsonb_build_object('displayName', 'group ' || n)
      from unnest($2::uuid[]) with ordinality u (id, n)`,
    values: [tenant, Array.from({ length: 500 }, uuidv7)],
  });
  groupId = (await workspace.group('large')).id;
  await database.query({
    text: `insert into membership (tenant_id, group_id, member_id, member_type)
      select tenant_id, $2, id, 'User' from resource where tenant_id = $1 and type = 'User' limit 15000`,
    values: [tenant, groupId],
  });
  const [row] = await database.query<{ id: string }>({
    text: `select id from resource where tenant_id = $1 and user_name_folded = 'user-777'`,
    values: [tenant],
  });
  userId = row!.id;
  await database.query({ text: 'vacuum analyze' });
  explained = createWorkspaceStore(
    { ...database, query: explain, transaction: (work) => work({ query: explain }) },
    { newId: uuidv7 },
  );

  /** Explains and runs in one: inside a transaction that is rolled back, so that writes can be explained, too. */
  async function explain<Row extends object>(statement: Statement): Promise<readonly Row[]> {
    if (/^(begin|commit|set|declare|fetch)/.test(statement.text)) return [];
    const lines = await database.query<{ 'QUERY PLAN': string }>({
      text: `explain ${statement.text}`,
      ...(statement.values === undefined ? {} : { values: statement.values }),
    });
    const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
    plans.push({ text: statement.text, plan, rows: lines.length });
    return database.query<Row>(statement);
  }
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** Without those of the fold of counts, which goes on in the background. */
async function plansOf(work: () => Promise<unknown>): Promise<string> {
  plans.length = 0;
  await work();
  const fold = /^(insert into resource_segment|delete from resource_segment|with taken as|with bounded as)/;
  const own = plans.filter(({ text }) => !fold.test(text.trim()));
  return own.map(({ plan }) => plan).join('\n\n');
}

const list = (type: ResourceTypeName, filter: string): Promise<unknown> =>
  explained.resources.list(
    workspace.tenant,
    type,
    aQuery({ filter: readFilter(filter, type === 'User' ? userType : groupType) }),
  );

describe('hot filters use an index', () => {
  test.each([
    ['User', (): string => 'userName eq "USER-500"', 'resource_user_name'],
    ['User', (): string => 'externalId eq "ext-500"', 'resource_external_id'],
    ['User', (): string => 'displayName eq "Person 500"', 'resource_user_display_name'],
    ['User', (): string => 'emails.value eq "user-500@X"', 'resource_term_pkey'],
    ['User', (): string => 'emails[type eq "work"].value eq "user-500@x"', 'resource_term_pkey'],
    ['User', (): string => 'active eq true and userName eq "user-500"', 'resource_user_name'],
    ['User', (): string => `id eq "${userId}" and manager eq "${userId}"`, 'resource_(term_)?pkey'],
    ['User', (): string => `manager eq "${userId}" and id eq "${userId}"`, 'resource_(term_)?pkey'],
    [
      'User',
      (): string => `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "${userId}"`,
      'resource_term_pkey',
    ],
    [
      'User',
      (): string => 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq "7"',
      'resource_term_pkey',
    ],
    ['Group', (): string => 'externalId eq "g-7"', 'resource_external_id'],
    ['Group', (): string => `members eq "${userId}" and id eq "${groupId}"`, 'membership_(pkey|member)'],
    ['User', (): string => 'meta.lastModified eq "2026-01-01T00:10:00Z"', 'resource_last_modified'],
    ['User', (): string => `groups.value eq "${groupId}" and id eq "${userId}"`, 'resource_pkey'],
    ['Group', (): string => 'displayName eq "GROUP 7"', 'resource_group_name'],
    ['Group', (): string => `members eq "${userId}"`, 'membership_member'],
    ['Group', (): string => `id eq "${groupId}" and members eq "${userId}"`, 'membership_(pkey|member)'],
  ] as const)('%s: %o', async (type, filter, index) => {
    const plan = await plansOf(() => list(type, filter()));
    expect(plan).toMatch(new RegExp(`(using|on) ${index}`));
    expect(plan).not.toContain('Seq Scan on resource ');
    expect(plan).not.toContain('Seq Scan on membership');
    expect(plan).not.toContain('resource_order');
  });
});

/** Filters of the dialogues of test/interop; none of them is free text of a user. */
const sentFilters = readDialogues()
  .filter(({ file }) => /^(entra|okta|onelogin|aws)\//.test(file))
  .flatMap(({ exchange }) => exchange)
  .flatMap(({ request: { method, path } }) => {
    const [, type, query = ''] = /^\/(Users|Groups)\?(.*)$/s.exec(path) ?? [];
    const filter = /(?:^|&)filter=([^&]*)/.exec(query)?.[1];
    return method === 'GET' && filter !== undefined ? [[type === 'Users' ? 'User' : 'Group', filter] as const] : [];
  });

test('there are filters of every client that is known to send some', () => {
  expect(sentFilters.length).toBeGreaterThanOrEqual(15);
});

test.each(sentFilters)('a filter as clients send it uses an index: %s %s', async (type, text) => {
  const plan = await plansOf(() => list(type, text));
  expect(plan).toMatch(/(using|on) (resource_\w+|membership_\w+)/);
  expect(plan).not.toContain('Seq Scan on');
  // All but the range of times, which is as wide as its tenant here, find their few without walking through everyone.
  if (!/lastModified/i.test(text)) expect(plan).not.toContain('resource_order');
});

test.each([
  ['User', 'userName eq "user-500"'],
  ['User', 'externalId eq "ext-500"'],
  ['Group', 'displayName eq "group 7"'],
] as const)('a look-up that clients send all the time is planned once: %s %s', async (type, text) => {
  const database = connectDatabase(workspace.database.url, { max: 1, settings: sessionSettings.workspace });
  try {
    const { resources } = createWorkspaceStore(database, { newId: uuidv7 });
    const filter = readFilter(text, type === 'User' ? userType : groupType);
    for (let index = 0; index < 20; index += 1) {
      const include = { members: false, groups: true };
      await resources.list(workspace.tenant, type, aQuery({ filter, include }));
    }
    const plans = await database.query<{ generic: bigint; custom: bigint }>({
      text: `select generic_plans as generic, custom_plans as custom from pg_prepared_statements where name like 'workspace-find-%'`,
    });
    // PostgreSQL plans the first five for their values and decides then.
    expect(plans).toEqual([{ generic: 15n, custom: 5n }]);
  } finally {
    await database.close();
  }
});

test('a member change of a large group reads no list of members', async () => {
  const change = {
    members: [{ kind: 'remove', memberIds: [userId] } as const, { kind: 'add', members: asMembers([userId]) } as const],
  };
  const plan = await plansOf(() =>
    explained.resources.update(workspace.tenant, 'Group', groupId, () => change, nothing, anActor),
  );
  expect(plan).not.toMatch(/Seq Scan on (membership|resource) /);
  // By the whole key, not by the group alone.
  for (const condition of plan.match(/Index Cond: .*group_id.*/g) ?? []) expect(condition).toContain('member_id');
});

test('a page of the plain list starts near its first resource', async () => {
  const plan = await plansOf(() => explained.resources.list(workspace.tenant, 'User', aQuery({ startIndex: 15_000 })));
  expect(plan).toContain('Index Only Scan using resource_order');
  expect(plan).not.toContain('Seq Scan on resource ');
  expect(plan).not.toContain('membership');
});

test('a list of groups without members touches no member rows', async () => {
  const plan = await plansOf(() => explained.resources.list(workspace.tenant, 'Group', aQuery()));
  expect(plan).not.toContain('membership');
});

describe('what changed lately is found by the index of the time of change', () => {
  // The last hundred of 20,000: users were changed a second after one another.
  const since = new Date(Date.parse('2026-01-01T00:00:00Z') + 19_900_000).toISOString();
  test.each([
    ['after a time', `meta.lastModified gt "${since}"`],
    ['from a time on', `meta.lastModified ge "${since}"`],
    ['in a window', `meta.lastModified ge "${since}" and meta.lastModified lt "2026-01-02T00:00:00Z"`],
    ['with a further condition', `meta.lastModified gt "${since}" and active eq true`],
  ])('%s, for the page and for its total', async (_what, text) => {
    const filter = readFilter(text, userType);
    const plan = await plansOf(() => explained.resources.list(workspace.tenant, 'User', aQuery({ filter, count: 10 })));
    expect(plan.match(/(using|on) resource_last_modified/g)?.length).toBe(2);
    expect(plan).not.toContain('Seq Scan on resource ');
    expect(plan).not.toContain('resource_order');
  });
});

describe('a page by cursor is one range of an index', () => {
  async function secondPage(more: Partial<ResourceQuery>): Promise<string> {
    const query = aQuery({ count: 10, cursor: { after: undefined }, ...more });
    const { next } = await workspace.store.resources.list(workspace.tenant, 'User', query);
    expect(next).toBeDefined();
    return plansOf(() => explained.resources.list(workspace.tenant, 'User', { ...query, cursor: { after: next } }));
  }

  test('of everyone', async () => {
    const plan = await secondPage({});
    expect(plan).toMatch(/Index Scan using resource_order/);
    expect(plan).toMatch(/Index Cond: .*ROW\(created, id\) > ROW\(/);
    expect(plan).not.toContain('Seq Scan on resource ');
    expect(plan).not.toMatch(/\bSort\b.*\n.*resource r/);
  });

  test('of what a filter on an index finds', async () => {
    const since = new Date(Date.parse('2026-01-01T00:00:00Z') + 19_900_000).toISOString();
    const plan = await secondPage({ filter: readFilter(`meta.lastModified gt "${since}"`, userType) });
    expect(plan).toMatch(/(using|on) resource_(last_modified|order)/);
    expect(plan).not.toContain('Seq Scan on resource ');
  });
});

test('a value that a schema of the tenant wants unique is found by its key', async () => {
  const extension = readSchemaExtension(
    {
      id: 'urn:example:x:Badge',
      name: 'Badge',
      resourceType: 'User',
      attributes: [{ name: 'number', uniqueness: 'server' }],
    },
    { extensions: [], resourceTypes: [] },
  );
  const [resourceType = userType] = resourceTypesWith({ extensions: [extension], resourceTypes: [] });
  const filter = readFilter('urn:example:x:Badge:number eq "7"', resourceType);
  const plan = await plansOf(() =>
    explained.resources.list(workspace.tenant, 'User', aQuery({ filter, resourceType })),
  );
  expect(plan).toMatch(/(using|on) unique_value_(pkey|resource)/);
  expect(plan).not.toContain('Seq Scan on resource ');
  expect(plan).not.toContain('resource_order');
});

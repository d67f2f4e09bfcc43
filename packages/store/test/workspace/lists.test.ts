import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupType, readFilter, resolvePath, userType, type ResolvedPath } from '@joinery/scim';
import { foldCounts } from '../../src/workspace/resource-counts.ts';
import { anActor, aQuery, aTenantId, aWorkspace, everything, nothing, uuidv7, type Workspace } from './fixture.ts';

let workspace: Workspace;
// One creation a millisecond, so that the order of creation is the order of lists.
let now = Date.parse('2026-02-01T00:00:00Z');
beforeAll(async () => {
  workspace = await aWorkspace({ now: () => now++ });
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** Small segments, so that a few thousand resources fill several. */
const sizes = { max: 700, size: 300 };

function path(attribute: string, sub?: string): ResolvedPath {
  const found = resolvePath({ urn: undefined, attribute, sub }, userType);
  if (found === undefined) throw new Error(attribute);
  return found;
}

/** Users in bulk, a millisecond apart, without the store: `count` rows from `first` on. */
async function manyUsers(tenant: string, first: number, count: number): Promise<void> {
  const ids = Array.from({ length: count }, uuidv7);
  await workspace.database.query({
    text: `insert into resource (tenant_id, id, type, user_name_folded, created, last_modified, attributes, folded)
      select $1, u.id, 'User', 'user-' || n, t.at, t.at, jsonb_build_object('userName', 'user-' || n),
        jsonb_build_object('userName', 'user-' || n)
      from unnest($2::uuid[]) with ordinality u (id, position)
      cross join lateral (select $3::int + u.position - 1 as n) k
      cross join lateral (select '2026-01-01T00:00:00Z'::timestamptz + k.n * interval '1 millisecond' as at) t`,
    values: [tenant, ids, first],
  });
}

const numberOf = (attributes: { readonly [name: string]: unknown }) => Number(String(attributes['userName']).slice(5));

describe('index paging without a filter', () => {
  test('an empty tenant has no resources', async () => {
    expect(await workspace.store.resources.list(aTenantId(), 'User', aQuery())).toEqual({
      resources: [],
      totalResults: 0,
    });
  });

  test.each([false, true])('every position is right after creations and deletions (folded: %s)', async (folded) => {
    const tenant = aTenantId();
    await manyUsers(tenant, 0, 5_000);
    if (folded) await foldCounts(workspace.database, tenant, 'User', sizes);
    await workspace.database.query({
      text: `delete from resource where tenant_id = $1 and substr(user_name_folded, 6)::int % 7 = 3`,
      values: [tenant],
    });
    await manyUsers(tenant, 5_000, 2_500);
    if (folded) await foldCounts(workspace.database, tenant, 'User', sizes);
    await workspace.database.query({
      text: `delete from resource where tenant_id = $1 and substr(user_name_folded, 6)::int between 2000 and 4100`,
      values: [tenant],
    });
    const expected = Array.from({ length: 7_500 }, (_, n) => n).filter(
      (n) => (n >= 5_000 || n % 7 !== 3) && (n < 2_000 || n > 4_100),
    );
    for (const startIndex of [1, 2, 999, 1_000, 1_001, 1_700, 2_345, 3_000, expected.length - 1, expected.length]) {
      const page = await workspace.store.resources.list(tenant, 'User', aQuery({ startIndex, count: 3 }));
      expect({ startIndex, numbers: page.resources.map(({ attributes }) => numberOf(attributes)) }).toEqual({
        startIndex,
        numbers: expected.slice(startIndex - 1, startIndex + 2),
      });
      expect(page.totalResults).toBe(expected.length);
    }
    const beyond = await workspace.store.resources.list(tenant, 'User', aQuery({ startIndex: expected.length + 1 }));
    expect(beyond).toEqual({ resources: [], totalResults: expected.length });
  });

  test('a fold while users are created and deleted loses no count', async () => {
    const tenant = aTenantId();
    await manyUsers(tenant, 0, 3_000);
    const work = Array.from({ length: 40 }, async (_, index) => {
      const user = await workspace.user({ userName: `race-${index}` }, tenant);
      if (index % 2 === 0) await workspace.store.resources.delete(tenant, 'User', user.id, undefined, anActor);
      await foldCounts(workspace.database, tenant, 'User', sizes);
    });
    await Promise.all(work);
    await foldCounts(workspace.database, tenant, 'User', sizes);
    const { totalResults } = await workspace.store.resources.list(tenant, 'User', aQuery({ count: 0 }));
    expect(totalResults).toBe(3_020);
  });

  test('the total is a number and count 0 gives it alone', async () => {
    const tenant = aTenantId();
    await workspace.user({ userName: 'one' }, tenant);
    expect(await workspace.store.resources.list(tenant, 'User', aQuery({ count: 0 }))).toEqual({
      resources: [],
      totalResults: 1,
    });
  });

  test('groups come without members unless they are asked for', async () => {
    const tenant = aTenantId();
    const user = await workspace.user({ userName: 'member' }, tenant);
    await workspace.group('With member', [user.id], tenant);
    const bare = await workspace.store.resources.list(tenant, 'Group', aQuery());
    expect(bare.resources[0]).not.toHaveProperty('members');
    const full = await workspace.store.resources.list(tenant, 'Group', aQuery({ include: everything }));
    expect(full.resources[0]?.members).toEqual([{ id: user.id, type: 'User', display: 'member' }]);
  });
});

describe('filters of clients', () => {
  test("Entra's reference checks for manager and members, in both orders", async () => {
    const tenant = aTenantId();
    const boss = await workspace.user({ userName: 'boss' }, tenant);
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const user = await workspace.user({ userName: 'report', [enterprise]: { manager: { value: boss.id } } }, tenant);
    const group = await workspace.group('Checked', [user.id], tenant);
    const find = (type: 'User' | 'Group', filter: string) => workspace.find(type, filter, tenant);
    expect(await find('User', `id eq "${user.id}" and manager eq "${boss.id}"`)).toEqual([user.id]);
    expect(await find('User', `manager eq "${boss.id}" and id eq "${user.id}"`)).toEqual([user.id]);
    expect(await find('User', `id eq "${boss.id}" and manager eq "${user.id}"`)).toEqual([]);
    expect(await find('Group', `id eq "${group.id}" and members eq "${user.id}"`)).toEqual([group.id]);
    expect(await find('Group', `members eq "${user.id}" and id eq "${group.id}"`)).toEqual([group.id]);
    expect(await find('Group', `id eq "${group.id}" and members eq "${boss.id}"`)).toEqual([]);
    expect(await find('Group', `members eq "not-an-id"`)).toEqual([]);
  });

  test('the matching queries ignore case, and externalId does not', async () => {
    const tenant = aTenantId();
    const user = await workspace.user(
      { userName: 'Match@Example.com', externalId: 'Ext-1', emails: [{ value: 'M@Example.com', type: 'work' }] },
      tenant,
    );
    const find = (filter: string) => workspace.find('User', filter, tenant);
    expect(await find('userName eq "match@EXAMPLE.com"')).toEqual([user.id]);
    expect(await find('externalId eq "Ext-1"')).toEqual([user.id]);
    expect(await find('externalId eq "ext-1"')).toEqual([]);
    expect(await find('emails[type eq "work"].value eq "m@example.COM"')).toEqual([user.id]);
    expect(await find('emails[type eq "home"].value eq "m@example.com"')).toEqual([]);
    expect(await find(`id eq "${user.id.toUpperCase()}"`)).toEqual([]);
  });

  test('pages of a filtered list have its total, also past the end', async () => {
    const tenant = aTenantId();
    for (let n = 0; n < 7; n++)
      await workspace.user({ userName: `u${n}`, title: n < 5 ? 'Engineer' : 'Other' }, tenant);
    const filter = readFilter('title eq "engineer"', userType);
    const list = (startIndex: number, count: number) =>
      workspace.store.resources.list(tenant, 'User', aQuery({ filter, startIndex, count }));
    const names = (page: Awaited<ReturnType<typeof list>>) =>
      page.resources.map(({ attributes }) => attributes['userName']);
    expect(names(await list(2, 2))).toEqual(['u1', 'u2']);
    for (const [startIndex, count] of [
      [1, 2],
      [4, 2],
      [5, 5],
      [6, 5],
      [1, 0],
    ] as const) {
      expect((await list(startIndex, count)).totalResults).toBe(5);
    }
  });
});

describe('sorting', () => {
  test('text ignores case; missing values come last ascending and first descending', async () => {
    const tenant = aTenantId();
    for (const [userName, title] of [
      ['1', 'beta'],
      ['2', undefined],
      ['3', 'Alpha'],
      ['4', 'ALPHA'],
      ['5', 'gamma'],
    ] as const) {
      await workspace.user({ userName, ...(title === undefined ? {} : { title }) }, tenant);
    }
    const order = async (sortPath: ResolvedPath, descending: boolean) => {
      const page = await workspace.store.resources.list(
        tenant,
        'User',
        aQuery({ sort: { path: sortPath, descending } }),
      );
      expect(page.totalResults).toBe(5);
      return page.resources.map(({ attributes }) => attributes['userName']).join('');
    };
    expect(await order(path('title'), false)).toBe('34152');
    expect(await order(path('title'), true)).toBe('25134');
    expect(await order(path('userName'), true)).toBe('54321');
    expect(await order(path('meta', 'created'), false)).toBe('12345');
  });

  test('a multi-valued attribute sorts by its primary value, else its first', async () => {
    const tenant = aTenantId();
    await workspace.user({ userName: 'b', emails: [{ value: 'z@x' }, { value: 'b@x', primary: true }] }, tenant);
    await workspace.user({ userName: 'a', emails: [{ value: 'A@x' }, { value: 'zz@x' }] }, tenant);
    await workspace.user({ userName: 'none' }, tenant);
    const sort = { path: path('emails', 'value'), descending: false };
    const page = await workspace.store.resources.list(tenant, 'User', aQuery({ sort }));
    expect(page.resources.map(({ attributes }) => attributes['userName'])).toEqual(['a', 'b', 'none']);
  });

  test('sorted pages of a filter fit together', async () => {
    const tenant = aTenantId();
    for (const displayName of ['d', 'B', 'a', 'C', 'E']) await workspace.group(displayName, [], tenant);
    const found = resolvePath({ urn: undefined, attribute: 'displayName', sub: undefined }, groupType);
    const filter = readFilter('displayName ne "E"', groupType);
    const page = (startIndex: number) =>
      workspace.store.resources.list(
        tenant,
        'Group',
        aQuery({ filter, sort: { path: found!, descending: false }, startIndex, count: 2, include: nothing }),
      );
    const names = [...(await page(1)).resources, ...(await page(3)).resources].map(
      ({ attributes }) => attributes['displayName'],
    );
    expect(names).toEqual(['a', 'B', 'C', 'd']);
  });
});

import { parsePath, readFilter, resolvePath, userType } from '@joinery/scim';
import type { ResourceQuery } from '@joinery/service-provider/ports';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anActor, aQuery, aWorkspace, type Workspace } from './fixture.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await aWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

const sortBy = (path: string, descending: boolean): NonNullable<ResourceQuery['sort']> => {
  const parsed = parsePath(path);
  const resolved = parsed.ok ? resolvePath(parsed.value, userType) : undefined;
  return { path: resolved!, descending };
};

/** Every id that pages by cursor answer. */
async function walk(
  query: Partial<ResourceQuery>,
  onPage: (page: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const seen: string[] = [];
  let after: string | undefined;
  for (let page = 0; ; page++) {
    const answer = await workspace.store.resources.list(
      workspace.tenant,
      'User',
      aQuery({ count: 7, ...query, cursor: { after } }),
    );
    seen.push(...answer.resources.map(({ id }) => id));
    if (answer.next === undefined) return seen;
    after = answer.next;
    await onPage(page);
  }
}

describe('pages by cursor', () => {
  let created: readonly string[];
  beforeAll(async () => {
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) {
      const { id } = await workspace.user({
        userName: `User-${(n * 37) % 60}`,
        ...(n % 4 === 0 ? {} : { title: `Title ${n % 5}` }),
        ...(n % 3 === 0 ? {} : { emails: [{ value: `${n % 7}@x.example`, primary: n % 2 === 0 }] }),
      });
      ids.push(id);
    }
    created = ids;
  });

  const cases = ['userName', 'title', 'emails.value', 'id', 'meta.lastModified', 'meta.created', 'name.familyName'];
  for (const path of cases) {
    for (const descending of [false, true]) {
      test(`sorted by ${path} ${descending ? 'descending' : 'ascending'} hold the same in the same order as by index`, async () => {
        const sort = sortBy(path, descending);
        for (const filter of [
          undefined,
          readFilter('title pr', userType),
          readFilter('groups.value ne "x"', userType),
        ]) {
          const all = await workspace.store.resources.list(
            workspace.tenant,
            'User',
            aQuery({ sort, filter, count: 1000 }),
          );
          expect(await walk({ sort, filter })).toEqual(all.resources.map(({ id }) => id));
        }
      });
    }
  }

  test('lose nobody who stays, and answer nobody twice, while writers add and remove all the time', async () => {
    const { resources } = workspace.store;
    let isWalking = true;
    let made = 0;
    const writer = async (name: string): Promise<void> => {
      while (isWalking && made < 400) {
        const { id } = await workspace.user({ userName: `${name}-${made++}` });
        if (made % 2 === 0) await resources.delete(workspace.tenant, 'User', id, undefined, anActor);
      }
    };
    const writers = ['one', 'two', 'three'].map(writer);
    const leavers = created.slice(0, 20);
    // The first page is walked as in every test; each page after it some of those who were there leave.
    const seen = await walk({ filter: readFilter('userName sw "User-"', userType) }, async (page) => {
      const gone = leavers.slice(page * 3, page * 3 + 3);
      await Promise.all(gone.map((id) => resources.delete(workspace.tenant, 'User', id, undefined, anActor)));
    });
    const plain = await walk({ count: 5 });
    isWalking = false;
    await Promise.all(writers);
    const stayers = created.slice(20);
    for (const ids of [seen, plain]) {
      expect(new Set(ids).size).toBe(ids.length);
      expect(stayers.filter((id) => !ids.includes(id))).toEqual([]);
    }
  });
});

test('the sort key of a cursor may not be longer than a URL takes', async () => {
  const own = await aWorkspace();
  try {
    for (const n of [1, 2]) await own.user({ userName: `long-${n}`, title: `${n}${'x'.repeat(5_000)}` });
    const listing = own.store.resources.list(
      own.tenant,
      'User',
      aQuery({ count: 1, sort: sortBy('title', false), cursor: { after: undefined } }),
    );
    await expect(listing).rejects.toMatchObject({ code: 'scim.invalid_value' });
  } finally {
    await own[Symbol.asyncDispose]();
  }
});

test('all processes of one database have one cursor key', async () => {
  const [one, two] = await Promise.all([workspace.store.getCursorKey(), workspace.store.getCursorKey()]);
  expect(one).toHaveLength(32);
  expect(one).toEqual(two);
});

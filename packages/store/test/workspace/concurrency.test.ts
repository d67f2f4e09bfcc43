import { afterAll, beforeAll, expect, test } from 'vitest';
import { anActor, aQuery, asMembers, aWorkspace, nothing, type Workspace } from './fixture.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await aWorkspace({ max: 20 });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const outcomes = async (work: readonly Promise<unknown>[]) => {
  const settled = await Promise.allSettled(work);
  return {
    done: settled.filter(({ status }) => status === 'fulfilled').length,
    codes: settled.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code?: string }).code] : [])),
  };
};

test('20 parallel member changes of one group lose nobody, and each moves the version by one', async () => {
  const users = await Promise.all(Array.from({ length: 40 }, (_, n) => workspace.user({ userName: `parallel-${n}` })));
  const ids = users.map(({ id }) => id);
  const group = await workspace.group('Parallel', ids.slice(0, 20));
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0
        ? workspace.changeMembers(
            group.id,
            { kind: 'add', members: asMembers([ids[20 + n]!, ids[21 + n]!]) },
            { kind: 'remove', memberIds: [ids[n]!] },
          )
        : workspace.changeMembers(group.id, { kind: 'remove', memberIds: [ids[n]!] }),
    ),
  );
  expect(new Set(await workspace.members(group.id))).toEqual(new Set(ids.slice(20)));
  const read = await workspace.store.resources.get(workspace.tenant, 'Group', group.id, nothing);
  expect(read?.version).toBe(21);
});

test('parallel updates of one user each see the state that the one before left', async () => {
  const user = await workspace.user({ userName: 'counter', title: '0' });
  await Promise.all(
    Array.from({ length: 20 }, () =>
      workspace.store.resources.update(
        workspace.tenant,
        'User',
        user.id,
        ({ attributes }) => ({ attributes: { ...attributes, title: String(Number(attributes['title']) + 1) } }),
        nothing,
        anActor,
      ),
    ),
  );
  const read = await workspace.store.resources.get(workspace.tenant, 'User', user.id, nothing);
  expect(read).toMatchObject({ version: 21, attributes: { title: '20' } });
});

test('of 20 parallel creations with one userName one is made and the others get scim.uniqueness', async () => {
  const { done, codes } = await outcomes(
    Array.from({ length: 20 }, (_, n) => workspace.user({ userName: n % 2 === 0 ? 'unique' : 'UNIQUE' })),
  );
  expect(done).toBe(1);
  expect(new Set(codes)).toEqual(new Set(['scim.uniqueness']));
});

test('members that are deleted while they are added leave no dangling membership', async () => {
  for (let round = 0; round < 5; round++) {
    const users = await Promise.all(
      Array.from({ length: 6 }, (_, n) => workspace.user({ userName: `r${round}-${n}` })),
    );
    const groups = await Promise.all(Array.from({ length: 4 }, (_, n) => workspace.group(`r${round}-${n}`)));
    const { codes } = await outcomes([
      ...groups.flatMap(({ id }) =>
        users.map((user) => workspace.changeMembers(id, { kind: 'add', members: asMembers([user.id]) })),
      ),
      ...users
        .slice(0, 3)
        .map((user) => workspace.store.resources.delete(workspace.tenant, 'User', user.id, undefined, anActor)),
    ]);
    expect(codes.filter((code) => code !== 'scim.invalid_value')).toEqual([]);
    const left = new Set(users.slice(3).map(({ id }) => id));
    for (const { id } of groups) expect(new Set(await workspace.members(id))).toEqual(left);
  }
});

test('groups that join each other in parallel do not block each other', async () => {
  const groups = await Promise.all(Array.from({ length: 6 }, (_, n) => workspace.group(`ring-${n}`)));
  await Promise.all(
    groups.map(({ id }, n) =>
      workspace.changeMembers(id, { kind: 'add', members: asMembers([groups[(n + 1) % groups.length]!.id]) }),
    ),
  );
  const page = await workspace.store.resources.list(
    workspace.tenant,
    'Group',
    aQuery({ include: { members: true, groups: false } }),
  );
  const ring = page.resources.filter(({ attributes }) => String(attributes['displayName']).startsWith('ring-'));
  expect(ring.map(({ members }) => members?.length)).toEqual([1, 1, 1, 1, 1, 1]);
});

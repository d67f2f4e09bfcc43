import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ObjectId } from '@joinery/base';
import {
  attributes,
  createGroup,
  createUser,
  nobody,
  openDirectory,
  page,
  type OpenDirectory,
} from './directory-fixture.ts';

let open: OpenDirectory;
beforeAll(async () => {
  open = await openDirectory();
});
afterAll(() => open[Symbol.asyncDispose]());

async function members(groupId: ObjectId): Promise<ObjectId[]> {
  const { objects } = await open.directory.listMembers(groupId, page);
  return objects.map(({ id }) => id).toSorted();
}

test('a group is made with its members, each a change of its own', async () => {
  const ann = await createUser(open, 'ann');
  const inner = await createGroup(open, 'Inner');
  const before = await open.feed.head();
  const [group] = await open.directory.createGroups([
    {
      displayName: 'Sales',
      securityEnabled: true,
      attributes: attributes({ description: 'Sellers', mailEnabled: false }),
      memberIds: [ann.id, inner.id, ann.id],
    },
  ]);
  expect(await open.directory.getGroup(group!.id)).toEqual(group);
  expect(group!.attributes).toEqual(attributes({ description: 'Sellers', mailEnabled: false }));
  expect(await members(group!.id)).toEqual([ann.id, inner.id].toSorted());
  expect(await open.changesAfter(before)).toEqual(['group created', 'member added', 'member added']);
  const memberOf = await open.directory.listMemberOf(ann.id, { ...page, count: true });
  expect(memberOf).toEqual({ objects: [group], next: undefined, count: 1 });
});

test('invalid groups are refused, and unknown members', async () => {
  const make = (displayName: string, memberIds: readonly ObjectId[] = []) =>
    open.directory.createGroups([{ displayName, securityEnabled: true, attributes: new Map(), memberIds }]);
  await expect(make(' ')).rejects.toMatchObject({
    code: 'directory.invalid_value',
    detail: { attribute: 'displayName' },
  });
  await expect(make('x'.repeat(257))).rejects.toMatchObject({ code: 'directory.invalid_value' });
  for (const id of [nobody, 'x' as ObjectId]) {
    await expect(make('Ghosts', [id])).rejects.toMatchObject({
      code: 'directory.invalid_reference',
      detail: { ids: [id] },
    });
  }
});

test('an update changes what differs; one that changes nothing writes nothing', async () => {
  const group = await createGroup(open, 'Before');
  const before = await open.feed.head();
  const change = { displayName: 'After', securityEnabled: false, attributes: attributes({ description: 'x' }) };
  const after = await open.directory.updateGroup(group.id, change);
  expect(after).toEqual({ ...group, ...change });
  expect(await open.directory.updateGroup(group.id, change)).toEqual(after);
  expect(await open.changesAfter(before)).toEqual(['group updated']);
  await expect(open.directory.updateGroup(nobody, change)).rejects.toMatchObject({ code: 'directory.not_found' });
});

test('members are added and removed once; the rest writes nothing', async () => {
  const [ann, bob] = [await createUser(open, 'ann1'), await createUser(open, 'bob1')];
  const group = await createGroup(open, 'Team');
  const before = await open.feed.head();
  await open.directory.addMembers(group.id, [ann.id, bob.id, ann.id]);
  await open.directory.addMembers(group.id, [bob.id]);
  expect(await members(group.id)).toEqual([ann.id, bob.id].toSorted());
  await open.directory.removeMembers(group.id, [ann.id, nobody, 'x' as ObjectId]);
  await open.directory.removeMembers(group.id, [ann.id]);
  expect(await members(group.id)).toEqual([bob.id]);
  const changes = await open.feed.read(before, 10);
  expect(changes.map((change) => [change.kind, change.change, change.objectId])).toEqual([
    ['member', 'added', group.id],
    ['member', 'added', group.id],
    ['member', 'removed', group.id],
  ]);
  expect(changes.at(-1)).toMatchObject({ memberId: ann.id });
});

test('when one member is unknown, none is added', async () => {
  const ann = await createUser(open, 'ann2');
  const group = await createGroup(open, 'All or none');
  for (const id of [nobody, 'x' as ObjectId]) {
    await expect(open.directory.addMembers(group.id, [ann.id, id])).rejects.toMatchObject({
      code: 'directory.invalid_reference',
      detail: { attribute: 'members', ids: [id] },
    });
  }
  expect(await members(group.id)).toEqual([]);
});

test('an unknown group is not found', async () => {
  const { directory } = open;
  for (const id of [nobody, 'x' as ObjectId]) {
    const attempts = [
      directory.addMembers(id, [nobody]),
      directory.removeMembers(id, [nobody]),
      directory.listMembers(id, page),
      directory.listMemberOf(id, page),
      directory.deleteGroup(id),
      directory.updateGroup(id, {}),
    ];
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
      attempts.map(() => 'directory.not_found'),
    );
    expect(await directory.getGroup(id)).toBeUndefined();
  }
});

test('a group cannot hold itself, directly or through others', async () => {
  const c = await createGroup(open, 'C');
  const b = await createGroup(open, 'B', [c.id]);
  const a = await createGroup(open, 'A', [b.id]);
  const before = await open.feed.head();
  for (const [group, member] of [
    [a, a],
    [c, a],
    [c, b],
  ] as const) {
    await expect(open.directory.addMembers(group.id, [member.id])).rejects.toMatchObject({
      code: 'directory.cycle',
      detail: { groupId: group.id, memberId: member.id },
    });
  }
  await open.directory.deleteGroup(b.id);
  await expect(open.directory.addMembers(c.id, [a.id])).rejects.toMatchObject({ code: 'directory.cycle' });
  await open.directory.addMembers(a.id, [c.id]);
  expect(await open.changesAfter(before)).toEqual(['group deleted', 'member added']);
});

test('two that nest groups at once cannot close a cycle together', async () => {
  for (let round = 0; round < 10; round += 1) {
    const [a, b] = [await createGroup(open, `A${round}`), await createGroup(open, `B${round}`)];
    const outcomes = await Promise.allSettled([
      open.directory.addMembers(a.id, [b.id]),
      open.directory.addMembers(b.id, [a.id]),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  }
});

test('members of both kinds are filtered, searched, ordered and paged together', async () => {
  const users = await open.directory.createUsers(
    ['mona', 'mark', 'mia'].map((name) => ({
      userPrincipalName: `${name}.list@contoso.com`,
      accountEnabled: name !== 'mia',
      attributes: attributes({ displayName: `${name} List` }),
    })),
  );
  const nested = await createGroup(open, 'Mb List');
  const group = await createGroup(open, 'Holder', [...users.map(({ id }) => id), nested.id]);
  const names: string[] = [];
  let skipToken: string | undefined;
  do {
    const result = await open.directory.listMembers(group.id, {
      top: 1,
      count: true,
      orderBy: { attribute: 'displayName', descending: false },
      search: 'list',
      ...(skipToken === undefined ? {} : { skipToken }),
    });
    expect(result.count).toBe(4);
    names.push(
      ...result.objects.map((object) =>
        object.kind === 'user' ? String(object.attributes.get('displayName')) : object.displayName,
      ),
    );
    skipToken = result.next;
  } while (skipToken !== undefined);
  expect(names).toEqual(['mark List', 'Mb List', 'mia List', 'mona List']);
  const enabled = await open.directory.listMembers(group.id, {
    ...page,
    filter: { kind: 'compare', attribute: 'accountEnabled', operator: 'eq', value: true },
  });
  expect(enabled.objects).toHaveLength(2);
});

test('10,000 members are added in one statement', async () => {
  const users = await open.directory.createUsers(
    Array.from({ length: 10_000 }, (_, index) => ({
      userPrincipalName: `bulk${index}@contoso.com`,
      accountEnabled: true,
      attributes: new Map(),
    })),
  );
  const group = await createGroup(open, 'Everybody');
  const before = await open.feed.head();
  await open.directory.addMembers(
    group.id,
    users.map(({ id }) => id),
  );
  expect((await open.feed.read(before, 20_000)).length).toBe(10_000);
  expect((await open.directory.listMembers(group.id, { top: 1, count: true })).count).toBe(10_000);
});

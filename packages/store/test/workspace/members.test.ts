import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupType, readFilter, type CheckedFilter } from '@joinery/scim';
import { anActor, asMembers, aTenantId, aWorkspace, everything, nothing, uuidv7, type Workspace } from './fixture.ts';

let workspace: Workspace;
let users: readonly string[];
let count = 0;
beforeAll(async () => {
  workspace = await aWorkspace();
  const made = await Promise.all(
    ['a', 'b', 'c', 'd'].map((userName) => workspace.user({ userName, displayName: `User ${userName}` })),
  );
  users = made.map(({ id }) => id);
});
afterAll(() => workspace[Symbol.asyncDispose]());

const aGroup = (...members: string[]) => workspace.group(`Group ${count++}`, members);
const sorted = (ids: readonly (string | undefined)[]) => ids.toSorted();
const add = (...ids: string[]) => ({ kind: 'add', members: asMembers(ids) }) as const;
const remove = (...memberIds: string[]) => ({ kind: 'remove', memberIds }) as const;

/** The filter inside `members[…]`. */
function elementFilter(text: string): CheckedFilter {
  const tree = readFilter(`members[${text}]`, groupType);
  if (tree.kind !== 'value-path') throw new Error('not a value path');
  return tree.filter;
}

describe('create', () => {
  test('members are stored with the type and name of what they are', async () => {
    const inner = await aGroup();
    const user = users[0]!;
    const group = await aGroup(user, inner.id);
    const read = await workspace.store.resources.get(workspace.tenant, 'Group', group.id, everything);
    expect(new Set(read?.members)).toEqual(
      new Set([
        { id: user, type: 'User', display: 'User a' },
        { id: inner.id, type: 'Group', display: inner.attributes['displayName'] },
      ]),
    );
  });

  test('unknown members are named and no group is made', async () => {
    const unknown = uuidv7();
    const made = workspace.group('Never made', [users[0]!, unknown]);
    await expect(made).rejects.toMatchObject({ code: 'scim.invalid_value', message: expect.stringContaining(unknown) });
    expect(await workspace.find('Group', 'displayName eq "Never made"')).toEqual([]);
  });

  test('at most 20 unknown members are named', async () => {
    const unknown = Array.from({ length: 25 }, uuidv7);
    const error = await workspace.group('Never made', unknown).catch((caught: unknown) => caught as Error);
    const message = error instanceof Error ? error.message : '';
    expect(unknown.filter((id) => message.includes(id))).toHaveLength(20);
    expect(message).toContain('5 more');
  });

  test("another tenant's user is unknown", async () => {
    const foreign = await workspace.user({ userName: 'foreign' }, aTenantId());
    await expect(aGroup(foreign.id)).rejects.toMatchObject({ code: 'scim.invalid_value' });
  });
});

describe('add and remove', () => {
  test('added members are there, and the version moves by one', async () => {
    const group = await aGroup(users[0]!);
    const outcome = await workspace.changeMembers(group.id, add(users[1]!, users[2]!));
    expect(outcome).toMatchObject({ changed: true, resource: { version: 2 } });
    expect(await workspace.members(group.id)).toEqual(sorted([users[0], users[1], users[2]]));
  });

  test('adding an existing member and removing an absent one moves nothing', async () => {
    const group = await aGroup(users[0]!);
    expect(await workspace.changeMembers(group.id, add(users[0]!))).toMatchObject({ changed: false });
    expect(await workspace.changeMembers(group.id, remove(users[1]!, uuidv7(), 'no-uuid'))).toMatchObject({
      changed: false,
      resource: { version: 1, lastModified: group.lastModified },
    });
  });

  test('an unknown id refuses the whole change', async () => {
    const group = await aGroup();
    const unknown = uuidv7();
    await expect(workspace.changeMembers(group.id, add(users[0]!, unknown))).rejects.toMatchObject({
      code: 'scim.invalid_value',
      message: expect.stringContaining(unknown),
    });
    await expect(workspace.changeMembers(group.id, add('bulkId:1'))).rejects.toMatchObject({
      code: 'scim.invalid_value',
    });
    expect(await workspace.members(group.id)).toEqual([]);
  });

  test('several changes apply in their order', async () => {
    const [a, b, c] = users as [string, string, string];
    const group = await aGroup(a);
    await workspace.changeMembers(group.id, remove(a), add(b), add(a), remove(b), add(c));
    expect(await workspace.members(group.id)).toEqual(sorted([a, c]));
  });

  test('removing and adding the same member again moves nothing', async () => {
    const group = await aGroup(users[0]!);
    expect(await workspace.changeMembers(group.id, remove(users[0]!), add(users[0]!))).toMatchObject({
      changed: false,
    });
  });

  test('attributes and members change together by one version', async () => {
    const group = await aGroup();
    const displayName = `Renamed ${count++}`;
    const outcome = await workspace.store.resources.update(
      workspace.tenant,
      'Group',
      group.id,
      () => ({ attributes: { displayName }, members: [add(users[0]!)] }),
      everything,
      anActor,
    );
    expect(outcome).toMatchObject({
      changed: true,
      resource: { version: 2, attributes: { displayName }, members: [{ id: users[0] }] },
    });
  });

  test('renaming a group to a taken name changes no members either', async () => {
    const taken = await aGroup();
    const group = await aGroup();
    const change = { attributes: taken.attributes, members: [add(users[0]!)] };
    await expect(
      workspace.store.resources.update(workspace.tenant, 'Group', group.id, () => change, nothing, anActor),
    ).rejects.toMatchObject({ code: 'scim.uniqueness' });
    expect(await workspace.members(group.id)).toEqual([]);
  });
});

describe('replace, clear and remove-where', () => {
  test('replace sets exactly the members, and the same set moves nothing', async () => {
    const [a, b, c] = users as [string, string, string];
    const group = await aGroup(a, b);
    const replace = { kind: 'replace', members: asMembers([b, c]) } as const;
    expect(await workspace.changeMembers(group.id, replace)).toMatchObject({ changed: true });
    expect(await workspace.members(group.id)).toEqual(sorted([b, c]));
    expect(await workspace.changeMembers(group.id, replace)).toMatchObject({ changed: false });
  });

  test('replace with an unknown id keeps the members', async () => {
    const group = await aGroup(users[0]!);
    const replace = { kind: 'replace', members: asMembers([uuidv7()]) } as const;
    await expect(workspace.changeMembers(group.id, replace)).rejects.toMatchObject({ code: 'scim.invalid_value' });
    expect(await workspace.members(group.id)).toEqual([users[0]]);
  });

  test('clear empties the group; what is added after it stays', async () => {
    const [a, b] = users as [string, string];
    const group = await aGroup(a, b);
    await workspace.changeMembers(group.id, { kind: 'clear' }, add(a));
    expect(await workspace.members(group.id)).toEqual([a]);
    expect(await workspace.changeMembers(group.id, { kind: 'clear' })).toMatchObject({ changed: true });
    expect(await workspace.changeMembers(group.id, { kind: 'clear' })).toMatchObject({ changed: false });
  });

  test('remove-where removes the members that the filter names', async () => {
    const inner = await aGroup();
    const group = await aGroup(users[0]!, users[1]!, inner.id);
    await workspace.changeMembers(group.id, { kind: 'remove-where', filter: elementFilter('type eq "Group"') });
    expect(await workspace.members(group.id)).toEqual(sorted([users[0], users[1]]));
    await workspace.changeMembers(group.id, { kind: 'remove-where', filter: elementFilter('display co "USER B"') });
    expect(await workspace.members(group.id)).toEqual([users[0]]);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { aTenantId, aWorkspace, type Workspace } from './fixture.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await aWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

test('members are listed once each over all pages, with their state, and the total on every page', async () => {
  const { groupMembers } = workspace.store;
  const people = [];
  for (let index = 0; index < 4; index++) {
    people.push(await workspace.user({ userName: `member-${index}`, active: index !== 0 }));
  }
  const nested = await workspace.group('Nested');
  const group = await workspace.group('Paged', [...people.map(({ id }) => id), nested.id]);
  const seen = [];
  let after: string | undefined;
  do {
    const page = await groupMembers.list(workspace.tenant, group.id, { after, limit: 2 });
    expect(page.total).toBe(5);
    seen.push(...page.members);
    after = page.next;
  } while (after !== undefined);
  expect(new Set(seen.map(({ id }) => id))).toEqual(new Set([...people.map(({ id }) => id), nested.id]));
  expect(seen).toHaveLength(5);
  expect(seen.find(({ id }) => id === nested.id)).toMatchObject({
    type: 'Group',
    active: undefined,
    display: 'Nested',
  });
  expect(seen.filter(({ active }) => active === false).map(({ display }) => display)).toEqual(['member-0']);
});

test("an empty group, an unknown one, and another tenant's have no members", async () => {
  const { groupMembers } = workspace.store;
  const user = await workspace.user({ userName: 'only' });
  const empty = await workspace.group('Empty');
  const full = await workspace.group('Full', [user.id]);
  const nothing = { members: [], total: 0, next: undefined };
  const page = { after: undefined, limit: 10 };
  expect(await groupMembers.list(workspace.tenant, empty.id, page)).toEqual(nothing);
  expect(await groupMembers.list(workspace.tenant, 'nonsense', page)).toEqual(nothing);
  expect(await groupMembers.list(aTenantId(), full.id, page)).toEqual(nothing);
});

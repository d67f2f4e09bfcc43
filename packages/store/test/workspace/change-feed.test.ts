import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anActor, asMembers, aTenantId, aWorkspace, nothing, uuidv7, type Workspace } from './fixture.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await aWorkspace({ max: 12 });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const kinds = (entries: readonly { kind: string; type: string }[]) =>
  entries.map(({ type, kind }) => `${type} ${kind}`);

test('every write is an entry, and what changes nothing is none', async () => {
  const tenant = aTenantId();
  const { resources, changeFeed } = workspace.store;
  const user = await resources.create(tenant, 'User', { userName: 'a' }, [], {
    credentialId: undefined,
    display: 'Entra token',
  });
  const group = await resources.create(tenant, 'Group', { displayName: 'g' }, asMembers([user.id]), anActor);
  const rename = { attributes: { displayName: 'h' }, members: [{ kind: 'remove', memberIds: [user.id] } as const] };
  await resources.update(tenant, 'Group', group.id, () => rename, nothing, anActor);
  await resources.update(tenant, 'Group', group.id, () => rename, nothing, anActor);
  await resources.update(
    tenant,
    'Group',
    group.id,
    () => ({ members: [{ kind: 'add', members: asMembers([user.id]) }] }),
    nothing,
    anActor,
  );
  await resources.update(tenant, 'User', user.id, () => ({ attributes: { userName: 'b' } }), nothing, anActor);
  await resources.delete(tenant, 'User', user.id, undefined, anActor);
  const entries = await changeFeed.read(tenant, undefined, 100);
  expect(kinds(entries).slice(0, 2)).toEqual(['User created', 'Group created']);
  expect(new Set(kinds(entries).slice(2, 4))).toEqual(new Set(['Group updated', 'Group members-changed']));
  expect(kinds(entries).slice(4, 6)).toEqual(['Group members-changed', 'User updated']);
  expect(new Set(kinds(entries).slice(6))).toEqual(new Set(['Group members-changed', 'User deleted']));
  expect(entries[0]).toMatchObject({ resourceId: user.id, actor: 'Entra token' });
});

test('pages by sequence, oldest first, and newest first for people', async () => {
  const tenant = aTenantId();
  for (let n = 0; n < 5; n++) await workspace.user({ userName: `p${n}` }, tenant);
  const { changeFeed } = workspace.store;
  const all = await changeFeed.read(tenant, undefined, 100);
  const first = await changeFeed.read(tenant, undefined, 2);
  const rest = await changeFeed.read(tenant, first.at(-1)?.sequence, 100);
  expect([...first, ...rest]).toEqual(all);
  expect(await changeFeed.recent(tenant, undefined, 100)).toEqual(all.toReversed());
  expect(await changeFeed.recent(tenant, all[2]?.sequence, 1)).toEqual([all[1]]);
});

describe('a reader misses no entry', () => {
  test('an entry behind an open transaction with a smaller sequence is held back until that one ends', async () => {
    const tenant = aTenantId();
    const { changeFeed } = workspace.store;
    const insert = (id: string) => ({
      text: `insert into change_feed (tenant_id, at, type, resource_id, kind, actor) values ($1, now(), 'User', $2, 'created', 'x')`,
      values: [tenant, id],
    });
    const early = uuidv7();
    const late = uuidv7();
    await workspace.database.transaction(async (session) => {
      await session.query(insert(early));
      await workspace.database.query(insert(late));
      expect(await changeFeed.read(tenant, undefined, 10)).toEqual([]);
    });
    expect((await changeFeed.read(tenant, undefined, 10)).map(({ resourceId }) => resourceId)).toEqual([early, late]);
  });

  test('a transaction that rolls back holds nothing back for good', async () => {
    const tenant = aTenantId();
    await workspace.database
      .transaction(async (session) => {
        await session.query({ text: 'select next_change_sequence()' });
        throw new Error('rolled back');
      })
      .catch(() => {});
    const user = await workspace.user({ userName: 'after' }, tenant);
    const entries = await workspace.store.changeFeed.read(tenant, undefined, 10);
    expect(entries.map(({ resourceId }) => resourceId)).toEqual([user.id]);
  });

  test('while 8 writers commit in any order', async () => {
    const tenant = aTenantId();
    const seen: string[] = [];
    let after: string | undefined;
    const readOn = async (): Promise<void> => {
      const entries = await workspace.store.changeFeed.read(tenant, after, 7);
      seen.push(...entries.map(({ resourceId }) => resourceId));
      after = entries.at(-1)?.sequence ?? after;
    };
    let isWriting = true;
    const writers = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        const made: string[] = [];
        for (let n = 0; n < 40; n++) made.push((await workspace.user({ userName: `w${writer}-${n}` }, tenant)).id);
        return made;
      }),
    ).finally(() => {
      isWriting = false;
    });
    while (isWriting) await readOn();
    const made = (await writers).flat();
    for (let before = -1; before !== seen.length;) {
      before = seen.length;
      await readOn();
    }
    expect(seen).toHaveLength(made.length);
    expect(new Set(seen)).toEqual(new Set(made));
  });
});

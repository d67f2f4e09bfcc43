import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScimError } from '@joinery/scim';
import { anActor, aTenantId, aWorkspace, everything, nothing, uuidv7, type Workspace } from './fixture.ts';

let now = Date.parse('2026-03-01T10:00:00.123Z');
let workspace: Workspace;
beforeAll(async () => {
  workspace = await aWorkspace({ now: () => now });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const update = (id: string, attributes: Record<string, string | boolean>) =>
  workspace.store.resources.update(workspace.tenant, 'User', id, () => ({ attributes }), nothing, anActor);

describe('create and get', () => {
  test('a created user is read back as it was sent, at version 1', async () => {
    const attributes = {
      userName: 'Åsa@Example.com',
      name: { givenName: 'Åsa', familyName: 'Straße' },
      emails: [{ value: 'Asa@Example.com', type: 'work', primary: true }],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber: '007' },
    };
    const created = await workspace.user(attributes);
    const read = await workspace.store.resources.get(workspace.tenant, 'User', created.id, nothing);
    expect(read).toEqual({
      id: created.id,
      type: 'User',
      version: 1,
      created: new Date(now),
      lastModified: new Date(now),
      attributes,
    });
  });

  test.each(['not-a-uuid', '', uuidv7(), uuidv7().toUpperCase(), "' or true --"])(
    'the id %j does not exist',
    async (id) => {
      expect(await workspace.store.resources.get(workspace.tenant, 'User', id, nothing)).toBeUndefined();
      expect(await update(id, { userName: 'x' })).toBeUndefined();
      expect(await workspace.store.resources.delete(workspace.tenant, 'User', id, undefined, anActor)).toBe(false);
    },
  );

  test('a user is not a group', async () => {
    const user = await workspace.user({ userName: 'not-a-group' });
    expect(await workspace.store.resources.get(workspace.tenant, 'Group', user.id, nothing)).toBeUndefined();
    expect(await workspace.store.resources.delete(workspace.tenant, 'Group', user.id, undefined, anActor)).toBe(false);
  });

  test('text with a NUL character is refused with scim.invalid_value', async () => {
    await expect(workspace.user({ userName: 'nul', title: 'a\0b' })).rejects.toMatchObject({
      code: 'scim.invalid_value',
    });
  });

  test('a userName beyond what an index holds is refused with scim.invalid_value', async () => {
    const userName = Array.from({ length: 6_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
    ).join('');
    await expect(workspace.user({ userName })).rejects.toMatchObject({ code: 'scim.invalid_value' });
  });
});

describe('uniqueness', () => {
  test('userName is unique in the tenant ignoring case, by full case folding', async () => {
    await workspace.user({ userName: 'STRASSE@example.com' });
    const error = await workspace.user({ userName: 'straße@example.com' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ScimError);
    expect(error).toMatchObject({ code: 'scim.uniqueness', status: 409, detail: { attribute: 'userName' } });
  });

  test('group displayName is unique, user displayName and externalId are not', async () => {
    await workspace.group('Sales');
    await expect(workspace.group('SALES')).rejects.toMatchObject({ code: 'scim.uniqueness', status: 409 });
    await workspace.user({ userName: 'sales-1', displayName: 'Sales', externalId: 'same' });
    await workspace.user({ userName: 'sales-2', displayName: 'Sales', externalId: 'same' });
  });

  test('another tenant may use the same userName', async () => {
    await workspace.user({ userName: 'shared' });
    await workspace.user({ userName: 'shared' }, aTenantId());
  });

  test('an update to a taken userName is refused and stores nothing', async () => {
    await workspace.user({ userName: 'taken' });
    const other = await workspace.user({ userName: 'other' });
    await expect(update(other.id, { userName: 'Taken', title: 'new' })).rejects.toMatchObject({
      code: 'scim.uniqueness',
    });
    const read = await workspace.store.resources.get(workspace.tenant, 'User', other.id, nothing);
    expect(read).toMatchObject({ version: 1, attributes: { userName: 'other' } });
  });

  test('a userName is free after DELETE, and the new user has a new id', async () => {
    const first = await workspace.user({ userName: 'again' });
    await workspace.store.resources.delete(workspace.tenant, 'User', first.id, undefined, anActor);
    const second = await workspace.user({ userName: 'again' });
    expect(second.id).not.toBe(first.id);
  });
});

describe('update', () => {
  test('version and lastModified move with the stored state', async () => {
    const user = await workspace.user({ userName: 'mover', title: 'a' });
    now += 5_000;
    const outcome = await update(user.id, { userName: 'mover', title: 'b' });
    expect(outcome).toMatchObject({ changed: true, resource: { version: 2, lastModified: new Date(now) } });
    const read = await workspace.store.resources.get(workspace.tenant, 'User', user.id, nothing);
    expect(read).toEqual(outcome?.resource);
    expect(read?.created).toEqual(user.created);
  });

  test('the same state in another order of names moves nothing', async () => {
    const user = await workspace.user({ userName: 'same', title: 'a' });
    now += 5_000;
    const outcome = await update(user.id, { title: 'a', userName: 'same' });
    expect(outcome).toMatchObject({ changed: false, resource: { version: 1, lastModified: user.lastModified } });
  });

  test('a clock that goes back does not move lastModified back', async () => {
    const user = await workspace.user({ userName: 'back' });
    now -= 60_000;
    const outcome = await update(user.id, { userName: 'back', title: 'x' });
    now += 60_000;
    expect(outcome?.resource.lastModified).toEqual(user.lastModified);
  });

  test('what the callback throws comes out and nothing is stored', async () => {
    const user = await workspace.user({ userName: 'guarded' });
    const refused = workspace.store.resources.update(
      workspace.tenant,
      'User',
      user.id,
      () => {
        throw new Error('412');
      },
      nothing,
      anActor,
    );
    await expect(refused).rejects.toThrow('412');
    expect(await workspace.store.resources.get(workspace.tenant, 'User', user.id, nothing)).toEqual(user);
  });

  test('changed e-mail addresses are found, the old ones are not', async () => {
    const user = await workspace.user({ userName: 'mail', emails: [{ value: 'old@example.com' }] });
    const change = { attributes: { userName: 'mail', emails: [{ value: 'New@example.com' }] } };
    await workspace.store.resources.update(workspace.tenant, 'User', user.id, () => change, nothing, anActor);
    expect(await workspace.find('User', 'emails.value eq "new@EXAMPLE.com"')).toEqual([user.id]);
    expect(await workspace.find('User', 'emails.value eq "old@example.com"')).toEqual([]);
  });

  test('a user comes back with its groups when asked', async () => {
    const user = await workspace.user({ userName: 'grouped' });
    const inner = await workspace.group('Inner', [user.id]);
    const outer = await workspace.group('Outer', [inner.id]);
    const change = { attributes: { userName: 'grouped', title: 'x' } };
    const outcome = await workspace.store.resources.update(
      workspace.tenant,
      'User',
      user.id,
      () => change,
      everything,
      anActor,
    );
    expect(new Set(outcome?.resource.groups)).toEqual(
      new Set([
        { id: inner.id, display: 'Inner', direct: true },
        { id: outer.id, display: 'Outer', direct: false },
      ]),
    );
  });
});

describe('delete', () => {
  test('a deleted resource is gone from get and list', async () => {
    const user = await workspace.user({ userName: 'leaver' });
    const { resources } = workspace.store;
    expect(await resources.delete(workspace.tenant, 'User', user.id, undefined, anActor)).toBe(true);
    expect(await resources.delete(workspace.tenant, 'User', user.id, undefined, anActor)).toBe(false);
    expect(await resources.get(workspace.tenant, 'User', user.id, nothing)).toBeUndefined();
    expect(await workspace.find('User', 'userName eq "leaver"')).toEqual([]);
  });

  test('a precondition that throws keeps the resource', async () => {
    const user = await workspace.user({ userName: 'kept' });
    const { resources } = workspace.store;
    const seen: number[] = [];
    const refused = resources.delete(
      workspace.tenant,
      'User',
      user.id,
      (version) => {
        seen.push(version);
        throw new Error('412');
      },
      anActor,
    );
    await expect(refused).rejects.toThrow('412');
    expect(seen).toEqual([1]);
    expect(await resources.get(workspace.tenant, 'User', user.id, nothing)).toBeDefined();
  });

  test('memberships of a deleted user end and its groups move to the next version', async () => {
    const user = await workspace.user({ userName: 'member-to-delete' });
    const group = await workspace.group('Bumped', [user.id]);
    const untouched = await workspace.group('Untouched');
    await workspace.store.resources.delete(workspace.tenant, 'User', user.id, undefined, anActor);
    const read = await workspace.store.resources.get(workspace.tenant, 'Group', group.id, everything);
    expect(read).toMatchObject({ version: 2, members: [] });
    expect(await workspace.store.resources.get(workspace.tenant, 'Group', untouched.id, nothing)).toMatchObject({
      version: 1,
    });
  });

  test('a deleted group leaves its members and the groups it was in', async () => {
    const user = await workspace.user({ userName: 'stays' });
    const inner = await workspace.group('Inner to delete', [user.id]);
    const outer = await workspace.group('Outer of deleted', [inner.id, user.id]);
    await workspace.store.resources.delete(workspace.tenant, 'Group', inner.id, undefined, anActor);
    expect(await workspace.members(outer.id)).toEqual([user.id]);
    const read = await workspace.store.resources.get(workspace.tenant, 'User', user.id, everything);
    expect(read?.groups).toEqual([{ id: outer.id, display: 'Outer of deleted', direct: true }]);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ObjectId } from '@joinery/base';
import { attributes, aUser, createUser, nobody, openDirectory, page, type OpenDirectory } from './directory-fixture.ts';

let open: OpenDirectory;
beforeAll(async () => {
  open = await openDirectory();
});
afterAll(() => open[Symbol.asyncDispose]());

test('a created user is read back by id and by userPrincipalName in any case', async () => {
  const ann = await createUser(open, 'Ann.Ek', {
    attributes: attributes({ displayName: 'Ann Ek', businessPhones: ['+46 8 1'], costCenter: '17', otherMails: [] }),
  });
  expect(ann.createdDateTime).toEqual(new Date(open.clock.ms));
  expect(ann.attributes).toEqual(attributes({ displayName: 'Ann Ek', businessPhones: ['+46 8 1'], costCenter: '17' }));
  expect(await open.directory.getUser(ann.id)).toEqual(ann);
  expect(await open.directory.getUser(ann.id.toUpperCase())).toEqual(ann);
  expect(await open.directory.getUser('ANN.EK@CONTOSO.COM')).toEqual(ann);
  expect(await open.directory.getUser('nobody@contoso.com')).toBeUndefined();
  expect(await open.directory.getUser(nobody)).toBeUndefined();
});

test('a batch is created in order, with managers inside and outside of it, and as one change each', async () => {
  const boss = await createUser(open, 'batch-boss');
  const before = await open.feed.head();
  const lead = '11111111-1111-4111-8111-111111111111' as ObjectId;
  const users = await open.directory.createUsers([
    aUser('batch-1', { managerId: lead }),
    aUser('batch-lead', { id: lead, managerId: boss.id }),
    aUser('batch-2'),
  ]);
  expect(users.map((user) => [user.userPrincipalName, user.managerId])).toEqual([
    ['batch-1@contoso.com', lead],
    ['batch-lead@contoso.com', boss.id],
    ['batch-2@contoso.com', undefined],
  ]);
  const changes = await open.feed.read(before, 10);
  expect(changes.map(({ kind, change, objectId }) => [kind, change, objectId])).toEqual(
    users.map(({ id }) => ['user', 'created', id]),
  );
});

test('a userPrincipalName is unique without regard to case, and nothing of the batch is made', async () => {
  await createUser(open, 'taken');
  const before = await open.feed.head();
  await expect(open.directory.createUsers([aUser('free'), aUser('TAKEN')])).rejects.toMatchObject({
    code: 'directory.already_exists',
    detail: { attribute: 'userPrincipalName', value: 'taken@contoso.com' },
  });
  expect(await open.directory.getUser('free@contoso.com')).toBeUndefined();
  expect(await open.feed.head()).toBe(before);
});

test('an unknown manager is refused', async () => {
  await expect(open.directory.createUsers([aUser('orphan', { managerId: nobody })])).rejects.toMatchObject({
    code: 'directory.invalid_reference',
    detail: { attribute: 'manager', ids: [nobody] },
  });
  const ann = await createUser(open, 'has-no-manager');
  for (const managerId of [nobody, 'x' as ObjectId]) {
    await expect(open.directory.updateUser(ann.id, { managerId })).rejects.toMatchObject({
      code: 'directory.invalid_reference',
    });
  }
});

test.each([
  ['no at sign', aUser('x', { userPrincipalName: 'ann' }), 'userPrincipalName'],
  ['two at signs', aUser('x', { userPrincipalName: 'a@b@c' }), 'userPrincipalName'],
  ['a blank', aUser('x', { userPrincipalName: 'a b@c' }), 'userPrincipalName'],
  ['employeeId over 16', aUser('x', { attributes: attributes({ employeeId: '12345678901234567' }) }), 'employeeId'],
  ['a NUL', aUser('x', { attributes: attributes({ city: 'a\0b' }) }), 'city'],
  ['half of a surrogate pair', aUser('x', { attributes: attributes({ city: '\ud800' }) }), 'city'],
  ['text for a list', aUser('x', { attributes: attributes({ otherMails: 'a@b' }) }), 'otherMails'],
  ['a column as attribute', aUser('x', { attributes: attributes({ userPrincipalName: 'a@b' }) }), 'userPrincipalName'],
  ["a mapping's name", aUser('x', { attributes: attributes({ mobile: '1' }) }), 'mobile'],
])('invalid: %s', async (_, user, attribute) => {
  await expect(open.directory.createUsers([user])).rejects.toMatchObject({
    code: 'directory.invalid_value',
    detail: { attribute },
  });
});

test('names that are special in JavaScript are attributes like others', async () => {
  const given = attributes({ constructor: 'x' });
  (given as Map<string, string>).set('__proto__', 'y');
  const user = await createUser(open, 'proto', { attributes: given });
  expect((await open.directory.getUser(user.id))?.attributes).toEqual(given);
});

test('an update changes what is named, clears what is null, and tells what it changed to the feed', async () => {
  const boss = await createUser(open, 'boss');
  const bob = await createUser(open, 'bob', { attributes: attributes({ city: 'Oslo', jobTitle: 'Clerk' }) });
  const before = await open.feed.head();
  const changed = await open.directory.updateUser(bob.id, {
    accountEnabled: false,
    managerId: boss.id,
    attributes: new Map([
      ['city', null],
      ['department', 'Sales'],
    ]),
  });
  expect(changed).toEqual({
    ...bob,
    accountEnabled: false,
    managerId: boss.id,
    attributes: attributes({ jobTitle: 'Clerk', department: 'Sales' }),
  });
  expect(await open.directory.getUser(bob.id)).toEqual(changed);
  expect(await open.changesAfter(before)).toEqual(['user updated']);
  expect((await open.directory.updateUser(bob.id, { managerId: null })).managerId).toBeUndefined();
});

test('an update that changes nothing writes nothing', async () => {
  const user = await createUser(open, 'same', { attributes: attributes({ city: 'Oslo' }) });
  const before = await open.feed.head();
  const change = {
    userPrincipalName: user.userPrincipalName,
    accountEnabled: true,
    managerId: null,
    attributes: new Map([
      ['city', 'Oslo'],
      ['department', null],
    ]),
  };
  expect(await open.directory.updateUser(user.id, change)).toEqual(user);
  expect(await open.feed.head()).toBe(before);
});

test('an update of another case of the own name is made, one to a taken name is refused', async () => {
  await createUser(open, 'held');
  const user = await createUser(open, 'renamed');
  expect(
    (await open.directory.updateUser(user.id, { userPrincipalName: 'RENAMED@contoso.com' })).userPrincipalName,
  ).toBe('RENAMED@contoso.com');
  await expect(open.directory.updateUser(user.id, { userPrincipalName: 'Held@contoso.com' })).rejects.toMatchObject({
    code: 'directory.already_exists',
  });
});

test('unknown users are not found', async () => {
  for (const id of [nobody, 'ann@contoso.com' as ObjectId]) {
    await expect(open.directory.updateUser(id, {})).rejects.toMatchObject({ code: 'directory.not_found' });
    await expect(open.directory.deleteUser(id)).rejects.toMatchObject({ code: 'directory.not_found' });
  }
});

test('direct reports are listed, the deleted ones not', async () => {
  const boss = await createUser(open, 'reports-boss');
  const ann = await createUser(open, 'reports-ann', { managerId: boss.id });
  const bob = await createUser(open, 'reports-bob', { managerId: boss.id });
  await open.directory.deleteUser(bob.id);
  const reports = await open.directory.listDirectReports(boss.id, { ...page, count: true });
  expect(reports.objects.map(({ id }) => id)).toEqual([ann.id]);
  expect(reports.count).toBe(1);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRoleId, ObjectId } from '@joinery/base';
import { defaultAccessRoleId, type AppRoleDefinition } from '@joinery/directory';
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

function aRole(number: number, change: Partial<AppRoleDefinition> = {}): AppRoleDefinition {
  return {
    id: `0000000${number}-aaaa-4aaa-8aaa-aaaaaaaaaaaa` as AppRoleId,
    displayName: `Role ${number}`,
    description: `The role ${number}`,
    value: `role.${number}`,
    isEnabled: true,
    allowedMemberTypes: ['User'],
    ...change,
  };
}

const create = (displayName: string, appRoles: readonly AppRoleDefinition[] = []) =>
  open.applications.create({ displayName, applicationTemplateId: 'cinode', appRoles });

test('an application is found by each of its ids, with its roles in order', async () => {
  const roles = [aRole(2), aRole(1, { value: null })];
  const app = await create('Cinode', roles);
  expect(app).toMatchObject({
    displayName: 'Cinode',
    applicationTemplateId: 'cinode',
    accountEnabled: true,
    appRoles: roles,
  });
  expect(await open.applications.getByApplication(app.applicationId)).toEqual(app);
  expect(await open.applications.getByServicePrincipal(app.servicePrincipalId)).toEqual(app);
  expect(await open.applications.getByAppId(app.appId)).toEqual(app);
  for (const id of [nobody, 'x']) {
    expect(await open.applications.getByApplication(id)).toBeUndefined();
    expect(await open.applications.getByServicePrincipal(id)).toBeUndefined();
    expect(await open.applications.getByAppId(id)).toBeUndefined();
  }
});

test('applications are listed, filtered, searched and ordered', async () => {
  await create('Zebra tool');
  await create('alpaca tool');
  const list = await open.applications.list({
    ...page,
    search: 'too',
    count: true,
    orderBy: { attribute: 'displayName', descending: false },
  });
  expect(list.objects.map(({ displayName }) => displayName)).toEqual(['alpaca tool', 'Zebra tool']);
  expect(list.count).toBe(2);
  const filter = { kind: 'compare', attribute: 'displayName', operator: 'eq', value: 'ZEBRA TOOL' } as const;
  expect((await open.applications.list({ ...page, filter })).objects).toHaveLength(1);
});

test.each([
  ['the same id twice', [aRole(1), aRole(1, { value: 'other' })]],
  ['the same value twice', [aRole(1), aRole(2, { value: 'role.1' })]],
  ['the id of the default access role', [aRole(1, { id: defaultAccessRoleId })]],
  ['an id that is no GUID', [aRole(1, { id: 'x' as AppRoleId })]],
])('invalid roles: %s', async (_, roles) => {
  await expect(create('Bad', roles)).rejects.toMatchObject({ code: 'directory.invalid_value' });
});

test('an assignment is made once per principal and role, and removed', async () => {
  const ann = await createUser(open, 'ann', { attributes: attributes({ displayName: 'Ann Ek' }) });
  const group = await createGroup(open, 'Sales');
  const app = await create('Assigned', [aRole(1), aRole(2, { isEnabled: false })]);
  const { servicePrincipalId } = app;
  const before = await open.feed.head();
  const assignment = await open.applications.assign(servicePrincipalId, ann.id, aRole(1).id);
  expect(assignment).toEqual({
    id: expect.any(String),
    principalId: ann.id,
    principalType: 'User',
    principalDisplayName: 'Ann Ek',
    resourceId: servicePrincipalId,
    resourceDisplayName: 'Assigned',
    appRoleId: aRole(1).id,
    includesNestedGroups: false,
    createdDateTime: new Date(open.clock.ms),
  });
  await expect(open.applications.assign(servicePrincipalId, ann.id, aRole(1).id)).rejects.toMatchObject({
    code: 'directory.already_assigned',
  });
  expect(await open.applications.assignAll(servicePrincipalId, [ann.id, group.id, group.id], aRole(1).id)).toBe(1);
  expect(await open.applications.assignAll(servicePrincipalId, [ann.id, group.id], aRole(1).id)).toBe(0);
  const byName = { attribute: 'displayName', descending: true } as const;
  const list = await open.applications.listAssignments(servicePrincipalId, { ...page, count: true, orderBy: byName });
  expect(list.objects.map((row) => [row.principalType, row.principalDisplayName])).toEqual([
    ['Group', 'Sales'],
    ['User', 'Ann Ek'],
  ]);
  expect(list.count).toBe(2);
  expect((await open.applications.listAssignments(servicePrincipalId, { ...page, search: 'ann' })).objects).toEqual([
    assignment,
  ]);
  expect((await open.applications.listAssignmentsOf(ann.id, page)).objects).toEqual([assignment]);
  await open.applications.unassign(servicePrincipalId, assignment.id);
  for (const id of [assignment.id, 'x']) {
    await expect(open.applications.unassign(servicePrincipalId, id)).rejects.toMatchObject({
      code: 'directory.not_found',
    });
  }
  const changes = await open.feed.read(before, 10);
  expect(changes.map(({ kind, change, objectId }) => [kind, change, objectId])).toEqual([
    ['assignment', 'added', ann.id],
    ['assignment', 'added', group.id],
    ['assignment', 'removed', ann.id],
  ]);
  expect(changes[0]).toMatchObject({ servicePrincipalId });
});

test('the assignment of a group, and of nobody else, may include nested groups', async () => {
  const ann = await createUser(open, 'nested');
  const [group, inner] = [await createGroup(open, 'Outside'), await createGroup(open, 'Inside')];
  await open.directory.addMembers(group.id, [inner.id]);
  await open.directory.addMembers(inner.id, [ann.id]);
  const { servicePrincipalId } = await create('Nesting', [aRole(1)]);
  const nested = { includesNestedGroups: true };
  const ofGroup = await open.applications.assign(servicePrincipalId, group.id, aRole(1).id, nested);
  expect(ofGroup.includesNestedGroups).toBe(true);
  const isAssigned = async () => (await open.reader.readObjects('user', [ann.id], servicePrincipalId))[0];
  expect(await isAssigned()).toMatchObject({ assigned: true, roles: [{ id: aRole(1).id }] });
  const before = await open.feed.head();
  const without = await open.applications.includeNestedGroups(servicePrincipalId, ofGroup.id, false);
  expect(without).toEqual({ ...ofGroup, includesNestedGroups: false });
  expect(await isAssigned()).toMatchObject({ assigned: false, roles: [] });
  await open.applications.includeNestedGroups(servicePrincipalId, ofGroup.id, false);
  expect((await open.feed.read(before, 10)).map(({ kind, objectId }) => [kind, objectId])).toEqual([
    ['assignment', group.id],
  ]);
  const ofUser = await open.applications.assign(servicePrincipalId, ann.id, aRole(1).id, nested);
  expect(ofUser.includesNestedGroups).toBe(false);
  for (const id of [ofUser.id, 'x']) {
    await expect(open.applications.includeNestedGroups(servicePrincipalId, id, true)).rejects.toMatchObject({
      code: 'directory.not_found',
    });
  }
});

test('unknown applications, roles and principals are refused', async () => {
  const ann = await createUser(open, 'refused');
  const { servicePrincipalId } = await create('Refusing', [aRole(1), aRole(2, { isEnabled: false })]);
  const assign = (sp: string, principal: string, role: string) =>
    open.applications.assign(sp as ObjectId, principal as ObjectId, role as AppRoleId);
  await expect(assign(nobody, ann.id, defaultAccessRoleId)).rejects.toMatchObject({ code: 'directory.not_found' });
  await expect(assign(servicePrincipalId, nobody, defaultAccessRoleId)).rejects.toMatchObject({
    code: 'directory.invalid_reference',
  });
  await expect(assign(servicePrincipalId, 'x', defaultAccessRoleId)).rejects.toMatchObject({
    code: 'directory.invalid_reference',
  });
  await expect(assign(servicePrincipalId, ann.id, nobody)).rejects.toMatchObject({ code: 'directory.unknown_role' });
  await expect(assign(servicePrincipalId, ann.id, 'x')).rejects.toMatchObject({ code: 'directory.unknown_role' });
  await expect(assign(servicePrincipalId, ann.id, aRole(2).id)).rejects.toMatchObject({
    code: 'directory.unknown_role',
  });
});

test('a role is removed only when it is disabled and nobody has it', async () => {
  const ann = await createUser(open, 'role-holder');
  const { applicationId, servicePrincipalId } = await create('Roles', [aRole(1), aRole(2)]);
  const { id } = await open.applications.assign(servicePrincipalId, ann.id, aRole(1).id);
  const put = (appRoles: readonly AppRoleDefinition[]) => open.applications.update(applicationId, { appRoles });
  await expect(put([aRole(2)])).rejects.toMatchObject({ code: 'directory.role_enabled' });
  const before = await open.feed.head();
  await put([aRole(1, { isEnabled: false }), aRole(2)]);
  expect(await open.changesAfter(before)).toEqual(['assignment added']);
  await expect(put([aRole(2)])).rejects.toMatchObject({ code: 'directory.role_in_use' });
  await open.applications.unassign(servicePrincipalId, id);
  expect((await put([aRole(2)])).appRoles).toEqual([aRole(2)]);
});

test('name and state are changed, and a deleted application takes its assignments along', async () => {
  const ann = await createUser(open, 'deleted-application');
  const app = await create('Old name');
  const change = { displayName: 'New name', accountEnabled: false };
  expect(await open.applications.update(app.applicationId, change)).toEqual({ ...app, ...change });
  await open.applications.assignAll(app.servicePrincipalId, [ann.id], defaultAccessRoleId);
  const before = await open.feed.head();
  await open.applications.delete(app.applicationId);
  expect(await open.changesAfter(before)).toEqual(['assignment removed']);
  expect(await open.applications.getByApplication(app.applicationId)).toBeUndefined();
  for (const id of [app.applicationId, 'x' as ObjectId]) {
    await expect(open.applications.delete(id)).rejects.toMatchObject({ code: 'directory.not_found' });
    await expect(open.applications.update(id, {})).rejects.toMatchObject({ code: 'directory.not_found' });
  }
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRoleId } from '@joinery/base';
import { defaultAccessRoleId, type AppRoleDefinition } from '@joinery/directory';
import { createDirectoryReader } from '../../src/center/directory/index.ts';
import { attributes, createGroup, createUser, nobody, openDirectory, type OpenDirectory } from './directory-fixture.ts';

let open: OpenDirectory;
beforeAll(async () => {
  open = await openDirectory();
});
afterAll(() => open[Symbol.asyncDispose]());

const role = (number: number, isEnabled = true): AppRoleDefinition => ({
  id: `0000000${number}-bbbb-4bbb-8bbb-bbbbbbbbbbbb` as AppRoleId,
  displayName: `Role ${number}`,
  description: '',
  value: number === 2 ? null : `r${number}`,
  isEnabled,
  allowedMemberTypes: ['User'],
});

async function anApplication() {
  const appRoles = [role(1), role(2), role(3)];
  return open.applications.create({ displayName: 'App', applicationTemplateId: undefined, appRoles });
}

test('a user is read with the names of attribute mappings', async () => {
  const { servicePrincipalId } = await anApplication();
  const boss = await createUser(open, 'boss');
  const ann = await createUser(open, 'ann', {
    managerId: boss.id,
    attributes: attributes({
      displayName: 'Ann Ek',
      mobilePhone: '+46 70',
      businessPhones: ['+46 8', '+46 9'],
      officeLocation: '4A',
      faxNumber: '+46 1',
      proxyAddresses: ['smtp:a@b', 'smtp:c@d'],
      extensionAttribute3: 'x3',
      costCenter: '17',
    }),
  });
  const [user, ...more] = await open.reader.readObjects('user', [ann.id], servicePrincipalId);
  expect(more).toEqual([]);
  expect({ ...user, attributes: undefined }).toEqual({
    kind: 'user',
    id: ann.id,
    displayName: 'Ann Ek',
    accountEnabled: true,
    softDeleted: false,
    assigned: false,
    roles: [],
    managerId: boss.id,
    attributes: undefined,
  });
  expect(Object.fromEntries(user!.attributes)).toMatchObject({
    objectId: ann.id,
    userPrincipalName: 'ann@contoso.com',
    originalUserPrincipalName: 'ann@contoso.com',
    accountEnabled: true,
    displayName: 'Ann Ek',
    mobile: '+46 70',
    telephoneNumber: '+46 8',
    physicalDeliveryOfficeName: '4A',
    facsimileTelephoneNumber: '+46 1',
    proxyAddresses: ['smtp:a@b', 'smtp:c@d'],
    extensionAttribute3: 'x3',
    costCenter: '17',
  });
});

// entra-provisioning §4.8
test('a guest shows the address that the userPrincipalName was made from', async () => {
  const { servicePrincipalId } = await anApplication();
  const guest = await createUser(open, 'x', { userPrincipalName: 'bo_b_fabrikam.com#EXT#@contoso.onmicrosoft.com' });
  const [user] = await open.reader.readObjects('user', [guest.id], servicePrincipalId);
  expect(user!.attributes.get('userPrincipalName')).toBe('bo_b@fabrikam.com');
  expect(user!.attributes.get('originalUserPrincipalName')).toBe('bo_b_fabrikam.com#EXT#@contoso.onmicrosoft.com');
  expect(user!.displayName).toBe('bo_b_fabrikam.com#EXT#@contoso.onmicrosoft.com');
});

test('assigned: directly, or as a direct member of an assigned security group that is not deleted', async () => {
  const { servicePrincipalId } = await anApplication();
  const other = await anApplication();
  const direct = await createUser(open, 'direct');
  const member = await createUser(open, 'member');
  const nested = await createUser(open, 'nested');
  const distribution = await createUser(open, 'distribution');
  const departed = await createUser(open, 'departed');
  const elsewhere = await createUser(open, 'elsewhere');
  const inner = await createGroup(open, 'Inner', [nested.id]);
  const outer = await createGroup(open, 'Outer', [member.id, inner.id]);
  const mails = await createGroup(open, 'Mails', [distribution.id], false);
  const gone = await createGroup(open, 'Gone', [departed.id]);
  await open.applications.assignAll(servicePrincipalId, [direct.id, outer.id, mails.id, gone.id], defaultAccessRoleId);
  await open.applications.assignAll(other.servicePrincipalId, [elsewhere.id], defaultAccessRoleId);
  await open.directory.deleteGroup(gone.id);
  const users = [direct, member, nested, distribution, departed, elsewhere];
  const read = await open.reader.readObjects(
    'user',
    users.map(({ id }) => id),
    servicePrincipalId,
  );
  expect(read.map(({ assigned }) => assigned)).toEqual([true, true, false, false, false, false]);
  const groups = await open.reader.readObjects('group', [outer.id, inner.id, mails.id, gone.id], servicePrincipalId);
  expect(groups.map(({ assigned, softDeleted, displayName }) => [displayName, assigned, softDeleted])).toEqual([
    ['Outer', true, false],
    ['Inner', false, false],
    ['Mails', false, false],
    ['Gone', true, true],
  ]);
});

test('roles come from all assignments, enabled ones only and each once; the default access role is none', async () => {
  const { servicePrincipalId, applicationId } = await anApplication();
  const ann = await createUser(open, 'roles');
  const group = await createGroup(open, 'Roles', [ann.id]);
  const { assignAll, update } = open.applications;
  await assignAll(servicePrincipalId, [ann.id], defaultAccessRoleId);
  await assignAll(servicePrincipalId, [ann.id, group.id], role(2).id);
  await assignAll(servicePrincipalId, [group.id], role(1).id);
  await assignAll(servicePrincipalId, [group.id], role(3).id);
  await update(applicationId, { appRoles: [role(1), role(2), role(3, false)] });
  const [user] = await open.reader.readObjects('user', [ann.id], servicePrincipalId);
  expect(user).toMatchObject({
    assigned: true,
    roles: [
      { id: role(1).id, value: 'r1', displayName: 'Role 1' },
      { id: role(2).id, value: '', displayName: 'Role 2' },
    ],
  });
});

test('deleted objects are shown as such, deleted managers are hidden, purged objects are missing', async () => {
  const { servicePrincipalId } = await anApplication();
  const boss = await createUser(open, 'boss2');
  const ann = await createUser(open, 'ann2', { managerId: boss.id });
  await open.directory.deleteUser(boss.id);
  const ids = [nobody, boss.id, ann.id];
  const users = await open.reader.readObjects('user', ids, servicePrincipalId);
  expect(users.map(({ id, softDeleted, managerId }) => [id, softDeleted, managerId])).toEqual([
    [boss.id, true, undefined],
    [ann.id, false, undefined],
  ]);
  await open.directory.purge(boss.id);
  expect(await open.reader.readObjects('user', [boss.id], servicePrincipalId)).toEqual([]);
  expect(await open.reader.readObjects('user', [], servicePrincipalId)).toEqual([]);
});

test('objectId can be the id that the object has in its source', async () => {
  const { servicePrincipalId } = await anApplication();
  const user = await createUser(open, 'imported');
  const reader = createDirectoryReader(open.database, { objectId: 'source' });
  const objectId = async () =>
    (await reader.readObjects('user', [user.id], servicePrincipalId))[0]!.attributes.get('objectId');
  expect(await objectId()).toBe(user.id);
  await open.database.query({
    text: `insert into source_object (source, kind, source_id, object_id) values ('hr', 'user', 'hr-7', $1)`,
    values: [user.id],
  });
  expect(await objectId()).toBe('hr-7');
});

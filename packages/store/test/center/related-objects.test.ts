import type { ObjectId } from '@joinery/base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDirectoryReader } from '../../src/center/directory/index.ts';
import { attributes, createGroup, createUser, openDirectory, type OpenDirectory } from './directory-fixture.ts';

let open: OpenDirectory;
let servicePrincipalId: ObjectId;
beforeAll(async () => {
  open = await openDirectory();
  const app = { displayName: 'App', applicationTemplateId: undefined, appRoles: [] };
  ({ servicePrincipalId } = await open.applications.create(app));
});
afterAll(() => open[Symbol.asyncDispose]());

const all = { manager: true, memberOf: true, transitiveMemberOf: true };
const names = (groups: readonly { readonly displayName: string }[] | undefined) =>
  groups?.map((one) => one.displayName);

test('the groups of a user are read directly and through nested ones, each once and by name', async () => {
  const ann = await createUser(open, 'ann');
  const team = await createGroup(open, 'Team', [ann.id]);
  const unit = await createGroup(open, 'Unit', [team.id]);
  await createGroup(open, 'All', [unit.id, team.id, ann.id]);
  const [user] = await open.reader.readObjects('user', [ann.id], servicePrincipalId, all);
  expect(user!.related!.memberOf).toEqual([
    { objectId: expect.any(String), displayName: 'All' },
    { objectId: team.id, displayName: 'Team' },
  ]);
  expect(names(user!.related!.transitiveMemberOf)).toEqual(['All', 'Team', 'Unit']);
  const [group] = await open.reader.readObjects('group', [team.id], servicePrincipalId, all);
  expect(names(group!.related!.memberOf)).toEqual(['All', 'Unit']);
  expect(group!.related!.manager).toBeNull();
});

test('what lies in the recycle bin is not there, nor what is nested through it', async () => {
  const boss = await createUser(open, 'boss-gone');
  const ann = await createUser(open, 'ann-gone', { managerId: boss.id });
  const team = await createGroup(open, 'Lost team', [ann.id]);
  await createGroup(open, 'Lost unit', [team.id]);
  await open.directory.deleteGroup(team.id);
  await open.directory.deleteUser(boss.id);
  const [user] = await open.reader.readObjects('user', [ann.id], servicePrincipalId, all);
  expect(user!.related).toEqual({ manager: null, memberOf: [], transitiveMemberOf: [] });
});

test("the manager's attributes have the names of attribute mappings", async () => {
  const chief = await createUser(open, 'chief');
  const boss = await createUser(open, 'boss', {
    managerId: chief.id,
    attributes: attributes({ department: 'Sales', mobilePhone: '+46 70' }),
  });
  const ann = await createUser(open, 'ann-managed', { managerId: boss.id });
  const [user] = await open.reader.readObjects('user', [ann.id], servicePrincipalId, all);
  expect(Object.fromEntries(user!.related!.manager!)).toMatchObject({
    objectId: boss.id,
    userPrincipalName: 'boss@contoso.com',
    accountEnabled: true,
    department: 'Sales',
    mobile: '+46 70',
    manager: chief.id,
  });
});

test('only what is asked for is read', async () => {
  const ann = await createUser(open, 'ann-alone');
  const [bare] = await open.reader.readObjects('user', [ann.id], servicePrincipalId);
  expect(bare).not.toHaveProperty('related');
  const reads = { manager: false, memberOf: true, transitiveMemberOf: false };
  const [user] = await open.reader.readObjects('user', [ann.id], servicePrincipalId, reads);
  expect(user!.related).toEqual({ manager: undefined, memberOf: [], transitiveMemberOf: undefined });
});

test('imported groups and managers can have the ids of their source', async () => {
  const boss = await createUser(open, 'boss-imported');
  const ann = await createUser(open, 'ann-imported', { managerId: boss.id });
  const team = await createGroup(open, 'Imported', [ann.id]);
  await open.database.query({
    text: `insert into source_object (source, kind, source_id, object_id) values ('hr', 'user', 'b-1', $1), ('hr', 'group', 'g-1', $2)`,
    values: [boss.id, team.id],
  });
  const reader = createDirectoryReader(open.database, { objectId: 'source' });
  const [user] = await reader.readObjects('user', [ann.id], servicePrincipalId, all);
  expect(user!.related!.manager!.get('objectId')).toBe('b-1');
  expect(user!.related!.memberOf).toEqual([{ objectId: 'g-1', displayName: 'Imported' }]);
});

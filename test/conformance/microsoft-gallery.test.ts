/**
 * The tests of Microsoft's Logic App for the Entra gallery, by their names. Those that the Logic App runs by way of Entra
 * are run by the connector in Entra's dialect, which sends what Entra documents; the end is read back directly.
 */
import type { JsonObject } from '@joinery/base';
import type { Target } from '@joinery/connector-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, signIn } from '../../apps/workspace/test/console.ts';
import { core, coreGroup, enterprise, unique, type ScimClient } from '../../apps/workspace/test/client.ts';
import { aWorkspace, type TestWorkspace } from '../../apps/workspace/test/test-workspace.ts';
import { aTarget, groupType, userType } from '../../packages/connector-scim/test/a-target.ts';
import { userPaths } from './attribute-paths.ts';

let running: TestWorkspace;
let scim: ScimClient;
let entra: Target;
beforeAll(async () => {
  running = await aWorkspace();
  scim = running.scim;
  const { tenantUrl, token } = running;
  const authentication = { kind: 'bearer', token } as const;
  entra = aTarget({ tenantUrl, host: new URL(tenantUrl).host }, { dialect: 'entra', authentication });
});
afterAll(async () => {
  await entra?.close();
  await running?.stop();
});

const eq = (attribute: string, value: string) => `filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`;
const oneBy = async (path: string): Promise<JsonObject | undefined> => {
  const { status, body } = await scim.get(path);
  expect(status).toBe(200);
  return (body['Resources'] as JsonObject[])[0];
};
const userBy = (userName: string) => oneBy(`/Users?${eq('userName', userName)}`);
const groupBy = (displayName: string) => oneBy(`/Groups?${eq('displayName', displayName)}`);
const members = async (displayName: string) =>
  (((await groupBy(displayName))?.['members'] ?? []) as { value: string }[]).map(({ value }) => value);
const deactivate = (id: string, active: 'True' | 'False') =>
  entra.update(userType, id, [{ attribute: 'active', operation: 'replace', value: active }]);

/** What Entra does for one user in scope: match, then create or update. */
async function provision(userName: string, displayName: string): Promise<string> {
  const [match] = await entra.find(userType, { attribute: 'userName', value: userName });
  const work = 'addresses[type eq "work"].locality';
  if (match === undefined) {
    const values = { userName, displayName, active: 'True', 'name.givenName': 'Gi', [work]: 'Lund' };
    return (await entra.create(userType, new Map(Object.entries(values)))).id;
  }
  await entra.update(userType, match.id, [
    { attribute: 'displayName', operation: 'replace', value: displayName },
    { attribute: 'active', operation: 'replace', value: 'True' },
  ]);
  return match.id;
}

async function provisionGroup(displayName: string, externalId: string): Promise<string> {
  const [match] = await entra.find(groupType, { attribute: 'displayName', value: displayName });
  if (match === undefined)
    return (await entra.create(groupType, new Map(Object.entries({ displayName, externalId })))).id;
  await entra.update(groupType, match.id, [{ attribute: 'externalId', operation: 'replace', value: externalId }]);
  return match.id;
}

describe('users, by way of Entra', () => {
  test('Create_User_Test', async () => {
    const userName = unique('create');
    const id = await provision(userName, 'Created');
    const expected = { id, active: true, displayName: 'Created', addresses: [{ type: 'work', locality: 'Lund' }] };
    expect(await userBy(userName)).toMatchObject(expected);
  });

  test('Update_User_Test', async () => {
    const userName = unique('update');
    const id = await provision(userName, 'Before');
    expect(await provision(userName, 'After')).toBe(id);
    expect(await userBy(userName)).toMatchObject({ id, displayName: 'After' });
  });

  test('Disable_User_Test', async () => {
    const userName = unique('disable');
    await deactivate(await provision(userName, 'x'), 'False');
    expect(await userBy(userName)).toMatchObject({ active: false });
  });

  test('Delete_User_Test', async () => {
    const userName = unique('delete');
    const id = await provision(userName, 'x');
    expect(await entra.delete(userType, id)).toBe(true);
    expect((await scim.get(`/Users/${id}`)).status).toBe(404);
    expect(await userBy(userName)).toBeUndefined();
    expect(await entra.get(userType, id)).toBeUndefined();
  });

  test('User_Update_Manager_Test', async () => {
    const [one, two] = [await provision(unique('boss'), 'x'), await provision(unique('boss'), 'x')];
    const userName = unique('report');
    const id = await provision(userName, 'x');
    const attribute = `${enterprise}:manager`;
    for (const [operation, value] of [
      ['add', one],
      ['replace', two],
    ] as const) {
      await entra.update(userType, id, [{ attribute, operation, value }]);
      expect(await userBy(userName)).toMatchObject({ [enterprise]: { manager: { value } } });
      expect(await entra.checkReference(userType, { attribute, id, referencedId: value })).toBe(true);
    }
    await entra.update(userType, id, [{ attribute, operation: 'remove', value: null }]);
    expect(await userBy(userName)).not.toHaveProperty([enterprise]);
  });

  test('Restore_User_Test: unassigned and assigned again', async () => {
    const userName = unique('restore');
    const id = await provision(userName, 'x');
    const group = await provisionGroup(unique('restored'), 'r');
    await entra.changeMembers(groupType, group, [id], []);
    await deactivate(id, 'False');
    expect(await userBy(userName)).toMatchObject({ id, active: false });
    expect(await provision(userName, 'x')).toBe(id);
    expect(await userBy(userName)).toMatchObject({ active: true, groups: [{ value: group }] });
  });

  test('Restore_User_Test: deleted and created again', async () => {
    const userName = unique('recreate');
    const id = await provision(userName, 'x');
    await entra.delete(userType, id);
    expect(await provision(userName, 'x')).not.toBe(id);
    expect(await userBy(userName)).toMatchObject({ active: true });
  });

  test('POD_User_Test', async () => {
    await entra.test(userType, 'userName');
    const userName = unique('pod');
    const id = await provision(userName, 'On demand');
    expect(await entra.get(userType, id)).toMatchObject({ id });
    expect(await userBy(userName)).toMatchObject({ displayName: 'On demand' });
  });
});

describe('groups, by way of Entra', () => {
  test('Create_Group_Test', async () => {
    const displayName = unique('create group');
    const id = await provisionGroup(displayName, 'x1');
    expect(await groupBy(displayName)).toMatchObject({ id, externalId: 'x1' });
  });

  test('Update_Group_Test', async () => {
    const displayName = unique('update group');
    const id = await provisionGroup(displayName, 'x1');
    expect(await provisionGroup(displayName, 'x2')).toBe(id);
    expect(await groupBy(displayName)).toMatchObject({ id, externalId: 'x2' });
  });

  test('Delete_Group_Test', async () => {
    const displayName = unique('delete group');
    const id = await provisionGroup(displayName, 'x');
    expect(await entra.delete(groupType, id)).toBe(true);
    expect(await groupBy(displayName)).toBeUndefined();
  });

  test('Group_Update_Add_Member_Test', async () => {
    const displayName = unique('add member');
    const [group, user] = [await provisionGroup(displayName, 'x'), await provision(unique('member'), 'x')];
    await entra.changeMembers(groupType, group, [user], []);
    expect(await members(displayName)).toEqual([user]);
  });

  test('Group_Update_Remove_Member_Test', async () => {
    const displayName = unique('remove member');
    const group = await provisionGroup(displayName, 'x');
    const [leaver, stayer] = [await provision(unique('leaver'), 'x'), await provision(unique('stayer'), 'x')];
    await entra.changeMembers(groupType, group, [leaver, stayer], []);
    await entra.changeMembers(groupType, group, [], [leaver]);
    expect(await members(displayName)).toEqual([stayer]);
  });

  test('POD_Group_Test', async () => {
    const displayName = unique('pod group');
    const group = await provisionGroup(displayName, 'x');
    const users = [await provision(unique('pod member'), 'x'), await provision(unique('pod member'), 'x')];
    await entra.changeMembers(groupType, group, users, []);
    expect((await members(displayName)).toSorted()).toEqual(users.toSorted());
    expect(await entra.get(groupType, group)).toMatchObject({ id: group });
  });

  test('Restore_Group_Test', async () => {
    const displayName = unique('restore group');
    const id = await provisionGroup(displayName, 'x');
    await entra.delete(groupType, id);
    expect(await provisionGroup(displayName, 'x')).not.toBe(id);
    expect(await groupBy(displayName)).toBeDefined();
  });
});

describe('direct', () => {
  test('Schema_Discoverability_Test', async () => {
    const discovered = await Promise.all((['user', 'group'] as const).map((kind) => entra.discover(kind)));
    const [users = [], groups = []] = discovered.map((all) => all.map(({ name }) => name.toLowerCase()));
    const mapped = userPaths.map(([path]) => path).filter((path) => !path.startsWith('roles['));
    for (const path of ['userName', 'active', `${enterprise}:manager`, ...mapped])
      expect(users).toContain(path.toLowerCase());
    for (const path of ['displayName', 'externalId', 'members']) expect(groups).toContain(path.toLowerCase());
    const { text } = await scim.get('/Schemas');
    expect(text).toContain(coreGroup);
    expect(text).not.toContain('null');
  });

  test('SCIM_Null_Update_Test', async () => {
    const paths = userPaths.map(([path]) => path).filter((path) => !path.startsWith('roles['));
    for (const value of ['', null]) {
      const userName = unique('null');
      const id = await scim.create('/Users', { userName });
      const patch = (values: (path: string, index: number) => unknown) =>
        scim.patch(`/Users/${id}`, ...paths.map((path, at) => ({ op: 'Replace', path, value: values(path, at) })));
      expect((await patch((_path, index) => userPaths[index]?.[1])).status).toBe(200);
      expect((await patch(() => value)).status).toBe(200);
      const { body } = await scim.get(`/Users/${id}`);
      expect(Object.keys(body).toSorted()).toEqual(['active', 'id', 'meta', 'schemas', 'userName']);
    }
  });

  test('SCIM_User_Create_Test', async () => {
    const userName = unique('direct');
    const { status, body } = await scim.post('/Users', { schemas: [core], userName, active: true });
    expect(status).toBe(201);
    expect(body).toMatchObject({ userName, id: expect.any(String) as string });
  });

  test('SCIM_User_Update_Test', async () => {
    const id = await scim.create('/Users', { schemas: [core], userName: unique('direct') });
    const { status } = await scim.patch(`/Users/${id}`, { op: 'Replace', path: 'title', value: 'New' });
    expect([200, 204]).toContain(status);
    expect((await scim.get(`/Users/${id}`)).body).toMatchObject({ title: 'New' });
  });

  test('SCIM_Group_Create_Test', async () => {
    const displayName = unique('direct group');
    const { status, body } = await scim.post('/Groups', { schemas: [coreGroup], displayName });
    expect(status).toBe(201);
    expect(body).toMatchObject({ displayName, id: expect.any(String) as string });
  });

  test('SCIM_Group_Update_Test', async () => {
    const id = await scim.create('/Groups', { schemas: [coreGroup], displayName: unique('direct group') });
    const displayName = unique('updated group');
    expect((await scim.patch(`/Groups/${id}`, { op: 'Replace', path: 'displayName', value: displayName })).status).toBe(
      204,
    );
    expect((await scim.get(`/Groups/${id}`)).body).toMatchObject({ displayName });
  });

  test('Validate_Credentials_Test: a token of 60 to 360 minutes that SCIM takes', async () => {
    const { url } = running.workspace;
    const session = await signIn(url);
    const client = await session.send('POST', '/api/oauth/clients', { name: 'gallery' });
    const path = `/api/oauth/clients/${String(client.body['id'])}/secrets`;
    const secret = await session.send('POST', path, { expires: new Date(Date.now() + 86_400_000).toISOString() });
    const form = {
      grant_type: 'client_credentials',
      client_id: String(client.body['id']),
      client_secret: String(secret.body['clientSecret']),
    };
    const answer = await call(`${url}/scim/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
    expect(answer.status).toBe(200);
    expect(answer.body['expires_in']).toBeGreaterThanOrEqual(60 * 60);
    expect(answer.body['expires_in']).toBeLessThanOrEqual(360 * 60);
    const token = String(answer.body['access_token']);
    expect((await scim.send('GET', '/Users?count=1', { token })).status).toBe(200);
  });

  /** Pages of 5 over 12 resources of a tenant that has no others hold each once. */
  const pages = (path: '/Users' | '/Groups', attribute: string) => async () => {
    await running.createTenant(path);
    const token = await running.newToken({ tenant: path });
    const ids: string[] = [];
    for (let n = 0; n < 12; n++)
      ids.push(String((await scim.send('POST', path, { token, body: { [attribute]: unique('page') } })).body['id']));
    const seen: string[] = [];
    for (let page = 0; page * 5 < 12; page++) {
      const answer = await scim.send('GET', `${path}?count=5&startIndex=${page * 5 + 1}`, { token });
      expect(answer.body).toMatchObject({ startIndex: page * 5 + 1, totalResults: 12 });
      const resources = answer.body['Resources'] as { id: string }[];
      expect(answer.body['itemsPerPage']).toBe(resources.length);
      seen.push(...resources.map(({ id }) => id));
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
  };
  test('SCIM_User_Pagination_Test', pages('/Users', 'userName'));
  test('SCIM_Group_Pagination_Test', pages('/Groups', 'displayName'));

  test('SCIM_Update_Manager_Test: Add, Replace, Replace with empty', async () => {
    const ids: string[] = [];
    for (const name of ['boss', 'boss', 'report'])
      ids.push(await scim.create('/Users', { schemas: [core], userName: unique(name) }));
    const [one, two, id] = ids;
    const path = `${enterprise}:manager`;
    const manager = async () =>
      ((await scim.get(`/Users/${id}`)).body[enterprise] as JsonObject | undefined)?.['manager'];
    for (const [op, value, expected] of [
      ['Add', one, { value: one }],
      ['Replace', two, { value: two }],
    ] as const) {
      expect((await scim.patch(`/Users/${id}`, { op, path, value })).status).toBe(200);
      expect(await manager()).toMatchObject(expected);
    }
    expect((await scim.patch(`/Users/${id}`, { op: 'Replace', path, value: '' })).status).toBe(200);
    expect(await manager()).toBeUndefined();
  });
});

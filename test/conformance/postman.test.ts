/** Microsoft's Postman collection (AzureAD/SCIMReferenceCode), request after request by its names; each builds on the ones before. */
import type { JsonObject } from '@joinery/base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { core, coreGroup, enterprise, errorUrn, type ScimClient } from '../../apps/workspace/test/client.ts';
import { signIn } from '../../apps/workspace/test/console.ts';
import { aWorkspace, type TestWorkspace } from '../../apps/workspace/test/test-workspace.ts';

let running: TestWorkspace;
let scim: ScimClient;
beforeAll(async () => {
  running = await aWorkspace({ rateLimit: { perSecond: 0, burst: 1 } });
  scim = running.scim;
  // The collection adds members that do not exist and expects a success.
  const session = await signIn(running.workspace.url);
  const settings = { strict: false, acceptUnknownMembers: true };
  expect((await session.send('PUT', '/api/settings', settings)).status).toBe(200);
});
afterAll(() => running?.stop());

const filter = (text: string) => `filter=${encodeURIComponent(text)}`;
const totalOf = async (path: string) => (await scim.get(path)).body['totalResults'];
const idOf = ({ body }: { readonly body: JsonObject }) => String(body['id']);
const membersOf = async (id: string) =>
  (((await scim.get(`/Groups/${id}`)).body['members'] ?? []) as { value: string }[]).map(({ value }) => value);

describe('EndpointTests', () => {
  const isEmpty = (path: string) => async () => {
    const { status, body } = await scim.get(path);
    expect([status, body['Resources']]).toEqual([200, []]);
  };
  test('Get empty Users', isEmpty('/Users'));
  test('Get empty Groups', isEmpty('/Groups'));

  test('Get resource types', async () => {
    const { status, body } = await scim.get('/ResourceTypes');
    expect(status).toBe(200);
    expect((body['Resources'] as JsonObject[])[0]).toMatchObject({ endpoint: '/Users' });
  });

  test('Get service configuration', async () => {
    const { status, body } = await scim.get('/serviceConfiguration');
    expect([status, body['patch']]).toEqual([200, { supported: true }]);
  });

  test('Get schemas', async () => {
    const { status, text } = await scim.get('/Schemas');
    expect(status).toBe(200);
    expect(text).toContain('User Account');
  });
});

/** A user of the collection: capital letters in names, nulls in addresses, one externalId for all. */
const garbageUser = (userName: string, more: object = {}): object => ({
  UserName: userName,
  Active: true,
  DisplayName: 'lennay',
  schemas: [core],
  ExternalId: '22fbc523-6032-4c5f-939d-5d4850cf3e52',
  Name: { Formatted: 'Adrian Antisanti', FamilyName: 'Antisanti', GivenName: 'Adrian' },
  Emails: [{ Primary: true, type: 'work', Value: `${userName}@example.com` }],
  Addresses: [{ type: 'work', country: null, region: null, Locality: 'Ankeborg' }],
  PhoneNumbers: [{ Primary: true, type: 'work', value: '425-555-0100' }],
  ...more,
});

describe('UserTests', () => {
  const ids: string[] = [];

  test('Post User', async () => {
    const answer = await scim.post('/Users', garbageUser('UserName123', { DisplayName: 'BobIsAmazing' }));
    expect(answer.status).toBe(201);
    ids.push(idOf(answer));
  });

  test('Post EnterpriseUser', async () => {
    const more = { schemas: [core, enterprise], [enterprise]: { Department: 'bob', Manager: { Value: 'SuzzyQ' } } };
    const answer = await scim.post('/Users', garbageUser('UserName222', more));
    expect(answer.status).toBe(201);
    expect(answer.body[enterprise]).toMatchObject({ department: 'bob', manager: { value: 'SuzzyQ' } });
    ids.push(idOf(answer));
  });

  test('Get user1, Get user2', async () => {
    for (const id of ids) {
      const { status, body } = await scim.get(`/Users/${id}`);
      expect([status, body['id']]).toEqual([200, id]);
    }
  });

  test('Get User Attributes', async () => {
    const { status, body } = await scim.get(`/Users/${ids[0]}?attributes=userName,emails`);
    expect([status, body['id'], Object.keys(body).toSorted()]).toEqual([
      200,
      ids[0],
      ['emails', 'id', 'schemas', 'userName'],
    ]);
  });

  test('Get User Filters', async () => {
    const { status, body } = await scim.get('/Users/?filter=DisplayName+eq+%22BobIsAmazing%22');
    expect(status).toBe(200);
    expect(body).toMatchObject({ totalResults: 1, Resources: [{ id: ids[0] }] });
  });

  test('Patch user1; Check Patch', async () => {
    const answer = await scim.patch(`/Users/${ids[0]}`, { op: 'replace', path: 'userName', value: 'ryan3' });
    expect([200, 204]).toContain(answer.status);
    expect((await scim.get(`/Users/${ids[0]}`)).body['userName']).toBe('ryan3');
  });

  test('User 2 PUT; Check replace', async () => {
    const body = garbageUser('UserNameReplace2', { DisplayName: 'BobIsAmazing', Active: false });
    expect((await scim.put(`/Users/${ids[1]}`, body)).status).toBe(200);
    const read = (await scim.get(`/Users/${ids[1]}`)).body;
    expect(read).toMatchObject({ userName: 'UserNameReplace2', active: false });
  });

  test('Delete user1, Delete user2', async () => {
    for (const id of ids) expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
  });
});

describe('GroupTests', () => {
  const users: string[] = [];
  let empty: string;
  let filled: string;

  test('Post users 1 to 4', async () => {
    for (const n of [1, 2, 3, 4]) users.push(await scim.create('/Users', garbageUser(`group-user-${n}`)));
  });

  test('Create empty group', async () => {
    const answer = await scim.post('/Groups', { externalId: '8aa1a0c0', schemas: [coreGroup], displayName: 'Group1' });
    expect(answer.status).toBe(201);
    empty = idOf(answer);
  });

  test('Create filled group', async () => {
    const members = [{ value: users[0], display: 'VP' }];
    const answer = await scim.post('/Groups', { schemas: [coreGroup], displayName: 'Group2', members });
    expect(answer.status).toBe(201);
    filled = idOf(answer);
    expect(await membersOf(filled)).toEqual([users[0]]);
  });

  test('Put group3; Get has both', async () => {
    const members = [
      { value: users[0], display: 'VP' },
      { value: users[1], display: 'SVP' },
    ];
    const answer = await scim.put(`/Groups/${empty}`, { schemas: [coreGroup], displayName: 'GroupDisplay3', members });
    expect(answer.status).toBe(200);
    expect((await membersOf(empty)).toSorted()).toEqual([users[0], users[1]].toSorted());
  });

  test('Patch add member; Patch remove member; Get has user', async () => {
    const add = {
      name: 'addMember',
      op: 'add',
      path: 'members',
      value: [{ displayName: 'new User', value: users[3] }],
    };
    expect((await scim.patch(`/Groups/${empty}`, add)).status).toBe(204);
    expect(await membersOf(empty)).toContain(users[3]);
    expect(
      (await scim.patch(`/Groups/${empty}`, { op: 'remove', path: `members[value eq "${users[0]}"]` })).status,
    ).toBe(204);
    expect((await membersOf(empty)).toSorted()).toEqual([users[1], users[3]].toSorted());
  });

  test('Patch remove all users', async () => {
    expect((await scim.patch(`/Groups/${empty}`, { op: 'remove', path: 'members' })).status).toBe(204);
    expect(await membersOf(empty)).toEqual([]);
  });

  test('Delete groups and users', async () => {
    for (const id of [empty, filled]) expect((await scim.delete(`/Groups/${id}`)).status).toBe(204);
    for (const id of users) expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
  });
});

describe('ComplexAttributeTests', () => {
  test.each(['emails[type eq "work"]', 'emails[value eq "complex@example.com"]'])('Get attributes=%s', async (path) => {
    const id = await scim.create('/Users', garbageUser('complex'));
    const { status, body } = await scim.get(`/Users/${id}?attributes=${encodeURIComponent(path)}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ emails: [{ type: 'work', value: 'complex@example.com', primary: true }] });
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
  });
});

describe('UserTests with garbage', () => {
  const ids: string[] = [];
  const employee = { Name: { FamilyName: 'Employee', GivenName: 'E' } };

  test('Post emp1: active is text', async () => {
    const answer = await scim.post('/Users', garbageUser('emp1', { ...employee, active: 'True', Active: undefined }));
    expect([answer.status, answer.body['active']]).toEqual([201, true]);
    ids.push(idOf(answer));
  });

  test('Post emp2, Post emp3, Post OMalley', async () => {
    const org = { Emails: [{ type: 'work', Value: 'emp2@example.org' }] };
    ids.push(await scim.create('/Users', garbageUser('emp2', { ...employee, ...org })));
    ids.push(await scim.create('/Users', garbageUser('emp3', employee)));
    ids.push(await scim.create('/Users', garbageUser('OMalley')));
  });

  test('Post no username; Post junk', async () => {
    const { status, body } = await scim.post('/Users', { schemas: [core], displayName: 'no name' });
    expect([status, body['schemas']]).toEqual([400, [errorUrn]]);
    expect((await scim.send('POST', '/Users', { body: 'junk' })).status).toBe(400);
  });

  test('Post emp3 exists, twice', async () => {
    for (const userName of ['emp3', 'EMP3']) {
      const { status, body } = await scim.post('/Users', garbageUser(userName));
      expect(status).toBe(409);
      expect(body).toMatchObject({ schemas: [errorUrn], detail: expect.stringContaining('userName') as string });
    }
  });

  test('Put no username', async () => {
    expect((await scim.put(`/Users/${ids[0]}`, { schemas: [core], Active: true })).status).toBe(400);
  });

  test('Put misspelled attribute', async () => {
    const misspelled = garbageUser('emp1', { ...employee, DispalyName: 'Bob' });
    const { status, text } = await scim.put(`/Users/${ids[0]}`, misspelled);
    expect(status).toBe(200);
    expect(text).not.toContain('DispalyName');
  });

  test('Post enterprise', async () => {
    const more = { ...employee, schemas: [core, enterprise], [enterprise]: { Department: 'd' } };
    const answer = await scim.post('/Users', garbageUser('emp5', more));
    expect(answer.status).toBe(201);
    ids.push(idOf(answer));
  });

  /** The collection wants 204, which RFC 7644 leaves to the service provider; Prefer decides it here. */
  const patches = (path: string, value: string) => async () => {
    const body = { Operations: [{ op: 'Replace', path, value }] };
    const headers = { prefer: 'return=minimal' };
    expect((await scim.send('PATCH', `/Users/${ids[0]}`, { body, headers })).status).toBe(204);
    expect(String((await scim.get(`/Users/${ids[0]}`)).body[path]).toLowerCase()).toBe(value.toLowerCase());
  };
  test('Patch userName', patches('userName', 'emp1-renamed'));
  test('Patch active', patches('active', 'False'));

  test('Put user', async () => {
    expect((await scim.put(`/Users/${ids[0]}`, garbageUser('emp1', employee))).status).toBe(200);
  });

  test('Paginate', async () => {
    const { body } = await scim.get('/Users?startIndex=1&count=2');
    expect(body).toMatchObject({ totalResults: 5, itemsPerPage: 2, startIndex: 1 });
  });

  test('Get attributes', async () => {
    expect(await totalOf('/Users?attributes=userName,emails')).toBe(5);
  });

  test('Filters', async () => {
    const byFamily = 'name.FamilyName eq Employee and (emails.Value co example.com or emails.Value co example.org)';
    expect(await totalOf(`/Users?${filter(byFamily)}`)).toBe(4);
    expect(await totalOf(`/Users?${filter('userName sw O')}`)).toBe(1);
    expect(await totalOf(`/Users?${filter('meta.Created gt 2015-10-10T14:38:21.8617979-07:00')}`)).toBe(5);
  });

  test('Teardown', async () => {
    for (const id of ids) expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
    expect((await scim.get('/Users')).body['Resources']).toEqual([]);
  });
});

describe('GroupTests with garbage', () => {
  let group: string;

  test('Post group', async () => {
    const answer = await scim.post('/Groups', { schemas: [coreGroup], DisplayName: 'Garbage', externalId: '1' });
    expect(answer.status).toBe(201);
    group = idOf(answer);
  });

  test.each(['string id 1', 'string id 2'])('Patch add member "%s"', async (value) => {
    expect((await scim.patch(`/Groups/${group}`, { op: 'add', path: 'members', value })).status).toBe(204);
  });

  test('Get; Get exclude members', async () => {
    expect((await scim.get(`/Groups/${group}`)).status).toBe(200);
    const { status, body } = await scim.get(`/Groups/${group}?excludedAttributes=members`);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('members');
  });

  test('Put without members', async () => {
    const { status, body } = await scim.put(`/Groups/${group}`, { schemas: [coreGroup], DisplayName: 'putName' });
    expect([status, body['displayName']]).toEqual([200, 'putName']);
  });

  test('Teardown', async () => {
    expect((await scim.delete(`/Groups/${group}`)).status).toBe(204);
    expect((await scim.get('/Groups')).body['Resources']).toEqual([]);
  });
});

describe('SCIM Inbound', () => {
  let employee: string;
  const active =
    'active eq true and (meta.lastModified ge "2021-09-23T19:35:41.8420572Z" and meta.lastModified le "2099-01-01T00:00:00Z")';

  test('Test Connection', async () => {
    expect((await scim.get('/Users?count=1')).status).toBe(200);
  });

  test('Create Employee with manager; Create inactive Contractor', async () => {
    const manager = await scim.create('/Users', { schemas: [core], userName: 'manager' });
    const more = { [enterprise]: { manager: { value: manager } }, userType: 'Employee', active: true };
    employee = await scim.create('/Users', { schemas: [core, enterprise], userName: 'employee', ...more });
    await scim.create('/Users', { schemas: [core], userName: 'contractor', userType: 'Contractor', active: false });
  });

  test('On Demand', async () => {
    expect((await scim.get(`/Users?${filter(`id eq "${employee}"`)}`)).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: employee }],
    });
  });

  test('FullSync, a page at a time', async () => {
    const seen: string[] = [];
    for (const startIndex of [1, 2]) {
      const { body } = await scim.get(`/Users?${filter(active)}&count=1&startIndex=${startIndex}`);
      expect(body['totalResults']).toBe(2);
      seen.push(...(body['Resources'] as { userName: string }[]).map(({ userName }) => userName));
    }
    expect(seen.toSorted()).toEqual(['employee', 'manager']);
  });

  test('Update familyName, active, manager', async () => {
    const operations = [
      { op: 'replace', path: 'name.familyName', value: 'Updated' },
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', path: `${enterprise}.manager`, value: 'other' },
    ];
    for (const operation of operations) expect((await scim.patch(`/Users/${employee}`, operation)).status).toBe(200);
    expect((await scim.get(`/Users/${employee}`)).body).toMatchObject({
      name: { familyName: 'Updated' },
      active: false,
      [enterprise]: { manager: { value: 'other' } },
    });
  });

  test('DeltaSync with startindex=0', async () => {
    const { status, body } = await scim.get(`/Users?${filter(active)}&startindex=0&count=100`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ totalResults: 1, startIndex: 1, Resources: [{ userName: 'manager' }] });
  });

  test('Delete', async () => {
    expect((await scim.delete(`/Users/${employee}`)).status).toBe(204);
  });
});

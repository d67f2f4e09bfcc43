/** Microsoft's published checks by name: the SCIM Validator, the gallery's direct tests, the Postman collection. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { core, coreGroup, enterprise, errorUrn, listUrn, unique, type ScimClient } from './client.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

let running: TestWorkspace;
let scim: ScimClient;
beforeAll(async () => {
  running = await aWorkspace();
  scim = running.scim;
});
afterAll(() => running.stop());

const eq = (attribute: string, value: string) => `filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`;
const newUser = (more: object = {}) => scim.create('/Users', { schemas: [core], userName: unique('user'), ...more });
const newGroup = (more: object = {}) =>
  scim.create('/Groups', { schemas: [coreGroup], displayName: unique('group'), ...more });

async function found(path: string): Promise<Record<string, unknown>> {
  const { status, body } = await scim.get(path);
  expect(status).toBe(200);
  expect(body).toMatchObject({ schemas: [listUrn], totalResults: 1 });
  return (body['Resources'] as Record<string, unknown>[])[0] ?? {};
}

describe('SCIM Validator', () => {
  const full = () => ({
    schemas: [core, enterprise],
    userName: unique('RFLKXCHQ@contoso.com'),
    active: true,
    displayName: 'BOVDOUUFPFGU',
    title: 'XTFHLODQ',
    externalId: 'd3f1b9',
    name: { formatted: 'Fo', familyName: 'Fa', givenName: 'Gi', honorificPrefix: 'Dr' },
    emails: [{ type: 'work', value: 'a@Contoso.com', primary: true }],
    addresses: [
      {
        type: 'work',
        formatted: 'F',
        streetAddress: 'S 0012',
        locality: 'L',
        region: 'R',
        postalCode: '01234',
        country: 'SE',
      },
    ],
    phoneNumbers: [
      { type: 'work', value: '42-555 0001' },
      { type: 'mobile', value: '+46 (0)70' },
      { type: 'fax', value: '3' },
    ],
    roles: [{ primary: 'True', type: 'NZ', value: 'KS', display: 'IH' }],
    timezone: 'EHUFRJDCZSGR',
    preferredLanguage: 'lt-LT',
    [enterprise]: { employeeNumber: '00017', department: 'D', costCenter: 'C', organization: 'O', division: 'V' },
  });

  test('Create a new User', async () => {
    const user = full();
    const answer = await scim.post('/Users', user);
    expect(answer.status).toBe(201);
    const stored = await found(`/Users?${eq('userName', user.userName)}`);
    expect(stored).toMatchObject({
      ...user,
      schemas: [core, enterprise],
      roles: [{ ...user.roles[0], primary: true }],
    });
  });

  test('Create a duplicate User', async () => {
    const user = full();
    expect((await scim.post('/Users', user)).status).toBe(201);
    expect((await scim.post('/Users', user)).status).toBe(409);
  });

  test('Filter for an existing user, with the same and a different case; for a non-existing user', async () => {
    const user = full();
    const id = await scim.create('/Users', user);
    for (const value of [user.userName, user.userName.toUpperCase(), user.userName.toLowerCase()]) {
      expect(await found(`/Users?${eq('userName', value)}`)).toMatchObject({ id });
    }
    expect((await scim.get(`/Users?${eq('userName', 'nobody')}`)).body).toMatchObject({ totalResults: 0 });
  });

  test('Patch User - Replace Attributes Verbose Request and non-verbose', async () => {
    const id = await newUser(full());
    const operations = [
      { op: 'replace', path: 'displayName', value: 'd' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'e@b' },
      { op: 'replace', path: 'addresses[type eq "work"].locality', value: 'l' },
      { op: 'replace', path: 'roles[primary eq "True"].value', value: 'r' },
      { op: 'replace', path: `${enterprise}:department`, value: 'dep' },
    ];
    expect((await scim.patch(`/Users/${id}`, ...operations)).status).toBe(200);
    const compact = { displayName: 'd2', 'name.givenName': 'g2', [`${enterprise}:division`]: 'v2' };
    expect((await scim.patch(`/Users/${id}`, { op: 'replace', value: compact })).status).toBe(200);
    expect((await scim.get(`/Users/${id}`)).body).toMatchObject({
      displayName: 'd2',
      name: { givenName: 'g2', familyName: 'Fa' },
      emails: [{ type: 'work', value: 'e@b' }],
      addresses: [{ locality: 'l', postalCode: '01234' }],
      roles: [{ value: 'r' }],
      [enterprise]: { department: 'dep', division: 'v2', costCenter: 'C' },
    });
  });

  test('Update User userName', async () => {
    const id = await newUser();
    const userName = unique('renamed');
    expect((await scim.patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: userName })).status).toBe(200);
    expect(await found(`/Users?${eq('userName', userName)}`)).toMatchObject({ id });
  });

  test('Patch User - Disable User', async () => {
    const userName = unique('disabled');
    const id = await newUser({ userName });
    expect((await scim.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })).status).toBe(200);
    expect(await found(`/Users?${eq('userName', userName)}`)).toMatchObject({ active: false });
  });

  test('Patch User - Add, Replace, Remove Manager', async () => {
    const id = await newUser();
    const path = `${enterprise}:manager`;
    for (const [op, value] of [
      ['add', 'XYMKVVRYDIOO'],
      ['replace', 'QDFDVVSPMJVI'],
    ] as const) {
      const { status, body } = await scim.patch(`/Users/${id}`, { op, path, value });
      expect(status).toBe(200);
      expect(body).toMatchObject({ [enterprise]: { manager: { value } } });
    }
    const removed = await scim.patch(`/Users/${id}`, { op: 'replace', path, value: '' });
    expect(removed.body).not.toHaveProperty([enterprise]);
  });

  test('an empty list of Operations succeeds', async () => {
    expect((await scim.patch(`/Users/${await newUser()}`)).status).toBe(200);
    expect((await scim.patch(`/Groups/${await newGroup()}`)).status).toBe(204);
  });

  test('Delete a User; the same twice; a non-existent one', async () => {
    const id = await newUser();
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
    expect((await scim.get(`/Users/${id}`)).status).toBe(404);
    expect((await scim.delete(`/Users/${id}`)).status).toBe(404);
    expect((await scim.delete('/Users/never-there')).status).toBe(404);
  });

  test('Create a new Group; a duplicate one', async () => {
    const group = { schemas: [coreGroup], displayName: unique('dup'), externalId: 'g1' };
    expect((await scim.post('/Groups', group)).status).toBe(201);
    expect((await scim.post('/Groups', group)).status).toBe(409);
  });

  test('Get group by id excluding members; Filter for existing group excluding members, with a different case; for a non-existing group', async () => {
    const displayName = unique('Excl');
    const id = await newGroup({ displayName, members: [{ value: await newUser() }] });
    const read = await scim.get(`/Groups/${id}?excludedAttributes=members`);
    expect(read.body).toMatchObject({ id, displayName });
    expect(read.body).not.toHaveProperty('members');
    const listed = await found(`/Groups?excludedAttributes=members&${eq('displayName', displayName.toUpperCase())}`);
    expect(listed).toMatchObject({ id });
    expect(listed).not.toHaveProperty('members');
    expect((await scim.get(`/Groups?${eq('displayName', 'none such')}`)).body).toMatchObject({ totalResults: 0 });
  });

  test('Patch Group - Add Member; Remove Member', async () => {
    const user = await newUser();
    const group = await newGroup();
    expect(
      (await scim.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: user }] })).status,
    ).toBe(204);
    expect((await scim.get(`/Users/${user}`)).body['groups']).toMatchObject([{ value: group, type: 'direct' }]);
    const filter = encodeURIComponent(`id eq "${group}" and members eq "${user}"`);
    expect(await found(`/Groups?attributes=id&filter=${filter}`)).toMatchObject({ id: group });
    expect((await scim.patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${user}"]` })).status).toBe(
      204,
    );
    expect((await scim.get(`/Users/${user}`)).body['groups'] ?? []).toEqual([]);
  });

  test('Delete a Group; twice', async () => {
    const id = await newGroup();
    expect((await scim.delete(`/Groups/${id}`)).status).toBe(204);
    expect((await scim.get(`/Groups/${id}`)).status).toBe(404);
    expect((await scim.delete(`/Groups/${id}`)).status).toBe(404);
  });

  test('Preview: Multiple Ops on different attributes', async () => {
    const id = await newUser({ title: 'old', displayName: 'old' });
    const { body } = await scim.patch(
      `/Users/${id}`,
      { op: 'remove', path: 'title' },
      { op: 'add', path: 'nickName', value: 'n' },
      { op: 'replace', path: 'displayName', value: 'new' },
    );
    expect(body).toMatchObject({ nickName: 'n', displayName: 'new' });
    expect(body).not.toHaveProperty('title');
  });
});

describe('gallery, direct tests', () => {
  test('Schema_Discoverability_Test: the Cinode mapping is found in /Schemas', async () => {
    const schemas = (await scim.get('/Schemas')).body['Resources'] as {
      id: string;
      attributes: { name: string; subAttributes?: { name: string }[] }[];
    }[];
    const names = (urn: string) => schemas.find(({ id }) => id === urn)?.attributes.map(({ name }) => name) ?? [];
    expect(names(core)).toEqual(
      expect.arrayContaining(['userName', 'name', 'active', 'title', 'addresses', 'emails', 'externalId']),
    );
    expect(names(enterprise)).toEqual(expect.arrayContaining(['manager', 'department', 'employeeNumber']));
    expect(names(coreGroup)).toEqual(expect.arrayContaining(['displayName', 'members']));
    expect(JSON.stringify(schemas)).not.toContain('null');
  });

  test('SCIM_Null_Update_Test', async () => {
    const id = await newUser({ title: 'x', addresses: [{ type: 'work', locality: 'Lund' }] });
    for (const value of ['', null]) {
      const paths = ['title', 'addresses[type eq "work"].locality'];
      expect((await scim.patch(`/Users/${id}`, ...paths.map((path) => ({ op: 'Replace', path, value })))).status).toBe(
        200,
      );
      const { body } = await scim.get(`/Users/${id}`);
      expect(body).not.toHaveProperty('title');
      expect(JSON.stringify(body)).not.toContain('locality');
    }
  });
});

describe('Postman collection', () => {
  test('endpoint tests', async () => {
    expect((await scim.get('/Users')).status).toBe(200);
    expect((await scim.get('/Groups')).status).toBe(200);
    expect((await scim.get('/ResourceTypes')).body).toMatchObject({ Resources: [{ endpoint: '/Users' }, {}] });
    expect((await scim.get('/serviceConfiguration')).body).toMatchObject({ patch: { supported: true } });
    expect((await scim.get('/Schemas')).text).toContain('User Account');
  });

  test('Get User Attributes, Get User Filters', async () => {
    const id = await newUser({ displayName: 'BobIsAmazing', emails: [{ type: 'work', value: 'bob@b.example' }] });
    expect((await scim.get(`/Users/${id}?attributes=userName,emails`)).body).toMatchObject({ id });
    expect((await scim.get('/Users/?filter=DisplayName+eq+%22BobIsAmazing%22')).body).toMatchObject({
      totalResults: 1,
    });
    const projected = await scim.get(`/Users/${id}?attributes=${encodeURIComponent('emails[type eq "work"]')}`);
    expect(projected.text).toContain('bob@b.example');
  });

  test('Group tests: create, PUT with members, add, remove, remove all', async () => {
    const [a, b] = [await newUser(), await newUser()];
    const displayName = unique('group3');
    const id = await newGroup({ displayName });
    const put = {
      schemas: [coreGroup],
      displayName,
      members: [
        { value: a, display: 'VP' },
        { value: b, display: 'SVP' },
      ],
    };
    expect((await scim.put(`/Groups/${id}`, put)).status).toBe(200);
    expect((await scim.get(`/Groups/${id}`)).body['members']).toHaveLength(2);
    expect((await scim.patch(`/Groups/${id}`, { op: 'remove', path: `members[value eq "${a}"]` })).status).toBe(204);
    expect((await scim.patch(`/Groups/${id}`, { op: 'remove', path: 'members' })).status).toBe(204);
    expect((await scim.get(`/Groups/${id}`)).body['members'] ?? []).toEqual([]);
  });

  test('User tests with garbage', async () => {
    const suffix = unique('OMalley');
    const odd = await scim.post('/Users', { schemas: [core], UserName: suffix, active: 'True', Roles: [] });
    expect(odd.status).toBe(201);
    expect(odd.body['active']).toBe(true);
    expect((await scim.post('/Users', { schemas: [core], displayName: 'no name' })).status).toBe(400);
    expect((await scim.send('POST', '/Users', { body: 'junk' })).status).toBe(400);
    for (let time = 0; time < 2; time++) {
      const again = await scim.post('/Users', { schemas: [core], userName: suffix });
      expect(again.status).toBe(409);
      expect(again.body).toMatchObject({ schemas: [errorUrn], detail: expect.any(String) as string });
    }
    const id = String(odd.body['id']);
    expect((await scim.put(`/Users/${id}`, { schemas: [core], active: true })).status).toBe(400);
    const misspelled = await scim.put(`/Users/${id}`, { schemas: [core], userName: suffix, dispalyName: 'x' });
    expect(misspelled.status).toBe(200);
    expect(misspelled.text).not.toContain('dispalyName');
  });

  test('filters of the garbage tests', async () => {
    const department = unique('dep');
    const family = unique('Employee');
    const employee = (userName: string, domain: string) =>
      newUser({
        userName,
        name: { familyName: family },
        emails: [{ type: 'work', Primary: true, Value: `${userName}@${domain}` }],
        addresses: [{ type: 'work', country: null, locality: 'x' }],
        externalId: 'shared',
        [enterprise]: { department },
      });
    await employee(unique('emp'), 'example.com');
    await employee(unique('emp'), 'example.org');
    await employee(unique('emp'), 'example.net');
    const count = async (filter: string) =>
      (await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)).body['totalResults'];
    expect(
      await count(`name.FamilyName eq ${family} and (emails.Value co example.com or emails.Value co example.org)`),
    ).toBe(2);
    expect(await count(`userName sw emp and ${enterprise}:department eq "${department}"`)).toBe(3);
    expect(await count(`meta.Created gt 2015-10-10T14:38:21.8617979-07:00 and name.familyName eq "${family}"`)).toBe(3);
    const page = await scim.get(`/Users?startIndex=1&count=2&${eq('name.familyName', family)}`);
    expect(page.body).toMatchObject({ totalResults: 3, itemsPerPage: 2, startIndex: 1 });
  });

  test('PUT of a group without members', async () => {
    const id = await newGroup();
    const displayName = unique('renamed');
    const answer = await scim.put(`/Groups/${id}`, { schemas: [coreGroup], displayName });
    expect([answer.status, answer.body['displayName']]).toEqual([200, displayName]);
  });
});

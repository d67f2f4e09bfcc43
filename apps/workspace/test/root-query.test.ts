import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScimAnswer, ScimClient } from './client.ts';
import { signIn } from './console.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

// RFC 7644 §3.4.2.1 and §3.4.3: a query over all resource types. Three users, two groups, one device.
let workspace: TestWorkspace;
let scim: ScimClient;
const ids = new Map<string, string>();
beforeAll(async () => {
  workspace = await aWorkspace();
  scim = workspace.scim;
  const session = await signIn(workspace.workspace.url);
  const device = {
    id: 'urn:contoso:x:Device',
    name: 'Device',
    attributes: [{ name: 'displayName' }, { name: 'slots', type: 'integer' }],
  };
  const added = await session.send('POST', '/api/resource-types', {
    name: 'Device',
    endpoint: '/Devices',
    schema: device,
  });
  expect(added.status, added.text).toBe(201);
  const add = async (name: string, path: string, body: object): Promise<void> =>
    void ids.set(name, await scim.create(path, body));
  await add('ada', '/Users', { userName: 'ada', displayName: 'Ada', externalId: 'x1', title: 'Countess' });
  await add('alan', '/Users', { userName: 'alan', displayName: 'Shared' });
  await add('grace', '/Users', { userName: 'grace', active: false });
  await add('team', '/Groups', { displayName: 'Shared', members: [{ value: ids.get('ada') }] });
  await add('crew', '/Groups', { displayName: 'Crew', externalId: 'x1' });
  await add('printer', '/Devices', { displayName: 'shared', slots: 2 });
});
afterAll(() => workspace?.stop());

const namesOf = ({ body }: ScimAnswer): readonly string[] => {
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  return (body['Resources'] as { id: string }[]).map(({ id }) => names.get(id) ?? id);
};
const search = (request: object): Promise<ScimAnswer> => scim.post('/.search', request);
const everyone = ['ada', 'alan', 'grace', 'team', 'crew', 'printer'];

test('without a filter POST /.search answers everything, each as its own type shows it', async () => {
  const answer = await search({});
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body).toMatchObject({ totalResults: 6, itemsPerPage: 6, startIndex: 1 });
  expect(namesOf(answer)).toEqual(everyone);
  const shown = answer.body['Resources'] as { meta: { resourceType: string; location: string }; members?: object[] }[];
  expect(shown.map(({ meta }) => meta.resourceType)).toEqual(['User', 'User', 'User', 'Group', 'Group', 'Device']);
  expect(shown[3]?.members).toHaveLength(1);
  expect(shown[5]?.meta.location).toBe(`${workspace.tenantUrl}/Devices/${ids.get('printer')}`);
});

describe('a filter', () => {
  test.each([
    ['displayName eq "shared"', ['alan', 'team', 'printer']],
    ['externalId eq "x1"', ['ada', 'crew']],
    ['userName sw "a"', ['ada', 'alan']],
    ['slots gt 1', ['printer']],
    ['userName eq "ada" or slots eq 2', ['ada', 'printer']],
    // An attribute that a type lacks has no value in its resources.
    ['not (userName pr)', ['team', 'crew', 'printer']],
    ['title ne "Countess"', ['alan', 'grace', 'team', 'crew', 'printer']],
    ['title eq null', ['alan', 'grace', 'team', 'crew', 'printer']],
    ['members pr', ['team']],
    ['meta.resourceType eq "Group"', ['team', 'crew']],
    ['schemas eq "urn:contoso:x:Device"', ['printer']],
    ['emails[type eq "work"] or displayName eq "crew"', ['crew']],
  ])('%s finds %j, by POST and by GET', async (filter, expected) => {
    expect(namesOf(await search({ filter }))).toEqual(expected);
    const answer = await scim.get(`/?filter=${encodeURIComponent(filter)}`);
    expect(namesOf(answer)).toEqual(expected);
    expect(answer.body['totalResults']).toBe(expected.length);
  });

  test('that no type can take is 400 invalidFilter', async () => {
    for (const filter of ['nothing eq "x"', 'userName eq', 'active gt true']) {
      const answer = await search({ filter });
      expect([answer.status, answer.body['scimType']], filter).toEqual([400, 'invalidFilter']);
    }
  });
});

test('pages by startIndex go on over the types and hold everyone once', async () => {
  for (const count of [1, 2, 4, 5]) {
    const seen: string[] = [];
    for (let startIndex = 1; startIndex <= 6; startIndex += count) {
      const answer = await search({ startIndex, count });
      expect(answer.body).toMatchObject({ totalResults: 6, startIndex });
      seen.push(...namesOf(answer));
    }
    expect(seen).toEqual(everyone);
  }
  expect((await search({ count: 0 })).body).toMatchObject({ totalResults: 6, itemsPerPage: 0 });
  expect((await search({ startIndex: 7 })).body).toMatchObject({ totalResults: 6, itemsPerPage: 0 });
});

test('attributes and excludedAttributes hold for every type', async () => {
  const only = (await search({ attributes: ['userName', 'slots'] })).body['Resources'] as object[];
  expect(only.map((each) => Object.keys(each).toSorted())).toEqual([
    ...Array.from({ length: 3 }, () => ['id', 'schemas', 'userName']),
    ...Array.from({ length: 2 }, () => ['id', 'schemas']),
    ['id', 'schemas', 'slots'],
  ]);
  const without = (await search({ excludedAttributes: ['members', 'meta'] })).body['Resources'] as object[];
  for (const each of without) expect(Object.keys(each)).not.toEqual(expect.arrayContaining(['members', 'meta']));
});

test('sorting and cursors are refused, since there is no order common to all types', async () => {
  expect((await search({ sortBy: 'displayName' })).body['scimType']).toBe('invalidValue');
  expect((await search({ cursor: '' })).body['scimType']).toBe('invalidValue');
});

test('another tenant finds nothing', async () => {
  await workspace.createTenant('Fabrikam');
  const token = await workspace.newToken({ tenant: 'Fabrikam' });
  expect((await scim.send('POST', '/.search', { token, body: {} })).body['totalResults']).toBe(0);
  expect((await scim.send('POST', '/.search', { token: null, body: {} })).status).toBe(401);
});

/** Okta's SCIM 2.0 SPEC test, its twelve requests by number, and its CRUD test in both of Okta's modes. */
import type { JsonObject } from '@joinery/base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { core, coreGroup, errorUrn, listUrn, unique, type ScimClient } from '../../apps/workspace/test/client.ts';
import { aWorkspace, type TestWorkspace } from '../../apps/workspace/test/test-workspace.ts';

let running: TestWorkspace;
let scim: ScimClient;
let userId: string;
const complete = (userName: string): JsonObject => ({
  schemas: [core],
  userName,
  name: { givenName: 'Runscope', familyName: 'Test' },
  emails: [{ primary: true, value: `${userName}@example.com`, type: 'work' }],
  displayName: 'Runscope Test',
  active: true,
});

beforeAll(async () => {
  running = await aWorkspace();
  scim = running.scim;
  userId = await scim.create('/Users', complete('Runscope300'));
});
afterAll(() => running?.stop());

const eq = (userName: string) => `filter=${encodeURIComponent(`userName eq "${userName}"`)}`;
const expectedUser = {
  id: expect.any(String) as string,
  name: { familyName: 'Test', givenName: 'Runscope' },
  userName: 'Runscope300',
  active: true,
  emails: [{ value: 'Runscope300@example.com' }],
};

describe('SPEC', () => {
  test('R1: the first page has numbers and a complete user', async () => {
    const { status, body } = await scim.get('/Users?count=1&startIndex=1');
    expect(status).toBe(200);
    for (const name of ['itemsPerPage', 'startIndex', 'totalResults']) expect(body[name]).toBeTypeOf('number');
    expect(body).toMatchObject({ schemas: [listUrn], Resources: [expectedUser] });
  });

  test('R2: the user by id', async () => {
    expect((await scim.get(`/Users/${userId}`)).body).toMatchObject({ ...expectedUser, id: userId });
  });

  const findsNothing = (name: string) => async () => {
    const { status, body } = await scim.get(`/Users?${eq(name)}`);
    expect([status, body['schemas'], body['totalResults']]).toEqual([200, [listUrn], 0]);
  };
  test('R3: an invalid userName finds nothing', findsNothing('abcdefgh@atko.com'));
  test('R5: a random userName finds nothing', findsNothing('random-81724'));

  const isUnknown = async () => {
    const { status, body } = await scim.get('/Users/010101001010101011001010101011');
    expect(status).toBe(404);
    expect(body).toMatchObject({ schemas: [errorUrn], status: '404', detail: expect.any(String) as string });
  };
  test('R4: an unknown id is 404', isUnknown);
  test('R12: an unknown id is 404 with status and schema', isUnknown);

  const headers = { 'content-type': 'application/json', accept: 'application/scim+json; charset=utf-8' };
  const body = complete('Runscope301');
  let created: JsonObject;

  test('R6: a user is created, sent as application/json', async () => {
    const answer = await scim.send('POST', '/Users', { body, headers });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ schemas: [core], active: true, userName: 'Runscope301', name: body['name'] });
    created = answer.body;
  });

  test('R7: the created user reads the same', async () => {
    expect((await scim.get(`/Users/${String(created['id'])}`)).body).toEqual(created);
  });

  test('R8: the same create again is 409', async () => {
    expect((await scim.send('POST', '/Users', { body, headers })).status).toBe(409);
  });

  test('R9: a userName in capitals is found', async () => {
    const { status, body: list } = await scim.get(`/Users?${eq('RUNSCOPE301')}`);
    expect([status, list['totalResults']]).toEqual([200, 1]);
  });

  test('R10: the list of groups, empty', async () => {
    const { status, body: list } = await scim.get('/Groups');
    expect([status, list['schemas'], list['Resources']]).toEqual([200, [listUrn], []]);
  });

  test('R11: a bad token is 401 with an Error body', async () => {
    const { status, body: error } = await scim.send('GET', '/Users', { token: '00919288221112222' });
    expect(status).toBe(401);
    expect(error).toMatchObject({ schemas: [errorUrn], status: '401', detail: expect.any(String) as string });
  });
});

/** What Okta sends for a change: a custom application puts the whole user, one of the network patches `active`. */
const modes = {
  PUT: (id: string, change: JsonObject) =>
    scim.get(`/Users/${id}`).then(({ body }) => scim.put(`/Users/${id}`, { ...body, groups: [], ...change })),
  PATCH: (id: string, change: JsonObject) => scim.patch(`/Users/${id}`, { op: 'replace', value: change }),
} as const;

describe.each(['PUT', 'PATCH'] as const)('CRUD, %s mode', (mode) => {
  const userName = `${mode.toLowerCase()}.user@example.com`;
  let id: string;
  const changed = async (change: JsonObject): Promise<JsonObject> => {
    const answer = await modes[mode](id, change);
    expect(answer.status, answer.text).toBe(200);
    return (await scim.get(`/Users/${id}`)).body;
  };

  test('create user: looked for, then made, with what Okta adds', async () => {
    expect((await scim.get(`/Users?${eq(userName)}&startIndex=1&count=100`)).body['totalResults']).toBe(0);
    const more = { externalId: '00ujl29u0le5T6Aj10h7', groups: [], password: '1mz050nq', locale: 'en-US' };
    const answer = await scim.post('/Users', { ...complete(userName), ...more });
    expect(answer.status).toBe(201);
    expect(answer.text).not.toContain('1mz050nq');
    id = String(answer.body['id']);
  });

  test('read user', async () => {
    expect((await scim.get(`/Users/${id}`)).body).toMatchObject({ id, userName, active: true });
  });

  test('update the given name', async () => {
    const names = mode === 'PUT' ? { name: { givenName: 'New', familyName: 'Test' } } : { name: { givenName: 'New' } };
    const expected = { userName, name: { givenName: 'New', familyName: 'Test' }, locale: 'en-US' };
    expect(await changed(names)).toMatchObject(expected);
  });

  test('deactivate and reactivate: the user stays readable, findable and a member', async () => {
    const group = await scim.create('/Groups', {
      schemas: [coreGroup],
      displayName: unique('pushed'),
      members: [{ value: id, display: userName }],
    });
    expect(await changed({ active: false })).toMatchObject({ active: false, groups: [{ value: group }] });
    expect((await scim.get(`/Users?${eq(userName)}`)).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id, active: false }],
    });
    expect(await changed({ active: true })).toMatchObject({ active: true, groups: [{ value: group }] });
  });
});

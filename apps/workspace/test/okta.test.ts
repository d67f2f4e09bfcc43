/** Okta's SCIM 2.0 SPEC test, its twelve requests by number. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { core, errorUrn, listUrn, type ScimClient } from './client.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

let running: TestWorkspace;
let scim: ScimClient;
let userId: string;
const complete = (userName: string) => ({
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
afterAll(() => running.stop());

const first = (body: object) => (body as { Resources: Record<string, unknown>[] }).Resources[0];

test('R1: the first page has numbers and a complete user', async () => {
  const { status, body } = await scim.get('/Users?count=1&startIndex=1');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    schemas: [listUrn],
    itemsPerPage: expect.any(Number) as number,
    startIndex: expect.any(Number) as number,
    totalResults: expect.any(Number) as number,
  });
  expect(first(body)).toMatchObject({
    id: expect.any(String) as string,
    name: { familyName: 'Test', givenName: 'Runscope' },
    userName: 'Runscope300',
    active: true,
    emails: [{ value: 'Runscope300@example.com' }],
  });
});

test('R2: the user by id', async () => {
  expect((await scim.get(`/Users/${userId}`)).body).toMatchObject({
    id: userId,
    userName: 'Runscope300',
    active: true,
  });
});

test.each(['abcdefgh@atko.com', 'random-81724'])('R3 and R5: an unknown userName %s finds nothing', async (name) => {
  const { status, body } = await scim.get(`/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ schemas: [listUrn], totalResults: 0 });
});

test('R4 and R12: an unknown id is 404', async () => {
  const { status, body } = await scim.get('/Users/010101001010101011001010101011');
  expect(status).toBe(404);
  expect(body).toMatchObject({ schemas: [errorUrn], status: '404', detail: expect.any(String) as string });
});

test('R6 to R9: create as application/json, read, create again, find in upper case', async () => {
  const body = complete('Runscope301');
  const headers = { 'content-type': 'application/json', accept: 'application/scim+json; charset=utf-8' };
  const created = await scim.send('POST', '/Users', { body, headers });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ schemas: [core], active: true, userName: 'Runscope301', name: body.name });
  expect((await scim.get(`/Users/${String(created.body['id'])}`)).body).toEqual(created.body);
  expect((await scim.send('POST', '/Users', { body, headers })).status).toBe(409);
  const found = await scim.get(`/Users?filter=${encodeURIComponent('userName eq "RUNSCOPE301"')}`);
  expect(found.body).toMatchObject({ totalResults: 1 });
});

test('R10: the list of groups, empty', async () => {
  expect((await scim.get('/Groups')).body).toMatchObject({ schemas: [listUrn], Resources: [] });
});

test('R11: a bad token is 401 with an Error body', async () => {
  const { status, body } = await scim.send('GET', '/Users', { token: '00919288221112222' });
  expect(status).toBe(401);
  expect(body).toMatchObject({ schemas: [errorUrn], status: '401', detail: expect.any(String) as string });
});

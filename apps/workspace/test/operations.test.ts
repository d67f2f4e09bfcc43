/** The operation table and the failure table of RFC 7644 §3, as clients see them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { core, coreGroup, enterprise, errorUrn, listUrn, unique, type ScimAnswer, type ScimClient } from './client.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

let running: TestWorkspace;
let scim: ScimClient;
beforeAll(async () => {
  running = await aWorkspace();
  scim = running.scim;
});
afterAll(() => running.stop());

const aUser = (more: object = {}) => ({ schemas: [core], userName: unique('user'), ...more });

function expectError(answer: ScimAnswer, status: number, scimType?: string): void {
  expect(answer.body).toMatchObject({ schemas: [errorUrn], status: String(status) });
  expect(answer.body['scimType']).toBe(scimType);
  expect(answer.body['detail']).toEqual(expect.any(String));
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/scim+json');
  expect(answer.headers.get('x-request-id')).toBeTruthy();
}

describe('create', () => {
  test('answers 201 with the resource, its location and its version', async () => {
    const answer = await scim.post('/Users', aUser({ displayName: 'Ada' }));
    expect(answer.status).toBe(201);
    const { id, meta } = answer.body as { id: string; meta: Record<string, string> };
    expect(answer.headers.get('location')).toBe(`${running.tenantUrl}/Users/${id}`);
    expect(meta).toMatchObject({ resourceType: 'User', location: `${running.tenantUrl}/Users/${id}` });
    expect(answer.headers.get('etag')).toBe(meta['version']);
    expect(meta['created']).toBe(meta['lastModified']);
    expect((await scim.get(`/Users/${id}`)).body).toEqual(answer.body);
  });

  test('answers with the members of a new group', async () => {
    const member = await scim.create('/Users', aUser());
    const answer = await scim.post('/Groups', {
      schemas: [coreGroup, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      displayName: unique('group'),
      members: [{ value: member }],
    });
    expect(answer.status).toBe(201);
    expect(answer.body['members']).toMatchObject([{ value: member, $ref: `${running.tenantUrl}/Users/${member}` }]);
  });

  test('takes Entra’s documented body with nulls, misplaced names and a misspelled extension', async () => {
    const answer = await scim.post('/Users', {
      schemas: [core, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User'],
      externalId: 'jyoung',
      userName: unique('jyoung'),
      active: true,
      addresses: null,
      displayName: 'Joy Young',
      emails: [{ type: 'work', value: 'jyoung@Contoso.com', primary: true }],
      meta: { resourceType: 'User' },
      name: { familyName: 'Young', givenName: 'Joy' },
      phoneNumbers: null,
      preferredLanguage: null,
      title: null,
      department: null,
      manager: null,
    });
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty('title');
  });

  test('of an inactive user stores it inactive; without active it is active', async () => {
    expect((await scim.post('/Users', aUser({ active: false }))).body['active']).toBe(false);
    expect((await scim.post('/Users', aUser())).body['active']).toBe(true);
  });

  test('after a delete of the same userName gets a new id', async () => {
    const user = aUser();
    const first = await scim.create('/Users', user);
    await scim.delete(`/Users/${first}`);
    expect(await scim.create('/Users', user)).not.toBe(first);
  });
});

describe('read', () => {
  test('answers 304 to If-None-Match with the current version', async () => {
    const id = await scim.create('/Users', aUser());
    const etag = (await scim.get(`/Users/${id}`)).headers.get('etag') ?? '';
    const cached = await scim.send('GET', `/Users/${id}`, { headers: { 'if-none-match': etag } });
    expect([cached.status, cached.text, cached.headers.get('etag')]).toEqual([304, '', etag]);
    await scim.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'Engineer' });
    expect((await scim.send('GET', `/Users/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  test('HEAD is GET without the body', async () => {
    const id = await scim.create('/Users', aUser());
    const head = await scim.send('HEAD', `/Users/${id}`);
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', 'W/"1"']);
  });
});

describe('query', () => {
  test('without hits answers 200 with an empty list', async () => {
    const answer = await scim.get('/Users?filter=userName eq "nobody"');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      schemas: [listUrn],
      totalResults: 0,
      itemsPerPage: 0,
      startIndex: 1,
      Resources: [],
    });
  });

  test('pages by startIndex and count in one total order', async () => {
    const title = unique('title');
    const ids: string[] = [];
    for (let index = 0; index < 11; index++) ids.push(await scim.create('/Users', aUser({ title })));
    const seen: unknown[] = [];
    for (const startIndex of [1, 6, 11]) {
      const { body } = await scim.get(`/Users?filter=title eq "${title}"&startIndex=${startIndex}&count=5`);
      expect(body).toMatchObject({ totalResults: 11, startIndex });
      seen.push(...(body['Resources'] as { id: string }[]).map(({ id }) => id));
    }
    // Two of them may have been created in the same millisecond.
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  test.each([
    ['startIndex=0', { startIndex: 1 }],
    ['startIndex=-5', { startIndex: 1 }],
    ['startindex=0&COUNT=1', { startIndex: 1, itemsPerPage: 1 }],
    ['count=-1', { itemsPerPage: 0, Resources: [] }],
    ['count=0', { itemsPerPage: 0, Resources: [] }],
    ['startIndex=100000', { startIndex: 100000, itemsPerPage: 0, Resources: [] }],
    ['aadOptscim062020', { startIndex: 1 }],
  ])('?%s is brought into range', async (query, expected) => {
    await scim.create('/Users', aUser());
    const answer = await scim.get(`/Users?${query}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject(expected);
    expect(answer.body['totalResults']).toBeGreaterThan(0);
  });

  test('count above the maximum is lowered to it', async () => {
    expect((await scim.get('/Users?count=1000000')).status).toBe(200);
  });

  test('by POST answers as by GET', async () => {
    const userName = unique('searched');
    const id = await scim.create('/Users', aUser({ userName }));
    const request = {
      filter: `userName eq "${userName}"`,
      attributes: ['userName'],
      startIndex: 1,
      count: 10,
      cursor: null,
    };
    const answer = await scim.post('/Users/.search', request);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ totalResults: 1, Resources: [{ id, userName }] });
    expect((answer.body['Resources'] as object[])[0]).not.toHaveProperty('meta');
    expect((await scim.post('/Groups/.search', {})).status).toBe(200);
  });

  test('sorts, with missing values last when ascending', async () => {
    const department = unique('sorted');
    const withTitle = (title: string | undefined) =>
      aUser({ [enterprise]: { department }, ...(title ? { title } : {}) });
    for (const title of ['b', undefined, 'A', 'c']) await scim.create('/Users', withTitle(title));
    const titles = async (order: string) => {
      const filter = `${enterprise}:department eq "${department}"`;
      const { body } = await scim.get(`/Users?filter=${encodeURIComponent(filter)}&sortBy=title&sortOrder=${order}`);
      return (body['Resources'] as { title?: string }[]).map(({ title }) => title);
    };
    expect(await titles('ascending')).toEqual(['A', 'b', 'c', undefined]);
    expect(await titles('descending')).toEqual([undefined, 'c', 'b', 'A']);
  });

  test('sees what was just written', async () => {
    const userName = unique('fresh');
    await scim.create('/Users', aUser({ userName }));
    expect((await scim.get(`/Users?filter=userName eq "${userName}"`)).body['totalResults']).toBe(1);
  });

  test('an inactive user stays readable and filterable', async () => {
    const userName = unique('leaver');
    const id = await scim.create('/Users', aUser({ userName }));
    await scim.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' });
    expect((await scim.get(`/Users?filter=userName eq "${userName}"`)).body).toMatchObject({
      totalResults: 1,
      Resources: [{ active: false }],
    });
  });
});

describe('projection', () => {
  test('attributes leaves id, schemas and what is named', async () => {
    const id = await scim.create('/Users', aUser({ name: { givenName: 'Ada', familyName: 'L' }, title: 'x' }));
    const { body } = await scim.get(`/Users/${id}?attributes=name.givenName`);
    expect(body).toEqual({ schemas: [core], id, name: { givenName: 'Ada' } });
  });

  test('excludedAttributes takes away what is named, never id', async () => {
    const id = await scim.create('/Users', aUser({ title: 'x' }));
    const { body } = await scim.get(`/Users/${id}?excludedAttributes=title,id,meta`);
    expect(body).toMatchObject({ id });
    expect(body).not.toHaveProperty('title');
    expect(body).not.toHaveProperty('meta');
  });

  test('both together are 400', async () => {
    expectError(await scim.get('/Users?attributes=title&excludedAttributes=title'), 400, 'invalidValue');
  });
});

describe('replace', () => {
  test('answers 200 with the whole resource, clears what was left out and keeps active', async () => {
    const userName = unique('replaced');
    const id = await scim.create('/Users', aUser({ userName, title: 'old', active: false }));
    const answer = await scim.put(`/Users/${id}`, { schemas: [core], id: 'other', userName, displayName: 'New' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, displayName: 'New', active: false });
    expect(answer.body).not.toHaveProperty('title');
  });

  test('of a group keeps members left out and clears an empty list', async () => {
    const member = await scim.create('/Users', aUser());
    const displayName = unique('group');
    const id = await scim.create('/Groups', { displayName, members: [{ value: member }] });
    expect((await scim.put(`/Groups/${id}`, { displayName })).body['members']).toMatchObject([{ value: member }]);
    expect((await scim.put(`/Groups/${id}`, { displayName, members: [] })).body['members'] ?? []).toEqual([]);
  });

  test('never creates', async () => {
    expectError(await scim.put('/Users/018f0000-0000-7000-8000-000000000000', aUser()), 404);
  });

  test('may keep its own name', async () => {
    const displayName = unique('own');
    const id = await scim.create('/Groups', { displayName });
    expect((await scim.put(`/Groups/${id}`, { displayName })).status).toBe(200);
  });
});

describe('modify', () => {
  test('answers 200 with the user, 204 for a group', async () => {
    const user = await scim.create('/Users', aUser());
    const group = await scim.create('/Groups', { displayName: unique('group') });
    const replace = { op: 'replace', path: 'externalId', value: 'x' };
    const changed = await scim.patch(`/Users/${user}`, replace);
    expect([changed.status, changed.body['externalId'], changed.headers.get('etag')]).toEqual([200, 'x', 'W/"2"']);
    const silent = await scim.patch(`/Groups/${group}`, replace);
    expect([silent.status, silent.text, silent.headers.get('etag')]).toEqual([204, '', 'W/"2"']);
    expect(silent.headers.get('location')).toBe(`${running.tenantUrl}/Groups/${group}`);
  });

  test('of a group answers 200 when a projection or Prefer asks', async () => {
    const member = await scim.create('/Users', aUser());
    const id = await scim.create('/Groups', { displayName: unique('group') });
    const body = { Operations: [{ op: 'add', path: 'members', value: [{ value: member }] }] };
    const projected = await scim.send('PATCH', `/Groups/${id}?excludedAttributes=members`, { body });
    expect(projected.status).toBe(200);
    expect(projected.body).not.toHaveProperty('members');
    const preferred = await scim.send('PATCH', `/Groups/${id}`, { body, headers: { prefer: 'return=representation' } });
    expect([preferred.status, preferred.headers.get('preference-applied')]).toEqual([200, 'return=representation']);
    expect(preferred.body['members']).toMatchObject([{ value: member }]);
  });

  test('of a user answers 204 to Prefer: return=minimal', async () => {
    const id = await scim.create('/Users', aUser());
    const body = { Operations: [{ op: 'replace', path: 'title', value: 'x' }] };
    const answer = await scim.send('PATCH', `/Users/${id}`, { body, headers: { Prefer: 'return=minimal' } });
    expect([answer.status, answer.text]).toEqual([204, '']);
  });

  test('is all or nothing', async () => {
    const id = await scim.create('/Users', aUser({ title: 'before' }));
    const answer = await scim.patch(
      `/Users/${id}`,
      { op: 'replace', path: 'title', value: 'after' },
      { op: 'replace', path: 'id', value: 'x' },
    );
    expectError(answer, 400, 'mutability');
    expect((await scim.get(`/Users/${id}`)).body).toMatchObject({ title: 'before', meta: { version: 'W/"1"' } });
  });

  test('without effect moves neither version nor lastModified', async () => {
    const member = await scim.create('/Users', aUser());
    const id = await scim.create('/Groups', { displayName: unique('group'), members: [{ value: member }] });
    const before = (await scim.get(`/Groups/${id}`)).body;
    await scim.patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [{ value: member }] });
    await scim.patch(`/Groups/${id}`, { op: 'replace', value: { displayName: before['displayName'] } });
    await scim.patch(`/Groups/${id}`);
    expect((await scim.get(`/Groups/${id}`)).body).toEqual(before);
  });

  test('fifty at once on one group lose no member', async () => {
    const members = await Promise.all(Array.from({ length: 50 }, () => scim.create('/Users', aUser())));
    const id = await scim.create('/Groups', { displayName: unique('parallel') });
    const answers = await Promise.all(
      members.map((value) => scim.patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [{ value }] })),
    );
    expect(answers.map(({ status }) => status)).toEqual(members.map(() => 204));
    const stored = (await scim.get(`/Groups/${id}`)).body['members'] as { value: string }[];
    expect(stored.map(({ value }) => value).toSorted()).toEqual(members.toSorted());
  });
});

describe('delete', () => {
  test('answers 204, then 404 on every verb, and empties memberships', async () => {
    const id = await scim.create('/Users', aUser());
    const group = await scim.create('/Groups', { displayName: unique('group'), members: [{ value: id }] });
    const deleted = await scim.delete(`/Users/${id}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expectError(await scim.get(`/Users/${id}`), 404);
    expectError(await scim.put(`/Users/${id}`, aUser()), 404);
    expectError(await scim.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'x' }), 404);
    expectError(await scim.delete(`/Users/${id}`), 404);
    const { body } = await scim.get(`/Groups/${group}`);
    expect(body['members'] ?? []).toEqual([]);
    expect(body['meta']).toMatchObject({ version: 'W/"2"' });
  });
});

describe('preconditions', () => {
  test('If-Match with another version is 412 and changes nothing', async () => {
    const id = await scim.create('/Users', aUser({ title: 'before' }));
    const headers = { 'if-match': 'W/"7"' };
    const patch = { Operations: [{ op: 'replace', path: 'title', value: 'x' }] };
    expectError(await scim.send('PATCH', `/Users/${id}`, { body: patch, headers }), 412);
    expectError(await scim.send('PUT', `/Users/${id}`, { body: aUser(), headers }), 412);
    expectError(await scim.send('DELETE', `/Users/${id}`, { headers }), 412);
    expect((await scim.get(`/Users/${id}`)).body).toMatchObject({ title: 'before', meta: { version: 'W/"1"' } });
  });

  test('If-Match with the current version, a list of versions or * passes', async () => {
    const id = await scim.create('/Users', aUser());
    let title = 0;
    for (const etag of ['W/"1"', 'W/"7", W/"2"', '*', '"4"']) {
      const body = { Operations: [{ op: 'replace', path: 'title', value: String((title += 1)) }] };
      expect((await scim.send('PATCH', `/Users/${id}`, { body, headers: { 'if-match': etag } })).status, etag).toBe(
        200,
      );
    }
  });

  test('an unknown id is 404 before 412', async () => {
    const headers = { 'if-match': 'W/"1"' };
    expectError(await scim.send('DELETE', '/Users/018f0000-0000-7000-8000-000000000000', { headers }), 404);
  });
});

describe('discovery', () => {
  test('ServiceProviderConfig is public, also as serviceConfiguration, and says only what is served', async () => {
    for (const path of ['/ServiceProviderConfig', '/serviceproviderconfig', '/serviceConfiguration']) {
      const { status, body } = await scim.send('GET', path, { token: null });
      expect(status, path).toBe(200);
      expect(body).toMatchObject({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
        patch: { supported: true },
        bulk: { supported: true },
        filter: { supported: true },
        etag: { supported: true },
        sort: { supported: true },
        changePassword: { supported: false },
        authenticationSchemes: [{ type: 'oauthbearertoken' }, { type: 'oauth2' }],
      });
    }
  });

  test('every schema that a resource type names is found, in any letter case', async () => {
    const types = (await scim.get('/ResourceTypes')).body['Resources'] as {
      endpoint: string;
      schema: string;
      schemaExtensions: { schema: string }[];
    }[];
    expect(types.map(({ endpoint }) => endpoint)).toEqual(['/Users', '/Groups']);
    for (const urn of types.flatMap(({ schema, schemaExtensions }) => [
      schema,
      ...schemaExtensions.map((each) => each.schema),
    ])) {
      expect((await scim.get(`/Schemas/${urn}`)).body['id']).toBe(urn);
      expect((await scim.get(`/Schemas/${encodeURIComponent(urn.toUpperCase())}`)).status).toBe(200);
    }
    expect((await scim.get('/ResourceTypes/User')).body).toMatchObject({ id: 'User', endpoint: '/Users' });
  });

  test('answers 304 to its ETag', async () => {
    const etag = (await scim.get('/Schemas')).headers.get('etag') ?? '';
    expect((await scim.send('GET', '/Schemas', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test.each(['/ServiceProviderConfig', '/ResourceTypes', '/Schemas', '/Schemas/urn:x'])(
    '%s refuses a filter',
    async (path) => {
      expectError(await scim.get(`${path}?filter=id eq "x"`), 403);
    },
  );

  test.each(['/ResourceTypes/Nothing', '/Schemas/urn:nothing'])('%s is 404', async (path) => {
    expectError(await scim.get(path), 404);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s on a discovery endpoint is 405 with Allow', async (method) => {
    for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas']) {
      const answer = await scim.send(method, path, method === 'DELETE' ? {} : { body: {} });
      expectError(answer, 405);
      expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    }
  });
});

describe('failures', () => {
  test.each([
    ['no JSON', '{', 'invalidSyntax'],
    ['an array', '[]', 'invalidSyntax'],
    ['text', '"x"', 'invalidSyntax'],
    ['nothing', '', 'invalidSyntax'],
    ['no userName', '{"displayName":"x"}', 'invalidValue'],
    ['an empty userName', '{"userName":""}', 'invalidValue'],
    ['a wrong type', '{"userName":"x","active":"maybe"}', 'invalidValue'],
  ])('POST of %s is 400', async (_name, body, scimType) => {
    expectError(await scim.send('POST', '/Users', { body }), 400, scimType);
  });

  test('a userName or group name in use is 409 uniqueness, in any letter case', async () => {
    const userName = unique('Taken');
    await scim.create('/Users', { userName });
    expectError(await scim.post('/Users', { userName: userName.toUpperCase() }), 409, 'uniqueness');
    const other = await scim.create('/Users', aUser());
    expectError(await scim.put(`/Users/${other}`, { userName }), 409, 'uniqueness');
    expectError(
      await scim.patch(`/Users/${other}`, { op: 'replace', path: 'userName', value: userName }),
      409,
      'uniqueness',
    );
    const displayName = unique('Team');
    await scim.create('/Groups', { displayName });
    expectError(await scim.post('/Groups', { displayName: displayName.toLowerCase() }), 409, 'uniqueness');
  });

  test('externalId need not be unique', async () => {
    await scim.create('/Users', aUser({ externalId: 'shared' }));
    await scim.create('/Users', aUser({ externalId: 'shared' }));
  });

  test.each([
    'userName',
    'userName eq',
    'userName xx "a"',
    'userName eq "a" and',
    '(userName eq "a"',
    'active gt true',
    'nosuchattribute eq "x"',
  ])('the filter %s is 400 invalidFilter', async (filter) => {
    expectError(await scim.get(`/Users?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter');
  });

  test.each([
    ['count=x', 'invalidValue'],
    ['startIndex=1.5', 'invalidValue'],
    ['sortBy=nosuchattribute', 'invalidPath'],
    ['sortOrder=sideways', 'invalidValue'],
  ])('?%s is 400', async (query, scimType) => {
    expectError(await scim.get(`/Users?${query}`), 400, scimType);
  });

  test.each([
    ['Operations that are no list', { Operations: {} }, 'invalidSyntax'],
    ['no Operations', {}, 'invalidSyntax'],
    ['an unknown op', { Operations: [{ op: 'move', path: 'title', value: 'x' }] }, 'invalidSyntax'],
    ['a malformed path', { Operations: [{ op: 'replace', path: 'emails[', value: 'x' }] }, undefined],
    ['an unknown attribute', { Operations: [{ op: 'replace', path: 'noSuchAttribute', value: 'x' }] }, 'invalidPath'],
    ['remove without path', { Operations: [{ op: 'remove' }] }, 'noTarget'],
    ['remove of a required attribute', { Operations: [{ op: 'remove', path: 'userName' }] }, 'mutability'],
    ['a change of id', { Operations: [{ op: 'replace', path: 'id', value: 'x' }] }, 'mutability'],
    ['a change of meta', { Operations: [{ op: 'replace', path: 'meta.created', value: 'x' }] }, 'mutability'],
    ['a wrong type', { Operations: [{ op: 'replace', path: 'active', value: 'yes' }] }, 'invalidValue'],
  ])('PATCH with %s is 400', async (_name, body, scimType) => {
    const id = await scim.create('/Users', aUser());
    const answer = await scim.send('PATCH', `/Users/${id}`, { body });
    expectError(answer, 400, scimType ?? String(answer.body['scimType']));
  });

  test('members that do not exist are 400 invalidValue and name them', async () => {
    const id = await scim.create('/Groups', { displayName: unique('group') });
    const stranger = '018f0000-0000-7000-8000-0000000000ff';
    const answer = await scim.patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [{ value: stranger }] });
    expectError(answer, 400, 'invalidValue');
    expect(answer.body['detail']).toContain(stranger);
  });

  test.each(['/NoSuchEndpoint', '/Users/1/2', '/Usersx', '/v2/Users', '//Users', '/Users/a%2Fb'])(
    '%s is 404',
    async (path) => {
      expectError(await scim.get(path), 404);
    },
  );

  test('outside of the base path too', async () => {
    const answer = await fetch(running.workspace.url + '/scim/v1/Users', {
      headers: { authorization: `Bearer ${running.token}` },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/scim+json; charset=utf-8']);
  });

  test.each([
    ['POST', '/Users/1', 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS'],
    ['DELETE', '/Users', 'GET, POST, HEAD, OPTIONS'],
    ['GET', '/Users/.search', 'POST, OPTIONS'],
  ])('%s %s is 405 with Allow', async (method, path, allow) => {
    const answer = await scim.send(method, path, method === 'POST' ? { body: {} } : {});
    expectError(answer, 405);
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test('OPTIONS answers 204 with Allow', async () => {
    const answer = await scim.send('OPTIONS', '/Users', { token: null });
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, POST, HEAD, OPTIONS']);
  });

  test.each([
    ['GET', '/Me'],
    ['PUT', '/Me'],
    ['GET', '/'],
    ['GET', '/?aadOptscim062020/Users'],
  ])('%s %s is 501', async (method, path) => {
    expectError(await scim.send(method, path, method === 'GET' ? {} : { body: {} }), 501);
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'])(
    'a body of type %s is 415',
    async (type) => {
      expectError(await scim.send('POST', '/Users', { body: aUser(), headers: { 'content-type': type } }), 415);
    },
  );

  test.each(['application/json', 'application/scim+json; charset=UTF-8', 'Application/JSON;charset="utf-8"'])(
    'a body of type %s is read',
    async (type) => {
      expect((await scim.send('POST', '/Users', { body: aUser(), headers: { 'content-type': type } })).status).toBe(
        201,
      );
    },
  );

  test('a body above 16 MiB is 413 and states the limit', async () => {
    const body = `{"userName":"${'x'.repeat(16 * 1024 * 1024)}"}`;
    const answer = await scim.send('POST', '/Users', { body });
    expectError(answer, 413);
    expect(answer.body['detail']).toContain('16777216');
  });

  test('a URL above 32 KiB is 414', async () => {
    expectError(await scim.get(`/Users?filter=${'x'.repeat(33_000)}`), 414);
  });

  test('whatever Accept says, the answer is application/scim+json', async () => {
    for (const accept of ['application/json', 'text/html', '*/*', 'application/scim+json; charset=utf-8']) {
      const answer = await scim.send('GET', '/Users?count=1', { headers: { accept } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'application/scim+json; charset=utf-8',
      ]);
    }
  });
});

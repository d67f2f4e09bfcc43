import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { core, createScimClient, enterprise, unique, type ScimClient } from './client.ts';
import { signIn, sessionOf, postJson, type ConsoleSession } from './console.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

const consulting = 'urn:contoso:scim:schemas:1.0:Consulting';
const deviceUrn = 'urn:contoso:scim:schemas:1.0:Device';
const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

const extension = {
  id: consulting,
  name: 'Consulting',
  description: 'What a consultancy knows of its people.',
  resourceType: 'User',
  attributes: [
    { name: 'badge', type: 'string', uniqueness: 'server', description: 'Number of the badge.' },
    { name: 'grade', type: 'string', required: true, canonicalValues: ['Junior', 'Senior', 'Partner'] },
    { name: 'code', type: 'string', caseExact: true },
    { name: 'hired', type: 'dateTime', mutability: 'immutable' },
    { name: 'level', type: 'integer' },
    { name: 'note', type: 'string', returned: 'request' },
    { name: 'rank', type: 'string', mutability: 'readOnly' },
    { name: 'skills', type: 'string', multiValued: true },
    {
      name: 'projects',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        { name: 'value', type: 'string', required: true },
        { name: 'type', type: 'string' },
        { name: 'primary', type: 'boolean' },
      ],
    },
  ],
};

const deviceType = {
  name: 'Device',
  endpoint: '/Devices',
  description: 'A device of the company.',
  schema: {
    id: deviceUrn,
    name: 'Device',
    attributes: [
      { name: 'displayName', type: 'string', required: true },
      { name: 'serialNumber', type: 'string', uniqueness: 'server', caseExact: true },
      { name: 'slots', type: 'integer' },
      { name: 'owner', type: 'complex', subAttributes: [{ name: 'value' }, { name: 'since', type: 'dateTime' }] },
    ],
  },
};

let workspace: TestWorkspace;
let session: ConsoleSession;
let scim: ScimClient;
beforeAll(async () => {
  workspace = await aWorkspace();
  session = await signIn(workspace.workspace.url);
  scim = workspace.scim;
  const added = [
    await session.send('POST', '/api/schemas', extension),
    await session.send('POST', '/api/resource-types', deviceType),
  ];
  for (const answer of added) expect(answer.status, answer.text).toBe(201);
});
afterAll(() => workspace?.stop());

const newUser = (values: object, more: object = {}): object => ({
  schemas: [core, consulting],
  userName: unique('consultant'),
  [consulting]: { grade: 'Senior', ...values },
  ...more,
});
const under = (body: object): Record<string, unknown> =>
  ((body as Record<string, unknown>)[consulting] ?? {}) as Record<string, unknown>;
const filtered = async (path: string, filter: string): Promise<readonly unknown[]> => {
  const answer = await scim.get(`${path}?filter=${encodeURIComponent(filter)}`);
  expect(answer.status, answer.text).toBe(200);
  return ((answer.body['Resources'] ?? []) as readonly { id: string }[]).map(({ id }) => id);
};

describe('discovery', () => {
  test('announces the schema and the type to the tenant, and to no other', async () => {
    const schema = (await scim.get(`/Schemas/${consulting}`)).body;
    expect(schema).toMatchObject({ id: consulting, name: 'Consulting' });
    const grade = { name: 'grade', required: true, canonicalValues: ['Junior', 'Senior', 'Partner'] };
    expect(schema['attributes']).toContainEqual(expect.objectContaining(grade));
    expect((await scim.get('/ResourceTypes/User')).body['schemaExtensions']).toEqual([
      { schema: enterprise, required: false },
      { schema: consulting, required: false },
    ]);
    expect((await scim.get('/ResourceTypes/device')).body).toMatchObject({ endpoint: '/Devices', schema: deviceUrn });
    expect((await scim.get('/Schemas')).body['totalResults']).toBe(8);

    await workspace.createTenant('Fabrikam');
    const stranger = createScimClient(workspace.tenantUrl, await workspace.newToken({ tenant: 'Fabrikam' }));
    expect((await stranger.get(`/Schemas/${consulting}`)).status).toBe(404);
    expect((await stranger.get('/ResourceTypes')).body['totalResults']).toBe(2);
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      expect((await stranger.send(method, '/Devices')).status, method).toBe(404);
    }
    expect((await scim.send('GET', '/Devices', { token: null })).status).toBe(401);
  });
});

describe('an extension', () => {
  test('is created, read, projected and searched', async () => {
    const made = await scim.post(
      '/Users',
      newUser({ badge: 'B-100', code: 'Ab', LEVEL: '7', note: 'secret', rank: 'x', skills: ['TypeScript'] }),
    );
    expect(made.status, made.text).toBe(201);
    // Canonical name, a number made of text, the readOnly attribute ignored, the one on request left out.
    expect(under(made.body)).toEqual({ badge: 'B-100', grade: 'Senior', code: 'Ab', level: 7, skills: ['TypeScript'] });
    expect(made.body['schemas']).toEqual([core, consulting]);
    const id = String(made.body['id']);
    const noted = await scim.get(`/Users/${id}?attributes=${consulting}:note,userName`);
    expect(under(noted.body)).toEqual({ note: 'secret' });
    const without = await scim.get(`/Users/${id}?excludedAttributes=${consulting}`);
    expect(without.body['schemas']).toEqual([core]);

    for (const filter of [
      `${consulting}:badge eq "b-100"`,
      `${consulting}:code eq "Ab"`,
      `${consulting}:level ge 7`,
      `${consulting}:skills eq "typescript"`,
      `level eq 7 and userName sw "consultant"`,
      `${consulting}:note eq "SECRET"`,
    ]) {
      expect(await filtered('/Users', filter), filter).toEqual([id]);
    }
    for (const filter of [`${consulting}:code eq "ab"`, `${consulting}:level gt 7`]) {
      expect(await filtered('/Users', filter), filter).toEqual([]);
    }
    const search = await scim.post('/Users/.search', {
      filter: `${consulting}:badge pr`,
      attributes: [`${consulting}:badge`],
    });
    expect(search.body).toMatchObject({ totalResults: 1, Resources: [{ id, [consulting]: { badge: 'B-100' } }] });
    expect((await scim.get(`/Users?filter=${encodeURIComponent(`${consulting}:wrong eq 1`)}`)).body).toMatchObject({
      status: '400',
      scimType: 'invalidFilter',
    });
  });

  test('sorts as its types do', async () => {
    const ids: string[] = [];
    for (const level of [10, 9, 100]) ids.push(await scim.create('/Users', newUser({ level, code: 'sort' })));
    const order = async (query: string) => {
      const filter = encodeURIComponent(`${consulting}:code eq "sort"`);
      const { body } = await scim.get(`/Users?filter=${filter}&sortBy=${consulting}:level${query}`);
      return (body['Resources'] as { id: string }[]).map(({ id }) => ids.indexOf(id));
    };
    expect(await order('')).toEqual([1, 0, 2]);
    expect(await order('&sortOrder=descending')).toEqual([2, 0, 1]);
    const pages: number[] = [];
    let cursor: unknown = '';
    while (typeof cursor === 'string') {
      const filter = encodeURIComponent(`${consulting}:code eq "sort"`);
      const { body } = await scim.get(`/Users?filter=${filter}&sortBy=${consulting}:level&count=1&cursor=${cursor}`);
      pages.push(...(body['Resources'] as { id: string }[]).map(({ id }) => ids.indexOf(id)));
      cursor = body['nextCursor'];
    }
    expect(pages).toEqual([1, 0, 2]);
  });

  test('sorts dates as instants, whatever their zone', async () => {
    const ids: string[] = [];
    // 11:00, 10:00 and 12:00 in UTC; as texts they would be in another order.
    for (const hired of ['2024-01-01T12:00:00+01:00', '2024-01-01T10:00:00', '2024-01-01T02:00:00-10:00']) {
      ids.push(await scim.create('/Users', newUser({ hired, code: 'dates' })));
    }
    const filter = encodeURIComponent(`${consulting}:code eq "dates"`);
    const { body } = await scim.get(`/Users?filter=${filter}&sortBy=${consulting}:hired`);
    expect((body['Resources'] as { id: string }[]).map(({ id }) => ids.indexOf(id))).toEqual([1, 0, 2]);
    expect(
      await filtered('/Users', `${consulting}:hired lt "2024-01-01T11:30:00Z" and ${consulting}:code eq "dates"`),
    ).toEqual([ids[0], ids[1]]);
  });

  test('is patched by URN paths, value filters, and as a whole', async () => {
    const id = await scim.create('/Users', newUser({ hired: '2020-01-01T00:00:00Z' }));
    const patched = await scim.patch(
      `/Users/${id}`,
      { op: 'replace', path: `${consulting}:level`, value: 3 },
      { op: 'Add', path: `${consulting}:projects[type eq "lead"].value`, value: 'Apollo' },
      { op: 'add', value: { [`${consulting}:skills`]: ['Rust'], [consulting]: { grade: 'partner' } } },
    );
    expect(patched.status, patched.text).toBe(200);
    expect(under(patched.body)).toMatchObject({
      level: 3,
      projects: [{ type: 'lead', value: 'Apollo' }],
      skills: ['Rust'],
      grade: 'partner',
    });
    const refused = [
      [{ op: 'replace', path: `${consulting}:hired`, value: '2021-01-01T00:00:00Z' }, 'mutability'],
      [{ op: 'replace', path: `${consulting}:rank`, value: 'x' }, 'mutability'],
      [{ op: 'replace', path: `${consulting}:grade`, value: 'Wizard' }, 'invalidValue'],
      [{ op: 'remove', path: `${consulting}:grade` }, 'mutability'],
      [{ op: 'replace', path: `${consulting}:level`, value: 'seven' }, 'invalidValue'],
      [{ op: 'replace', path: `${consulting}:nothing`, value: 'x' }, 'invalidPath'],
      [{ op: 'add', path: `${consulting}:projects`, value: [{ type: 'x' }] }, 'invalidValue'],
    ] as const;
    for (const [operation, scimType] of refused) {
      const answer = await scim.patch(`/Users/${id}`, operation);
      expect([answer.status, answer.body['scimType']], answer.text).toEqual([400, scimType]);
    }
    const immutable = await scim.put(`/Users/${id}`, newUser({ hired: '2022-01-01T00:00:00Z' }));
    expect([immutable.status, immutable.body['scimType']]).toEqual([400, 'mutability']);
  });

  test('keeps what is unique unique, on every way to write', async () => {
    await scim.create('/Users', newUser({ badge: 'U-1' }));
    const other = await scim.create('/Users', newUser({ badge: 'U-2' }));
    const taken = { grade: 'Senior', badge: 'u-1' };
    const answers = await Promise.all([
      scim.post('/Users', newUser(taken)),
      scim.put(`/Users/${other}`, newUser(taken)),
      scim.patch(`/Users/${other}`, { op: 'replace', path: `${consulting}:badge`, value: 'u-1' }),
    ]);
    for (const answer of answers) {
      expect([answer.status, answer.body['scimType']], answer.text).toEqual([409, 'uniqueness']);
      expect(answer.body['detail']).toContain(`${consulting}:badge`);
    }
    const bulk = await scim.post('/Bulk', {
      schemas: [bulkRequest],
      Operations: ['u-1', 'U-3', 'u-3'].map((badge, index) => ({
        method: 'POST',
        path: '/Users',
        bulkId: String(index),
        data: newUser({ badge }),
      })),
    });
    const statuses = (bulk.body['Operations'] as { status: string }[]).map(({ status }) => status);
    expect(statuses).toEqual(['409', '201', '409']);
  });

  test('of twenty that want one value at once, one gets it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => scim.post('/Users', newUser({ badge: 'race' }))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });

  test('wants its required attributes once it is there, and is not wanted where it is not', async () => {
    const answer = await scim.post('/Users', { userName: unique('u'), [consulting]: { code: 'x' } });
    expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidValue']);
    expect((await scim.post('/Users', { userName: unique('u') })).status).toBe(201);
  });
});

describe('a resource type', () => {
  test('has its endpoint with every operation, in any letter case', async () => {
    const made = await scim.post('/Devices', {
      schemas: [deviceUrn],
      externalId: 'd-1',
      displayName: 'Printer',
      serialNumber: 'SN-1',
      owner: { value: 'ada', since: '2024-01-01T00:00:00Z' },
    });
    expect(made.status, made.text).toBe(201);
    const id = String(made.body['id']);
    const location = `${workspace.tenantUrl}/Devices/${id}`;
    expect(made.headers.get('location')).toBe(location);
    expect(made.body['meta']).toMatchObject({ resourceType: 'Device', location });

    const patched = await scim.patch(`/devices/${id}`, { op: 'replace', path: 'owner.value', value: 'alan' });
    expect(patched.body['owner']).toEqual({ value: 'alan', since: '2024-01-01T00:00:00Z' });
    const etag = patched.headers.get('etag') ?? '';
    expect((await scim.send('GET', `/Devices/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const stale = { body: { displayName: 'X' }, headers: { 'if-match': 'W/"1"' } };
    expect((await scim.send('PUT', `/Devices/${id}`, stale)).status).toBe(412);
    const replaced = await scim.put(`/Devices/${id}`, { displayName: 'Plotter', serialNumber: 'SN-1' });
    expect(replaced.body['owner']).toBeUndefined();

    expect(await filtered('/Devices', 'serialNumber eq "SN-1"')).toEqual([id]);
    expect(await filtered('/Devices', 'serialNumber eq "sn-1"')).toEqual([]);
    expect(await filtered('/Devices', `${deviceUrn}:displayName eq "PLOTTER"`)).toEqual([id]);
    expect((await scim.post('/Devices/.search', { filter: 'displayName sw "plo"' })).body['totalResults']).toBe(1);
    expect((await scim.post('/Devices', { displayName: 'B', serialNumber: 'SN-1' })).status).toBe(409);
    expect((await scim.post('/Devices', { serialNumber: 'SN-2' })).status).toBe(400);
    expect((await scim.get(`/Users/${id}`)).status).toBe(404);
    expect((await scim.send('PUT', '/Devices')).headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS');

    expect((await scim.delete(`/Devices/${id}`)).status).toBe(204);
    expect((await scim.get(`/Devices/${id}`)).status).toBe(404);
  });

  test('is written by bulk requests beside users', async () => {
    const bulk = await scim.post('/Bulk', {
      schemas: [bulkRequest],
      Operations: [
        {
          method: 'POST',
          path: '/Devices',
          bulkId: 'd',
          data: { displayName: 'Scanner', owner: { value: 'bulkId:u' } },
        },
        { method: 'POST', path: '/Users', bulkId: 'u', data: { userName: unique('owner') } },
        { method: 'PATCH', path: '/Devices/bulkId:d', data: { Operations: [{ op: 'add', path: 'slots', value: 2 }] } },
        { method: 'POST', path: '/Nothing', bulkId: 'n', data: {} },
      ],
    });
    const operations = bulk.body['Operations'] as { status: string; location?: string }[];
    expect(operations.map(({ status }) => status)).toEqual(['201', '201', '200', '404']);
    const device = await scim.get(operations[0]?.location?.slice(workspace.tenantUrl.length) ?? '');
    expect(device.body).toMatchObject({
      displayName: 'Scanner',
      slots: 2,
      owner: { value: operations[1]?.location?.split('/').at(-1) },
    });
  });

  test('is in the change feed', async () => {
    const id = await scim.create('/Devices', { displayName: 'Fed' });
    await scim.delete(`/Devices/${id}`);
    const { body } = await session.get('/api/changes?limit=1000');
    const own = (body['changes'] as { id: string; event: string; resourceType: string }[]).filter(
      (each) => each.id === id,
    );
    expect(own.map(({ event, resourceType }) => [event, resourceType])).toEqual([
      ['resource.created', 'Device'],
      ['resource.deleted', 'Device'],
    ]);
  });

  test('needs the scope to write', async () => {
    const made = await session.send('POST', '/api/tokens', {
      name: unique('reader'),
      expires: '2099-01-01T00:00:00Z',
      scopes: ['scim.read'],
    });
    const reader = createScimClient(workspace.tenantUrl, String(made.body['token']));
    expect((await reader.get('/Devices')).status).toBe(200);
    expect((await reader.post('/Devices', { displayName: 'X' })).status).toBe(403);
  });
});

describe('definitions', () => {
  test('are read back with every characteristic', async () => {
    const { body } = await session.get('/api/schemas');
    const [shown] = body['schemas'] as { id: string; resourceType: string; attributes: { name: string }[] }[];
    expect(shown).toMatchObject({ id: consulting, name: 'Consulting', resourceType: 'User' });
    expect(shown?.attributes.find(({ name }) => name === 'grade')).toEqual({
      name: 'grade',
      type: 'string',
      multiValued: false,
      description: 'grade',
      required: true,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
      canonicalValues: ['Junior', 'Senior', 'Partner'],
    });
    expect(shown?.attributes.find(({ name }) => name === 'projects')).toMatchObject({
      subAttributes: [{ name: 'value', required: true }, { name: 'type' }, { name: 'primary', type: 'boolean' }],
    });
    expect((await session.get('/api/resource-types')).body['resourceTypes']).toMatchObject([
      { name: 'Device', endpoint: '/Devices', schema: { id: deviceUrn } },
    ]);
  });

  const attribute = (more: object): object => ({ ...extension, id: 'urn:contoso:x:Y', attributes: [more] });
  test.each([
    ['a URN of the IETF', { ...extension, id: 'urn:ietf:params:scim:schemas:extension:2.0:Mine' }],
    ['the URN of another', { ...extension, id: consulting.toUpperCase() }],
    ['a URN around another', { ...extension, id: 'urn:contoso:scim:schemas:1.0:Consulting:More' }],
    ['a URN that no path can name', { ...extension, id: 'urn:contoso:1.0' }],
    ['no URN', { ...extension, id: 'Consulting' }],
    ['a core attribute', attribute({ name: 'USERNAME' })],
    ['an attribute of the enterprise extension', attribute({ name: 'department' })],
    ['a common attribute', attribute({ name: 'externalId' })],
    ['__proto__', attribute({ name: '__proto__' })],
    ['constructor', attribute({ name: 'Constructor' })],
    ['hasOwnProperty', attribute({ name: 'hasOwnProperty' })],
    ['a name with a dot', attribute({ name: 'a.b' })],
    ['a name that is too long', attribute({ name: 'a'.repeat(65) })],
    ['an unknown type', attribute({ name: 'a', type: 'number' })],
    ['an unknown characteristic', attribute({ name: 'a', isSecret: true })],
    ['a third level', attribute({ name: 'a', type: 'complex', subAttributes: [{ name: 'b', type: 'complex' }] })],
    ['a complex attribute without parts', attribute({ name: 'a', type: 'complex', subAttributes: [] })],
    ['a list in a list', attribute({ name: 'a', type: 'complex', subAttributes: [{ name: 'b', multiValued: true }] })],
    ['one name twice', { ...attribute({}), attributes: [{ name: 'a' }, { name: 'A' }] }],
    ['no attributes', { ...attribute({}), attributes: [] }],
    ['101 attributes', { ...attribute({}), attributes: Array.from({ length: 101 }, (_, n) => ({ name: `a${n}` })) }],
    ['a required attribute that none can set', attribute({ name: 'a', required: true, mutability: 'readOnly' })],
    ['what is written and shown', attribute({ name: 'a', mutability: 'writeOnly', returned: 'default' })],
    ['a unique number', attribute({ name: 'a', type: 'integer', uniqueness: 'server' })],
    ['an unknown resource type', { ...attribute({ name: 'a' }), resourceType: 'Device' }],
    ['text as a list of canonical values', attribute({ name: 'a', canonicalValues: 'x' })],
  ])('an extension is refused for %s', async (_what, definition) => {
    const answer = await session.send('POST', '/api/schemas', definition);
    expect([answer.status, answer.body['code']], answer.text).toEqual([400, 'scim.invalid_value']);
  });

  const type = (more: object): object => ({ ...deviceType, name: 'Room', endpoint: '/Rooms', ...more });
  const schema = (more: object): object => ({ schema: { ...deviceType.schema, id: 'urn:contoso:x:Room', ...more } });
  test.each([
    ['a built-in name', type({ name: 'user', ...schema({}) })],
    ['a name in use', type({ name: 'DEVICE', ...schema({}) })],
    ['a built-in endpoint', type({ endpoint: '/users', ...schema({}) })],
    ['an endpoint of the protocol', type({ endpoint: '/Bulk', ...schema({}) })],
    ['an endpoint in use', type({ endpoint: '/devices', ...schema({}) })],
    ['an endpoint of two segments', type({ endpoint: '/a/b', ...schema({}) })],
    ['a hidden endpoint', type({ endpoint: '/.search', ...schema({}) })],
    ['the URN of another', type({})],
    ['members', type(schema({ attributes: [{ name: 'members' }] }))],
    ['meta', type(schema({ attributes: [{ name: 'meta' }] }))],
  ])('a resource type is refused for %s', async (_what, definition) => {
    const answer = await session.send('POST', '/api/resource-types', definition);
    expect([answer.status, answer.body['code']], answer.text).toEqual([400, 'scim.invalid_value']);
  });

  test('with stored values change only where the values stay what the schema says', async () => {
    const id = 'urn:contoso:scim:schemas:1.0:Change';
    const at = `/api/schemas/${encodeURIComponent(id)}`;
    const define = (...attributes: object[]) => ({ ...extension, id, name: 'Change', attributes });
    const before = define({ name: 'kept' }, { name: 'unused' });
    expect((await session.send('POST', '/api/schemas', before)).status).toBe(201);
    // Without values anything may change.
    expect((await session.send('PUT', at, define({ name: 'kept', type: 'integer' }))).status).toBe(200);
    expect((await session.send('PUT', at, before)).status).toBe(200);

    const user = await scim.create('/Users', { userName: unique('u'), [id]: { kept: 'x' } });
    for (const [definition, status] of [
      [define({ name: 'kept', type: 'integer' }, { name: 'unused' }), 400],
      [define({ name: 'kept', uniqueness: 'server' }, { name: 'unused' }), 400],
      [define({ name: 'kept', required: true }, { name: 'unused' }), 400],
      [define({ name: 'unused' }), 409],
      [define({ name: 'kept', description: 'Still here.' }, { name: 'added' }), 200],
    ] as const) {
      const answer = await session.send('PUT', at, definition);
      expect(answer.status, answer.text).toBe(status);
    }
    expect((await scim.get(`/Users/${user}`)).body[id]).toEqual({ kept: 'x' });
    const refused = await session.send('DELETE', at);
    expect([refused.status, refused.body['code']]).toEqual([409, 'workspace.schema_in_use']);
    await scim.patch(`/Users/${user}`, { op: 'remove', path: id });
    expect((await session.send('DELETE', at)).status).toBe(204);
    expect((await scim.get(`/Schemas/${id}`)).status).toBe(404);
    expect((await session.send('DELETE', at)).status).toBe(404);
  });

  test('a type is removed when it has no resources', async () => {
    const definition = type({ ...schema({}) });
    expect((await session.send('POST', '/api/resource-types', definition)).status).toBe(201);
    const id = await scim.create('/Rooms', { displayName: 'Lab' });
    const changed = await session.send('PUT', '/api/resource-types/room', {
      ...definition,
      ...schema({ attributes: [...deviceType.schema.attributes, { name: 'floor', type: 'integer' }] }),
    });
    expect(changed.status, changed.text).toBe(200);
    expect((await scim.patch(`/Rooms/${id}`, { op: 'add', path: 'floor', value: 3 })).body['floor']).toBe(3);
    expect((await session.send('DELETE', '/api/resource-types/Room')).status).toBe(409);
    await scim.delete(`/Rooms/${id}`);
    expect((await session.send('DELETE', '/api/resource-types/Room')).status).toBe(204);
    expect((await scim.get('/Rooms')).status).toBe(404);
  });

  test('are removed with what is stored by them where that is asked for', async () => {
    const id = 'urn:contoso:scim:schemas:1.0:Leaving';
    const at = `/api/schemas/${encodeURIComponent(id)}`;
    const definition = { ...extension, id, attributes: [{ name: 'key', uniqueness: 'server' }] };
    expect((await session.send('POST', '/api/schemas', definition)).status).toBe(201);
    const held = { [id]: { key: 'K-1' }, [consulting]: { grade: 'Senior', badge: 'stays' } };
    const user = await scim.create('/Users', { userName: unique('u'), ...held });
    const other = await scim.create('/Users', { userName: unique('u') });
    expect((await session.send('DELETE', `${at}?values=keep`)).status).toBe(400);
    expect((await session.send('DELETE', at)).status).toBe(409);
    expect((await session.send('DELETE', `${at}?values=delete`)).status).toBe(204);

    const { body } = await scim.get(`/Users/${user}`);
    expect(body[id]).toBeUndefined();
    expect(body).toMatchObject({ meta: { version: 'W/"2"' }, [consulting]: { badge: 'stays' } });
    expect((await scim.get(`/Users/${other}`)).body['meta']).toMatchObject({ version: 'W/"1"' });
    const changes = (await session.get('/api/changes?limit=1000')).body['changes'] as {
      id: string;
      event: string;
      actor: string;
    }[];
    expect(changes.filter((change) => change.id === user).at(-1)).toMatchObject({
      event: 'user.updated',
      actor: 'admin@contoso.example',
    });
    const [entry] = (await session.get('/api/audit?limit=1')).body['entries'] as object[];
    expect(entry).toMatchObject({ action: 'schema.remove', targetId: id, detail: { values: 'delete' } });
    // Its values are free when it comes back, those of others are not.
    expect((await session.send('POST', '/api/schemas', definition)).status).toBe(201);
    expect((await scim.get(`/Users/${user}`)).body[id]).toBeUndefined();
    expect((await scim.post('/Users', { userName: unique('u'), [id]: { key: 'K-1' } })).status).toBe(201);
    expect((await scim.post('/Users', newUser({ badge: 'stays' }))).status).toBe(409);
    expect((await session.send('DELETE', `${at}?values=delete`)).status).toBe(204);

    const room = type(schema({}));
    expect((await session.send('POST', '/api/resource-types', room)).status).toBe(201);
    await scim.create('/Rooms', { displayName: 'Lab', serialNumber: 'R-1' });
    expect((await session.send('DELETE', '/api/resource-types/Room?values=delete')).status).toBe(204);
    expect((await session.send('POST', '/api/resource-types', room)).status).toBe(201);
    expect((await scim.get('/Rooms')).body['totalResults']).toBe(0);
    expect((await scim.post('/Rooms', { displayName: 'Lab', serialNumber: 'R-1' })).status).toBe(201);
    expect((await session.send('DELETE', '/api/resource-types/Room?values=delete')).status).toBe(204);
  });

  test('a tenant has twenty extensions at most, also of several at once', async () => {
    const { setupUrl } = await workspace.createTenant('Many');
    const token = new URL(String(setupUrl)).searchParams.get('token');
    const setUp = await postJson(`${workspace.workspace.url}/api/setup`, {
      token,
      email: 'many@many.example',
      password: 'correct horse battery',
    });
    expect(setUp.status, setUp.text).toBeLessThan(300);
    const many = sessionOf(workspace.workspace.url, setUp);
    const answers = await Promise.all(
      Array.from({ length: 22 }, (_, n) =>
        many.send('POST', '/api/schemas', { ...extension, id: `urn:many:x:S${n}`, attributes: [{ name: `a${n}` }] }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect((await many.get('/api/schemas')).body['schemas']).toHaveLength(20);
    expect((await session.get('/api/schemas')).body['schemas']).toHaveLength(1);
  });
});

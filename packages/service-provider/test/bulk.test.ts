import type { JsonObject } from '@joinery/base';
import { describe, expect, test } from 'vitest';
import { aService, baseUrl, type TestService } from './service.ts';

type Result = {
  readonly method: string;
  readonly bulkId?: string;
  readonly status: string;
  readonly version?: string;
  readonly location?: string;
  readonly response?: JsonObject;
};

const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

async function bulk(service: TestService, operations: readonly unknown[], more: JsonObject = {}): Promise<Result[]> {
  const body = { schemas: [bulkRequest], ...more, Operations: operations };
  const answer = await service.send('POST', '/Bulk', { body });
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body['schemas']).toEqual(['urn:ietf:params:scim:api:messages:2.0:BulkResponse']);
  return answer.body['Operations'] as unknown as Result[];
}

const post = (bulkId: string, userName: string, more: JsonObject = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { userName, ...more },
});
const group = (bulkId: string, displayName: string, ...members: string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName, members: members.map((value) => ({ value })) },
});

const statuses = (results: readonly Result[]): readonly string[] => results.map(({ status }) => status);
const idOf = ({ location }: Result): string => String(location).slice(String(location).lastIndexOf('/') + 1);

async function read(service: TestService, { location }: Result): Promise<JsonObject> {
  return (await service.send('GET', String(location).slice(baseUrl.length))).body;
}

async function memberIds(service: TestService, result: Result): Promise<readonly string[]> {
  const { members = [] } = (await read(service, result)) as { members?: { value: string }[] };
  return members.map(({ value }) => value).toSorted();
}

describe('POST /Bulk', () => {
  test('is announced with its limits', async () => {
    const { body } = await (await aService()).send('GET', '/ServiceProviderConfig');
    expect(body['bulk']).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 4 * 1024 * 1024 });
  });

  test('does POST, PUT, PATCH and DELETE in the order of the request and answers status, location and version', async () => {
    const service = await aService();
    const [ada, alan] = await bulk(service, [post('a', 'ada'), post('b', 'alan')]);
    const results = await bulk(service, [
      { method: 'PUT', path: `/Users/${idOf(ada!)}`, data: { userName: 'ada', title: 'Countess' } },
      {
        method: 'patch',
        path: `/v2/Users/${idOf(alan!)}`,
        data: { Operations: [{ op: 'replace', path: 'title', value: 'Fellow' }] },
      },
      { method: 'PATCH', path: `Users/${idOf(alan!)}`, data: [{ op: 'replace', path: 'nickName', value: 'Al' }] },
      { method: 'DELETE', path: `/Users/${idOf(ada!)}` },
    ]);
    expect(statuses(results)).toEqual(['200', '200', '200', '204']);
    expect(results.map(({ version }) => version)).toEqual(['W/"2"', 'W/"2"', 'W/"3"', undefined]);
    expect(results.map(({ location }) => location)).toEqual([
      ada!.location,
      alan!.location,
      alan!.location,
      ada!.location,
    ]);
    expect(await read(service, alan!)).toMatchObject({ title: 'Fellow', nickName: 'Al' });
    expect((await read(service, ada!))['status']).toBe('404');
  });

  test('echoes bulkId, and a failed POST has no location but an Error body', async () => {
    const service = await aService();
    const results = await bulk(service, [post('one', 'ada'), post('two', 'ADA'), post('three', '')]);
    expect(results[0]).toMatchObject({ method: 'POST', bulkId: 'one', status: '201', version: 'W/"1"' });
    expect(results[1]).toMatchObject({
      bulkId: 'two',
      status: '409',
      response: { status: '409', scimType: 'uniqueness' },
    });
    expect(results[1]).not.toHaveProperty('location');
    expect(results[2]).toMatchObject({ status: '400', response: { scimType: 'invalidValue' } });
  });

  test('version acts as If-Match', async () => {
    const service = await aService();
    const [ada] = await bulk(service, [post('a', 'ada')]);
    const patch = { method: 'PATCH', path: `/Users/${idOf(ada!)}`, data: [{ op: 'add', path: 'title', value: 'x' }] };
    const results = await bulk(service, [
      { ...patch, version: 'W/"7"' },
      { ...patch, version: 'W/"1"' },
      { method: 'DELETE', path: patch.path, version: 'W/"1"' },
    ]);
    expect(statuses(results)).toEqual(['412', '200', '412']);
  });

  test('an operation that cannot be done at all is 400, 404 or 405 and the others are done', async () => {
    const service = await aService();
    const { bulkId: _none, ...anonymous } = post('x', 'nobody');
    const results = await bulk(service, [
      anonymous,
      post('same', 'first'),
      post('same', 'second'),
      { method: 'GET', path: '/Users' },
      { path: '/Users' },
      'no object',
      { method: 'POST', bulkId: 'y', path: '/Things', data: {} },
      { method: 'DELETE', path: '/Users' },
      { method: 'DELETE', path: '/Users/unknown' },
      { method: 'POST', bulkId: 'z', path: '/Bulk', data: {} },
      { method: 'PATCH', path: '/Users/../Groups/1', data: [] },
    ]);
    expect(statuses(results)).toEqual(['400', '201', '400', '400', '400', '400', '404', '405', '404', '404', '404']);
    for (const { status, response } of results)
      if (status === '400') expect(response?.['scimType']).toBe('invalidSyntax');
  });
});

describe('references by bulkId', () => {
  test('backward: members, manager, a later PATCH, a path and a filter in a path', async () => {
    const service = await aService();
    const results = await bulk(service, [
      post('boss', 'boss'),
      post('ada', 'ada', { [enterprise]: { manager: { value: 'bulkId:boss' } } }),
      group('team', 'Team', 'bulkId:ada', 'bulkId:boss'),
      { method: 'PATCH', path: '/Users/bulkId:ada', data: [{ op: 'add', path: 'title', value: 'bulkId:boss' }] },
      {
        method: 'PATCH',
        path: '/Groups/bulkId:team',
        data: [{ op: 'remove', path: 'members[value eq "bulkId:boss"]' }],
      },
      group('second', 'Second'),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:second',
        data: { Operations: [{ op: 'Add', path: 'members', value: [{ value: 'bulkId:boss' }] }] },
      },
    ]);
    expect(statuses(results)).toEqual(['201', '201', '201', '200', '200', '201', '200']);
    const [boss, ada, team, , , second] = results;
    expect(await read(service, ada!)).toMatchObject({ [enterprise]: { manager: { value: idOf(boss!) } } });
    expect(await memberIds(service, team!)).toEqual([idOf(ada!)]);
    expect(await memberIds(service, second!)).toEqual([idOf(boss!)]);
  });

  test('forward, over several steps, and the results stay in the order of the request', async () => {
    const service = await aService();
    const results = await bulk(service, [
      { method: 'PATCH', path: '/Groups/bulkId:outer', data: [{ op: 'add', path: 'externalId', value: 'x' }] },
      group('outer', 'Outer', 'bulkId:inner', 'bulkId:ada'),
      group('inner', 'Inner', 'bulkId:ada'),
      post('ada', 'ada'),
    ]);
    expect(statuses(results)).toEqual(['200', '201', '201', '201']);
    expect(results.map(({ bulkId }) => bulkId)).toEqual([undefined, 'outer', 'inner', 'ada']);
    const [, outer, inner, ada] = results;
    expect(await memberIds(service, outer!)).toEqual([idOf(inner!), idOf(ada!)].toSorted());
    expect(await memberIds(service, inner!)).toEqual([idOf(ada!)]);
  });

  test('circular: groups that hold each other, RFC 7644 §3.7.1, and a circle of managers', async () => {
    const service = await aService();
    const manager = (bulkId: string) => ({ [enterprise]: { manager: { value: `bulkId:${bulkId}` }, department: 'D' } });
    const results = await bulk(service, [
      post('x', 'x'),
      group('a', 'Group A', 'bulkId:b', 'bulkId:x'),
      group('b', 'Group B', 'bulkId:a', 'bulkId:x'),
      post('ada', 'ada', manager('alan')),
      post('alan', 'alan', manager('grace')),
      post('grace', 'grace', manager('ada')),
    ]);
    expect(statuses(results)).toEqual(['201', '201', '201', '201', '201', '201']);
    const [x, a, b, ada, alan, grace] = results;
    expect(await memberIds(service, a!)).toEqual([idOf(b!), idOf(x!)].toSorted());
    expect(await memberIds(service, b!)).toEqual([idOf(a!), idOf(x!)].toSorted());
    for (const [one, other] of [
      [ada, alan],
      [alan, grace],
      [grace, ada],
    ] as const) {
      const body = await read(service, one!);
      expect(body).toMatchObject({ [enterprise]: { manager: { value: idOf(other!) }, department: 'D' } });
      expect((body['meta'] as JsonObject)['version']).toBe(one!.version);
    }
  });

  test('to nothing, or to what failed, is 409 that names the bulkId', async () => {
    const service = await aService();
    const results = await bulk(service, [
      group('one', 'One', 'bulkId:nobody'),
      post('bad', ''),
      group('two', 'Two', 'bulkId:bad'),
      group('three', 'Three', 'bulkId:two'),
      { method: 'DELETE', path: '/Users/bulkId:bad' },
    ]);
    expect(statuses(results)).toEqual(['409', '400', '409', '409', '409']);
    expect(results.map(({ response }) => String(response?.['detail']))).toEqual([
      expect.stringContaining("'nobody'"),
      expect.any(String),
      expect.stringContaining("'bad'"),
      expect.stringContaining("'two'"),
      expect.stringContaining("'bad'"),
    ]);
    expect((await service.send('GET', '/Groups')).body['totalResults']).toBe(0);
  });

  test('a circle with one that fails leaves nothing of the circle behind', async () => {
    const service = await aService();
    await service.send('POST', '/Groups', { body: { displayName: 'Taken' } });
    const results = await bulk(service, [group('a', 'taken', 'bulkId:b'), group('b', 'B', 'bulkId:a')]);
    expect(statuses(results)).toEqual(['409', '409']);
    expect((await service.send('GET', '/Groups')).body['totalResults']).toBe(1);
  });

  test('a thousand in a chain, each before what it refers to', async () => {
    const service = await aService();
    const chain = Array.from({ length: 1000 }, (_, n) =>
      group(`g${n}`, `Group ${n}`, ...(n < 999 ? [`bulkId:g${n + 1}`] : [])),
    );
    expect(new Set(statuses(await bulk(service, chain)))).toEqual(new Set(['201']));
  });

  test('a text that is no reference stays as it is', async () => {
    const service = await aService();
    const [ada] = await bulk(service, [post('a', 'ada', { title: 'bulkId:b', nickName: 'bulkId:a' })]);
    expect(await read(service, ada!)).toMatchObject({ title: 'bulkId:b', nickName: 'bulkId:a' });
  });
});

describe('failOnErrors', () => {
  const operations = [post('1', 'a'), post('2', 'A'), post('3', 'b'), post('4', 'B'), post('5', 'c')];

  test('stops after so many errors; what was not done is absent', async () => {
    expect(statuses(await bulk(await aService(), operations, { failOnErrors: 1 }))).toEqual(['201', '409']);
    const two = await aService();
    expect(statuses(await bulk(two, operations, { failOnErrors: 2 }))).toEqual(['201', '409', '201', '409']);
    expect((await two.send('GET', '/Users')).body['totalResults']).toBe(2);
  });

  test.each([undefined, null, 0])('%s never stops', async (failOnErrors) => {
    const more = failOnErrors === undefined ? {} : { failOnErrors };
    expect(statuses(await bulk(await aService(), operations, more))).toEqual(['201', '409', '201', '409', '201']);
  });

  test('a failure of what is referred to stops before what refers to it', async () => {
    const results = await bulk(await aService(), [group('g', 'G', 'bulkId:u'), post('u', '')], { failOnErrors: 1 });
    expect(results.map(({ bulkId, status }) => [bulkId, status])).toEqual([['u', '400']]);
  });
});

describe('limits of /Bulk', () => {
  test('more operations than maxOperations are 413 that states the limit, and nothing is done', async () => {
    const service = await aService();
    const Operations = Array.from({ length: 1001 }, (_, n) => post(`${n}`, `user-${n}`));
    const { status, body } = await service.send('POST', '/Bulk', { body: { Operations } });
    expect(status).toBe(413);
    expect(body['detail']).toContain('exceeds the maxOperations (1000)');
    expect((await service.send('GET', '/Users')).body['totalResults']).toBe(0);
  });

  test('a body above maxPayloadSize is 413 that states the limit', async () => {
    const service = await aService({ bulkBytesMax: 1000 });
    const body = { Operations: [post('1', 'x'.repeat(1000))] };
    const answer = await service.send('POST', '/Bulk', { body });
    expect([answer.status, answer.body['detail']]).toEqual([413, expect.stringContaining('maxPayloadSize (1000)')]);
  });

  test.each([{}, [], { Operations: {} }, { Operations: [], failOnErrors: -1 }, { Operations: [], failOnErrors: 'x' }])(
    '%j is 400 invalidSyntax',
    async (body) => {
      const answer = await (await aService()).send('POST', '/Bulk', { body });
      expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidSyntax' });
    },
  );

  test('every operation counts as one request of the rate limit', async () => {
    const service = await aService({ rateLimit: { perSecond: 1, burst: 10 } });
    const operations = Array.from({ length: 8 }, (_, n) => post(`${n}`, `user-${n}`));
    await bulk(service, operations);
    const refused = await service.send('POST', '/Bulk', {
      body: { Operations: [post('a', 'a'), post('b', 'b'), post('c', 'c')] },
    });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  test('a token that may only read is 403', async () => {
    const service = await aService();
    const token = await service.newToken({ scopes: ['scim.read'] });
    expect((await service.send('POST', '/Bulk', { token, body: { Operations: [] } })).status).toBe(403);
  });
});

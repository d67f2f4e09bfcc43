import { describe, expect, test } from 'vitest';
import { aService, tenantB, type TestService } from './service.ts';

async function withUsers(count: number): Promise<TestService> {
  const service = await aService();
  for (let n = 0; n < count; n++) await service.send('POST', '/Users', { body: { userName: `user-${n}`, title: 'x' } });
  return service;
}

async function firstCursor(service: TestService, query = 'count=2'): Promise<string> {
  const { body } = await service.send('GET', `/Users?cursor&${query}`);
  return String(body['nextCursor']);
}

const invalid = { status: '400', scimType: 'invalidCursor' };

describe('paging by cursor, RFC 9865', () => {
  test('is announced', async () => {
    const { body } = await (await aService()).send('GET', '/ServiceProviderConfig');
    expect(body['pagination']).toMatchObject({
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      cursorTimeout: 3600,
    });
  });

  test('answers pages with nextCursor but on the last, and without startIndex', async () => {
    const service = await withUsers(5);
    const seen: unknown[] = [];
    let cursor = '';
    for (const [size, isLast] of [
      [2, false],
      [2, false],
      [1, true],
    ] as const) {
      const { status, body } = await service.send('GET', `/Users?count=2&cursor=${cursor}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ totalResults: 5, itemsPerPage: size });
      expect(body).not.toHaveProperty('startIndex');
      expect(body['nextCursor'] === undefined).toBe(isLast);
      seen.push(...(body['Resources'] as { userName: string }[]).map(({ userName }) => userName));
      cursor = String(body['nextCursor'] ?? '');
      expect(cursor).toMatch(/^[A-Za-z0-9._~-]*$/);
    }
    expect(new Set(seen).size).toBe(5);
  });

  test('works by .search', async () => {
    const service = await withUsers(3);
    const first = await service.send('POST', '/Users/.search', { body: { count: 2, cursor: '', sortBy: 'userName' } });
    const body = { count: 2, cursor: first.body['nextCursor'], sortBy: 'userName' };
    const second = await service.send('POST', '/Users/.search', { body });
    expect(second.body).toMatchObject({ totalResults: 3, itemsPerPage: 1 });
  });

  test('count=0 answers the total alone', async () => {
    const service = await withUsers(3);
    const { body } = await service.send('GET', '/Users?cursor&count=0');
    expect(body).toMatchObject({ totalResults: 3, itemsPerPage: 0, Resources: [] });
    expect(body).not.toHaveProperty('nextCursor');
  });

  test('a cursor of another tenant, credential, query or resource type, and a forged one, get the same 400', async () => {
    const service = await withUsers(3);
    const cursor = await firstCursor(service);
    const flipped = `${cursor.slice(0, -2)}${cursor.at(-2) === 'A' ? 'B' : 'A'}${cursor.slice(-1)}`;
    const answers = [
      await service.send('GET', `/Users?count=2&cursor=${cursor}`, { token: await service.newToken() }),
      await service.send('GET', `/Users?count=2&cursor=${cursor}`, {
        token: await service.newToken({ tenantId: tenantB }),
      }),
      await service.send('GET', `/Groups?count=2&cursor=${cursor}`),
      await service.send('GET', `/Users?count=2&cursor=${cursor}&filter=title pr`),
      await service.send('GET', `/Users?count=2&cursor=${cursor}&sortBy=title`),
      await service.send('GET', `/Users?count=2&cursor=${cursor}&attributes=title`),
      await service.send('GET', `/Users?count=2&cursor=${flipped}`),
      await service.send('GET', '/Users?count=2&cursor=MTIz'),
      await service.send('GET', '/Users?count=2&cursor=%00'),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body).toMatchObject(invalid);
      expect(body['detail']).toBe(answers[0]?.body['detail']);
    }
    expect((await service.send('GET', `/Users?count=2&cursor=${cursor}`)).status).toBe(200);
  });

  test('a cursor expires after an hour', async () => {
    const service = await withUsers(3);
    const cursor = await firstCursor(service);
    service.clock.current += 3_600_000 - 1;
    expect((await service.send('GET', `/Users?count=2&cursor=${cursor}`)).status).toBe(200);
    service.clock.current += 1;
    const { body } = await service.send('GET', `/Users?count=2&cursor=${cursor}`);
    expect(body).toMatchObject({ status: '400', scimType: 'expiredCursor' });
  });

  test('a count above the maximum or changed on the way is 400 invalidCount', async () => {
    const service = await withUsers(4);
    const cursor = await firstCursor(service);
    for (const query of [`count=3&cursor=${cursor}`, `cursor=${cursor}`, 'cursor&count=1001']) {
      const { body } = await service.send('GET', `/Users?${query}`);
      expect(body, query).toMatchObject({ status: '400', scimType: 'invalidCount' });
    }
  });

  test('with startIndex is 400 invalidValue', async () => {
    const { body } = await (await aService()).send('GET', '/Users?cursor&startIndex=1');
    expect(body).toMatchObject({ status: '400', scimType: 'invalidValue' });
  });

  test('a cursor is good in another process with the same key, and not without', async () => {
    const cursorKey = new Uint8Array(32).fill(7);
    const one = await aService({ cursorKey });
    for (let n = 0; n < 3; n++) await one.send('POST', '/Users', { body: { userName: `user-${n}` } });
    const shared = { resources: one.resources, credentials: one.credentials };
    const token = await one.newToken();
    const { body } = await one.send('GET', '/Users?cursor&count=2', { token });
    const path = `/Users?count=2&cursor=${String(body['nextCursor'])}`;
    expect((await (await aService({ ...shared, cursorKey })).send('GET', path, { token })).status).toBe(200);
    expect((await (await aService(shared)).send('GET', path, { token })).body).toMatchObject(invalid);
  });
});

describe('sortBy', () => {
  test.each(['emails[type eq "work"].value', 'name', 'urn:ietf:params:scim:schemas:core:2.0:User:nosuch', 'a b'])(
    '%s is 400 invalidPath',
    async (sortBy) => {
      const { body } = await (await aService()).send('GET', `/Users?sortBy=${encodeURIComponent(sortBy)}`);
      expect(body).toMatchObject({ status: '400', scimType: 'invalidPath' });
    },
  );
});

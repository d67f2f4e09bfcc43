import type { JsonObject } from '@joinery/base';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { toNodeListener } from '../src/index.ts';
import { aService, baseUrl, tenantA, type TestService } from './service.ts';

async function withGroup(members: number): Promise<{ service: TestService; id: string; ids: readonly string[] }> {
  const service = await aService();
  const ids: string[] = [];
  for (let n = 0; n < members; n++) {
    const actor = { credentialId: undefined, display: 'test' };
    ids.push((await service.resources.create(tenantA, 'User', { userName: `user-${n}` }, [], actor)).id);
  }
  const body = { displayName: 'Large', members: ids.map((value) => ({ value })) };
  const { body: created } = await service.send('POST', '/Groups', {
    body,
    headers: { prefer: 'return=representation' },
  });
  return { service, id: String(created['id']), ids: ids.toSorted() };
}

function idsIn(body: JsonObject): readonly string[] {
  return ((body['members'] ?? []) as { value: string }[]).map(({ value }) => value);
}

describe('a group with more members than a page', () => {
  test('is answered whole by every operation that answers with it', async () => {
    const { service, id, ids } = await withGroup(2_500);
    const asked: readonly [string, string, unknown?][] = [
      ['GET', `/Groups/${id}`],
      ['PUT', `/Groups/${id}`, { displayName: 'Large', externalId: 'x' }],
      ['PATCH', `/Groups/${id}?attributes=members`, { Operations: [] }],
    ];
    for (const [method, path, body] of asked) {
      const answer = await service.send(method, path, body === undefined ? {} : { body });
      expect(answer.status, method).toBe(200);
      expect(answer.headers.get('content-type')).toContain('application/scim+json');
      expect(idsIn(answer.body), method).toEqual(ids);
      expect(answer.headers.get('etag')).toMatch(/^W\/"\d+"$/);
    }
    const projected = await service.send('GET', `/Groups/${id}?attributes=members.value`);
    expect(projected.body['members']).toEqual(ids.map((value) => ({ value })));
    const list = await service.send('GET', '/Groups');
    expect(list.body).toMatchObject({ totalResults: 1, itemsPerPage: 1, startIndex: 1 });
    expect(idsIn((list.body['Resources'] as JsonObject[])[0]!)).toEqual(ids);
  });

  test.each([999, 1000, 1001, 2000])(
    'of %i members, around the size of a page, has each member once',
    async (count) => {
      const { service, id, ids } = await withGroup(count);
      expect(idsIn((await service.send('GET', `/Groups/${id}`)).body)).toEqual(ids);
    },
  );

  test('is read in pages as the client takes it, and no further once it has gone', async () => {
    const { service, id } = await withGroup(5_000);
    let pages = 0;
    const listMembers = service.resources.listMembers.bind(service.resources);
    service.resources.listMembers = (...given) => {
      pages += 1;
      return listMembers(...given);
    };
    const token = await service.newToken();
    const request = new Request(`${baseUrl}/Groups/${id}`, { headers: { authorization: `Bearer ${token}` } });
    const answer = await service.handler.answer(request);
    const iterator = answer.chunks![Symbol.asyncIterator]();
    await iterator.next();
    expect(pages).toBe(0);
    const { value } = await iterator.next();
    expect(pages).toBe(1);
    expect(String(value).length).toBeLessThan(400_000);
    await iterator.return?.();
    expect(await iterator.next()).toMatchObject({ done: true });
    expect(pages).toBe(1);
  });

  test('counts as in work until it was sent or given up', async () => {
    const { service, id } = await withGroup(1_500);
    const one = await aService({
      resources: service.resources,
      credentials: service.credentials,
      admission: { tenantInWorkMax: 1, tenantWaitingMax: 0 },
    });
    const token = await service.newToken();
    const headers = { authorization: `Bearer ${token}` };
    const open = (): Promise<Response> => one.handler(new Request(`${baseUrl}/Groups/${id}`, { headers }));
    for (const end of [(response: Response) => response.text(), (response: Response) => response.body?.cancel()]) {
      const response = await open();
      expect((await open()).status).toBe(429);
      await end(response);
    }
    expect((await one.send('HEAD', `/Groups/${id}`, { token })).status).toBe(200);
    expect((await open()).status).toBe(200);
  });

  test('over HTTP a failure on the way breaks the connection off, so that no half list looks whole', async () => {
    const { service, id, ids } = await withGroup(1_500);
    const server = createServer(
      (message, response) => void toNodeListener(service.handler, { baseUrl })(message, response),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const headers = { authorization: `Bearer ${await service.newToken()}` };
      const read = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/scim/v2/Groups/${id}`, { headers });
      expect(idsIn((await (await read()).json()) as JsonObject)).toEqual(ids);
      service.resources.listMembers = () => Promise.reject(new Error('the store is gone'));
      await expect(read().then((response) => response.text())).rejects.toThrow();
      expect(service.failures).toEqual([expect.objectContaining({ message: 'the store is gone' })]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

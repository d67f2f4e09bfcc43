import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JoineryError } from '@joinery/base';
import { describe, expect, test } from 'vitest';
import { toNodeListener } from '../src/index.ts';
import { MemoryResources } from './memory-store.ts';
import { aService, baseUrl, tenantB } from './service.ts';

describe('member lists', () => {
  test('are read neither by a PATCH of members nor under excludedAttributes=members', async () => {
    const service = await aService();
    const user = await service.send('POST', '/Users', { body: { userName: 'ada' } });
    const group = await service.send('POST', '/Groups', { body: { displayName: 'Team' } });
    const path = `/Groups/${String(group.body['id'])}`;
    const before = service.resources.memberReads;
    const value = [{ value: user.body['id'] }];
    for (const operation of [
      { op: 'Add', path: 'members', value },
      { op: 'Remove', path: 'members', value },
      { op: 'replace', path: 'members', value },
      { op: 'remove', path: `members[value eq "${String(user.body['id'])}"]` },
      { op: 'remove', path: 'members' },
      { op: 'replace', path: 'displayName', value: 'New' },
    ]) {
      expect((await service.send('PATCH', path, { body: { Operations: [operation] } })).status).toBe(204);
    }
    await service.send('GET', `${path}?excludedAttributes=members`);
    await service.send('GET', '/Groups?excludedAttributes=members&filter=displayName eq "New"');
    await service.send('GET', '/Groups?attributes=id,displayName');
    await service.send('PUT', `${path}?excludedAttributes=members`, { body: { displayName: 'New' } });
    const body = { Operations: [{ op: 'replace', path: 'displayName', value: 'Newer' }] };
    await service.send('PATCH', `${path}?excludedAttributes=members`, { body });
    expect(service.resources.memberReads).toBe(before);
    await service.send('GET', path);
    expect(service.resources.memberReads).toBe(before + 1);
  });

  test('reach the store as changes of members only', async () => {
    class Recording extends MemoryResources {
      readonly changes: unknown[] = [];
      override update(...given: Parameters<MemoryResources['update']>): ReturnType<MemoryResources['update']> {
        const [tenantId, type, id, change, include, actor] = given;
        const recorded: typeof change = (current) => {
          const wanted = change(current);
          this.changes.push(wanted);
          return wanted;
        };
        return super.update(tenantId, type, id, recorded, include, actor);
      }
    }
    const resources = new Recording();
    const service = await aService({ resources });
    const user = await service.send('POST', '/Users', { body: { userName: 'ada' } });
    const group = await service.send('POST', '/Groups', { body: { displayName: 'Team' } });
    const value = String(user.body['id']);
    const body = { Operations: [{ op: 'Add', path: 'members', value: [{ $ref: null, value }] }] };
    await service.send('PATCH', `/Groups/${String(group.body['id'])}`, { body });
    expect(resources.changes).toEqual([{ members: [{ kind: 'add', members: [{ value, type: undefined }] }] }]);
  });
});

describe('rate limit', () => {
  test('is per tenant, refills with time and answers 429 with Retry-After', async () => {
    const service = await aService({ rateLimit: { perSecond: 10, burst: 20 } });
    const statuses = async (count: number) => {
      const answers = [];
      for (let index = 0; index < count; index++) answers.push((await service.send('GET', '/Users')).status);
      return { ok: answers.filter((status) => status === 200).length, all: new Set(answers) };
    };
    expect(await statuses(25)).toEqual({ ok: 20, all: new Set([200, 429]) });
    const refused = await service.send('GET', '/Users');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.body).toMatchObject({ status: '429' });
    const other = await service.newToken({ tenantId: tenantB });
    expect((await service.send('GET', '/Users', { token: other })).status).toBe(200);
    service.clock.current += 1_000;
    expect((await statuses(25)).ok).toBe(10);
  });

  test('a tenant may have its own', async () => {
    const service = await aService({
      rateLimitOf: (tenantId) => (tenantId === tenantB ? { perSecond: 1, burst: 1 } : undefined),
    });
    const token = await service.newToken({ tenantId: tenantB });
    expect((await service.send('GET', '/Users', { token })).status).toBe(200);
    expect((await service.send('GET', '/Users', { token })).status).toBe(429);
    expect((await service.send('GET', '/Users')).status).toBe(200);
  });
});

describe('failures of the store', () => {
  class Failing extends MemoryResources {
    readonly error: Error;
    constructor(error: Error) {
      super();
      this.error = error;
    }
    override list(): Promise<never> {
      return Promise.reject(this.error);
    }
  }

  test('are 500 with the request id and nothing of the cause', async () => {
    const service = await aService({ resources: new Failing(new Error('password of the database is hunter2')) });
    const answer = await service.send('GET', '/Users');
    expect(answer.status).toBe(500);
    expect(answer.body['detail']).toContain(answer.headers.get('x-request-id'));
    expect(answer.text).not.toContain('hunter2');
    expect(service.failures).toHaveLength(1);
    expect(JSON.stringify(service.log.entries)).not.toContain('hunter2');
  });

  test('that pass are 503 with Retry-After and the request id', async () => {
    const error = new JoineryError({ code: 'store.unavailable', message: 'no database', retry: 'later' });
    const service = await aService({ resources: new Failing(error) });
    const answer = await service.send('GET', '/Users');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(answer.body['detail']).toContain(answer.headers.get('x-request-id'));
  });
});

describe('embedding', () => {
  test('behind a proxy that changes the path, locations are public and the mount path is served', async () => {
    const service = await aService({ baseUrl: 'https://example.com/tenants/scim/v2/', mountPath: '/internal/scim' });
    const token = await service.newToken({ audience: 'https://example.com/tenants/scim/v2' });
    const response = await service.handler(
      new Request('http://10.0.0.1/internal/scim/Users', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"userName":"ada"}',
      }),
    );
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toMatch(/^https:\/\/example\.com\/tenants\/scim\/v2\/Users\//);
    const outside = new Request('http://10.0.0.1/scim/v2/Users', { headers: { authorization: `Bearer ${token}` } });
    expect((await service.handler(outside)).status).toBe(404);
  });

  test('in node:http', async () => {
    const service = await aService();
    const server = createServer(toNodeListener(service.handler, { baseUrl }));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const headers = { authorization: `Bearer ${await service.newToken()}`, 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${port}/scim/v2/Users`;
    const created = await fetch(url, { method: 'POST', headers, body: '{"userName":"ada"}' });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toMatch(`${baseUrl}/Users/`);
    const { id } = (await created.json()) as { id: string };
    expect((await fetch(`${url}/${id}`, { method: 'HEAD', headers })).headers.get('etag')).toBe('W/"1"');
    expect((await fetch(`${url}/${id}`, { method: 'DELETE', headers })).status).toBe(204);
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  test('tokens of the embedder’s own form', async () => {
    const service = await aService({ acceptsToken: (token) => token.startsWith('mine-') });
    expect((await service.send('GET', '/Users')).status).toBe(401);
  });
});

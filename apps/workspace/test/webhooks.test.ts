import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, type ConsoleSession } from './console.ts';
import { unique } from './client.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Answers of the next requests; 204 when there is none. */
  readonly statuses: number[];
  stop(): Promise<void>;
}

async function aReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const status = statuses.shift() ?? 204;
      response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    statuses,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const clock = {
  offset: 0,
  now: () => Date.now() + clock.offset,
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};
const patience = { timeout: 30_000, interval: 50 };

let workspace: TestWorkspace;
let session: ConsoleSession;
const receivers: Receiver[] = [];
beforeAll(async () => {
  workspace = await aWorkspace({
    clock,
    allowedHosts: ['127.0.0.1'],
    secretKey: randomBytes(32).toString('base64'),
    webhooks: { pollMs: 25, retrySeconds: [0, 0, 3600] },
  });
  session = await signIn(workspace.workspace.url);
});
afterAll(async () => {
  await workspace?.stop();
  await Promise.all(receivers.map((receiver) => receiver.stop()));
});

interface Hook extends Receiver {
  readonly id: string;
  readonly secret: string;
  deliveries(): Promise<readonly Record<string, unknown>[]>;
  view(): Promise<Record<string, unknown> | undefined>;
}

async function aWebhook(wish: object = {}, statuses: readonly number[] = []): Promise<Hook> {
  const receiver = await aReceiver();
  receivers.push(receiver);
  receiver.statuses.push(...statuses);
  const created = await session.send('POST', '/api/webhooks', { url: receiver.url, ...wish });
  expect(created.status, created.text).toBe(201);
  const id = String(created.body['id']);
  return {
    ...receiver,
    id,
    secret: String(created.body['secret']),
    async deliveries() {
      const answer = await session.get(`/api/webhooks/${id}/deliveries`);
      return answer.body['deliveries'] as unknown as readonly Record<string, unknown>[];
    },
    async view() {
      const answer = await session.get('/api/webhooks');
      const all = answer.body['webhooks'] as unknown as readonly Record<string, unknown>[];
      return all.find((one) => one['id'] === id);
    },
  };
}

const typesOf = (receiver: Receiver): readonly string[] =>
  receiver.received.map(({ body }) => String((JSON.parse(body) as { type: string }).type));

describe('webhooks', () => {
  test('tell of every change, signed as Standard Webhooks say, without attributes or secrets', async () => {
    const { scim } = workspace;
    const hook = await aWebhook();
    const userName = `${unique('hooked')}@contoso.com`;
    const user = await scim.create('/Users', { userName });
    const group = await scim.create('/Groups', { displayName: unique('Hooked') });
    await scim.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: user }] });
    await scim.patch(`/Users/${user}`, { op: 'replace', path: 'active', value: false });
    await scim.delete(`/Users/${user}`);
    await expect
      .poll(() => typesOf(hook).toSorted(), patience)
      .toEqual([
        'group.created',
        'group.members-changed',
        'group.members-changed',
        'user.created',
        'user.deleted',
        'user.updated',
      ]);
    for (const { headers, body } of hook.received) {
      const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
      const key = Buffer.from(hook.secret.replace(/^whsec_/, ''), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${signature}`);
      expect(Math.abs(Number(timestamp) - clock.now() / 1000)).toBeLessThan(300);
      expect(body).not.toContain(userName);
      expect(body).not.toContain(workspace.token);
    }
    const first = JSON.parse(hook.received.find(({ body }) => body.includes('user.created'))?.body ?? '{}') as object;
    expect(first).toMatchObject({
      data: { resourceType: 'User', id: user, location: `${workspace.tenantUrl}/Users/${user}` },
    });
  });

  test('a receiver that fails first gets the same delivery again under the same id', async () => {
    const hook = await aWebhook({ eventTypes: ['user.created'] }, [500, 302]);
    await workspace.scim.create('/Users', { userName: `${unique('again')}@contoso.com` });
    await expect.poll(() => hook.received.length, patience).toBe(3);
    expect(new Set(hook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(hook.received.map(({ body }) => body)).size).toBe(1);
    await expect
      .poll(() => hook.deliveries(), patience)
      .toMatchObject([{ state: 'delivered', attempts: 3, lastStatus: 204, event: 'user.created' }]);
    await workspace.scim.create('/Groups', { displayName: unique('Not asked for') });
    await workspace.scim.create('/Users', { userName: `${unique('asked')}@contoso.com` });
    await expect.poll(() => hook.received.length, patience).toBe(4);
    expect(typesOf(hook)).toEqual(Array.from({ length: 4 }, () => 'user.created'));
  });

  test('410 switches it off with the reason; switched on again, it goes on where it stopped', async () => {
    const hook = await aWebhook({ eventTypes: ['user.created'] }, [410]);
    await workspace.scim.create('/Users', { userName: `${unique('gone')}@contoso.com` });
    await expect
      .poll(() => hook.view(), patience)
      .toMatchObject({ enabled: false, disabledReason: 'The receiver answered 410 Gone.' });
    await workspace.scim.create('/Users', { userName: `${unique('meanwhile')}@contoso.com` });
    expect((await session.send('PATCH', `/api/webhooks/${hook.id}`, { enabled: true })).status).toBe(200);
    await expect.poll(() => hook.received.length, patience).toBe(3);
    await expect
      .poll(async () => (await hook.deliveries()).map(({ state }) => state), patience)
      .toEqual(['delivered', 'delivered']);
  });

  test('a day of failures switches it off, and says why', async () => {
    const hook = await aWebhook({ eventTypes: ['user.created'] }, [503, 503, 503, 503]);
    await workspace.scim.create('/Users', { userName: `${unique('down')}@contoso.com` });
    await expect
      .poll(() => hook.deliveries(), patience)
      .toMatchObject([{ state: 'waiting', attempts: 3, lastStatus: 503 }]);
    clock.offset += 24 * 3_600_000;
    session = await signIn(workspace.workspace.url);
    await expect.poll(() => hook.view(), patience).toMatchObject({ enabled: false });
    expect(String((await hook.view())?.['disabledReason'])).toContain('The receiver answered 503.');
  });

  test('a delivery is sent again on demand, under its id', async () => {
    const hook = await aWebhook({ eventTypes: ['user.created'] });
    await workspace.scim.create('/Users', { userName: `${unique('twice')}@contoso.com` });
    await expect.poll(() => hook.deliveries(), patience).toMatchObject([{ state: 'delivered' }]);
    const [delivery] = await hook.deliveries();
    const path = `/api/webhooks/${hook.id}/deliveries/${String(delivery?.['id'])}/redeliver`;
    expect((await session.send('POST', path)).status).toBe(202);
    await expect.poll(() => hook.received.length, patience).toBe(2);
    expect(hook.received[1]?.headers['webhook-id']).toBe(hook.received[0]?.headers['webhook-id']);
  });

  test('a rotated secret signs from then on', async () => {
    const hook = await aWebhook({ eventTypes: ['user.created'] });
    const rotated = await session.send('POST', `/api/webhooks/${hook.id}/rotate`);
    expect(rotated.body['secret']).not.toBe(hook.secret);
    await workspace.scim.create('/Users', { userName: `${unique('signed')}@contoso.com` });
    await expect.poll(() => hook.received.length, patience).toBe(1);
    const [{ headers, body } = { headers: {}, body: '' }] = hook.received;
    const key = Buffer.from(String(rotated.body['secret']).replace(/^whsec_/, ''), 'base64');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  });

  test('private addresses and plain http are refused, at the latest when it is sent', async () => {
    for (const url of ['http://hooks.example.com/', 'ftp://x.example/', 'https://u:p@hooks.example.com/', 'nonsense']) {
      expect((await session.send('POST', '/api/webhooks', { url })).status, url).toBe(400);
    }
    const created = await session.send('POST', '/api/webhooks', {
      url: 'https://10.0.0.1/hook',
      eventTypes: ['user.created'],
    });
    await workspace.scim.create('/Users', { userName: `${unique('private')}@contoso.com` });
    const path = `/api/webhooks/${String(created.body['id'])}/deliveries`;
    await expect.poll(async () => (await session.get(path)).text, patience).toContain('which is not public');
    expect((await session.send('DELETE', `/api/webhooks/${String(created.body['id'])}`)).status).toBe(204);
    expect((await session.get(path)).status).toBe(404);
  });
});

describe('GET /api/changes', () => {
  test('goes on from the last sequence and misses nothing, without attributes', async () => {
    const before = await session.get('/api/changes?limit=1000');
    const after = String(before.body['next']);
    const userName = `${unique('change')}@contoso.com`;
    const ids = [
      await workspace.scim.create('/Users', { userName }),
      await workspace.scim.create('/Users', { userName: `${unique('change')}@contoso.com` }),
    ];
    const first = await session.get(`/api/changes?after=${after}&limit=1`);
    expect(first.body['changes']).toMatchObject([{ event: 'user.created', resourceType: 'User', id: ids[0] }]);
    const second = await session.get(`/api/changes?after=${String(first.body['next'])}`);
    expect(second.body['changes']).toMatchObject([{ id: ids[1] }]);
    const end = await session.get(`/api/changes?after=${String(second.body['next'])}`);
    expect(end.body).toEqual({ changes: [], next: second.body['next'] });
    expect(first.text + second.text).not.toContain(userName);
    expect((await session.get('/api/changes?after=x')).status).toBe(400);
  });

  test('tells a reader who comes after the time that entries are kept, and lets them begin anew', async () => {
    const before = await session.get('/api/changes?limit=1000');
    await workspace.scim.create('/Users', { userName: `${unique('forgotten')}@contoso.com` });
    await workspace.database.query({
      text: `with floor as (
          insert into change_feed_floor select tenant_id, max(sequence) from change_feed group by tenant_id
          on conflict (tenant_id) do update set sequence = excluded.sequence)
        delete from change_feed`,
    });
    const late = await session.get(`/api/changes?after=${String(before.body['next'])}`);
    expect(late.status).toBe(410);
    expect(late.body['code']).toBe('workspace.changes_forgotten');
    const anew = await session.get('/api/changes');
    expect(anew.body['changes']).toEqual([]);
    const next = await session.get(`/api/changes?after=${String(anew.body['next'])}`);
    expect(next.body).toEqual({ changes: [], next: anew.body['next'] });
  });
});

test('without a session nothing of it answers', async () => {
  const { url } = workspace.workspace;
  for (const path of ['/api/webhooks', '/api/changes', '/api/rules', '/api/oauth/clients']) {
    expect((await fetch(url + path)).status, path).toBe(401);
  }
});

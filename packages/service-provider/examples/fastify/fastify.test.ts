import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkRefusals, createSend, walkEntraDialogue, type Send } from '../entra-dialogue.ts';
import { openOneFileStore, type OneFileStore } from '../one-file/store.ts';
import { createApp } from './app.ts';

let folder: string;
let stores: OneFileStore;
let app: FastifyInstance;
let baseUrl: string;
let send: Send;
const signedOut: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fastify-example-'));
  stores = await openOneFileStore(join(folder, 'data.json'));
  // The public URL must be known before the server listens, as it is behind a proxy: a free port is taken first.
  const probe = createApp({ stores, publicUrl: 'http://127.0.0.1', endSessions: async () => {} });
  const publicUrl = await probe.listen({ port: 0, host: '127.0.0.1' });
  await probe.close();
  const endSessions = async (id: string): Promise<void> => void signedOut.push(id);
  app = createApp({ stores, publicUrl, endSessions });
  await app.listen({ port: Number(new URL(publicUrl).port), host: '127.0.0.1' });
  const response = await fetch(`${publicUrl}/settings/scim-tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-signed-in-tenant': '018f0000-0000-7000-8000-000000000001' },
    body: JSON.stringify({ name: 'Entra' }),
  });
  const { tenantUrl, token } = (await response.json()) as { tenantUrl: string; token: string };
  baseUrl = tenantUrl;
  send = createSend(tenantUrl, token);
});
afterAll(async () => {
  await app?.close();
  await stores?.close();
  await rm(folder, { recursive: true, force: true });
});

test("answers Entra's dialogue", async () => {
  await walkEntraDialogue(send);
});

test('refuses who has no live token', () => checkRefusals(baseUrl));

test('says in SCIM what is wrong with a body, and takes none that is too large', async () => {
  const junk = await send('POST', '/Users', 'no object');
  expect([junk.status, junk.body['scimType']]).toEqual([400, 'invalidSyntax']);
  const large = await send('POST', '/Users', { userName: 'x', title: 'x'.repeat(17 * 1024 * 1024) });
  expect([large.status, large.body['status']]).toEqual([413, '413']);
});

test('the hooks hold under every operation', async () => {
  const made = await send('POST', '/Users', { userName: 'Grace@Contoso.com' });
  expect(made.body['userName']).toBe('grace@contoso.com');
  const id = String(made.body['id']);
  signedOut.length = 0;
  const patched = await send('PATCH', `/Users/${id}`, {
    Operations: [{ op: 'replace', path: 'active', value: false }],
  });
  expect(patched.status).toBe(200);
  expect(signedOut).toEqual([id]);

  const bulk = await send('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: ['A', 'B', 'C', 'D'].map((name) => ({
      method: 'POST',
      path: '/Users',
      bulkId: name,
      data: { userName: `${name}@contoso.com` },
    })),
  });
  const statuses = (bulk.body['Operations'] as { status: string }[]).map(({ status }) => status);
  expect(statuses).toEqual(['201', '201', '403', '403']);
  expect((await send('DELETE', `/Users/${id}`)).status).toBe(204);
  expect(signedOut).toEqual([id, id]);
});

test("the application's own routes are as before", async () => {
  const { origin } = new URL(baseUrl);
  expect((await fetch(`${origin}/nothing`)).headers.get('content-type')).toContain('application/json');
});

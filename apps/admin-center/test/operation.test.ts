import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@joinery/graph-api/contract';
import type { Database } from '@joinery/store';
import { createCenterStore } from '@joinery/store/center';
import { aSmtpServer, createCenterDatabase, waitFor } from '@joinery/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepHouse } from '../src/housekeeping.ts';
import { createMailer } from '../src/mailer.ts';
import { loadSecretKey, parseSecretKey } from '@joinery/store';
import { systemClock } from '../src/system-clock.ts';
import { aCenter, aUser } from './center.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joinery-center-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts a mail into the outbox as the engine does: with the notification in the same transaction. */
async function addMail(database: Database, subject: string): Promise<string> {
  const id = randomUUID();
  await database.query({
    text: `with made as (insert into mail (id, to_addresses, subject, body, created_at)
             values ($1, $2, $3, $4, now()) returning id) select pg_notify('mail_added', id::text) from made`,
    values: [id, ['it@contoso.com', 'boss@contoso.com'], subject, 'The job has been quarantined.'],
  });
  return id;
}

test('mails of the outbox reach the mail server once, those from before the start too', async () => {
  await using smtp = await aSmtpServer();
  await using database = await createCenterDatabase();
  await addMail(database, 'From before');
  await using center = await aCenter({
    store: { databaseUrl: database.url },
    smtp: { url: smtp.url, from: 'joinery@contoso.com' },
  });
  expect((await smtp.next()).raw).toContain('Subject: From before');
  const id = await addMail(database, 'Quarantined');
  const mail = await smtp.next();
  expect(mail).toMatchObject({ from: 'joinery@contoso.com', to: ['it@contoso.com', 'boss@contoso.com'] });
  expect(mail.raw).toContain('Subject: Quarantined');
  expect(mail.raw).toContain(`Message-ID: <${id}@contoso.com>`);
  const listed = await waitFor(async () => {
    const { value } = await center.admin.call('GET', '/joinery/mails', { status: 200, answer: contract.Mails });
    return value[0]?.sentDateTime ? value : undefined;
  });
  expect(listed).toMatchObject([
    { id, attempts: 1, error: null },
    { subject: 'From before', attempts: 1 },
  ]);
  expect(smtp.mails).toHaveLength(2);
});

test('without a mail server mails are kept and shown', async () => {
  await using center = await aCenter();
  await addMail(center.database, 'First');
  await addMail(center.database, 'Second');
  const page = await center.admin.call('GET', '/joinery/mails?$top=1', { status: 200, answer: contract.Mails });
  expect(page.value).toMatchObject([{ subject: 'Second', sentDateTime: null, attempts: 0 }]);
  const next = await center.admin.call('GET', page['@odata.nextLink']!, { status: 200, answer: contract.Mails });
  expect(next.value).toMatchObject([{ subject: 'First' }]);
  const organization = await center.admin.call('GET', '/joinery/organization', { status: 200, answer: contract.Organization }); // prettier-ignore
  expect(organization.mailIsSent).toBe(false);
});

test('a mail that the server does not take says why and stays in the outbox', async () => {
  await using database = await createCenterDatabase();
  const store = createCenterStore(database, { secretKey: Buffer.alloc(32), clock: systemClock, newId: randomUUID });
  await database.query({
    text: 'insert into mail (id, to_addresses, subject, body, created_at) values ($1, $2, $3, $4, now())',
    values: ['7d4f4c4e-9a3b-4f0e-8d3a-1b2c3d4e5f60', ['it@contoso.com'], 'x', 'y'],
  });
  // Nothing listens on port 1.
  const smtpUrl = 'smtp://user:hidden-password@127.0.0.1:1';
  const mailer = createMailer({ outbox: store.outbox, smtpUrl, from: 'a@b.example', clock: systemClock });
  await expect(mailer.send('7d4f4c4e-9a3b-4f0e-8d3a-1b2c3d4e5f60')).rejects.toThrow(/ECONNREFUSED/);
  mailer.close();
  const kept = await store.outbox.get('7d4f4c4e-9a3b-4f0e-8d3a-1b2c3d4e5f60');
  expect(kept).toMatchObject({ attempts: 1, sentDateTime: undefined, error: expect.stringContaining('ECONNREFUSED') });
  expect(kept?.error).not.toContain('hidden-password');
});

test('the recycle bin is emptied after 30 days', async () => {
  await using center = await aCenter();
  const [old, recent] = [await aUser(center.admin), await aUser(center.admin)];
  for (const { id } of [old, recent]) await center.admin.call('DELETE', `/v1.0/users/${id}`, { status: 204 });
  const store = createCenterStore(center.database, {
    secretKey: Buffer.alloc(32),
    clock: systemClock,
    newId: randomUUID,
  });
  const later = (days: number) => ({ ...systemClock, now: () => Date.now() + days * 86_400_000 });
  expect(await keepHouse({ ...store, clock: later(29) })).toEqual({ purged: 0 });
  expect(await keepHouse({ ...store, clock: later(31) })).toEqual({ purged: 2 });
  expect((await store.directory.listDeleted('user', { top: 10, count: false })).objects).toEqual([]);
});

test('health and metrics need no credential and show no people', async () => {
  await using center = await aCenter();
  await aUser(center.admin, { displayName: 'Ada Holm' });
  await center.admin.request('GET', '/v1.0/users?$search=holm');
  for (const path of ['/livez', '/readyz']) expect(await center.nobody.request('GET', path)).toMatchObject({ status: 200, body: { status: 'ok' } }); // prettier-ignore
  const { body } = await center.nobody.request('GET', '/metrics');
  expect(body).toMatch(/joinery_center_requests_total\{status="201"\} 1/);
  expect(body).toContain('route="/v1.0/users"');
  expect(body).not.toMatch(/holm/i);
  expect(center.log()).not.toMatch(/holm/i);
});

test('a worker answers health only; an api process runs no cycles', async () => {
  await using database = await createCenterDatabase();
  const store = { databaseUrl: database.url };
  await using worker = await aCenter({ role: 'worker', store }, { signIn: false });
  await using api = await aCenter({ role: 'api', store });
  expect((await worker.nobody.request('GET', '/readyz')).status).toBe(200);
  expect((await worker.nobody.request('GET', '/v1.0/users')).status).toBe(404);
  expect((await api.admin.request('GET', '/v1.0/users')).status).toBe(200);
  expect(worker.tenantId).toBe(api.tenantId);
});

test('the key file is made once, for its owner only', async () => {
  const first = await loadSecretKey(folder);
  expect(first).toHaveLength(32);
  expect(await loadSecretKey(folder)).toEqual(first);
  const path = join(folder, 'secret.key');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(parseSecretKey(await readFile(path, 'utf8'))).toEqual(first);
  await writeFile(path, 'damaged');
  await expect(loadSecretKey(folder)).rejects.toMatchObject({ code: 'config.secret_key' });
  expect(() => parseSecretKey('c2hvcnQ=')).toThrow(/32 bytes/);
});

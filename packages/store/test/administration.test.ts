import { createHash, randomUUID } from 'node:crypto';
import { createCenterDatabase, type TestDatabase } from '@joinery/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createAdministratorStore,
  createAuditLog,
  createOutbox,
  loadCenterSettings,
} from '../src/center/administration/index.ts';

let database: TestDatabase;
let administrators: ReturnType<typeof createAdministratorStore>;

beforeAll(async () => {
  database = await createCenterDatabase();
  administrators = createAdministratorStore(database);
});
afterAll(() => database[Symbol.asyncDispose]());

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const code = (name: string) => expect.objectContaining({ code: name });
const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);
const anAdministrator = (email: string, role: 'Global Administrator' | 'Reports Reader' = 'Global Administrator') =>
  administrators.create({ email, displayName: email, role, passwordHash: 'argon2' });

test('an e-mail address is taken in any letter case', async () => {
  const made = await anAdministrator('Ada@Contoso.com');
  await expect(anAdministrator('ada@contoso.COM')).rejects.toEqual(code('graph.administrator_exists'));
  expect(await administrators.findByEmail('ADA@contoso.com')).toEqual(made);
});

test('the last Global Administrator can be neither deleted nor demoted, also by two at once', async () => {
  const [first] = await administrators.list();
  await expect(administrators.delete(first!.id)).rejects.toEqual(code('graph.last_global_administrator'));
  await expect(administrators.update(first!.id, { role: 'Reports Reader' })).rejects.toEqual(
    code('graph.last_global_administrator'),
  );
  const second = await anAdministrator('second@contoso.com');
  const outcomes = await Promise.allSettled([administrators.delete(first!.id), administrators.delete(second.id)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a session ends at its time, and when the password or role changes', async () => {
  const { id } = await anAdministrator('session@contoso.com', 'Reports Reader');
  const session = (token: string) => ({
    tokenHash: sha256(token),
    administratorId: id,
    csrfToken: `csrf-${token}`,
    expires: at(1000),
  });
  await administrators.createSession(session('a'));
  expect(await administrators.findSession(sha256('a'), at(999))).toMatchObject({ csrfToken: 'csrf-a' });
  expect(await administrators.findSession(sha256('a'), at(1000))).toBeUndefined();
  expect(await administrators.findSession(sha256('b'), at(0))).toBeUndefined();
  await administrators.update(id, { displayName: 'Other' });
  expect(await administrators.findSession(sha256('a'), at(0))).toMatchObject({
    administrator: { displayName: 'Other' },
  });
  await administrators.update(id, { passwordHash: 'new' });
  expect(await administrators.findSession(sha256('a'), at(0))).toBeUndefined();
});

test('a set-up token works once, in time, and only while there is nobody', async () => {
  await using empty = await createCenterDatabase();
  const store = createAdministratorStore(empty);
  await store.createSetupToken(sha256('old'), at(1000));
  await store.createSetupToken(sha256('link'), at(1000));
  expect(await store.takeSetupToken(sha256('old'), at(0))).toBe(false);
  expect(await store.takeSetupToken(sha256('link'), at(1000))).toBe(false);
  expect(await store.takeSetupToken(sha256('link'), at(0))).toBe(true);
  expect(await store.takeSetupToken(sha256('link'), at(0))).toBe(false);
  await administrators.createSetupToken(sha256('late'), at(1000));
  expect(await administrators.takeSetupToken(sha256('late'), at(0))).toBe(false);
});

test('access tokens end at their time and with their client', async () => {
  const clientId = randomUUID();
  const made = await administrators.createClient({
    clientId,
    displayName: 'script',
    role: 'Reports Reader',
    secretHash: sha256('secret'),
  });
  const found = await administrators.findClient(clientId);
  expect(found).toMatchObject({ displayName: 'script' });
  expect(found?.secretHashes.map((hash) => Buffer.from(hash))).toEqual([sha256('secret')]);
  await administrators.createAccessToken({ tokenHash: sha256('t'), clientId, expires: at(1000) });
  expect(await administrators.findAccessToken(sha256('t'), at(0))).toEqual(made);
  expect(await administrators.findAccessToken(sha256('t'), at(1000))).toBeUndefined();
  await administrators.deleteClient(clientId);
  expect(await administrators.findAccessToken(sha256('t'), at(0))).toBeUndefined();
  expect(await administrators.findClient('not-a-guid')).toBeUndefined();
  expect(await administrators.deleteClient(clientId)).toBeUndefined();
});

test('attempts are counted in a window per key, across callers at once', async () => {
  const attempt = (ms: number) => administrators.countAttempts([{ key: 'account:x', max: 3 }], 60, at(ms));
  expect(await Promise.all([attempt(0), attempt(0), attempt(0)])).toEqual([0, 0, 0]);
  expect(await attempt(10_000)).toBe(50);
  expect(await attempt(60_000)).toBe(0);
  await administrators.forgetAttempts(['account:x']);
  expect(await attempt(60_000)).toBe(0);
});

test('housekeeping removes what has expired', async () => {
  await administrators.createSetupToken(sha256('x'), at(0));
  expect(await administrators.deleteExpired(at(3_600_000))).toBeGreaterThan(0);
  expect(await administrators.deleteExpired(at(3_600_000))).toBe(0);
});

test('the audit log pages newest first and filters by activity, target and time', async () => {
  const log = createAuditLog(database);
  const entry = (activity: string, targetId: string) => ({
    activity,
    category: 'UserManagement',
    outcome: 'success' as const,
    reason: '',
    initiatedBy: { id: 'me', displayName: 'Me', type: 'user' as const },
    targets: [{ id: targetId, displayName: targetId, type: 'User', modifiedProperties: [] }],
  });
  for (const [activity, target] of [['Add user', 'a'], ['Update user', 'a'], ['Add user', 'b']] as const) {
    await log.append(entry(activity, target));
  } // prettier-ignore
  const first = await log.list({ top: 2 });
  expect(first.entries.map(({ activity, targets }) => [activity, targets[0]?.id])).toEqual([
    ['Add user', 'b'],
    ['Update user', 'a'],
  ]);
  const second = await log.list({ top: 2, skipToken: first.next! });
  expect(second.entries.map(({ activity }) => activity)).toEqual(['Add user']);
  expect(second.next).toBeUndefined();
  expect((await log.list({ top: 9, targetId: 'a', activity: 'Add user' })).entries).toHaveLength(1);
  expect((await log.list({ top: 9, category: 'GroupManagement' })).entries).toEqual([]);
  const now = first.entries[0]!.at.getTime();
  expect((await log.list({ top: 9, from: new Date(now + 1) })).entries).toEqual([]);
  expect((await log.list({ top: 9, to: new Date(now) })).entries).toHaveLength(3);
  expect(await log.get(first.entries[0]!.id)).toEqual(first.entries[0]);
  expect(await log.get('x')).toBeUndefined();
});

test('the tenant id is made once and stays', async () => {
  const first = await loadCenterSettings(database, { displayName: 'Contoso', defaultDomain: 'contoso.com' });
  const again = await loadCenterSettings(database, { displayName: 'Other', defaultDomain: 'other.com' });
  expect(again).toEqual(first);
  expect(first).toMatchObject({ displayName: 'Contoso', defaultDomain: 'contoso.com' });
});

test('the outbox pages newest first and keeps what failed', async () => {
  const outbox = createOutbox(database);
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  for (const [index, id] of ids.entries()) {
    await database.query({
      text: 'insert into mail (id, to_addresses, subject, body, created_at) values ($1, $2, $3, $4, $5)',
      values: [id, ['it@contoso.com'], `Mail ${index}`, 'Text', at(index)],
    });
  }
  const page = await outbox.list({ top: 2 });
  expect(page.mails.map(({ subject }) => subject)).toEqual(['Mail 2', 'Mail 1']);
  expect((await outbox.list({ top: 2, skipToken: page.next! })).mails.map(({ id }) => id)).toEqual([ids[0]]);
  await outbox.markFailed(ids[1]!, '450 busy');
  await outbox.markSent(ids[0]!, at(5));
  expect(await outbox.listUnsent(at(-1), 10)).toEqual([ids[1], ids[2]]);
  expect(await outbox.countUnsent()).toBe(2);
  expect(await outbox.get(ids[1]!)).toMatchObject({ attempts: 1, error: '450 busy', to: ['it@contoso.com'] });
  expect(await outbox.get(ids[0]!)).toMatchObject({ attempts: 1, sentDateTime: at(5), error: undefined });
});

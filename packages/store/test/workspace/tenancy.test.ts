import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CredentialId, TenantId } from '@joinery/base';
import { brandId } from '@joinery/base';
import type { StoredResource } from '@joinery/service-provider/ports';
import { anActor, aQuery, asMembers, aTenantId, aWorkspace, everything, uuidv7, type Workspace } from './fixture.ts';

let workspace: Workspace;
let owner: TenantId;
let stranger: TenantId;
let user: StoredResource;
let group: StoredResource;
beforeAll(async () => {
  workspace = await aWorkspace();
  owner = (await workspace.store.tenants.createTenant('Owner')).id;
  stranger = (await workspace.store.tenants.createTenant('Stranger')).id;
  const manager = { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: 'm-1' } } };
  const attributes = {
    userName: 'mine',
    displayName: 'Mine',
    externalId: 'ext',
    emails: [{ value: 'mine@x' }],
    ...manager,
  };
  user = await workspace.user(attributes, owner);
  group = await workspace.group('Mine', [user.id], owner);
});
afterAll(() => workspace[Symbol.asyncDispose]());

describe("another tenant's ids do not exist", () => {
  test('get, update and delete', async () => {
    const { resources } = workspace.store;
    for (const { type, id } of [user, group]) {
      expect(await resources.get(stranger, type, id, everything)).toBeUndefined();
      const change = () => ({
        attributes: { userName: 'stolen', displayName: 'stolen' },
        members: [{ kind: 'clear' } as const],
      });
      expect(await resources.update(stranger, type, id, change, everything, anActor)).toBeUndefined();
      expect(await resources.delete(stranger, type, id, () => {}, anActor)).toBe(false);
      expect(await resources.get(owner, type, id, everything)).toMatchObject({ version: 1 });
    }
    expect(await workspace.members(group.id, owner)).toEqual([user.id]);
  });

  test('lists, whatever the filter', async () => {
    const { resources } = workspace.store;
    for (const type of ['User', 'Group'] as const) {
      expect(await resources.list(stranger, type, aQuery())).toEqual({ resources: [], totalResults: 0 });
    }
    for (const filter of [
      `id eq "${user.id}"`,
      'userName eq "mine"',
      'displayName eq "mine"',
      'externalId eq "ext"',
      'emails.value eq "mine@x"',
      'manager eq "m-1"',
      `groups.value eq "${group.id}"`,
      'groups.display eq "mine"',
      'title ne "x"',
      'not (title pr)',
      'meta.location co "Users"',
    ]) {
      expect({ filter, ids: await workspace.find('User', filter, owner) }).toEqual({ filter, ids: [user.id] });
      expect({ filter, ids: await workspace.find('User', filter, stranger) }).toEqual({ filter, ids: [] });
    }
    for (const filter of [
      `members eq "${user.id}"`,
      'members.display eq "mine"',
      'members pr',
      'members.$ref co "Users"',
    ]) {
      expect({ filter, ids: await workspace.find('Group', filter, owner) }).toEqual({ filter, ids: [group.id] });
      expect({ filter, ids: await workspace.find('Group', filter, stranger) }).toEqual({ filter, ids: [] });
    }
  });

  test('as members', async () => {
    const theirs = await workspace.group('Theirs', [], stranger);
    const { resources } = workspace.store;
    const change = { members: [{ kind: 'add', members: asMembers([user.id]) } as const] };
    const adding = resources.update(stranger, 'Group', theirs.id, () => change, everything, anActor);
    await expect(adding).rejects.toMatchObject({ code: 'scim.invalid_value' });
    const creating = resources.create(stranger, 'Group', { displayName: 'T' }, asMembers([group.id]), anActor);
    await expect(creating).rejects.toMatchObject({ code: 'scim.invalid_value' });
  });

  test('credentials, administrators, the change feed and the request log', async () => {
    const { credentials, tenants, changeFeed, requestLog } = workspace.store;
    const hash = new Uint8Array(32).fill(7);
    const credential = await credentials.create(owner, {
      name: 'token',
      audience: 'https://x/scim/v2',
      scopes: ['scim.read'],
      expires: new Date(Date.now() + 60_000),
      hash,
    });
    expect(await credentials.list(stranger)).toEqual([]);
    expect(await credentials.revoke(stranger, credential.id, new Date())).toBe(false);
    credentials.touch(stranger, credential.id, new Date());
    const admin = await tenants.createAdministrator(owner, { email: 'a@x', displayName: 'A', passwordHash: 'h' });
    expect(await tenants.getAdministrator(stranger, admin.id)).toBeUndefined();
    expect(await tenants.listAdministrators(stranger)).toEqual([]);
    expect((await changeFeed.read(owner, undefined, 10)).length).toBeGreaterThan(0);
    const foreign = (await changeFeed.read(stranger, undefined, 10)).map(({ resourceId }) => resourceId);
    expect(foreign).not.toContain(user.id);
    requestLog.append(owner, {
      at: new Date(),
      requestId: 'r',
      method: 'GET',
      path: '/Users',
      status: 200,
      durationMs: 1,
      credentialId: brandId<CredentialId>(uuidv7()),
      errorCode: undefined,
      errorDetail: undefined,
      tolerated: [],
    });
    await workspace.store.close();
    const page = { before: undefined, limit: 10, failedOnly: false };
    expect((await requestLog.list(owner, page)).entries).toHaveLength(1);
    expect((await requestLog.list(stranger, page)).entries).toEqual([]);
    expect(await credentials.findByHash(hash)).toMatchObject({
      tenantId: owner,
      revoked: undefined,
      lastUsed: undefined,
    });
  });
});

/** Statements that name no tenant, each with its reason. */
const withoutTenant: readonly { readonly text: RegExp; readonly why: string }[] = [
  { text: /(from|into) tenant\b/, why: 'the tenants themselves' },
  { text: /where [cs]\.token_hash = \$1/, why: 'the tenant is read from the row that the secret names' },
  {
    text: /from oauth_client c where c\.id = \$1/,
    why: 'a token request names no tenant; client ids are unique over all',
  },
  { text: /where a\.email_folded = \$1/, why: 'a sign-in names no tenant; addresses are unique over all' },
  { text: /(from|into) setting\b/, why: 'of the installation' },
  { text: /settled_change\(\)/, why: 'a sequence number over all tenants' },
  {
    text: /pg_advisory_xact_lock|pg_inherits|partition of|drop table|set (local|transaction)/,
    why: 'no rows of tenants',
  },
  { text: /^fetch \d+ from candidates/, why: 'the declared cursor names the tenant' },
];

describe("another tenant's clients, accounts and webhooks do not exist", () => {
  test('to read, change, revoke or send again', async () => {
    const { oauth, rules, webhooks } = workspace.store;
    const client = await oauth.create(owner, { name: 'c', scopes: ['scim.read'], accessTokenSeconds: 3600 });
    const secret = { hash: new Uint8Array(32).fill(8), expires: new Date(Date.now() + 60_000), endOthers: undefined };
    const made = await oauth.addSecret(owner, client.id, secret);
    expect(await oauth.list(stranger)).toEqual([]);
    expect(await oauth.addSecret(stranger, client.id, secret)).toBeUndefined();
    expect(await oauth.revokeGrant(stranger, client.id, made!.id, new Date())).toBe(false);
    expect(await oauth.revoke(stranger, client.id, new Date())).toBe(false);
    expect(await oauth.find(client.id)).toMatchObject({
      tenantId: owner,
      revoked: undefined,
      secrets: [{ id: made!.id }],
    });
    const local = await rules.createLocalAccount(owner, { userName: 'local' }, anActor);
    expect(await rules.isUnadopted(stranger, local.id)).toBe(false);
    expect([...(await rules.unadoptedOf(stranger, [local.id]))]).toEqual([]);
    expect([...(await rules.unadoptedOf(owner, [local.id]))]).toEqual([local.id]);
    await rules.noteAdoption(stranger, local.id);
    expect(await rules.isUnadopted(owner, local.id)).toBe(true);
    const webhook = await webhooks.create(owner, { url: 'https://x/', eventTypes: ['user.created'] });
    expect(await webhooks.get(stranger, webhook!.id)).toBeUndefined();
    expect(await webhooks.change(stranger, webhook!.id, { enabled: false })).toBeUndefined();
    expect(await webhooks.deliveries(stranger, webhook!.id, undefined, 10)).toEqual([]);
    expect(await webhooks.delete(stranger, webhook!.id)).toBe(false);
    expect(await webhooks.get(owner, webhook!.id)).toMatchObject({ disabled: undefined });
  });
});

describe('every SQL statement of the workspace store names the tenant', () => {
  test('in what is sent to the server', async () => {
    const sent: string[] = [];
    await using recorded = await aWorkspace({ record: (text) => sent.push(text) });
    await exerciseAll(recorded);
    const missing = [...new Set(sent)].filter(
      (text) => !text.includes('tenant_id') && !withoutTenant.some((exception) => exception.text.test(text)),
    );
    expect(sent.length).toBeGreaterThan(40);
    expect(missing).toEqual([]);
  });

  test('in the source: every text that reads or writes a table of tenants', async () => {
    const folder = join(import.meta.dirname, '../../src/workspace');
    const tables =
      'resource|resource_term|resource_segment|resource_count_change|membership|credential|administrator|administrator_session|setup_token|change_feed|request_log|oauth_client|oauth_secret|oauth_federation|access_token|used_assertion|tenant_rules|local_account|webhook|webhook_delivery';
    const statement = new RegExp(`\\b(from|join|into|update)\\s+(${tables})\\b`);
    const texts: { file: string; text: string }[] = [];
    for (const file of await readdir(folder)) {
      const source = (await readFile(join(folder, file), 'utf8')).replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      for (const [text] of source.matchAll(/`[^`]*`|'[^'\n]*'/g)) if (statement.test(text)) texts.push({ file, text });
    }
    expect(texts.length).toBeGreaterThan(25);
    // A list's condition is in `where`, which begins with the tenant.
    const missing = texts.filter(
      ({ text }) =>
        !text.includes('tenant_id') &&
        !/where \$\{where/.test(text) &&
        !withoutTenant.some((exception) => exception.text.test(text)),
    );
    expect(missing).toEqual([]);
  });
});

/** Calls every method of the store at least once. */
async function exerciseAll({
  store,
  tenant,
  user: aUser,
  group: aGroup,
  find,
  changeMembers,
}: Workspace): Promise<void> {
  const { resources, credentials, tenants, requestLog, changeFeed } = store;
  const one = await aUser({ userName: 'one', emails: [{ value: 'one@x' }], title: 'a' });
  const two = await aUser({ userName: 'two' });
  const teamA = await aGroup('A', [one.id]);
  await aGroup('B');
  for (const filter of [
    'userName eq "one"',
    'title co "a"',
    'emails[type eq "work"].value eq "x"',
    'groups.display sw "a"',
    'meta.location pr or meta.location eq "x"',
  ]) {
    await find('User', filter);
  }
  for (const filter of ['members.$ref eq "x"', `members eq "${one.id}"`, 'displayName pr']) await find('Group', filter);
  await changeMembers(teamA.id, { kind: 'add', members: asMembers([two.id]) }, { kind: 'remove', memberIds: [one.id] });
  await changeMembers(teamA.id, { kind: 'replace', members: asMembers([one.id, two.id]) });
  await Promise.all(
    Array.from({ length: 4 }, () =>
      changeMembers(
        teamA.id,
        { kind: 'remove', memberIds: [one.id] },
        { kind: 'add', members: asMembers([one.id]) },
        { kind: 'clear' },
      ),
    ),
  );
  const change = (title: string) => () => ({ attributes: { userName: 'one', title } });
  await Promise.all(
    ['b', 'c', 'd'].map((title) => resources.update(tenant, 'User', one.id, change(title), everything, anActor)),
  );
  await resources.update(tenant, 'Group', teamA.id, () => ({ attributes: { displayName: 'A2' } }), everything, anActor);
  await resources.list(tenant, 'User', aQuery({ include: everything }));
  await resources.list(tenant, 'Group', aQuery({ include: everything, count: 0 }));
  await resources.delete(tenant, 'User', one.id, undefined, anActor);
  const { id } = await tenants.createTenant('T');
  await tenants.findTenant(id);
  await tenants.listTenants();
  const administrator = await tenants.createAdministrator(id, { email: 'e@x', displayName: 'E', passwordHash: 'h' });
  await tenants.findAdministrator('e@x');
  await tenants.getAdministrator(id, administrator.id);
  await tenants.listAdministrators(id);
  const tokenHash = new Uint8Array(32);
  await tenants.createSession({
    tokenHash,
    tenantId: id,
    administratorId: administrator.id,
    csrfToken: 'c',
    expires: new Date(),
  });
  await tenants.findSession(tokenHash, new Date());
  await tenants.deleteSession(tokenHash);
  await tenants.createSetupToken(id, tokenHash, new Date());
  await tenants.takeSetupToken(tokenHash, new Date());
  await tenants.recordPublicUrl('https://x');
  await tenants.getPublicUrl();
  const scopes = ['scim.read'] as const;
  const credential = await credentials.create(id, {
    name: 'n',
    audience: 'a',
    scopes,
    expires: new Date(),
    hash: tokenHash,
  });
  await credentials.findByHash(tokenHash);
  await credentials.list(id);
  credentials.touch(id, credential.id, new Date());
  await credentials.rotate(id, credential.id, {
    until: new Date(),
    expires: new Date(),
    hash: new Uint8Array(32).fill(1),
  });
  await credentials.revoke(id, credential.id, new Date());
  await exerciseAccess(store, id);
  await exerciseWebhooks(store, id);
  const nothingKnown = { credentialId: undefined, errorCode: undefined, errorDetail: undefined, tolerated: [] };
  requestLog.append(id, {
    at: new Date(),
    requestId: 'r',
    method: 'GET',
    path: '/',
    status: 500,
    durationMs: 1,
    ...nothingKnown,
  });
  await store.close();
  await requestLog.list(id, { before: undefined, limit: 1, failedOnly: true });
  await changeFeed.read(tenant, undefined, 10);
  await changeFeed.recent(aTenantId(), undefined, 10);
}

async function exerciseAccess({ oauth, rules }: Workspace['store'], tenantId: TenantId): Promise<void> {
  const { id } = await oauth.create(tenantId, { name: 'c', scopes: ['scim.read'], accessTokenSeconds: 3600 });
  const [hash, expires] = [new Uint8Array(32).fill(2), new Date(Date.now() + 60_000)];
  const secret = await oauth.addSecret(tenantId, id, { hash, expires, endOthers: new Date() });
  const federation = { issuer: 'https://i', jwksUrl: 'https://i/keys', subject: 's', audiences: ['a'] };
  await oauth.addFederation(tenantId, id, federation);
  await oauth.find(id);
  await oauth.list(tenantId);
  const grant = { clientId: id, grantId: secret!.id };
  await oauth.issue(tenantId, { ...grant, hash, scopes: ['scim.read'], audience: 'a', expires });
  await oauth.takeAssertion(tenantId, id, hash, expires);
  await oauth.revokeGrant(tenantId, id, secret!.id, new Date());
  await oauth.revoke(tenantId, id, new Date());
  const set = await rules.get(tenantId);
  await rules.set(tenantId, set);
  const local = await rules.createLocalAccount(tenantId, { userName: 'local' }, anActor);
  await rules.isUnadopted(tenantId, local.id);
  await rules.unadoptedOf(tenantId, [local.id]);
  await rules.noteAdoption(tenantId, local.id);
  await rules.groupsAbove(tenantId, local.id);
}

async function exerciseWebhooks({ webhooks }: Workspace['store'], tenantId: TenantId): Promise<void> {
  const webhook = await webhooks.create(tenantId, { url: 'https://x/', eventTypes: ['user.created'] });
  const { id } = webhook!;
  await webhooks.list(tenantId);
  await webhooks.get(tenantId, id);
  await webhooks.change(tenantId, id, { enabled: true });
  await webhooks.rotateSecret(tenantId, id);
  await webhooks.behind();
  await webhooks.follow(webhook!, String(BigInt(webhook!.position) + 1n), [
    { event: 'user.created', body: () => '{}' },
  ]);
  for (const delivery of await webhooks.take(10, new Date(Date.now() + 60_000))) {
    const outcome = { state: 'delivered', status: 200, error: undefined, disable: undefined } as const;
    await webhooks.settle(delivery, { ...outcome, nextAttempt: new Date() });
  }
  const [delivery] = await webhooks.deliveries(tenantId, id, undefined, 10);
  await webhooks.redeliver(tenantId, id, delivery!.id);
  await webhooks.forget(new Date(0));
  await webhooks.delete(tenantId, id);
}

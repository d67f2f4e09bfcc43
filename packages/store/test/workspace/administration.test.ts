import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CredentialId, TenantId } from '@joinery/base';
import { brandId } from '@joinery/base';
import type { RequestLogEntry } from '@joinery/service-provider/ports';
import { createWorkspaceStore } from '@joinery/store/workspace';
import { waitFor } from '@joinery/testkit';
import { aWorkspace, uuidv7, type Workspace } from './fixture.ts';

let now = Date.parse('2026-05-01T12:00:00.000Z');
const later = (ms: number) => new Date(now + ms);
let workspace: Workspace;
let tenant: TenantId;
beforeAll(async () => {
  workspace = await aWorkspace({ now: () => now });
  tenant = (await workspace.store.tenants.createTenant('Contoso')).id;
});
afterAll(() => workspace[Symbol.asyncDispose]());

let hashes = 0;
const aHash = () => new Uint8Array(32).fill(++hashes);
const aCredential = (name: string, expires = later(60_000), hash = aHash()) => ({
  name,
  audience: 'https://workspace.example.com/scim/v2',
  scopes: ['scim.read', 'scim.write'] as const,
  expires,
  hash,
});

describe('tenants', () => {
  test('a name is taken ignoring case, and a tenant is found by name or id', async () => {
    const { tenants } = workspace.store;
    const made = await tenants.createTenant('Fabrikam Straße');
    await expect(tenants.createTenant('FABRIKAM STRASSE')).rejects.toMatchObject({
      code: 'workspace.tenant_name_taken',
    });
    expect(await tenants.findTenant('fabrikam strasse')).toEqual(made);
    expect(await tenants.findTenant(made.id)).toEqual(made);
    expect(await tenants.findTenant('nobody')).toBeUndefined();
    expect((await tenants.listTenants()).map(({ name }) => name)).toContain('Fabrikam Straße');
  });

  test('an e-mail address is unique over all tenants', async () => {
    const { tenants } = workspace.store;
    const other = await tenants.createTenant('Other');
    const administrator = { email: 'Admin@Example.com', displayName: 'Admin', passwordHash: 'hash' };
    const made = await tenants.createAdministrator(tenant, administrator);
    await expect(
      tenants.createAdministrator(other.id, { ...administrator, email: 'admin@EXAMPLE.com' }),
    ).rejects.toMatchObject({ code: 'workspace.email_taken' });
    expect(await tenants.findAdministrator('ADMIN@example.com')).toEqual(made);
    expect(await tenants.getAdministrator(tenant, made.id)).toEqual(made);
    expect(await tenants.listAdministrators(tenant)).toEqual([made]);
  });

  test('a session is found until it expires or is deleted', async () => {
    const { tenants } = workspace.store;
    const { id } = await tenants.createAdministrator(tenant, { email: 's@x', displayName: 'S', passwordHash: 'h' });
    const tokenHash = aHash();
    await tenants.createSession({
      tokenHash,
      tenantId: tenant,
      administratorId: id,
      csrfToken: 'csrf',
      expires: later(1_000),
    });
    expect(await tenants.findSession(tokenHash, later(999))).toEqual({
      tenantId: tenant,
      administratorId: id,
      csrfToken: 'csrf',
    });
    expect(await tenants.findSession(tokenHash, later(1_000))).toBeUndefined();
    await tenants.deleteSession(tokenHash);
    expect(await tenants.findSession(tokenHash, later(0))).toBeUndefined();
  });

  test('a set-up token works once, and not after its time', async () => {
    const { tenants } = workspace.store;
    const [once, expired] = [aHash(), aHash()];
    await tenants.createSetupToken(tenant, once, later(1_000));
    await tenants.createSetupToken(tenant, expired, later(1_000));
    const taken = await Promise.all([tenants.takeSetupToken(once, later(0)), tenants.takeSetupToken(once, later(0))]);
    expect(taken.filter((found) => found !== undefined)).toEqual([tenant]);
    expect(await tenants.takeSetupToken(expired, later(1_000))).toBeUndefined();
    expect(await tenants.takeSetupToken(aHash(), later(0))).toBeUndefined();
  });

  test('the public URL that was recorded last is answered', async () => {
    const { tenants } = workspace.store;
    expect(await tenants.getPublicUrl()).toBeUndefined();
    await tenants.recordPublicUrl('https://a.example.com');
    await tenants.recordPublicUrl('https://b.example.com');
    expect(await tenants.getPublicUrl()).toBe('https://b.example.com');
  });
});

describe('credentials', () => {
  test('a credential is found by its hash, also when it is revoked', async () => {
    const { credentials } = workspace.store;
    const hash = aHash();
    const made = await credentials.create(tenant, aCredential('found', later(60_000), hash));
    expect(await credentials.findByHash(hash)).toEqual(made);
    expect(await credentials.findByHash(aHash())).toBeUndefined();
    expect(await credentials.revoke(tenant, made.id, later(500))).toBe(true);
    expect(await credentials.revoke(tenant, made.id, later(900))).toBe(true);
    expect(await credentials.findByHash(hash)).toEqual({ ...made, revoked: later(500) });
    expect(await credentials.revoke(tenant, brandId<CredentialId>(uuidv7()), later(0))).toBe(false);
  });

  test('a name is taken while its token lives', async () => {
    const { credentials } = workspace.store;
    const first = await credentials.create(tenant, aCredential('Name'));
    await expect(credentials.create(tenant, aCredential('NAME'))).rejects.toMatchObject({
      code: 'workspace.token_name_taken',
    });
    await credentials.revoke(tenant, first.id, later(0));
    const second = await credentials.create(tenant, aCredential('name', later(1_000)));
    now += 1_000;
    const third = await credentials.create(tenant, aCredential('name'));
    const ids = (await credentials.list(tenant)).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([first.id, second.id, third.id]));
  });

  test('the last use is the latest of a batch, and is written when the store closes', async () => {
    const { credentials } = workspace.store;
    const hash = aHash();
    const { id } = await credentials.create(tenant, aCredential('used', later(60_000), hash));
    credentials.touch(tenant, id, later(2));
    credentials.touch(tenant, id, later(3));
    credentials.touch(tenant, id, later(1));
    await workspace.store.close();
    expect((await credentials.findByHash(hash))?.lastUsed).toEqual(later(3));
  });
});

describe('request log', () => {
  const anEntry = (requestId: string, entry: Partial<RequestLogEntry> = {}): RequestLogEntry => ({
    at: new Date(now),
    requestId,
    method: 'GET',
    path: '/Users?filter=userName eq "…"',
    status: 200,
    durationMs: 2.5,
    credentialId: undefined,
    errorCode: undefined,
    errorDetail: undefined,
    tolerated: [],
    ...entry,
  });
  const all = { before: undefined, limit: 100, failedOnly: false };

  test('entries come newest first, page by page, and failed ones alone', async () => {
    const { requestLog, tenants } = workspace.store;
    const { id } = await tenants.createTenant('Logged');
    for (let n = 0; n < 7; n++) {
      requestLog.append(
        id,
        anEntry(`r${n}`, {
          at: later(Math.floor(n / 2)),
          ...(n % 3 === 0
            ? {
                status: 409,
                errorCode: 'scim.uniqueness',
                errorDetail: 'taken',
                tolerated: ['boolean-as-text: active'],
              }
            : {}),
        }),
      );
    }
    await workspace.store.close();
    const names: string[] = [];
    for (let before: string | undefined, first = true; first || before !== undefined; first = false) {
      const page = await requestLog.list(id, { before, limit: 3, failedOnly: false });
      names.push(...page.entries.map(({ requestId }) => requestId));
      before = page.next;
    }
    expect(names).toEqual(['r6', 'r5', 'r4', 'r3', 'r2', 'r1', 'r0']);
    const failed = await requestLog.list(id, { ...all, failedOnly: true });
    expect(failed.entries.map(({ requestId }) => requestId)).toEqual(['r6', 'r3', 'r0']);
    expect(failed.entries[2]).toEqual({
      ...anEntry('r0', {
        status: 409,
        errorCode: 'scim.uniqueness',
        errorDetail: 'taken',
        tolerated: ['boolean-as-text: active'],
      }),
      id: failed.entries[2]?.id,
    });
  });

  test('an entry is written within its second without a close, whatever text a client sent', async () => {
    const { requestLog, tenants } = workspace.store;
    const { id } = await tenants.createTenant('Unclosed');
    requestLog.append(id, anEntry('nul', { path: '/Users/\0\ud800' }));
    const entries = await waitFor(async () => {
      const page = await requestLog.list(id, all);
      return page.entries.length > 0 && page.entries;
    });
    expect(entries[0]?.path).toBe('/Users/\ufffd\ufffd');
  });

  test('days are partitions; those beyond 30 days are dropped when a new day begins', async () => {
    await using other = await aWorkspace();
    const { requestLog, tenants } = other.store;
    const { id } = await tenants.createTenant('Old');
    const day = 86_400_000;
    requestLog.append(id, anEntry('old', { at: new Date(now) }));
    requestLog.append(id, anEntry('kept', { at: new Date(now + 2 * day) }));
    await other.store.close();
    expect((await requestLog.list(id, all)).entries).toHaveLength(2);

    requestLog.append(id, anEntry('new', { at: new Date(now + 32 * day) }));
    await other.store.close();
    expect((await requestLog.list(id, all)).entries.map(({ requestId }) => requestId)).toEqual(['new', 'kept']);
  });

  test('two processes may log the first entry of a day at once', async () => {
    await using other = await aWorkspace();
    const { id } = await other.store.tenants.createTenant('Two');
    const second = createWorkspaceStore(other.database, { newId: uuidv7 });
    other.store.requestLog.append(id, anEntry('first'));
    second.requestLog.append(id, anEntry('second'));
    await Promise.all([other.store.close(), second.close()]);
    expect((await other.store.requestLog.list(id, all)).entries).toHaveLength(2);
  });
});

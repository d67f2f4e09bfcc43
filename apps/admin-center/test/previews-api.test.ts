import * as contract from '@joinery/graph-api/contract';
import { waitFor } from '@joinery/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCenter, aGroup, aUser, objectAddress, readAll, type Caller, type TestCenter } from './center.ts';
import { aScimServer, type ScimServer } from './scim-server.ts';

const token = 'scripted-secret-token-7f3a';
let center: TestCenter;
let admin: Caller;
let reader: Caller;
let scim: ScimServer;
let previews: string;
let settings: string;
let group: { id: string };
let users: readonly { id: string; userPrincipalName: string; displayName: string }[];

beforeAll(async () => {
  scim = await aScimServer(token);
  center = await aCenter({ allowedTargets: [scim.host] });
  admin = await center.client('Cloud Application Administrator');
  reader = await center.client('Reports Reader');
  const filter = encodeURIComponent("displayName eq 'Cinode'");
  const templates = await admin.call('GET', `/v1.0/applicationTemplates?$filter=${filter}`, { status: 200, answer: contract.ApplicationTemplates }); // prettier-ignore
  const { application, servicePrincipal } = await admin.call('POST', `/v1.0/applicationTemplates/${templates.value[0]!.id}/instantiate`, { status: 201, answer: contract.ApplicationServicePrincipal }, { displayName: 'Cinode' }); // prettier-ignore
  const synchronization = `/v1.0/servicePrincipals/${servicePrincipal.id}/synchronization`;
  const job = await admin.call('POST', `${synchronization}/jobs`, { status: 201, answer: contract.Job }, { templateId: 'cinode' }); // prettier-ignore
  previews = `/joinery/jobs/${job.id}/previews`;
  settings = `/joinery/jobs/${job.id}/settings`;
  await admin.call('POST', previews, { status: 400, answer: contract.ErrorBody });
  await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, { value: [
    { key: 'BaseAddress', value: scim.url }, { key: 'SecretToken', value: token },
  ] }); // prettier-ignore
  users = await Promise.all(
    Array.from({ length: 4 }, () => aUser(center.admin, { givenName: 'Ada', surname: 'Holm' })),
  );
  group = await aGroup(center.admin, { 'members@odata.bind': users.map((user) => objectAddress(user.id)) });
  await admin.call('POST', `/v1.0/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`, { status: 201 }, {
    principalId: group.id, resourceId: servicePrincipal.id, appRoleId: application.appRoles[0]!.id,
  }); // prettier-ignore
});
afterAll(async () => {
  await center[Symbol.asyncDispose]();
  await scim[Symbol.asyncDispose]();
});

const get = (id: string) => reader.call('GET', `${previews}/${id}`, { status: 200, answer: contract.Preview });

async function aPreview(): Promise<contract.Preview> {
  const made = await admin.call('POST', previews, { status: 202, answer: contract.Preview });
  return waitFor(async () => {
    const preview = await get(made.id);
    return (preview.state === 'succeeded' || preview.state === 'failed') && preview;
  });
}

const operations = (id: string, filter: string) =>
  reader.call('GET', `${previews}/${id}/operations?$filter=${encodeURIComponent(filter)}`, {
    status: 200,
    answer: contract.PreviewOperations,
  });

test('a preview counts and lists what would be done, and sends nothing', async () => {
  const preview = await aPreview();
  expect(preview).toMatchObject({
    state: 'succeeded',
    kind: 'initial',
    counts: { create: 5, update: 0, disable: 0, delete: 0, skip: 0, failed: 0 },
    deletionGuard: { departures: 0, trips: false },
    createdBy: { type: 'app' },
    application: null,
  });
  expect(preview.reasons).toEqual([
    { objectType: 'User', action: 'create', reason: 'Created', failed: false, count: 4 },
    { objectType: 'Group', action: 'create', reason: 'Created', failed: false, count: 1 },
  ]);
  expect([...scim.users, ...scim.groups]).toEqual([]);

  const all = await readAll(reader, `${previews}/${preview.id}/operations?$top=2`);
  expect(all).toHaveLength(5);
  const [one] = (await operations(preview.id, `objectId eq '${users[0]!.id}' and action eq 'create'`)).value;
  expect(one).toMatchObject({ objectType: 'User', targetId: null, error: null, applied: null });
  expect(one?.changes).toContainEqual({
    attribute: 'userName',
    old: null,
    new: users[0]!.userPrincipalName,
    reference: null,
  });
  expect((await operations(preview.id, `objectType eq 'Group'`)).value[0]).toMatchObject({
    objectId: group.id,
    members: { added: 4, removed: 0 },
  });
  expect((await operations(preview.id, `failed eq true`)).value).toEqual([]);
  const members = `${previews}/${preview.id}/operations/${group.id}/members`;
  expect(await readAll(reader, `${members}?$top=3`)).toHaveLength(4);

  for (const filter of [`action eq 'explode'`, `changes eq 'x'`, `action ne 'create'`, `failed eq 'true'`]) {
    const address = `${previews}/${preview.id}/operations?$filter=${encodeURIComponent(filter)}`;
    await reader.call('GET', address, { status: 400, answer: contract.ErrorBody });
  }
  await reader.call('GET', `${previews}/${preview.id}/operations?$skiptoken=nonsense`, { status: 400 });
  await reader.call('GET', `${previews}/no-such-id`, { status: 404, answer: contract.ErrorBody });
  await reader.call('POST', previews, { status: 403 });
  await reader.call('POST', `${previews}/${preview.id}/apply`, { status: 403 }, {});
});

test('applying sends exactly the plan and tells who has changed since; the audit log names both', async () => {
  const preview = await aPreview();
  await center.admin.call('PATCH', `/v1.0/users/${users[1]!.id}`, { status: 204 }, { jobTitle: 'Architect' });
  await admin.call('POST', `${previews}/${preview.id}/apply`, { status: 400 }, { force: true });
  const asked = await admin.call(
    'POST',
    `${previews}/${preview.id}/apply`,
    { status: 202, answer: contract.Preview },
    {},
  );
  expect(asked.application).toMatchObject({ allowDeletes: false });
  const done = await waitFor(async () => {
    const now = await get(preview.id);
    return now.application?.state === 'succeeded' && now;
  });
  expect(done.application?.counts).toEqual({ done: 3, failed: 0, changed: 2, skipped: 0 });
  expect([...scim.users.values()].map((user) => user['userName'])).not.toContain(users[1]!.userPrincipalName);
  expect(scim.users.size).toBe(3);
  const changed = (await operations(preview.id, `applied/outcome eq 'changed'`)).value;
  expect(changed.map((one) => one.objectId).toSorted()).toEqual([users[1]!.id, group.id].toSorted());
  const again = await admin.call('POST', `${previews}/${preview.id}/apply`, { status: 409, answer: contract.ErrorBody }, {}); // prettier-ignore
  expect(again.error.message).toContain('applied already');
  for (const activity of ['Preview provisioning cycle', 'Apply provisioning preview']) {
    const filter = encodeURIComponent(`activityDisplayName eq '${activity}'`);
    const entries = await readAll(center.admin, `/v1.0/auditLogs/directoryAudits?$filter=${filter}`);
    expect(JSON.stringify(entries)).toContain(preview.id);
  }
  const list = await reader.call('GET', previews, { status: 200, answer: contract.Previews });
  expect(list.value[0]!.id).toBe(preview.id);
  await admin.call('DELETE', `${previews}/${preview.id}`, { status: 204 });
  await reader.call('GET', `${previews}/${preview.id}`, { status: 404 });
});

test('bulk requests are a setting of the job, off at first', async () => {
  const saved = { status: 200, answer: contract.JobSettings } as const;
  expect((await reader.call('GET', settings, saved)).bulk).toBe(false);
  expect((await admin.call('PATCH', settings, saved, { bulk: true })).bulk).toBe(true);
  expect((await reader.call('GET', settings, saved)).bulk).toBe(true);
  await admin.call('PATCH', settings, { status: 400 }, { bulk: 'yes' });
  expect((await admin.call('PATCH', settings, saved, { bulk: false })).bulk).toBe(false);
});

test('protected accounts and upsert-only are settings of the job, checked when saved', async () => {
  const before = await reader.call('GET', settings, { status: 200, answer: contract.JobSettings });
  expect(before).toMatchObject({ protectedAccounts: [], upsertOnly: false });
  const changed = await admin.call('PATCH', settings, { status: 200, answer: contract.JobSettings }, { protectedAccounts: [users[2]!.userPrincipalName, 'admin*'], upsertOnly: true }); // prettier-ignore
  expect(changed).toMatchObject({ protectedAccounts: [users[2]!.userPrincipalName, 'admin*'], upsertOnly: true });
  await center.admin.call('PATCH', `/v1.0/users/${users[2]!.id}`, { status: 204 }, { accountEnabled: false });
  await center.admin.call('PATCH', `/v1.0/users/${users[3]!.id}`, { status: 204 }, { accountEnabled: false });
  const preview = await aPreview();
  const reasonOf = (id: string) => operations(preview.id, `objectId eq '${id}'`).then(({ value }) => value[0]?.reason);
  expect(await reasonOf(users[2]!.id)).toBe('ProtectedAccount');
  expect(await reasonOf(users[3]!.id)).toBe('UpsertOnly');
  for (const wrong of [[''], ['x'.repeat(257)], 'admin', Array.from({ length: 501 }, String)]) {
    await admin.call('PATCH', settings, { status: 400 }, { protectedAccounts: wrong });
  }
});

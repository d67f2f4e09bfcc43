import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken, signInTo, startCenter, startWorkspace, type Caller, type Half } from './halves.ts';
import { temporaryFolder } from './processes.ts';
import {
  addCinode,
  assign,
  createGroup,
  createUser,
  log,
  runCycle,
  saveCredentials,
  scim,
  type Application,
  type ScimGroup,
  type ScimUser,
} from './provisioning.ts';

// The scenario of the product by API between two processes on the embedded database. The steps build on one another.

const stack = new AsyncDisposableStack();
let workspaceHalf: Half;
let center: Caller;
let workspace: Caller;
let application: Application;
let target: ReturnType<typeof scim>;
let tenantUrl: string;
let token: string;
const users = new Map<string, string>();
let group: { id: string };

const user = (name: string): Promise<ScimUser | undefined> =>
  target.find<ScimUser>('Users', `userName eq "${name}@contoso.com"`);
const members = async (): Promise<(string | undefined)[]> => {
  const found = await target.find<ScimGroup>('Groups', 'displayName eq "Consultants"');
  const ids = new Set((found?.members ?? []).map((member) => member.value));
  return (await target.all<ScimUser>('Users'))
    .filter((one) => ids.has(one.id))
    .map((one) => one.userName.split('@')[0])
    .toSorted();
};

beforeAll(async () => {
  const folder = stack.use(await temporaryFolder());
  workspaceHalf = stack.use(await startWorkspace(['--data', folder.path]));
  const centerHalf = stack.use(
    await startCenter(['--data', folder.path, '--allow-target', `127.0.0.1:${workspaceHalf.port}`]),
  );
  workspace = await signInTo(workspaceHalf.url, '/api/session');
  center = await signInTo(centerHalf.url, '/joinery/session');
}, 180_000);

afterAll(() => stack.disposeAsync());

test('the workspace creates a token that is shown once, with its Tenant URL', async () => {
  ({ token, tenantUrl } = await createToken(workspace, 'Entra'));
  expect(tenantUrl).toBe(`${workspaceHalf.url}/scim/v2`);
  const listed = await workspace.call('GET', '/api/tokens');
  expect(JSON.stringify(listed)).toContain('"Entra"');
  expect(JSON.stringify(listed)).not.toContain(token);
  target = scim(tenantUrl, token);
});

test('Cinode is added from the gallery with the mappings of the scenario', async () => {
  application = await addCinode(center);
  await center.call('PATCH', `/joinery/jobs/${application.jobId}/settings`, { onChange: false });
  const schema = await center.call<{
    synchronizationRules: {
      objectMappings: {
        sourceObjectName: string;
        attributeMappings: { targetAttributeName: string; matchingPriority: number; source: { expression: string } }[];
      }[];
    }[];
  }>('GET', `${application.path}/jobs/${application.jobId}/schema`);
  const mappings = new Map(
    schema.synchronizationRules
      .flatMap((rule) => rule.objectMappings)
      .map((mapping) => [mapping.sourceObjectName, mapping.attributeMappings]),
  );
  const table = (name: string): string[] =>
    mappings
      .get(name)!
      .map(
        (one) =>
          `${one.source.expression} → ${one.targetAttributeName}${one.matchingPriority > 0 ? ` (match ${one.matchingPriority})` : ''}`,
      );
  expect(table('User')).toEqual([
    '[userPrincipalName] → userName (match 1)',
    '[givenName] → name.givenName',
    '[surname] → name.familyName',
    '[objectId] → externalId',
    'Switch([IsSoftDeleted], , "False", "True", "True", "False") → active',
    '[jobTitle] → title',
    '[city] → addresses[type eq "work"].locality',
  ]);
  expect(table('Group')).toEqual([
    '[displayName] → displayName (match 1)',
    '[objectId] → externalId',
    '[members] → members',
  ]);
});

test('Test Connection tells a wrong token from the right one', async () => {
  const check = (secret: string): Promise<{ status: number; body: unknown }> =>
    center.status('POST', `${application.path}/jobs/${application.jobId}/validateCredentials`, {
      useSavedCredentials: false,
      credentials: [
        { key: 'BaseAddress', value: tenantUrl },
        { key: 'SecretToken', value: secret },
      ],
    });
  const wrong = await check('not-the-token');
  expect(wrong.status).toBe(400);
  expect(JSON.stringify(wrong.body)).toContain('401');
  expect((await check(token)).status).toBe(204);
  await saveCredentials(center, application, tenantUrl, token);
  expect(JSON.stringify(await center.call('GET', `${application.path}/secrets`))).not.toContain(token);
});

test('the initial cycle creates the assigned users and groups, and nobody else', async () => {
  const manager = await createUser(center, 'maria', { jobTitle: 'Manager', city: 'Stockholm' });
  users.set('maria', manager.id);
  for (const name of ['anna', 'bo', 'carl', 'dina']) {
    const made = await createUser(center, name, { jobTitle: 'Consultant', city: 'Lund' });
    users.set(name, made.id);
    await center.call(
      'PUT',
      `/v1.0/users/${made.id}/manager/$ref`,
      { '@odata.id': `https://graph.microsoft.com/v1.0/users/${manager.id}` },
      204,
    );
  }
  users.set('outsider', (await createUser(center, 'outsider')).id);
  group = await createGroup(
    center,
    'Consultants',
    ['anna', 'bo', 'carl'].map((name) => users.get(name)!),
  );
  await assign(center, application, group.id);
  await assign(center, application, users.get('maria')!);
  await assign(center, application, users.get('dina')!);

  const cycle = await runCycle(center, application);
  expect(cycle).toMatchObject({
    kind: 'initial',
    state: 'succeeded',
    counts: { objects: { users: 5, groups: 1 }, created: 6, failed: 0 },
  });
  expect((await target.all<ScimUser>('Users')).map((one) => one.userName.split('@')[0]).toSorted()).toEqual([
    'anna',
    'bo',
    'carl',
    'dina',
    'maria',
  ]);
  expect(await user('anna')).toMatchObject({
    active: true,
    externalId: users.get('anna'),
    title: 'Consultant',
    name: { givenName: 'anna', familyName: 'Test' },
    addresses: [{ type: 'work', locality: 'Lund' }],
  });
  expect(await members()).toEqual(['anna', 'bo', 'carl']);
});

test('a cycle without a change sends nothing', async () => {
  const cycle = await runCycle(center, application);
  expect(cycle).toMatchObject({
    kind: 'incremental',
    state: 'succeeded',
    counts: { created: 0, updated: 0, disabled: 0, deleted: 0, failed: 0, requests: 0 },
  });
});

test('joiner, mover, leaver, member in and member out arrive in the workspace', async () => {
  const joiner = await createUser(center, 'joiner', { jobTitle: 'Trainee', city: 'Oslo' });
  users.set('joiner', joiner.id);
  await center.call(
    'POST',
    `/v1.0/groups/${group.id}/members/$ref`,
    { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${joiner.id}` },
    204,
  );
  await center.call('PATCH', `/v1.0/users/${users.get('anna')}`, { jobTitle: 'Partner', city: 'Berlin' }, 204);
  await center.call('PATCH', `/v1.0/users/${users.get('maria')}`, { accountEnabled: false }, 204);
  await center.call('DELETE', `/v1.0/users/${users.get('carl')}`, undefined, 204);
  await center.call(
    'POST',
    `/v1.0/groups/${group.id}/members/$ref`,
    { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${users.get('dina')}` },
    204,
  );
  await center.call('DELETE', `/v1.0/groups/${group.id}/members/${users.get('bo')}/$ref`, undefined, 204);

  const cycle = await runCycle(center, application);
  expect(cycle).toMatchObject({
    kind: 'incremental',
    state: 'succeeded',
    counts: { created: 1, disabled: 3, deleted: 0, failed: 0 },
  });
  expect(await user('joiner')).toMatchObject({ active: true, title: 'Trainee', externalId: joiner.id });
  expect(await user('anna')).toMatchObject({ title: 'Partner', addresses: [{ type: 'work', locality: 'Berlin' }] });
  expect(await user('maria'), 'sign-in blocked').toMatchObject({ active: false });
  expect(await user('carl'), 'in the recycle bin').toMatchObject({ active: false });
  expect(await user('bo'), 'left the only group that was assigned').toMatchObject({ active: false });
  expect(await user('dina')).toMatchObject({ active: true });
  // Carl keeps his membership while he is in the recycle bin; Bo left the group.
  expect(await members()).toEqual(['anna', 'carl', 'dina', 'joiner']);
});

test('a restored leaver is active again, a purged one is deleted in the workspace', async () => {
  await center.call('POST', `/v1.0/directory/deletedItems/${users.get('carl')}/restore`);
  await center.call('DELETE', `/v1.0/users/${users.get('anna')}`, undefined, 204);
  await runCycle(center, application);
  expect(await user('carl')).toMatchObject({ active: true });
  expect(await user('anna')).toMatchObject({ active: false });

  await center.call('DELETE', `/v1.0/directory/deletedItems/${users.get('anna')}`, undefined, 204);
  const cycle = await runCycle(center, application);
  expect(cycle.counts).toMatchObject({ deleted: 1, failed: 0 });
  expect(await user('anna')).toBeUndefined();
  expect(await members()).toEqual(['carl', 'dina', 'joiner']);
});

test('each of these decisions can be read in the provisioning log', async () => {
  const entries = await log(center, `jobId eq '${application.jobId}'`);
  const of = (name: string): string[] =>
    entries
      .filter((entry) => entry.sourceIdentity.id === users.get(name))
      .map((entry) => `${entry.provisioningAction} ${entry.provisioningStatusInfo.status}`);
  expect(of('joiner')).toContain('create success');
  expect(of('maria')).toContain('disable success');
  expect(of('anna')).toEqual(
    expect.arrayContaining(['create success', 'update success', 'disable success', 'delete success']),
  );
  const moved = entries.find(
    (entry) => entry.sourceIdentity.id === users.get('anna') && entry.provisioningAction === 'update',
  );
  expect(moved?.modifiedProperties).toEqual(
    expect.arrayContaining([
      { displayName: 'title', oldValue: 'Consultant', newValue: 'Partner' },
      { displayName: 'addresses[type eq "work"].locality', oldValue: 'Lund', newValue: 'Berlin' },
    ]),
  );
  expect(moved?.provisioningSteps.length).toBeGreaterThanOrEqual(3);
});

test('a change in the directory arrives by itself when the job follows changes', async () => {
  await center.call('PATCH', `/joinery/jobs/${application.jobId}/settings`, { onChange: true });
  await center.call('PATCH', `/v1.0/users/${users.get('dina')}`, { jobTitle: 'Architect' }, 204);
  await expect.poll(async () => (await user('dina'))?.title, { timeout: 30_000, interval: 200 }).toBe('Architect');
});

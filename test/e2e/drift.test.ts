import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken, signInTo, startCenter, startWorkspace, type Caller } from './halves.ts';
import { temporaryFolder, until } from './processes.ts';
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

// Accounts of a real workspace changed there, behind the engine's back: found, repaired, adopted. The steps build on one another.

interface Account {
  readonly id: string;
  readonly class: string;
  readonly type: 'User' | 'Group';
  readonly targetId: string;
  readonly displayName: string;
  readonly source: { readonly id: string; readonly displayName: string } | null;
  readonly isLinked: boolean;
  readonly differences: readonly { attribute: string; oldValue: string | null; newValue: string | null }[];
  readonly members: { missing: number; added: number } | null;
  readonly action: { kind: string; state: string; error: { code: string; message: string } | null } | null;
}

interface Comparison {
  readonly id: string;
  readonly state: string;
  readonly objects: { done: number; total: number | null };
  readonly counts: Readonly<Record<string, number>>;
  readonly queued: number;
  readonly error: unknown;
}

const stack = new AsyncDisposableStack();
let center: Caller;
let application: Application;
let target: ReturnType<typeof scim>;
let tenantUrl: string;
let token: string;
let comparison: Comparison;
const people = ['ann', 'bob', 'cleo', 'dora', 'egon'] as const;
const users = new Map<string, string>();

const user = (name: string): Promise<ScimUser | undefined> =>
  target.find<ScimUser>('Users', `userName eq "${name}@contoso.com"`);

/** As the workspace's own users would: another SCIM client writes. */
async function behindTheBack(method: string, path: string, body?: unknown): Promise<void> {
  const response = await fetch(`${tenantUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
}

const patch = (...operations: readonly object[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

const comparisons = (): string => `/joinery/jobs/${encodeURIComponent(application.jobId)}/comparisons`;
const accountsPath = (): string => `${comparisons()}/${comparison.id}/accounts`;

async function compare(): Promise<Comparison> {
  const begun = await center.call<Comparison>('POST', comparisons(), undefined, 202);
  return until('the comparison to end', async () => {
    const now = await center.call<Comparison>('GET', `${comparisons()}/${begun.id}`);
    return now.state === 'running' ? undefined : now;
  });
}

async function accounts(ofClass: string): Promise<readonly Account[]> {
  const page = await center.call<{ value: readonly Account[] }>('GET', `${accountsPath()}?class=${ofClass}`);
  return page.value;
}

const named = (list: readonly Account[]): readonly string[] => list.map((one) => one.displayName.split('@')[0]!);

async function carriedOut(): Promise<void> {
  await until('the actions to be carried out', async () => {
    const now = await center.call<Comparison>('GET', `${comparisons()}/${comparison.id}`);
    return now.queued === 0 ? true : undefined;
  });
}

beforeAll(async () => {
  const folder = stack.use(await temporaryFolder());
  const workspaceHalf = stack.use(await startWorkspace(['--data', folder.path]));
  const centerHalf = stack.use(
    await startCenter(['--data', folder.path, '--allow-target', `127.0.0.1:${workspaceHalf.port}`]),
  );
  ({ token, tenantUrl } = await createToken(await signInTo(workspaceHalf.url, '/api/session'), 'Entra'));
  center = await signInTo(centerHalf.url, '/joinery/session');
  target = scim(tenantUrl, token);
  application = await addCinode(center);
  await center.call('PATCH', `/joinery/jobs/${application.jobId}/settings`, { onChange: false });
  await saveCredentials(center, application, tenantUrl, token);
  for (const name of people) users.set(name, (await createUser(center, name, { jobTitle: 'Consultant' })).id);
  const group = await createGroup(center, 'Consultants', [...users.values()]);
  await assign(center, application, group.id);
  const cycle = await runCycle(center, application);
  expect(cycle.counts).toMatchObject({ created: 6, failed: 0 });
}, 240_000);

afterAll(() => stack.disposeAsync());

test('after a cycle, everybody is assigned and nothing differs', async () => {
  comparison = await compare();
  expect(comparison).toMatchObject({ state: 'succeeded', objects: { done: 6, total: 6 }, error: null });
  expect(comparison.counts).toEqual({ local: 0, unassigned: 0, assigned: 6, changed: 0, missing: 0 });
});

test('what was done in the workspace is found', async () => {
  const [ann, bob, cleo] = await Promise.all(['ann', 'bob', 'cleo'].map(user));
  const consultants = await target.find<ScimGroup>('Groups', 'displayName eq "Consultants"');
  await behindTheBack('PATCH', `/Users/${ann!.id}`, patch({ op: 'replace', path: 'title', value: 'Director' }));
  await behindTheBack('DELETE', `/Users/${bob!.id}`);
  await behindTheBack('PATCH', `/Groups/${consultants!.id}`, patch({ op: 'remove', path: `members[value eq "${cleo!.id}"]` })); // prettier-ignore
  for (const name of ['robot', 'frida', 'gert']) {
    await behindTheBack('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: `${name}@contoso.com` }); // prettier-ignore
  }
  // Frida is to have the application; Gert works here and is not to.
  await assign(center, application, (await createUser(center, 'frida')).id);
  await createUser(center, 'gert');

  comparison = await compare();
  expect(comparison.counts).toEqual({ local: 1, unassigned: 1, assigned: 4, changed: 2, missing: 1 });
  expect(named(await accounts('local'))).toEqual(['robot']);
  expect(named(await accounts('unassigned'))).toEqual(['gert']);
  expect((await accounts('missing'))[0]).toMatchObject({ source: { id: users.get('bob') }, isLinked: true });
  const [changedUser, changedGroup] = await accounts('changed');
  expect(changedUser).toMatchObject({
    displayName: 'ann@contoso.com',
    differences: [{ attribute: 'title', oldValue: 'Director', newValue: 'Consultant' }],
  });
  expect(changedGroup).toMatchObject({ type: 'Group', members: { missing: 1, added: 0 } });
});

test('repairing and adopting bring the end state, with rows in the logs', async () => {
  const count = await center.call('GET', `${accountsPath()}/count?action=repair&class=changed`);
  expect(count).toEqual({ users: 1, groups: 1 });
  expect(await center.call('POST', `${accountsPath()}/repair`, { class: 'changed' }, 202)).toEqual(count);
  const [bob] = await accounts('missing');
  expect(await center.call('POST', `${accountsPath()}/repair`, { ids: [bob!.id] }, 202)).toEqual({
    users: 1,
    groups: 0,
  });
  const frida = (await accounts('assigned')).find((one) => !one.isLinked)!;
  await center.call('POST', `${accountsPath()}/adopt`, { ids: [frida.id] }, 202);
  await carriedOut();

  expect(await user('ann')).toMatchObject({ title: 'Consultant' });
  const again = await user('bob');
  expect(again).toMatchObject({ active: true, title: 'Consultant', externalId: users.get('bob') });
  expect(again!.id).not.toBe(bob!.targetId);
  expect(await user('frida')).toMatchObject({ id: frida.targetId, name: { givenName: 'frida' } });
  const consultants = await target.find<ScimGroup>('Groups', 'displayName eq "Consultants"');
  const ids = await Promise.all(people.map(async (name) => (await user(name))!.id));
  expect(consultants!.members!.map((member) => member.value).toSorted()).toEqual(ids.toSorted());

  const rows = await log(center, `jobId eq '${application.jobId}'`);
  expect(rows.find((row) => row.provisioningAction === 'update' && row.sourceIdentity.id === users.get('ann'))?.modifiedProperties) // prettier-ignore
    .toEqual([{ displayName: 'title', oldValue: 'Director', newValue: 'Consultant' }]);
  const audit = await center.call<{ value: { activityDisplayName: string }[] }>('GET', '/v1.0/auditLogs/directoryAudits?$top=100'); // prettier-ignore
  const activities = audit.value.map((entry) => entry.activityDisplayName);
  expect(activities.filter((one) => one === 'Repair accounts in the target')).toHaveLength(2);
  expect(activities).toEqual(expect.arrayContaining(['Adopt accounts of the target', 'Discover identities']));
});

test('the second comparison finds no difference but the account that is the workspace’s own', async () => {
  comparison = await compare();
  expect(comparison.counts).toEqual({ local: 1, unassigned: 1, assigned: 7, changed: 0, missing: 0 });
  const cycle = await runCycle(center, application);
  expect(cycle.counts).toMatchObject({ created: 0, disabled: 0, deleted: 0, failed: 0 });
});

test('an account that was deleted in the target is matched and created again by the next change, too', async () => {
  const gone = await user('dora');
  await behindTheBack('DELETE', `/Users/${gone!.id}`);
  await center.call('PATCH', `/v1.0/users/${users.get('dora')}`, { jobTitle: 'Partner' });
  expect((await runCycle(center, application)).counts).toMatchObject({ created: 1, failed: 0 });
  const dora = await user('dora');
  expect(dora).toMatchObject({ title: 'Partner', active: true });
  expect(dora!.id).not.toBe(gone!.id);
});

test('links are listed, found and dropped; a dropped one is matched again', async () => {
  const path = `/joinery/jobs/${encodeURIComponent(application.jobId)}/links`;
  const egon = await user('egon');
  const page = await center.call<{ value: { sourceId: string }[] }>('GET', `${path}?$search=egon`);
  expect(page.value).toMatchObject([
    { sourceId: users.get('egon'), targetId: egon!.id, type: 'User', state: 'active' },
  ]);
  expect(await center.call('GET', `${path}/${egon!.id}`)).toMatchObject({ sourceId: users.get('egon') });
  await center.call('DELETE', `${path}/${users.get('egon')}`, undefined, 204);
  expect((await center.status('GET', `${path}/${users.get('egon')}`)).status).toBe(404);
  await center.call('PATCH', `/v1.0/users/${users.get('egon')}`, { jobTitle: 'Partner' });
  expect((await runCycle(center, application)).counts).toMatchObject({ created: 0, failed: 0 });
  expect(await center.call('GET', `${path}/${users.get('egon')}`)).toMatchObject({ targetId: egon!.id });
});

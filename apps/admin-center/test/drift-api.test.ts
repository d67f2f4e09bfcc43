import * as contract from '@joinery/graph-api/contract';
import { waitFor } from '@joinery/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCenter, aUser, readAll, type Caller, type TestCenter } from './center.ts';
import { aScimServer, type ScimServer } from './scim-server.ts';

const token = 'comparison-token-41aa';
let center: TestCenter;
let admin: Caller;
let reader: Caller;
let scim: ScimServer;
let jobId: string;
let otherJobId: string;
let servicePrincipalId: string;

async function addCinode(caller = admin): Promise<{ servicePrincipalId: string; jobId: string }> {
  const filter = encodeURIComponent("displayName eq 'Cinode'");
  const { value } = await caller.call('GET', `/v1.0/applicationTemplates?$filter=${filter}`, { status: 200 });
  const made = await caller.call('POST', `/v1.0/applicationTemplates/${value[0].id}/instantiate`, { status: 201 }, { displayName: 'Cinode' }); // prettier-ignore
  const path = `/v1.0/servicePrincipals/${made.servicePrincipal.id}/synchronization`;
  const secrets = [{ key: 'BaseAddress', value: scim.url }, { key: 'SecretToken', value: token }]; // prettier-ignore
  await caller.call('PUT', `${path}/secrets`, { status: 204 }, { value: secrets });
  const job = await caller.call('POST', `${path}/jobs`, { status: 201 }, { templateId: 'cinode' });
  return { servicePrincipalId: made.servicePrincipal.id, jobId: job.id };
}

beforeAll(async () => {
  scim = await aScimServer(token);
  center = await aCenter({ allowedTargets: [scim.host] });
  admin = await center.client('Cloud Application Administrator');
  reader = await center.client('Reports Reader');
  ({ servicePrincipalId, jobId } = await addCinode());
  otherJobId = (await addCinode()).jobId;
  for (let index = 0; index < 5; index += 1) {
    scim.users.set(`u${index}`, { id: `u${index}`, userName: `local${index}@contoso.com`, active: true });
  }
});
afterAll(async () => {
  await center[Symbol.asyncDispose]();
  await scim[Symbol.asyncDispose]();
});

const comparisons = (job = jobId) => `/joinery/jobs/${job}/comparisons`;
const audits = (activity: string) =>
  readAll(center.admin, `/v1.0/auditLogs/directoryAudits?$filter=${encodeURIComponent(`activityDisplayName eq '${activity}'`)}`); // prettier-ignore

async function compare(): Promise<contract.Comparison> {
  const begun = await admin.call('POST', comparisons(), { status: 202, answer: contract.Comparison });
  return waitFor(async () => {
    const now = await admin.call('GET', `${comparisons()}/${begun.id}`, { status: 200, answer: contract.Comparison });
    return now.state === 'running' ? undefined : now;
  });
}

test('a comparison is begun, followed and read as the contract says; before any cycle everybody is local', async () => {
  const comparison = await compare();
  expect(comparison).toMatchObject({
    state: 'succeeded',
    objects: { done: 5, total: 5 },
    counts: { local: 5, unassigned: 0, assigned: 0, changed: 0, missing: 0 },
    error: null,
  });
  const all = await reader.call('GET', comparisons(), { status: 200, answer: contract.Comparisons });
  expect(all.value.map((one) => one.id)).toEqual([comparison.id]);
  const first = await reader.call('GET', `${comparisons()}/${comparison.id}/accounts?class=local&$top=2`, {
    status: 200,
    answer: contract.ComparedAccounts,
  });
  expect(first.value.map((one) => one.displayName)).toEqual(['local0@contoso.com', 'local1@contoso.com']);
  const rows = await readAll(reader, `${comparisons()}/${comparison.id}/accounts?class=local&$top=2`);
  expect(rows.map((one) => one.targetId)).toEqual(['u0', 'u1', 'u2', 'u3', 'u4']);
  const one = await reader.call('GET', `${comparisons()}/${comparison.id}/accounts/${rows[0].id}`, {
    status: 200,
    answer: contract.ComparedAccount,
  });
  expect(one).toMatchObject({ class: 'local', source: null, isLinked: false, differences: [], action: null });
  expect(one.attributes).toContainEqual({ name: 'userName', value: 'local0@contoso.com' });
  expect(await audits('Discover identities')).toHaveLength(1);
});

test('only administrators of applications act, and each action is in the audit log', async () => {
  const { id } = await compare();
  const accounts = `${comparisons()}/${id}/accounts`;
  for (const [method, path] of [
    ['POST', comparisons()],
    ['POST', `${comparisons()}/${id}/cancel`],
    ['POST', `${accounts}/repair`],
    ['POST', `${accounts}/adopt`],
    ['POST', `${accounts}/ignore`],
    ['POST', `${accounts}/unignore`],
    ['DELETE', `/joinery/jobs/${jobId}/links/u0`],
  ] as const) {
    expect((await reader.request(method, path, method === 'POST' ? {} : undefined)).status, path).toBe(403);
  }
  const answer = await admin.call('POST', `${accounts}/ignore`, { status: 200, answer: contract.IgnoredAccounts }, { class: 'local', search: 'local3' }); // prettier-ignore
  expect(answer).toEqual({ accounts: 1 });
  const [entry] = await audits('Ignore accounts of the target');
  expect(entry.targetResources.map((one: { id: string }) => one.id)).toEqual([servicePrincipalId, jobId]);
  expect(JSON.stringify(entry.targetResources[0].modifiedProperties)).toContain('local3');
  // What is local is nobody's to repair or adopt.
  for (const action of ['repair', 'adopt'] as const) {
    const selected = await admin.call('POST', `${accounts}/${action}`, { status: 202, answer: contract.SelectedAccounts }, { class: 'local' }); // prettier-ignore
    expect(selected).toEqual({ users: 0, groups: 0 });
  }
  expect(await audits('Adopt accounts of the target')).toHaveLength(1);
});

test('what is asked wrongly is refused in words', async () => {
  const { id } = await compare();
  const accounts = `${comparisons()}/${id}/accounts`;
  const nowhere = '00000000-0000-0000-0000-00000000abcd';
  for (const [body, message] of [
    [{}, /Name the accounts/],
    [{ ids: [] }, /ids/],
    [{ ids: ['1'], class: 'local' }, /not by both/],
    [{ class: 'everybody' }, /class/],
    [{ class: 'local', all: true }, /additional/],
    [{ ids: Array.from({ length: 1_001 }, String) }, /ids/],
  ] as const) {
    const refused = await admin.call('POST', `${accounts}/repair`, { status: 400, answer: contract.ErrorBody }, body);
    expect(refused.error.message).toMatch(message);
  }
  for (const query of ['class=all', 'type=Robot', 'ignored=perhaps', '$filter=x', '$top=0']) {
    await admin.call('GET', `${accounts}?${query}`, { status: 400, answer: contract.ErrorBody });
  }
  await admin.call('GET', `${accounts}/count?action=erase&class=local`, { status: 400 });
  for (const path of [`${comparisons()}/${nowhere}`, `${comparisons()}/x`, `${comparisons(otherJobId)}/${id}`, `${accounts}/abc`, `${accounts}/99999999`]) {
    await admin.call('GET', path, { status: 404, answer: contract.ErrorBody });
  } // prettier-ignore
  // Ids of nobody, and a token of somebody else's, find nothing and break nothing.
  expect(await admin.call('POST', `${accounts}/repair`, { status: 202 }, { ids: ['99999999', "1' or 1=1"] })).toEqual({ users: 0, groups: 0 }); // prettier-ignore
  await admin.call('GET', `${accounts}?$skiptoken=nonsense`, { status: 200, answer: contract.ComparedAccounts });
});

test('one comparison at a time, which can be canceled; the schedule is a setting', async () => {
  // Nobody works on it here.
  await using api = await aCenter({ role: 'api' });
  const caller = await api.client('Cloud Application Administrator');
  const path = comparisons((await addCinode(caller)).jobId);
  const { id } = await caller.call('POST', path, { status: 202, answer: contract.Comparison });
  const second = await caller.call('POST', path, { status: 409, answer: contract.ErrorBody });
  expect(second.error.innerError.code).toBe('provisioning.comparison_running');
  await caller.call('POST', `${path}/${id}/accounts/repair`, { status: 409 }, { class: 'changed' });
  await caller.call('POST', `${path}/${id}/cancel`, { status: 204 });
  const canceled = await caller.call('GET', `${path}/${id}`, { status: 200, answer: contract.Comparison });
  expect(canceled.state).toBe('canceled');
  await caller.call('POST', path, { status: 202, answer: contract.Comparison });

  const settings = `/joinery/jobs/${jobId}/settings`;
  for (const intervalHours of [0, 8_761, 1.5]) {
    await admin.call('PATCH', settings, { status: 400 }, { comparison: { enabled: true, intervalHours } });
  }
  const comparison = { enabled: true, intervalHours: 12 };
  expect(await admin.call('PATCH', settings, { status: 200, answer: contract.JobSettings }, { comparison })).toMatchObject({ comparison }); // prettier-ignore
});

test('links are listed, found and dropped; redacted values are masked there and in comparisons', async () => {
  const path = `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${jobId}`;
  const schema = await admin.call('GET', `${path}/schema`, { status: 200 });
  for (const rule of schema.synchronizationRules) {
    for (const mapping of rule.objectMappings[0].attributeMappings) {
      if (mapping.targetAttributeName !== 'title') continue;
      mapping.source = { type: 'Function', name: 'Redact', expression: 'Redact([jobTitle])', parameters: [] };
    }
  }
  await admin.call('PUT', `${path}/schema`, { status: 204 }, schema);
  const user = await aUser(center.admin, { jobTitle: 'Secret agent' });
  const { appRoles } = await admin.call('GET', `/v1.0/servicePrincipals/${servicePrincipalId}`, { status: 200 });
  const assignment = { principalId: user.id, resourceId: servicePrincipalId, appRoleId: appRoles[0].id };
  await admin.call('POST', `/v1.0/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo`, { status: 201 }, assignment); // prettier-ignore
  await admin.call('POST', `${path}/start`, { status: 204 });
  const links = `/joinery/jobs/${jobId}/links`;
  const link = await waitFor(async () => {
    const list = await reader.call('GET', `${links}?type=User`, { status: 200, answer: contract.Links });
    return list.value.find((one) => one.exported !== null);
  });
  expect(link).toMatchObject({ sourceId: user.id, type: 'User', state: 'active' });
  expect(link.exported).toContainEqual({ name: 'title', value: '[Redact]' });
  const { id } = await compare();
  const rows = await readAll(reader, `${comparisons()}/${id}/accounts?class=assigned`);
  expect(rows[0].attributes).toContainEqual({ name: 'title', value: '[Redact]' });
  expect(JSON.stringify([rows, link])).not.toContain('Secret agent');

  const byTarget = await reader.call('GET', `${links}/${link.targetId}`, { status: 200, answer: contract.Link });
  expect(byTarget).toEqual(link);
  await reader.call('GET', `/joinery/jobs/${otherJobId}/links/${link.targetId}`, { status: 404 });
  await admin.call('GET', `${links}?type=Robot`, { status: 400 });
  await admin.call('POST', `${path}/pause`, { status: 204 });
  await admin.call('DELETE', `${links}/${user.id}`, { status: 204 });
  await admin.call('DELETE', `${links}/${user.id}`, { status: 404, answer: contract.ErrorBody });
  const dropped = (await audits('Delete object connection')).find((entry) => entry.result === 'success');
  expect(JSON.stringify(dropped.targetResources)).toContain(link.targetId);
});

import * as contract from '@joinery/graph-api/contract';
import { waitFor } from '@joinery/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCenter, aUser, type Caller, type TestCenter } from './center.ts';
import { aScimServer, type ScimServer } from './scim-server.ts';

const token = 'scripted-secret-token-7f3a';
let center: TestCenter;
let admin: Caller;
let scim: ScimServer;
let jobId: string;
let synchronization: string;
let assign: (principalId: string) => Promise<unknown>;

/** A Cinode job whose city mapping redacts; users whose title is "refused" are refused by the target. */
beforeAll(async () => {
  scim = await aScimServer(token);
  scim.refuses = (method, body) =>
    method === 'POST' && JSON.stringify(body).includes('"refused"')
      ? `Not with the token ${token} and the city Hemlighult.`
      : undefined;
  center = await aCenter({ allowedTargets: [scim.host] });
  admin = await center.client('Cloud Application Administrator');
  const filter = encodeURIComponent("displayName eq 'Cinode'");
  const templates = await admin.call('GET', `/v1.0/applicationTemplates?$filter=${filter}`, { status: 200 });
  const made = await admin.call('POST', `/v1.0/applicationTemplates/${templates.value[0].id}/instantiate`, { status: 201, answer: contract.ApplicationServicePrincipal }, { displayName: 'Cinode' }); // prettier-ignore
  const servicePrincipal = `/v1.0/servicePrincipals/${made.servicePrincipal.id}`;
  synchronization = `${servicePrincipal}/synchronization`;
  const { value } = await admin.call('GET', `${synchronization}/templates`, { status: 200 });
  ({ id: jobId } = await admin.call('POST', `${synchronization}/jobs`, { status: 201 }, { templateId: value[0].id }));
  await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, {
    value: [{ key: 'BaseAddress', value: scim.url }, { key: 'SecretToken', value: token }],
  }); // prettier-ignore
  const schema = await admin.call('GET', `${synchronization}/jobs/${jobId}/schema`, { status: 200 });
  for (const one of schema.synchronizationRules[0].objectMappings[0].attributeMappings) {
    if (one.source?.name === 'city') one.source = { type: 'Function', name: 'Redact', expression: 'Redact([city])' };
  }
  await admin.call('PUT', `${synchronization}/jobs/${jobId}/schema`, { status: 204 }, schema);
  const appRoleId = made.application.appRoles[0]!.id;
  assign = (principalId) =>
    admin.call('POST', `${servicePrincipal}/appRoleAssignedTo`, { status: 201 }, { principalId, appRoleId });
  await admin.call('POST', `${synchronization}/jobs/${jobId}/start`, { status: 204 });
});
afterAll(async () => {
  await center[Symbol.asyncDispose]();
  await scim[Symbol.asyncDispose]();
});

async function entryOf(userId: string, top = 1) {
  const filter = encodeURIComponent(`sourceIdentity/id eq '${userId}'`);
  const path = `/v1.0/auditLogs/provisioning?$filter=${filter}&$orderby=activityDateTime desc`;
  return waitFor(async () => {
    const log = await admin.call('GET', path, { status: 200, answer: contract.ProvisioningLog });
    return log.value.length >= top ? log.value[0] : undefined;
  }, 60_000);
}

const exchangesOf = (id: string) =>
  admin.call('GET', `/joinery/auditLogs/provisioning/${id}/exchanges`, { status: 200, answer: contract.Exchanges });

const keep = (rawExchanges: string) =>
  admin.call(
    'PATCH',
    `/joinery/jobs/${jobId}/settings`,
    { status: 200, answer: contract.JobSettings },
    { rawExchanges },
  );

test('a failure keeps its requests and answers, without the token and without what a mapping redacts', async () => {
  const user = await aUser(center.admin, { jobTitle: 'refused', city: 'Hemlighult' });
  await assign(user.id);
  const entry = await entryOf(user.id);
  expect(entry.provisioningStatusInfo.status).toBe('failure');
  const { value } = await exchangesOf(entry.id);
  const post = value.find((one) => one.method === 'POST')!;
  expect(post).toMatchObject({ status: 400, failure: null, url: `${scim.url}/Users` });
  expect(post.requestHeaders).toContainEqual({ name: 'authorization', value: 'Bearer ***' });
  expect(post.responseHeaders).toContainEqual({ name: 'content-type', value: 'application/scim+json' });
  expect(JSON.parse(post.requestBody!)).toMatchObject({ userName: user.userPrincipalName, title: 'refused' });
  expect(JSON.parse(post.responseBody!).detail).toBe('Not with the token *** and the city [Redact].');
  const { rows } = await center.database
    .query<{ rows: string }>({ text: 'select coalesce(string_agg(l::text, $1), $1) as rows from provisioning_log l', values: [''] })
    .then(([row]) => row!); // prettier-ignore
  expect(rows).toContain(user.id);
  for (const secret of [token, 'Hemlighult']) expect(rows).not.toContain(secret);
});

test('a success keeps them when all are kept, or when it was asked for on demand; off keeps none', async () => {
  await keep('failures');
  const ordinary = await aUser(center.admin);
  await assign(ordinary.id);
  const unseen = await entryOf(ordinary.id);
  expect(unseen.provisioningStatusInfo.status).toBe('success');
  expect((await exchangesOf(unseen.id)).value).toEqual([]);

  await keep('all');
  const seen = await aUser(center.admin, { displayName: 'Seen' });
  await assign(seen.id);
  const { value } = await exchangesOf((await entryOf(seen.id)).id);
  expect(value.at(-1)).toMatchObject({ method: 'POST', status: 201 });

  const schema = await admin.call('GET', `${synchronization}/jobs/${jobId}/schema`, { status: 200 });
  const onDemand = async (objectId: string, entries: number) => {
    await admin.call('POST', `${synchronization}/jobs/${jobId}/provisionOnDemand`, { status: 200 }, {
      parameters: [{ ruleId: schema.synchronizationRules[0].id, subjects: [{ objectId, objectTypeName: 'User' }] }],
    }); // prettier-ignore
    return exchangesOf((await entryOf(objectId, entries)).id);
  };
  await keep('failures');
  const asked = await aUser(center.admin);
  await admin.call('POST', `${synchronization}/jobs/${jobId}/pause`, { status: 204 });
  await assign(asked.id);
  expect((await onDemand(asked.id, 1)).value.map((one) => one.method)).toContain('POST');

  await keep('off');
  const secret = await aUser(center.admin);
  await assign(secret.id);
  expect((await onDemand(secret.id, 1)).value).toEqual([]);
});

test('they are for administrators of the application only', async () => {
  const reader = await center.client('Reports Reader');
  const log = await reader.call('GET', '/v1.0/auditLogs/provisioning?$top=1', { status: 200 });
  const path = (id: string) => `/joinery/auditLogs/provisioning/${id}/exchanges`;
  await reader.call('GET', path(log.value[0].id), { status: 403 });
  await admin.call('GET', path('00000000-0000-7000-8000-000000000000'), { status: 404, answer: contract.ErrorBody });
});

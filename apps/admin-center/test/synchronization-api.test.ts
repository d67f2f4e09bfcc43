import * as contract from '@joinery/graph-api/contract';
import { waitFor } from '@joinery/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCenter, aUser, type Caller, type TestCenter } from './center.ts';
import { aScimServer, type ScimServer } from './scim-server.ts';

// The rows of entra-provisioning.md §12 that provisioning-api.test.ts does not walk through.

let center: TestCenter;
let admin: Caller;
let scim: ScimServer;

beforeAll(async () => {
  scim = await aScimServer('a-token');
  center = await aCenter({ allowedTargets: [scim.host] });
  admin = await center.client('Cloud Application Administrator');
});
afterAll(async () => {
  await center[Symbol.asyncDispose]();
  await scim[Symbol.asyncDispose]();
});

async function addCinode() {
  const filter = encodeURIComponent("displayName eq 'Cinode'");
  const { value } = await admin.call('GET', `/v1.0/applicationTemplates?$filter=${filter}`, { status: 200 });
  const made = await admin.call('POST', `/v1.0/applicationTemplates/${value[0].id}/instantiate`, { status: 201, answer: contract.ApplicationServicePrincipal }, { displayName: 'Cinode' }); // prettier-ignore
  return { ...made, synchronization: `/beta/servicePrincipals/${made.servicePrincipal.id}/synchronization` };
}

const addJob = (synchronization: string) =>
  admin.call('POST', `${synchronization}/jobs`, { status: 201, answer: contract.Job }, { templateId: 'cinode' });

test('templates and what the language of their schemas offers, under both addresses of the application', async () => {
  const { application, servicePrincipal } = await addCinode();
  for (const place of [`servicePrincipals/${servicePrincipal.id}`, `applications/${application.id}`]) {
    const templates = `/v1.0/${place}/synchronization/templates`;
    const template = await admin.call('GET', `${templates}/cinode`, { status: 200 });
    expect(template).toMatchObject({ id: 'cinode', factoryTag: expect.any(String) });
    await admin.call('GET', `${templates}/x`, { status: 404, answer: contract.ErrorBody });
    const schema = await admin.call('GET', `${templates}/cinode/schema`, { status: 200 });
    expect(schema.synchronizationRules[0].objectMappings[0].flowTypes).toBe('Add, Update, Delete');
    const functions = await admin.call('GET', `${templates}/cinode/schema/functions`, { status: 200 });
    expect(functions.value.map((one: { name: string }) => one.name)).toContain('Switch');
    const operators = await admin.call('GET', `${templates}/cinode/schema/filterOperators`, { status: 200 });
    expect(operators.value.map((one: { name: string }) => one.name)).toContain('EQUALS');
    const parsed = await admin.call('POST', `${templates}/cinode/schema/parseExpression`, { status: 200, answer: contract.ParsedExpression }, { expression: 'ToLower([mail])' }); // prettier-ignore
    expect(parsed).toMatchObject({ parsingSucceeded: true, parsedExpression: { name: 'ToLower' } });
    await admin.call('GET', `${templates}/x/schema/functions`, { status: 404, answer: contract.ErrorBody });
  }
});

test('a new job is disabled, is listed and read, and is gone once deleted', async () => {
  const { synchronization } = await addCinode();
  const job = await addJob(synchronization);
  expect(job).toMatchObject({ schedule: { state: 'Disabled' }, status: { code: 'NotConfigured', progress: [] } });
  expect(job.synchronizationJobSettings).toContainEqual({ name: 'QuarantineTooManyDeletesThreshold', value: '500' });
  const listed = await admin.call('GET', `${synchronization}/jobs`, { status: 200, answer: contract.Jobs });
  expect(listed.value.map(({ id }) => id)).toEqual([job.id]);
  await admin.call('DELETE', `${synchronization}/jobs/${job.id}`, { status: 204 });
  await admin.call('GET', `${synchronization}/jobs/${job.id}`, { status: 404, answer: contract.ErrorBody });
  expect((await admin.call('GET', `${synchronization}/jobs`, { status: 200, answer: contract.Jobs })).value).toEqual(
    [],
  );
});

test('every resetScope is taken, alone and together', async () => {
  const { synchronization } = await addCinode();
  const job = await addJob(synchronization);
  const value = [{ key: 'BaseAddress', value: scim.url }, { key: 'SecretToken', value: 'a-token' }]; // prettier-ignore
  await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, { value });
  for (const resetScope of ['', 'None', 'Watermark', 'Escrows', 'QuarantineState', 'ConnectorDataStore', 'Full', 'ForceDeletes', 'Watermark, Escrows']) {
    await admin.call('POST', `${synchronization}/jobs/${job.id}/restart`, { status: 204 }, { criteria: { resetScope } });
  } // prettier-ignore
});

test('validateCredentials looks for a user and for a group that nobody has', async () => {
  const { synchronization } = await addCinode();
  const job = await addJob(synchronization);
  const before = scim.requests.length;
  const credentials = [{ key: 'BaseAddress', value: scim.url }, { key: 'SecretToken', value: 'a-token' }]; // prettier-ignore
  await admin.call('POST', `${synchronization}/jobs/${job.id}/validateCredentials`, { status: 204 }, { credentials });
  const asked = scim.requests.slice(before).map(({ method, path }) => decodeURIComponent(`${method} ${path}`));
  expect(asked).toEqual([
    expect.stringMatching(/^GET .*\/Users\?filter=userName eq "[0-9a-f-]{36}"$/),
    expect.stringMatching(/^GET .*\/Groups\?.*filter=displayName eq "[0-9a-f-]{36}"$/),
  ]);
});

test('an object connection is read by either anchor, and deleted while the job is paused', async () => {
  const { servicePrincipal, application, synchronization } = await addCinode();
  const job = await addJob(synchronization);
  const value = [{ key: 'BaseAddress', value: scim.url }, { key: 'SecretToken', value: 'a-token' }]; // prettier-ignore
  await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, { value });
  const user = await aUser(center.admin);
  await admin.call('POST', `/v1.0/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`, { status: 201 }, {
    principalId: user.id, resourceId: servicePrincipal.id, appRoleId: application.appRoles[0]!.id,
  }); // prettier-ignore
  await admin.call('POST', `${synchronization}/jobs/${job.id}/start`, { status: 204 });
  const collection = `${synchronization}/jobs/${job.id}/objectConnections`;
  const one = (id: string) => `${collection}('${id}')`;
  const bySource = await waitFor(async () => {
    const links = await admin.call('GET', `/joinery/jobs/${job.id}/links`, { status: 200, answer: contract.Links });
    return links.value.length > 0 && admin.call('GET', one(user.id), { status: 200 });
  }, 60_000);
  const [target] = [...scim.users.values()].filter((found) => found['userName'] === user.userPrincipalName);
  expect(bySource).toMatchObject({
    objectId: user.id,
    sourceAnchor: user.id,
    targetAnchor: target!.id,
    displayName: user.displayName,
    objectTypeName: expect.stringContaining('User'),
  });
  expect(await admin.call('GET', one(target!.id), { status: 200 })).toMatchObject({ sourceAnchor: user.id });
  await admin.call('GET', one('nobody'), { status: 404, answer: contract.ErrorBody });
  await admin.call('GET', collection, { status: 400, answer: contract.ErrorBody });

  await admin.call('DELETE', one(user.id), { status: 409, answer: contract.ErrorBody });
  await admin.call('POST', `${synchronization}/jobs/${job.id}/pause`, { status: 204 });
  await admin.call('DELETE', one(user.id), { status: 204 });
  await admin.call('GET', one(user.id), { status: 404, answer: contract.ErrorBody });
  await admin.call('DELETE', one(user.id), { status: 204 });
  const reader = await center.client('Reports Reader');
  await reader.call('DELETE', one(user.id), { status: 403, answer: contract.ErrorBody });
}, 120_000);

import * as contract from '@joinery/graph-api/contract';
import { waitFor } from '@joinery/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCenter, aGroup, aUser, objectAddress, readAll, type Caller, type TestCenter } from './center.ts';
import { aScimServer, type ScimServer } from './scim-server.ts';

const token = 'scripted-secret-token-7f3a';
let center: TestCenter;
let admin: Caller;
let scim: ScimServer;

beforeAll(async () => {
  scim = await aScimServer(token);
  center = await aCenter({ allowedTargets: [scim.host] });
  admin = await center.client('Cloud Application Administrator');
});
afterAll(async () => {
  await center[Symbol.asyncDispose]();
  await scim[Symbol.asyncDispose]();
});

async function addCinode(displayName = 'Cinode') {
  const filter = encodeURIComponent("displayName eq 'Cinode'");
  const templates = await admin.call('GET', `/v1.0/applicationTemplates?$filter=${filter}`, { status: 200, answer: contract.ApplicationTemplates }); // prettier-ignore
  expect(templates.value).toHaveLength(1);
  const made = await admin.call('POST', `/v1.0/applicationTemplates/${templates.value[0]!.id}/instantiate`, { status: 201, answer: contract.ApplicationServicePrincipal }, { displayName }); // prettier-ignore
  return { ...made, synchronization: `/v1.0/servicePrincipals/${made.servicePrincipal.id}/synchronization` };
}

async function addJob(synchronization: string) {
  const templates = await admin.call('GET', `${synchronization}/templates`, {
    status: 200,
    answer: contract.Templates,
  });
  const templateId = templates.value[0]!.id;
  return admin.call('POST', `${synchronization}/jobs`, { status: 201, answer: contract.Job }, { templateId });
}

const credentials = (secret = token) => [
  { key: 'BaseAddress', value: scim.url },
  { key: 'SecretToken', value: secret },
];

const audits = (activity: string) =>
  readAll(center.admin, `/v1.0/auditLogs/directoryAudits?$filter=${encodeURIComponent(`activityDisplayName eq '${activity}'`)}`); // prettier-ignore

// The steps of "Configure provisioning using Microsoft Graph APIs".
test('template, instantiate, job, validateCredentials, secrets, start, status, log', async () => {
  const { application, servicePrincipal, synchronization } = await addCinode();
  expect(application).toMatchObject({ appId: servicePrincipal.appId, displayName: 'Cinode' });
  const job = await addJob(synchronization);
  expect(job).toMatchObject({ schedule: { state: 'Disabled', interval: 'PT40M' }, status: { code: 'NotConfigured' } });
  expect(job.id).toMatch(/^cinode\.[0-9a-f]{32}\.[0-9a-f-]{36}$/);
  expect(job.id).toContain(center.tenantId.replaceAll('-', ''));

  const validate = `${synchronization}/jobs/${job.id}/validateCredentials`;
  const wrong = await admin.call('POST', validate, { status: 400, answer: contract.ErrorBody }, { useSavedCredentials: false, credentials: credentials('wrong') }); // prettier-ignore
  expect(wrong.error.message).toContain('401');
  expect(wrong.error.message).not.toContain('wrong"');
  for (const [address, message] of [['ftp://x', /https/], ['https://127.0.0.1:1/scim', /./], ['', /BaseAddress/]] as const) {
    const pairs = [{ key: 'BaseAddress', value: address }, { key: 'SecretToken', value: token }];
    const refused = await admin.call('POST', validate, { status: 400, answer: contract.ErrorBody }, { credentials: pairs });
    expect(refused.error.message).toMatch(message);
  } // prettier-ignore
  await admin.call('POST', validate, { status: 204 }, { useSavedCredentials: false, credentials: credentials() });
  await admin.call('POST', `${synchronization}/jobs/${job.id}/start`, { status: 400, answer: contract.ErrorBody });
  await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, { value: credentials() });
  await admin.call('POST', validate, { status: 204 }, { useSavedCredentials: true });

  const user = await aUser(center.admin, { givenName: 'Ada', surname: 'Holm', jobTitle: 'Architect', city: 'Lund' });
  const group = await aGroup(center.admin, { 'members@odata.bind': [objectAddress(user.id)] });
  const assigned = `/v1.0/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`;
  const assignment = { principalId: group.id, resourceId: servicePrincipal.id, appRoleId: application.appRoles[0]!.id };
  await admin.call('POST', assigned, { status: 201, answer: contract.AppRoleAssignment }, assignment);

  await admin.call('POST', `${synchronization}/jobs/${job.id}/start`, { status: 204 });
  const done = await waitFor(async () => {
    const now = await admin.call('GET', `${synchronization}/jobs/${job.id}`, { status: 200, answer: contract.Job });
    return now.status.lastSuccessfulExecution ? now : undefined;
  }, 30_000);
  expect(done).toMatchObject({ schedule: { state: 'Active' }, status: { code: 'Active', quarantine: null } });
  expect(done.status.lastSuccessfulExecution).toMatchObject({ state: 'Succeeded', countExported: 2, error: null });
  expect(done.status.synchronizedEntryCountByType).toEqual([
    { key: 'User', value: 1 },
    { key: 'Group', value: 1 },
  ]);
  expect([...scim.users.values()]).toMatchObject([
    { userName: user.userPrincipalName, externalId: user.id, active: true },
  ]);
  expect([...scim.groups.values()]).toMatchObject([{ displayName: group.displayName }]);

  const filter = encodeURIComponent(`jobId eq '${job.id}' and provisioningAction eq 'create'`);
  const log = await admin.call('GET', `/v1.0/auditLogs/provisioning?$filter=${filter}&$orderby=activityDateTime desc`, { status: 200, answer: contract.ProvisioningLog }); // prettier-ignore
  expect(new Set(log.value.map((entry) => entry.sourceIdentity.id))).toEqual(new Set([user.id, group.id]));
  expect(log.value[0]).toMatchObject({
    tenantId: center.tenantId,
    servicePrincipal: { id: servicePrincipal.id, displayName: 'Cinode' },
    provisioningStatusInfo: { status: 'success', errorInformation: null },
    targetSystem: { details: { ServicePrincipalDisplayName: 'Cinode' } },
  });
  const one = `/v1.0/auditLogs/provisioning/${log.value[0]!.id}`;
  await admin.call('GET', one, { status: 200, answer: contract.ProvisioningLogEntry });
  await admin.call('GET', '/v1.0/auditLogs/provisioning?$top=1', { status: 200, answer: contract.ProvisioningLog });

  const cycles = await admin.call('GET', `/joinery/jobs/${job.id}/cycles`, { status: 200, answer: contract.Cycles });
  expect(cycles.value[0]).toMatchObject({ kind: 'initial', state: 'succeeded', counts: { created: 2, failed: 0 } });

  // Provision on demand: the JSON inside the strings is Graph's form.
  const schema = await admin.call('GET', `${synchronization}/jobs/${job.id}/schema`, { status: 200 });
  const onDemand = (ruleId: string, objectId: string, status: number) =>
    admin.call('POST', `${synchronization}/jobs/${job.id}/provisionOnDemand`, { status }, {
      parameters: [{ ruleId, subjects: [{ objectId, objectTypeName: 'User' }] }],
    }); // prettier-ignore
  const [rule] = schema.synchronizationRules;
  const other = await aUser(center.admin);
  const notAssigned = await onDemand(rule.id, other.id, 200);
  expect(JSON.parse(notAssigned.key)).toMatchObject({
    result: 'Skipped',
    details: { errorCode: 'NotEffectivelyEntitled' },
  });
  const report = JSON.parse(notAssigned.value);
  expect(report).toMatchObject({ statusInfo: { status: 'skipped' }, sourceIdentity: { id: other.id, type: 'User' } });
  expect(report.provisioningSteps.length).toBeGreaterThan(0);
  await onDemand('no such rule', other.id, 400);
  await onDemand(rule.id, 'no id', 400);

  await admin.call('POST', `${synchronization}/jobs/${job.id}/pause`, { status: 204 });
  const paused = await admin.call('GET', `${synchronization}/jobs/${job.id}`, { status: 200, answer: contract.Job });
  expect(paused.schedule.state).toBe('Paused');
  const restart = (resetScope: string, status: number) =>
    admin.call('POST', `${synchronization}/jobs/${job.id}/restart`, { status }, { criteria: { resetScope } });
  await restart('Watermark, Escrows, QuarantineState', 204);
  await restart('Everything', 400);

  for (const activity of ['Update provisioning setting or credentials', 'Enable/start provisioning configuration', 'Disable/pause provisioning configuration', 'Enable/restart provisioning configuration']) {
    expect(await audits(activity), activity).not.toHaveLength(0);
  } // prettier-ignore
}, 120_000);

describe('secrets', () => {
  test('are masked when read, kept when sent back masked, and replaced as a whole', async () => {
    const { synchronization } = await addCinode();
    const path = `${synchronization}/secrets`;
    const oauth = [
      { key: 'Oauth2ClientId', value: 'my-client' },
      { key: 'Oauth2ClientSecret', value: 'very-secret-value' },
      { key: 'Oauth2TokenExchangeUri', value: 'https://login.example/token' },
    ];
    await admin.call('PUT', path, { status: 204 }, { value: [...credentials(), ...oauth] });
    const shown = await admin.call('GET', path, { status: 200, answer: contract.Secrets });
    expect(shown.value).toEqual([
      { key: 'BaseAddress', value: scim.url },
      { key: 'SecretToken', value: '******' },
      { key: 'Oauth2ClientId', value: 'my-client' },
      { key: 'Oauth2ClientSecret', value: '******' },
      { key: 'Oauth2TokenExchangeUri', value: 'https://login.example/token' },
    ]);
    const kept = shown.value.filter(({ key }) => !key.startsWith('Oauth2'));
    await admin.call('PUT', path, { status: 204 }, { value: kept });
    const job = await addJob(synchronization);
    await admin.call('POST', `${synchronization}/jobs/${job.id}/validateCredentials`, { status: 204 }, { useSavedCredentials: true }); // prettier-ignore
    expect((await admin.call('GET', path, { status: 200, answer: contract.Secrets })).value).toHaveLength(2);
    await admin.call('PUT', path, { status: 400 }, { value: [{ key: 'Oauth2ClientSecret', value: '******' }] });
    await admin.call('PUT', path, { status: 400 }, { value: [...credentials(), { key: 'SecretToken', value: 'x' }] });
    await admin.call('PUT', path, { status: 400 }, { value: [{ key: 'SyncAll', value: 'perhaps' }] });
  });

  test('carry settings, which may also be changed beside them', async () => {
    const { synchronization } = await addCinode();
    await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, { value: [...credentials(), { key: 'SkipOutOfScopeDeletions', value: 'True' }] }); // prettier-ignore
    const job = await addJob(synchronization);
    const settings = () => admin.call('GET', `/joinery/jobs/${job.id}/settings`, { status: 200, answer: contract.JobSettings }); // prettier-ignore
    expect(await settings()).toMatchObject({ scope: 'assigned', skipOutOfScopeDeletions: true, profile: 'efficient' });
    // The value of Graph's documentation of synchronization secrets.
    const notifications = {
      Enabled: true,
      Recipients: 'it@contoso.com',
      DeleteThresholdEnabled: true,
      DeleteThresholdValue: 50,
    };
    await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, {
      value: [...credentials(), { key: 'SyncAll', value: 'True' }, { key: 'SyncNotificationSettings', value: JSON.stringify(notifications) }],
    }); // prettier-ignore
    expect(await settings()).toMatchObject({
      scope: 'all',
      notification: { enabled: true, emails: ['it@contoso.com'] },
      deletionGuard: { enabled: true, count: 50 },
    });
    const change = { scope: 'assigned', requestsPerSecond: 5, profile: 'entra', intervalSeconds: 600 };
    await admin.call(
      'PATCH',
      `/joinery/jobs/${job.id}/settings`,
      { status: 200, answer: contract.JobSettings },
      change,
    );
    expect(await settings()).toMatchObject({ ...change, onChange: true });
    await admin.call('PATCH', `/joinery/jobs/${job.id}/settings`, { status: 200 }, { requestsPerSecond: null });
    expect((await settings()).requestsPerSecond).toBeNull();
    const shown = await admin.call('GET', `${synchronization}/secrets`, { status: 200, answer: contract.Secrets });
    expect(shown.value).toContainEqual({ key: 'SyncAll', value: 'False' });
    const read = await admin.call('GET', `${synchronization}/jobs/${job.id}`, { status: 200, answer: contract.Job });
    expect(read.schedule.interval).toBe('PT10M');
    expect(read.synchronizationJobSettings).toContainEqual({ name: 'QuarantineTooManyDeletesThreshold', value: '50' });
    for (const wrong of [
      { scope: 'some' },
      { concurrency: 0 },
      { shoeSize: 1 },
      { deletionGuard: { enabled: true } },
    ]) {
      await admin.call('PATCH', `/joinery/jobs/${job.id}/settings`, { status: 400, answer: contract.ErrorBody }, wrong);
    }
  });

  test('are in no answer, log line or audit entry', async () => {
    const everything = [
      center.log(),
      JSON.stringify(await readAll(center.admin, '/v1.0/auditLogs/directoryAudits?$top=500')),
      JSON.stringify(await readAll(center.admin, '/v1.0/auditLogs/provisioning?$top=500')),
      JSON.stringify(await center.database.query({ text: 'select * from provisioning_secret' })),
    ];
    for (const text of everything) {
      expect(text).not.toContain(token);
      expect(text).not.toContain('very-secret-value');
    }
    const [changed] = await audits('Update provisioning setting or credentials');
    expect(changed.targetResources[0].type).toBe('ServicePrincipal');
  });
});

describe('schema', () => {
  test('is read, replaced and restored', async () => {
    const { synchronization } = await addCinode();
    const job = await addJob(synchronization);
    const path = `${synchronization}/jobs/${job.id}/schema`;
    const { '@odata.context': _context, ...schema } = await admin.call('GET', path, { status: 200 });
    const template = await admin.call('GET', `${synchronization}/templates/cinode/schema`, { status: 200 });
    expect(template.synchronizationRules).toEqual(schema.synchronizationRules);
    const changed = structuredClone(schema);
    const mapping = changed.synchronizationRules[0].objectMappings[0].attributeMappings;
    mapping.splice(
      mapping.findIndex((one: { targetAttributeName: string }) => one.targetAttributeName === 'title'),
      1,
    );
    await admin.call('PUT', path, { status: 204 }, changed);
    expect((await admin.call('GET', path, { status: 200 })).synchronizationRules).toEqual(changed.synchronizationRules);
    await admin.call('DELETE', path, { status: 204 });
    expect((await admin.call('GET', path, { status: 200 })).synchronizationRules).toEqual(schema.synchronizationRules);
    await admin.call('PUT', path, { status: 400, answer: contract.ErrorBody }, { id: 'x' });
    await admin.call('PUT', path, { status: 400, answer: contract.ErrorBody }, []);
    expect((await audits('Update attribute mappings or scope')).map(({ result }) => result)).toEqual([
      'failure',
      'success',
      'success',
    ]);
  });

  test('lists functions and operators, and parses expressions', async () => {
    const { synchronization } = await addCinode();
    const job = await addJob(synchronization);
    const path = `${synchronization}/jobs/${job.id}/schema`;
    const functions = await admin.call('GET', `${path}/functions`, { status: 200 });
    expect(functions.value.find((one: { id: string }) => one.id === 'Switch')).toMatchObject({
      parameters: expect.arrayContaining([expect.objectContaining({ name: 'source', required: true })]),
    });
    const operators = await admin.call('GET', `${path}/filterOperators`, { status: 200 });
    expect(operators.value.map((one: { name: string }) => one.name)).toContain('EQUALS');

    const parse = (body: object) => admin.call('POST', `${path}/parseExpression`, { status: 200, answer: contract.ParsedExpression }, body); // prettier-ignore
    expect(
      await parse({
        expression: 'Replace([displayName], "A", , , "B", , )',
        testInputObject: { properties: [{ key: 'displayName', value: 'ABA' }] },
      }),
    ).toMatchObject({
      parsingSucceeded: true,
      parsedExpression: { type: 'Function', name: 'Replace' },
      evaluationSucceeded: true,
      evaluationResult: ['BBB'],
      error: null,
    });
    expect(await parse({ expression: '[city]' })).toMatchObject({ parsingSucceeded: true, evaluationSucceeded: false });
    expect(await parse({ expression: 'ToUper([city])' })).toMatchObject({
      parsingSucceeded: false,
      error: { code: expect.any(String), message: expect.stringContaining('ToUper') },
      problems: [{ start: 0, end: 6 }],
    });
    await admin.call(
      'POST',
      `${path}/parseExpression`,
      { status: 400, answer: contract.ErrorBody },
      { expression: '' },
    );
  });
});

describe('applications and assignments', () => {
  test('an application is read by id and appId, changed and deleted with its job', async () => {
    const { application, servicePrincipal, synchronization } = await addCinode('Cinode to delete');
    await addJob(synchronization);
    await admin.call(
      'POST',
      `${synchronization}/jobs`,
      { status: 400, answer: contract.ErrorBody },
      { templateId: 'cinode' },
    );
    await admin.call(
      'POST',
      `${synchronization}/jobs`,
      { status: 404, answer: contract.ErrorBody },
      { templateId: 'x' },
    );
    const byAppId = `/v1.0/servicePrincipals(appId='${application.appId}')`;
    const read = await admin.call('GET', byAppId, { status: 200, answer: contract.ServicePrincipal });
    expect(read.id).toBe(servicePrincipal.id);
    expect((await admin.call('GET', `${byAppId}/synchronization/jobs`, { status: 200, answer: contract.Jobs })).value).toHaveLength(1); // prettier-ignore
    await admin.call('GET', `/v1.0/servicePrincipals(appId='x')`, { status: 404, answer: contract.ErrorBody });
    await admin.call('GET', `/v1.0/applications(appId='${application.appId}')`, { status: 200, answer: contract.Application }); // prettier-ignore
    const filter = encodeURIComponent("displayName eq 'Cinode to delete'");
    const found = await admin.call('GET', `/v1.0/servicePrincipals?$filter=${filter}&$count=true`, { status: 200, answer: contract.ServicePrincipals }); // prettier-ignore
    expect(found).toMatchObject({ '@odata.count': 1, value: [{ id: servicePrincipal.id }] });
    await admin.call('PATCH', `/v1.0/applications/${application.id}`, { status: 204 }, { displayName: 'Renamed' });
    const list = await admin.call('GET', '/v1.0/applications', { status: 200, answer: contract.Applications });
    expect(list.value.map(({ displayName }) => displayName)).toContain('Renamed');
    await admin.call('PATCH', byAppId, { status: 204 }, { accountEnabled: false });
    await admin.call('DELETE', `/v1.0/servicePrincipals/${servicePrincipal.id}`, { status: 204 });
    await admin.call('GET', `/v1.0/applications/${application.id}`, { status: 404, answer: contract.ErrorBody });
    await admin.call('GET', `${synchronization}/jobs`, { status: 404, answer: contract.ErrorBody });
    expect(await audits('Remove service principal')).not.toHaveLength(0);
  });

  test('app roles are managed through the manifest', async () => {
    const { application } = await addCinode();
    const path = `/v1.0/applications/${application.id}`;
    const role = {
      id: '9f0c1d3e-5a7b-4c2d-8e6f-0a1b2c3d4e5f', displayName: 'Consultant', description: 'Is planned', value: 'consultant', isEnabled: true, allowedMemberTypes: ['User'],
    }; // prettier-ignore
    await admin.call('PATCH', path, { status: 204 }, { appRoles: [...application.appRoles, role] });
    const read = await admin.call('GET', path, { status: 200, answer: contract.Application });
    expect(read.appRoles).toContainEqual(role);
    // An enabled role can't be removed; a value with a blank is none.
    await admin.call('PATCH', path, { status: 400, answer: contract.ErrorBody }, { appRoles: application.appRoles });
    await admin.call(
      'PATCH',
      path,
      { status: 400, answer: contract.ErrorBody },
      { appRoles: [{ ...role, value: 'a b' }] },
    );
  });

  test('users and groups are assigned once per role, listed from both sides and removed', async () => {
    const { application, servicePrincipal } = await addCinode();
    const [user, group] = [await aUser(center.admin), await aGroup(center.admin)];
    const path = `/v1.0/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`;
    const appRoleId = application.appRoles[0]!.id;
    const assign = (principalId: string, status: number, role = appRoleId, resourceId = servicePrincipal.id) =>
      admin.call('POST', path, { status }, { principalId, resourceId, appRoleId: role });
    const made = await assign(user.id, 201);
    expect(made).toMatchObject({ principalType: 'User', principalId: user.id, resourceDisplayName: 'Cinode' });
    const ofGroup = await assign(group.id, 201);
    await assign(user.id, 400);
    const change = { includesNestedGroups: true };
    await admin.call('PATCH', `${path}/${made.id}`, { status: 404, answer: contract.ErrorBody }, change);
    expect(
      await admin.call('PATCH', `${path}/${ofGroup.id}`, { status: 200, answer: contract.AppRoleAssignment }, change),
    ).toMatchObject({ principalType: 'Group', includesNestedGroups: true });
    expect(await audits('Update app role assignment of group')).not.toHaveLength(0);
    const nowhere = '00000000-0000-0000-0000-00000000abcd';
    await assign(nowhere, 400);
    await assign('x', 400);
    await assign(user.id, 400, nowhere);
    await assign(user.id, 400, appRoleId, nowhere);
    const listed = await admin.call('GET', path, { status: 200, answer: contract.AppRoleAssignments });
    expect(new Set(listed.value.map(({ principalId }) => principalId))).toEqual(new Set([user.id, group.id]));
    for (const side of [`users/${user.id}`, `groups/${group.id}`]) {
      const of = await admin.call('GET', `/v1.0/${side}/appRoleAssignments`, { status: 200, answer: contract.AppRoleAssignments }); // prettier-ignore
      expect(of.value).toMatchObject([{ resourceId: servicePrincipal.id, appRoleId }]);
    }
    await admin.call('DELETE', `${path}/${made.id}`, { status: 204 });
    await admin.call('DELETE', `${path}/${made.id}`, { status: 404, answer: contract.ErrorBody });
    expect((await audits('Remove app role assignment from user')).map(({ result }) => result)).toEqual([
      'failure',
      'success',
    ]);
    expect(await audits('Add app role assignment grant to group')).not.toHaveLength(0);
  });

  test('the gallery is searched and paged', async () => {
    const first = await admin.call('GET', '/v1.0/applicationTemplates?$top=1&$count=true', { status: 200, answer: contract.ApplicationTemplates }); // prettier-ignore
    const all = await readAll(admin, '/v1.0/applicationTemplates?$top=1');
    expect(all).toHaveLength(first['@odata.count']!);
    const filter = encodeURIComponent("contains(displayName,'cin')");
    expect((await readAll(admin, `/v1.0/applicationTemplates?$filter=${filter}`)).map((one) => one.displayName)).toEqual(['Cinode']); // prettier-ignore
    await admin.call('GET', `/v1.0/applicationTemplates/${all[0].id}`, {
      status: 200,
      answer: contract.ApplicationTemplate,
    });
    await admin.call('GET', '/v1.0/applicationTemplates/x', { status: 404, answer: contract.ErrorBody });
    await admin.call('POST', '/v1.0/applicationTemplates/x/instantiate', { status: 404 }, { displayName: 'x' });
  });
});

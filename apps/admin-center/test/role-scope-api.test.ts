import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCenter, type Answered, type Caller, type TestCenter } from './center.ts';

let center: TestCenter;
let admin: Caller;
let synchronization: string;
let job: { id: string };

beforeAll(async () => {
  center = await aCenter();
  admin = await center.client('Cloud Application Administrator');
  const filter = encodeURIComponent("displayName eq 'Cinode'");
  const templates = await admin.call('GET', `/v1.0/applicationTemplates?$filter=${filter}`, { status: 200 });
  const made = await admin.call('POST', `/v1.0/applicationTemplates/${templates.value[0].id}/instantiate`, { status: 201 }, { displayName: 'Cinode' }); // prettier-ignore
  synchronization = `/v1.0/servicePrincipals/${made.servicePrincipal.id}/synchronization`;
  job = await admin.call('POST', `${synchronization}/jobs`, { status: 201 }, { templateId: 'cinode' });
});
afterAll(() => center[Symbol.asyncDispose]());

// entra-provisioning.md §4.7: all three role functions need the scope of assigned users and groups.
test('a mapping of app roles and the scope "all" exclude each other, whichever comes first', async () => {
  const graph = `${synchronization}/jobs/${job.id}/schema`;
  const settings = `/joinery/jobs/${job.id}/settings`;
  const plain: Answered = await admin.call('GET', graph, { status: 200 });
  const withRoles = structuredClone(plain);
  const mapping = withRoles.synchronizationRules[0].objectMappings[0].attributeMappings.find(
    (one: { targetAttributeName: string }) => one.targetAttributeName === 'title',
  );
  const expression = 'SingleAppRoleAssignment([appRoleAssignments])';
  mapping.source = { type: 'Function', name: 'SingleAppRoleAssignment', expression, parameters: [] };

  await admin.call('PUT', graph, { status: 204 }, withRoles);
  const refused = await admin.call('PATCH', settings, { status: 400 }, { scope: 'all' });
  expect(refused.error.message).toContain('(title): App roles come with assignments');
  const everyone = { value: [{ key: 'SyncAll', value: 'True' }] };
  await admin.call('PUT', `${synchronization}/secrets`, { status: 400 }, everyone);
  await admin.call('PATCH', settings, { status: 200 }, { scope: 'assigned' });

  await admin.call('PUT', graph, { status: 204 }, plain);
  await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, everyone);
  await admin.call('PUT', graph, { status: 400 }, withRoles);
  // The version with the roles does not come back either.
  await admin.call('POST', `/joinery/jobs/${job.id}/schema/versions/2/restore`, { status: 400 });
});

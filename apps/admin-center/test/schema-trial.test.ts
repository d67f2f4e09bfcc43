import * as contract from '@joinery/graph-api/contract';
import { waitFor } from '@joinery/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCenter, aUser, type Answered, type Caller, type TestCenter } from './center.ts';
import { aScimServer, type ScimServer } from './scim-server.ts';

let scim: ScimServer;
let center: TestCenter;
let admin: Caller;
let jobId: string;
let schema: Answered;
let graph: string;
let assign: (userId: string) => Promise<void>;
let runCycle: () => Promise<void>;

beforeAll(async () => {
  scim = await aScimServer('token');
  center = await aCenter({ allowedTargets: [scim.host] });
  admin = center.admin;
  const filter = encodeURIComponent("displayName eq 'Cinode'");
  const templates = await admin.call('GET', `/v1.0/applicationTemplates?$filter=${filter}`, { status: 200 });
  const made = await admin.call('POST', `/v1.0/applicationTemplates/${templates.value[0].id}/instantiate`, { status: 201 }, { displayName: 'Cinode' }); // prettier-ignore
  const synchronization = `/v1.0/servicePrincipals/${made.servicePrincipal.id}/synchronization`;
  const job = await admin.call('POST', `${synchronization}/jobs`, { status: 201 }, { templateId: 'cinode' });
  jobId = job.id;
  graph = `${synchronization}/jobs/${jobId}/schema`;
  const value = [{ key: 'BaseAddress', value: scim.url }, { key: 'SecretToken', value: 'token' }]; // prettier-ignore
  await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, { value });
  schema = await admin.call('GET', graph, { status: 200 });
  assign = async (principalId) => {
    const assignment = {
      principalId,
      resourceId: made.servicePrincipal.id,
      appRoleId: made.application.appRoles[0].id,
    };
    await admin.call('POST', `/v1.0/servicePrincipals/${made.servicePrincipal.id}/appRoleAssignedTo`, { status: 201 }, assignment); // prettier-ignore
  };
  runCycle = async () => {
    await admin.call('POST', `${synchronization}/jobs/${jobId}/start`, { status: 204 });
    await waitFor(async () => {
      const now = await admin.call('GET', `${synchronization}/jobs/${jobId}`, { status: 200 });
      return now.status.lastSuccessfulExecution ? true : undefined;
    }, 120_000);
  };
}, 120_000);
afterAll(async () => {
  await center[Symbol.asyncDispose]();
  await scim[Symbol.asyncDispose]();
});

/** The schema with the users mapping changed. */
function changed(change: (users: Answered) => void): Answered {
  const copy = structuredClone(schema);
  change(
    copy.synchronizationRules
      .flatMap((rule: Answered) => rule.objectMappings)
      .find((one: Answered) => one.sourceObjectName === 'User'),
  );
  return copy;
}

const department = (value: string) => ({
  groups: [
    {
      name: 'Only them',
      clauses: [{ sourceOperandName: 'department', operatorName: 'EQUALS', targetOperand: { values: [value] } }],
    },
  ],
});
const tryOn = (objectId: string, tried: Answered) =>
  admin.call('POST', `/joinery/jobs/${jobId}/schema/try`, { status: 200, answer: contract.SchemaTrial }, { schema: tried, objectId, objectTypeName: 'User' }); // prettier-ignore
const weigh = (weighed: Answered) =>
  admin.call('POST', `/joinery/jobs/${jobId}/schema/impact`, { status: 200, answer: contract.SchemaImpact }, { schema: weighed, objectTypeName: 'User' }); // prettier-ignore

test('a draft is tried on a person, and weighed against those who are provisioned, without anything being sent or saved', async () => {
  const ada = await aUser(admin, { displayName: 'Ada', jobTitle: 'engineer', department: 'Sales' });
  const bo = await aUser(admin, { displayName: 'Bo', department: 'Finance' });

  // Before anybody is provisioned: not assigned, hence out of scope; a default stands in for what is missing.
  const withDefault = changed((users) => {
    for (const one of users.attributeMappings) if (one.targetAttributeName === 'title') one.defaultValue = 'Staff';
  });
  const early = await tryOn(bo.id, withDefault);
  expect(early).toMatchObject({ displayName: 'Bo', targetId: null, scope: { inScope: false, isEntitled: false } });
  expect(early.attributes).toContainEqual(
    expect.objectContaining({ target: 'title', outcome: 'default', value: 'Staff', exported: null }),
  );
  expect((await weigh(withDefault)).examined).toBe(0);

  await assign(ada.id);
  await assign(bo.id);
  await runCycle();
  const sent = scim.requests.length;

  // An expression of a draft shows its value beside the one that was sent last.
  const { parsedExpression } = await admin.call('POST', `${graph}/parseExpression`, { status: 200 }, { expression: 'Append(ToUpper([jobTitle]), " II")' }); // prettier-ignore
  const other = changed((users) => {
    for (const one of users.attributeMappings) if (one.targetAttributeName === 'title') one.source = parsedExpression;
  });
  const trial = await tryOn(ada.id, other);
  expect(trial.scope.inScope).toBe(true);
  expect(trial.targetId).toMatch(/^Users-/);
  expect(trial.attributes).toContainEqual({ target: 'title', outcome: 'value', value: 'ENGINEER II', exported: 'engineer', isChange: true, message: null }); // prettier-ignore
  expect(await weigh(other)).toMatchObject({
    examined: 2,
    isComplete: true,
    changed: { count: 1, names: ['Ada'] },
    disabled: { count: 0 },
    failing: { count: 0 },
  });

  // A change of letter case only is none: the attribute is not exact about it.
  const { parsedExpression: upper } = await admin.call('POST', `${graph}/parseExpression`, { status: 200 }, { expression: 'ToUpper([jobTitle])' }); // prettier-ignore
  const onlyCase = changed((users) => {
    for (const one of users.attributeMappings) if (one.targetAttributeName === 'title') one.source = upper;
  });
  expect((await tryOn(ada.id, onlyCase)).attributes).toContainEqual(
    expect.objectContaining({ target: 'title', value: 'ENGINEER', isChange: false }),
  );
  expect(await weigh(onlyCase)).toMatchObject({ changed: { count: 0 } });

  // A filter: who leaves, and which clause it is.
  const onlySales = changed((users) => {
    users.scope = department('Sales');
  });
  const left = await tryOn(bo.id, onlySales);
  expect(left.scope).toMatchObject({
    inScope: false,
    isEntitled: true,
    clauses: [{ group: 'Only them', attribute: 'department', value: 'Finance', isAbsent: false, passed: false }],
  });
  expect(left.attributes).toContainEqual(expect.objectContaining({ target: 'active', value: false, exported: true }));
  expect(await weigh(onlySales)).toMatchObject({ disabled: { count: 1, names: ['Bo'] }, changed: { count: 0 } });
  const withoutUpdates = changed((users) => {
    users.scope = department('Sales');
    users.flowTypes = 'Add';
  });
  expect(await weigh(withoutUpdates)).toMatchObject({ disabled: { count: 0 }, kept: { count: 1, names: ['Bo'] } });

  // Nothing was sent, and nothing saved.
  expect(scim.requests).toHaveLength(sent);
  expect(await admin.call('GET', graph, { status: 200 })).toEqual(schema);

  const body = { schema: onlySales, objectTypeName: 'User' };
  const address = `/joinery/jobs/${jobId}/schema/try`;
  await admin.call('POST', address, { status: 400, answer: contract.ErrorBody }, { ...body, objectId: 'ada' });
  const nobody = '00000000-0000-0000-0000-00000000abcd';
  await admin.call('POST', address, { status: 404, answer: contract.ErrorBody }, { ...body, objectId: nobody });
  const broken = changed((users) => {
    users.attributeMappings[0].targetAttributeName = 'nowhere';
  });
  const refused = await admin.call('POST', address, { status: 400, answer: contract.ErrorBody }, { ...body, schema: broken, objectId: ada.id }); // prettier-ignore
  expect(refused.error.message).toContain('nowhere');
}, 240_000);

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as contract from '@joinery/graph-api/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCenter, readAll, type Answered, type Caller, type TestCenter } from './center.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const custom = 'urn:example:params:scim:schemas:extension:Staff:2.0:User';

/** Discovery documents of a target, with one attribute of its own. */
const documents: Readonly<Record<string, readonly unknown[]>> = {
  '/scim/ResourceTypes': [{ id: 'User', endpoint: '/Users', schema: core, schemaExtensions: [{ schema: custom }] }],
  '/scim/Schemas': [
    { id: core, attributes: [{ name: 'userName', type: 'string', multiValued: false, required: true }] },
    { id: custom, attributes: [{ name: 'costCenter', type: 'string', multiValued: false, caseExact: true }] },
  ],
};
const server = createServer((request, response) => {
  const Resources = documents[new URL(request.url ?? '/', 'http://target.example').pathname];
  response.writeHead(Resources ? 200 : 404, { 'content-type': 'application/scim+json' });
  response.end(JSON.stringify({ totalResults: Resources?.length ?? 0, Resources: Resources ?? [] }));
});

let center: TestCenter;
let admin: Caller;
let reader: Caller;
let job: { id: string };
let synchronization: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  center = await aCenter({ allowedTargets: [host] });
  admin = await center.client('Cloud Application Administrator');
  reader = await center.client('Reports Reader');
  const filter = encodeURIComponent("displayName eq 'Cinode'");
  const templates = await admin.call('GET', `/v1.0/applicationTemplates?$filter=${filter}`, { status: 200 });
  const made = await admin.call('POST', `/v1.0/applicationTemplates/${templates.value[0].id}/instantiate`, { status: 201 }, { displayName: 'Cinode' }); // prettier-ignore
  synchronization = `/v1.0/servicePrincipals/${made.servicePrincipal.id}/synchronization`;
  job = await admin.call('POST', `${synchronization}/jobs`, { status: 201 }, { templateId: 'cinode' });
  const value = [
    { key: 'BaseAddress', value: `http://${host}/scim` },
    { key: 'SecretToken', value: 'token' },
  ];
  await admin.call('PUT', `${synchronization}/secrets`, { status: 204 }, { value });
});
afterAll(async () => {
  await center[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('versions are listed, read, compared and restored; discovery adds a version', async () => {
  const graph = `${synchronization}/jobs/${job.id}/schema`;
  const versions = `/joinery/jobs/${job.id}/schema/versions`;
  const list = async () => (await reader.call('GET', versions, { status: 200, answer: contract.SchemaVersions })).value;
  const schema: Answered = await admin.call('GET', graph, { status: 200 });

  await admin.call('PUT', graph, { status: 204 }, schema);
  expect(await list()).toMatchObject([
    { version: 1, isCurrent: true, savedBy: { displayName: 'client of Cloud Application Administrator', type: 'app' } },
  ]);

  const changed = structuredClone(schema);
  changed.synchronizationRules[0].objectMappings[0].attributeMappings.pop();
  // A file without the attribute lists means those that there are.
  delete changed.directories;
  await admin.call('PUT', graph, { status: 204 }, changed);
  const difference = await reader.call('GET', `${versions}/1/difference`, { status: 200, answer: contract.SchemaDifference }); // prettier-ignore
  expect(difference).toMatchObject({ from: 1, to: 2, changes: [{ part: 'attributeMapping', change: 'removed' }] });
  const back = await reader.call('GET', `${versions}/2/difference?with=1`, { status: 200, answer: contract.SchemaDifference }); // prettier-ignore
  expect(back.changes).toMatchObject([{ change: 'added', before: null }]);

  await reader.call('POST', `${versions}/1/restore`, { status: 403, answer: contract.ErrorBody });
  const restored = await admin.call('POST', `${versions}/1/restore`, { status: 200, answer: contract.SchemaVersion });
  expect(restored).toMatchObject({ version: 3, restoredFrom: 1, isCurrent: true });
  const read = await reader.call('GET', `${versions}/3`, { status: 200, answer: contract.SchemaVersionWithSchema });
  const { '@odata.context': _, ...plain } = schema;
  expect(read.schema).toEqual(plain);
  for (const wrong of ['0', 'x', '99']) {
    await reader.call('GET', `${versions}/${wrong}`, {
      status: wrong === '99' ? 404 : 400,
      answer: contract.ErrorBody,
    });
  }

  const directory = schema.directories.at(-1);
  await reader.call('POST', `${graph}/directories/${directory.id}/discover`, { status: 403 });
  await admin.call('POST', `${graph}/directories/nope/discover`, { status: 400, answer: contract.ErrorBody });
  const discovered = await admin.call('POST', `${graph}/directories/${directory.id}/discover`, { status: 200 });
  const [users] = discovered.objects;
  const before = directory.objects.find((one: Answered) => one.name === users.name).attributes;
  expect(users.attributes.slice(0, before.length)).toEqual(before);
  expect(users.attributes).toContainEqual(expect.objectContaining({ name: `${custom}:costCenter`, caseExact: true }));
  // Once more finds nothing new.
  await admin.call('POST', `${graph}/directories/${directory.id}/discover`, { status: 200 });
  expect((await list()).map(({ version }) => version)).toEqual([4, 3, 2, 1]);

  await admin.call('POST', `/joinery/jobs/${job.id}/schema/restoreDefault`, { status: 200, answer: contract.SchemaVersion }); // prettier-ignore
  expect(await admin.call('GET', graph, { status: 200 })).toEqual(schema);
  expect(await readAll(reader, `${versions}?$top=2`)).toHaveLength(5);
  const activity = encodeURIComponent("activityDisplayName eq 'Update attribute mappings or scope'");
  const audited = await readAll(center.admin, `/v1.0/auditLogs/directoryAudits?$filter=${activity}`);
  expect(audited.filter((one) => one.result === 'success')).toHaveLength(6);
});

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTargetFactory, systemClock } from '@joinery/admin-center';
import { brandId, type AppRoleId } from '@joinery/base';
import type { AppRoleDefinition } from '@joinery/directory';
import { checkSynchronizationSchema, runCycle, type SynchronizationSchema } from '@joinery/provisioning';
import { createServiceProvider, generateToken, hashToken } from '@joinery/service-provider';
import { createWorkspaceStore } from '@joinery/store/workspace';
import { createWorkspaceDatabase } from '@joinery/testkit';
import { expect, test } from 'vitest';
import { createWorld, type World } from '../../packages/provisioning/test/world.ts';

// entra-provisioning.md §4.7, against the workspace's own SCIM endpoint over HTTP, in the form of Entra's default client.

interface Sent {
  readonly method: string;
  readonly path: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The workspace's service provider behind HTTP; what is sent to it is kept. */
async function aWorkspace() {
  const database = await createWorkspaceDatabase();
  const store = createWorkspaceStore(database, { newId: randomUUID });
  const { id: tenantId } = await store.tenants.createTenant('Contoso');
  const sent: Sent[] = [];
  let answer: ReturnType<typeof createServiceProvider>['answer'] | undefined;
  const server = createServer((message, response) => {
    void (async () => {
      const text = await textOf(message);
      const { method = 'GET', url = '/' } = message;
      if (method !== 'GET') sent.push({ method, path: url, body: text === '' ? undefined : JSON.parse(text) });
      const headers = new Headers(
        Object.entries(message.headers).map(([name, value]): [string, string] => [name, String(value)]),
      );
      headers.delete('content-length');
      const request = new Request(new URL(url, 'http://127.0.0.1'), {
        method,
        headers,
        ...(text === '' ? {} : { body: text }),
      });
      const answered = await answer!(request);
      const pieces = [answered.text ?? ''];
      for await (const piece of answered.chunks ?? []) pieces.push(piece);
      response.writeHead(answered.status, answered.headers).end(pieces.join(''));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const baseUrl = `http://${host}/scim/v2`;
  const { resources, credentials, requestLog } = store;
  ({ answer } = createServiceProvider({
    resources,
    credentials,
    requestLog,
    clock: Date,
    newRequestId: randomUUID,
    baseUrl,
  }));
  const token = generateToken();
  await credentials.create(tenantId, {
    name: 'token',
    audience: baseUrl,
    scopes: ['scim.read', 'scim.write'],
    expires: new Date('2099-01-01T00:00:00Z'),
    hash: hashToken(token),
  });
  return {
    baseUrl,
    host,
    token,
    sent,
    /** What the endpoint shows as the roles of the only user. */
    async roles() {
      const shown = await fetch(`${baseUrl}/Users`, { headers: { authorization: `Bearer ${token}` } });
      const { Resources } = (await shown.json()) as { Resources: { roles?: unknown[] }[] };
      return Resources[0]?.roles;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

function withRoles(target: string, expression: string) {
  return (schema: SynchronizationSchema): SynchronizationSchema => {
    const source = { type: 'Function', name: expression.slice(0, expression.indexOf('(')), expression, parameters: [] };
    const checked = checkSynchronizationSchema({
      ...schema,
      synchronizationRules: schema.synchronizationRules.map((rule) => ({
        ...rule,
        objectMappings: rule.objectMappings.map((one) => ({
          ...one,
          attributeMappings:
            one.sourceObjectName === 'User'
              ? [...one.attributeMappings, { targetAttributeName: target, matchingPriority: 0, source }]
              : one.attributeMappings,
        })),
      })),
    });
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    return checked.value;
  };
}

const [admin, editor] = [1, 2].map((number) => brandId<AppRoleId>(`0000000${number}-1111-4111-8111-111111111111`)) as [AppRoleId, AppRoleId]; // prettier-ignore

/** The world with roles Admin and Editor, in profile `entra`, provisioning into the workspace. */
async function provisioning(workspace: Awaited<ReturnType<typeof aWorkspace>>, target: string, expression: string) {
  const world = await createWorld({ settings: { profile: 'entra' }, schema: withRoles(target, expression) });
  const { applications, directory, jobs } = world.store;
  const application = (await applications.getByServicePrincipal(world.servicePrincipalId))!;
  const made = [['Admin', admin], ['Editor', editor]] as const; // prettier-ignore
  const roles = made.map(([value, id]): AppRoleDefinition => {
    return { id, value, displayName: value, description: value, isEnabled: true, allowedMemberTypes: ['User'] };
  });
  await applications.update(application.applicationId, { appRoles: [...application.appRoles, ...roles] });
  const secrets = new Map([['BaseAddress', workspace.baseUrl], ['SecretToken', workspace.token]]); // prettier-ignore
  await jobs.putSecrets(world.servicePrincipalId, secrets);
  const targets = createTargetFactory({ allowedTargets: [workspace.host], clock: systemClock, random: Math.random });
  const [ann] = await world.users(['ann']);
  return {
    world,
    assign: (role: AppRoleId) => applications.assign(world.servicePrincipalId, ann!, role),
    async unassign(role: AppRoleId) {
      const { objects } = await applications.listAssignmentsOf(ann!, { top: 10, count: false });
      await applications.unassign(world.servicePrincipalId, objects.find((one) => one.appRoleId === role)!.id);
    },
    touch: (city: string) => directory.updateUser(ann!, { attributes: new Map([['city', city]]) }),
    /** Runs a cycle and answers what it wrote to users. */
    async cycle(): Promise<readonly Sent[]> {
      workspace.sent.length = 0;
      const cycle = await runCycle({ ...world.ports, targets }, world.jobId);
      expect(cycle).toMatchObject({ state: 'succeeded', counts: { failed: 0 } });
      return workspace.sent.filter((one) => one.path.includes('/Users'));
    },
    [Symbol.asyncDispose]: () => (world as World)[Symbol.asyncDispose](),
  };
}

const role = (name: 'display' | 'displayName', value: string) => ({
  primary: false,
  type: 'WindowsAzureActiveDirectoryRole',
  [name]: value,
  value,
});
const operations = (sent: readonly Sent[]) => sent.flatMap((one) => one.body.Operations);
const shownValues = (roles: unknown[] | undefined) => (roles ?? []).map((one) => (one as { value: string }).value).toSorted(); // prettier-ignore

test('AppRoleAssignmentsComplex: a create has the roles, an update only adds those that are new', async () => {
  await using workspace = await aWorkspace();
  await using job = await provisioning(workspace, 'roles', 'AppRoleAssignmentsComplex([appRoleAssignments])');
  await job.assign(editor);
  const [created] = await job.cycle();
  expect(created!.body.roles).toEqual([role('displayName', 'Editor')]);
  expect(shownValues(await workspace.roles())).toEqual(['Editor']);

  await job.assign(admin);
  const added = operations(await job.cycle());
  expect(added).toEqual([{ op: 'Add', path: 'roles', value: [{ value: expect.any(String) }] }]);
  expect(JSON.parse(added[0].value[0].value)).toEqual({ id: admin, value: 'Admin', displayName: 'Admin' });
  const both = await workspace.roles();
  expect(both).toHaveLength(2);

  // What is taken away stays in the target, and nothing is sent again.
  await job.unassign(editor);
  await job.touch('Oslo');
  expect(operations(await job.cycle()).map((one) => one.path)).not.toContain('roles');
  expect(await workspace.roles()).toEqual(both);
});

test('AssertiveAppRoleAssignmentsComplex: an update replaces the roles, so that what is taken away goes', async () => {
  await using workspace = await aWorkspace();
  await using job = await provisioning(workspace, 'roles', 'AssertiveAppRoleAssignmentsComplex([appRoleAssignments])');
  await job.assign(editor);
  const [created] = await job.cycle();
  expect(created!.body.roles).toEqual([role('display', 'Editor')]);

  await job.assign(admin);
  const replaced = operations(await job.cycle());
  expect(replaced).toEqual([{ op: 'replace', path: 'roles', value: expect.any(Array) }]);
  expect(replaced[0].value).toEqual(expect.arrayContaining([role('display', 'Editor'), role('display', 'Admin')]));
  expect(shownValues(await workspace.roles())).toEqual(['Admin', 'Editor']);

  await job.unassign(editor);
  expect(operations(await job.cycle())).toEqual([{ op: 'replace', path: 'roles', value: [role('display', 'Admin')] }]);
  expect(shownValues(await workspace.roles())).toEqual(['Admin']);
  await job.touch('Oslo');
  expect(operations(await job.cycle()).map((one) => one.path)).not.toContain('roles');
});

test('SingleAppRoleAssignment: one primary role, sent again when it is another one', async () => {
  await using workspace = await aWorkspace();
  const target = 'roles[primary eq "True"].value';
  await using job = await provisioning(workspace, target, 'SingleAppRoleAssignment([appRoleAssignments])');
  await job.assign(editor);
  const [created] = await job.cycle();
  expect(created!.body.roles).toEqual([{ primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'Editor' }]);
  expect(shownValues(await workspace.roles())).toEqual(['Editor']);

  await job.unassign(editor);
  await job.assign(admin);
  const changed = operations(await job.cycle());
  expect(changed).toEqual([{ op: 'Add', path: 'roles', value: [{ value: expect.any(String) }] }]);
  expect(JSON.parse(changed[0].value[0].value)).toMatchObject({ value: 'Admin', displayName: 'Admin' });
});

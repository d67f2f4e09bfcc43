import { randomUUID } from 'node:crypto';
import type { Api } from '../http.ts';
import { forEachConcurrently } from '../http.ts';
import { aPerson, groupName, type Person } from './people.ts';

/** Counts of one cycle as `demo --json` prints them: objects (users and groups), not members. */
export interface CycleReport {
  readonly durationMs: number;
  readonly objects: { readonly users: number; readonly groups: number };
  readonly created: number;
  readonly updated: number;
  readonly disabled: number;
  readonly deleted: number;
  readonly skipped: number;
  readonly failed: number;
  readonly requests: number;
}

/** What later steps of the scenario, and a later start on the same folder, need to know. */
export interface Provisioning {
  readonly servicePrincipalId: string;
  readonly jobId: string;
  readonly appRoleId: string;
  readonly groupIds: readonly string[];
  readonly userIds: readonly string[];
}

interface GraphCycle {
  readonly id: string;
  readonly state: string;
  readonly began: string;
  readonly ended: string | null;
  readonly pages: { readonly done: number; readonly total: number };
  readonly counts: Omit<CycleReport, 'durationMs'>;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export type Progress = (done: number, total: number, what: string) => void;

/** Steps 2–4 of the scenario: directory, application from the gallery, assignments, credentials with Test Connection. */
export async function prepare(
  graph: Api,
  options: { users: number; groups: number; domain: string; tenantUrl: string; token: string; profile: string },
  progress: Progress,
): Promise<Provisioning> {
  const userIds: string[] = Array.from({ length: options.users }, () => '');
  let made = 0;
  await forEachConcurrently(userIds, 8, async (_, index) => {
    userIds[index] = (await createUser(graph, aPerson(index, options.domain))).id;
    progress(++made, options.users, 'users');
  });
  await setManagers(graph, userIds);
  const groupIds = await createGroups(graph, userIds, options.groups, progress);

  const template = await graph.call<{ value: { id: string }[] }>(
    'GET',
    `/v1.0/applicationTemplates?$filter=${encodeURIComponent("displayName eq 'Cinode'")}`,
  );
  const { servicePrincipal, application } = await graph.call<{
    servicePrincipal: { id: string };
    application: { appRoles: { id: string; displayName: string }[] };
  }>('POST', `/v1.0/applicationTemplates/${first(template.value).id}/instantiate`, { displayName: 'Cinode' });
  const role = application.appRoles.find((one) => one.displayName === 'User') ?? first(application.appRoles);
  const assignees = groupIds.length > 0 ? groupIds : userIds;
  await forEachConcurrently(assignees, 8, async (principalId) => {
    await assign(graph, servicePrincipal.id, principalId, role.id);
  });

  const synchronization = `/v1.0/servicePrincipals/${servicePrincipal.id}/synchronization`;
  const job = await graph.call<{ id: string; templateId: string }>('POST', `${synchronization}/jobs`, {
    templateId: 'cinode',
  });
  const credentials = [
    { key: 'BaseAddress', value: options.tenantUrl },
    { key: 'SecretToken', value: options.token },
  ];
  await graph.call('POST', `${synchronization}/jobs/${job.id}/validateCredentials`, {
    useSavedCredentials: false,
    credentials,
  });
  await graph.call('PUT', `${synchronization}/secrets`, { value: credentials });
  await graph.call('PATCH', `/joinery/jobs/${job.id}/settings`, { profile: options.profile });
  return { servicePrincipalId: servicePrincipal.id, jobId: job.id, appRoleId: role.id, groupIds, userIds };
}

async function createUser(graph: Api, person: Person): Promise<{ id: string }> {
  return graph.call('POST', '/v1.0/users', {
    ...person,
    accountEnabled: true,
    // Graph's create needs it; sign-in of the people themselves is not part of the product.
    passwordProfile: { password: randomUUID(), forceChangePasswordNextSignIn: true },
  });
}

/** Everyone reports to the first of their ten, the first ones to user 0. */
async function setManagers(graph: Api, userIds: readonly string[]): Promise<void> {
  await forEachConcurrently(userIds.slice(1), 8, async (userId, offset) => {
    const index = offset + 1;
    const manager = userIds[index % 10 === 0 ? 0 : index - (index % 10)];
    await graph.call('PUT', `/v1.0/users/${userId}/manager/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/users/${manager}`,
    });
  });
}

/** Everyone is in the group of their number, and the first of each ten in the next group too. */
async function createGroups(
  graph: Api,
  userIds: readonly string[],
  count: number,
  progress: Progress,
): Promise<string[]> {
  const groupIds: string[] = Array.from({ length: count }, () => '');
  let made = 0;
  await forEachConcurrently(groupIds, 4, async (_, index) => {
    const displayName = groupName(index);
    const members = userIds.filter(
      (_userId, user) => user % count === index || (user % 10 === 0 && (user + 1) % count === index),
    );
    const group = await graph.call<{ id: string }>('POST', '/v1.0/groups', {
      displayName,
      mailEnabled: false,
      mailNickname: displayName.toLowerCase().replaceAll(' ', '-'),
      securityEnabled: true,
    });
    for (let from = 0; from < members.length; from += 20) {
      await graph.call('PATCH', `/v1.0/groups/${group.id}`, {
        'members@odata.bind': members
          .slice(from, from + 20)
          .map((id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`),
      });
    }
    groupIds[index] = group.id;
    progress(++made, count, 'groups');
  });
  return groupIds;
}

/** Step 5: Provisioning Status On; waits for the cycle that starts now and reports its pages. */
export async function runCycle(graph: Api, provisioning: Provisioning, progress: Progress): Promise<CycleReport> {
  const path = `/joinery/jobs/${provisioning.jobId}/cycles`;
  const known = new Set((await listCycles(graph, path)).map((cycle) => cycle.id));
  await graph.call(
    'POST',
    `/v1.0/servicePrincipals/${provisioning.servicePrincipalId}/synchronization/jobs/${provisioning.jobId}/start`,
  );
  for (;;) {
    const cycle = (await listCycles(graph, path)).find((one) => !known.has(one.id));
    if (cycle !== undefined) {
      progress(cycle.pages.done, cycle.pages.total, 'pages');
      if (cycle.state === 'failed')
        throw new Error(`the cycle failed: ${cycle.error?.code ?? ''} ${cycle.error?.message ?? ''}`);
      if (cycle.ended !== null)
        return { durationMs: Date.parse(cycle.ended) - Date.parse(cycle.began), ...cycle.counts };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function listCycles(graph: Api, path: string): Promise<readonly GraphCycle[]> {
  return (await graph.call<{ value: readonly GraphCycle[] }>('GET', path)).value;
}

/** Step 7: a joiner, a mover, two leavers, a member in and a member out; `round` keeps the joiner's name new. */
export async function change(graph: Api, provisioning: Provisioning, domain: string, round: number): Promise<void> {
  const { jobId, groupIds, userIds } = provisioning;
  await graph.call('PATCH', `/joinery/jobs/${jobId}/settings`, { onChange: false });
  const joiner = await createUser(graph, aPerson(userIds.length + 1000 * round, domain));
  const from = userIds.length > 0 ? (10 * round) % userIds.length : 0;
  const at = (offset: number): string | undefined => userIds[(from + offset) % userIds.length];
  if (groupIds.length > 0) await addMember(graph, first(groupIds), joiner.id);
  else await assign(graph, provisioning.servicePrincipalId, joiner.id, provisioning.appRoleId);
  const [mover, disabled, deleted, memberIn, memberOut] = [at(1), at(2), at(3), at(4), at(0)];
  if (userIds.length >= 10) {
    await graph.call('PATCH', `/v1.0/users/${mover}`, { jobTitle: 'Partner', city: 'Lund', department: 'Research' });
    await graph.call('PATCH', `/v1.0/users/${disabled}`, { accountEnabled: false });
    await graph.call('DELETE', `/v1.0/users/${deleted}`);
  }
  if (groupIds.length >= 3 && userIds.length >= 10) {
    const memberInGroup = groupIds[(from + 4 + 2) % groupIds.length];
    if (memberIn !== undefined && memberInGroup !== undefined) await addMember(graph, memberInGroup, memberIn);
    const memberOutGroup = groupIds[(from + 1) % groupIds.length];
    await graph.call('DELETE', `/v1.0/groups/${memberOutGroup}/members/${memberOut}/$ref`);
  }
}

/** Lets the service follow changes by itself again. */
export async function followChanges(graph: Api, provisioning: Provisioning): Promise<void> {
  await graph.call('PATCH', `/joinery/jobs/${provisioning.jobId}/settings`, { onChange: true });
}

async function assign(graph: Api, servicePrincipalId: string, principalId: string, appRoleId: string): Promise<void> {
  await graph.call('POST', `/v1.0/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo`, {
    principalId,
    resourceId: servicePrincipalId,
    appRoleId,
  });
}

async function addMember(graph: Api, groupId: string, memberId: string): Promise<void> {
  await graph.call('POST', `/v1.0/groups/${groupId}/members/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${memberId}`,
  });
}

function first<T>(values: readonly T[]): T {
  const value = values[0];
  if (value === undefined) throw new Error('the answer held no value');
  return value;
}

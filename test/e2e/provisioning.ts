import type { Caller } from './halves.ts';
import { until } from './processes.ts';

/** One enterprise application made from the Cinode template, with its job, and what tests do with it. */
export interface Application {
  readonly servicePrincipalId: string;
  readonly applicationId: string;
  readonly jobId: string;
  readonly roleId: string;
  readonly path: string;
}

export interface CycleRow {
  readonly id: string;
  readonly kind: 'initial' | 'incremental';
  readonly state: 'running' | 'succeeded' | 'entry-level-errors' | 'failed';
  readonly pages: { readonly done: number; readonly total: number };
  readonly counts: {
    readonly objects: { readonly users: number; readonly groups: number };
    readonly created: number;
    readonly updated: number;
    readonly disabled: number;
    readonly deleted: number;
    readonly skipped: number;
    readonly failed: number;
    readonly requests: number;
  };
  readonly error: { readonly code: string; readonly message: string } | null;
}

export async function addCinode(center: Caller): Promise<Application> {
  const templates = await center.call<{ value: { id: string; displayName: string }[] }>(
    'GET',
    `/v1.0/applicationTemplates?$filter=${encodeURIComponent("displayName eq 'Cinode'")}`,
  );
  const made = await center.call<{ application: { id: string; appRoles: { id: string; displayName: string }[] }; servicePrincipal: { id: string } }>(
    'POST', `/v1.0/applicationTemplates/${templates.value[0]!.id}/instantiate`, { displayName: 'Cinode' }, 201,
  ); // prettier-ignore
  const path = `/v1.0/servicePrincipals/${made.servicePrincipal.id}/synchronization`;
  const job = await center.call<{ id: string }>('POST', `${path}/jobs`, { templateId: 'cinode' }, 201);
  const role = made.application.appRoles.find((one) => one.displayName === 'User') ?? made.application.appRoles[0]!;
  return {
    servicePrincipalId: made.servicePrincipal.id,
    applicationId: made.application.id,
    jobId: job.id,
    roleId: role.id,
    path,
  };
}

export async function saveCredentials(
  center: Caller,
  application: Application,
  tenantUrl: string,
  token: string,
  more: readonly { key: string; value: string }[] = [],
): Promise<void> {
  await center.call(
    'PUT',
    `${application.path}/secrets`,
    { value: [{ key: 'BaseAddress', value: tenantUrl }, { key: 'SecretToken', value: token }, ...more] },
    204,
  );
}

export async function assign(center: Caller, application: Application, principalId: string): Promise<{ id: string }> {
  return center.call('POST', `/v1.0/servicePrincipals/${application.servicePrincipalId}/appRoleAssignedTo`, {
    principalId, resourceId: application.servicePrincipalId, appRoleId: application.roleId,
  }, 201); // prettier-ignore
}

export async function createUser(
  center: Caller,
  name: string,
  more: Record<string, unknown> = {},
): Promise<{ id: string; userPrincipalName: string }> {
  return center.call('POST', '/v1.0/users', {
    userPrincipalName: `${name}@contoso.com`, displayName: name, givenName: name, surname: 'Test', mailNickname: name, accountEnabled: true,
    passwordProfile: { password: 'not-used-1A' }, ...more,
  }, 201); // prettier-ignore
}

export async function createGroup(
  center: Caller,
  displayName: string,
  memberIds: readonly string[] = [],
): Promise<{ id: string }> {
  const group = await center.call<{ id: string }>(
    'POST',
    '/v1.0/groups',
    { displayName, mailEnabled: false, mailNickname: displayName.replaceAll(' ', ''), securityEnabled: true },
    201,
  );
  for (let from = 0; from < memberIds.length; from += 20) {
    await center.call(
      'PATCH',
      `/v1.0/groups/${group.id}`,
      {
        'members@odata.bind': memberIds
          .slice(from, from + 20)
          .map((id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`),
      },
      204,
    );
  }
  return group;
}

export async function cycles(center: Caller, application: Application): Promise<readonly CycleRow[]> {
  return (await center.call<{ value: readonly CycleRow[] }>('GET', `/joinery/jobs/${application.jobId}/cycles`)).value;
}

/** Starts the job and waits for the end of the cycle that this begins. */
export async function runCycle(center: Caller, application: Application, deadlineMs = 120_000): Promise<CycleRow> {
  const known = new Set((await cycles(center, application)).map((cycle) => cycle.id));
  await center.call('POST', `${application.path}/jobs/${application.jobId}/start`, undefined, 204);
  return until(
    'the cycle to end',
    async () => (await cycles(center, application)).find((cycle) => !known.has(cycle.id) && cycle.state !== 'running'),
    deadlineMs,
  );
}

export interface ScimUser {
  readonly id: string;
  readonly userName: string;
  readonly active: boolean;
  readonly externalId: string;
  readonly title?: string;
  readonly name?: { readonly givenName?: string; readonly familyName?: string };
  readonly addresses?: readonly { readonly type: string; readonly locality: string }[];
}

export interface ScimGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string;
  readonly members?: readonly { readonly value: string }[];
}

/** What the workspace's SCIM endpoint answers to its own token. */
export function scim(
  tenantUrl: string,
  token: string,
): {
  find<T>(endpoint: 'Users' | 'Groups', filter: string): Promise<T | undefined>;
  all<T>(endpoint: 'Users' | 'Groups'): Promise<T[]>;
  count(endpoint: 'Users' | 'Groups'): Promise<number>;
} {
  async function get<T>(path: string): Promise<{ totalResults: number; Resources: T[] }> {
    const response = await fetch(`${tenantUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { totalResults: number; Resources: T[] };
  }
  return {
    async find<T>(endpoint: 'Users' | 'Groups', filter: string): Promise<T | undefined> {
      const answer = await get<T>(`/${endpoint}?filter=${encodeURIComponent(filter)}`);
      if (answer.totalResults > 1) throw new Error(`${filter} matched ${answer.totalResults}`);
      return answer.Resources[0];
    },
    async all<T>(endpoint: 'Users' | 'Groups'): Promise<T[]> {
      const found: T[] = [];
      for (;;) {
        const page = await get<T>(`/${endpoint}?startIndex=${found.length + 1}&count=200`);
        found.push(...page.Resources);
        if (found.length >= page.totalResults || page.Resources.length === 0) return found;
      }
    },
    async count(endpoint) {
      return (await get(`/${endpoint}?count=0`)).totalResults;
    },
  };
}

export async function log(
  center: Caller,
  filter: string,
): Promise<
  readonly {
    provisioningAction: string;
    sourceIdentity: { id: string; displayName: string };
    targetIdentity: { id: string };
    provisioningStatusInfo: { status: string; errorInformation: { errorCode: string; reason: string } | null };
    provisioningSteps: readonly unknown[];
    modifiedProperties: readonly { displayName: string; oldValue: string | null; newValue: string | null }[];
  }[]
> {
  const entries: never[] = [];
  let next: string | undefined = `/v1.0/auditLogs/provisioning?$top=500&$filter=${encodeURIComponent(filter)}`;
  while (next !== undefined) {
    const page: { value: never[]; '@odata.nextLink'?: string } = await center.call('GET', next);
    entries.push(...page.value);
    const link = page['@odata.nextLink'];
    next = link === undefined ? undefined : new URL(link).pathname + new URL(link).search;
  }
  return entries;
}

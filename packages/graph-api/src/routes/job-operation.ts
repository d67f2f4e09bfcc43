import { brandId, type JobId } from '@joinery/base';
import { roleProblems } from '@joinery/provisioning';
import type { Job, JobSettings } from '@joinery/provisioning/ports';
import { modified } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { invalidText, notFound } from '../errors.ts';
import { readQueryOptions } from '../odata/query-options.ts';
import { presentCycle, presentSettings } from '../present/job.ts';
import { presentList } from '../present/list.ts';
import { ok, route, routeWithBody, type Call, type Route } from '../route.ts';
import { auditJob } from './jobs.ts';

/** What Graph has no address for: cycles and all settings of a job. */
export const jobOperationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/jobs/:jobId/cycles',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { top } = readQueryOptions(call.query, ['$top']);
      const job = await findAnyJob(call);
      return presentList(call, (await call.api.jobs.listCycles(job.id, top)).map(presentCycle));
    },
  }),
  route({
    method: 'GET',
    path: '/jobs/:jobId/settings',
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      return ok(presentSettings((await findAnyJob(call)).settings));
    },
  }),
  routeWithBody({
    method: 'PATCH',
    path: '/jobs/:jobId/settings',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Update provisioning setting or credentials', category: 'ProvisioningManagement' },
    body: contract.JobSettingsChange,
    async run(call) {
      const job = await findAnyJob(call);
      const application = await call.api.applications.getByServicePrincipal(job.servicePrincipalId);
      const owner = application ?? { servicePrincipalId: job.servicePrincipalId, displayName: '' };
      const before = presentSettings(job.settings);
      const names = Object.keys(contract.JobSettings.properties) as (keyof contract.JobSettings)[];
      const changes = names
        .filter((name) => call.body[name] !== undefined)
        .map((name) => modified(name, before[name], call.body[name]));
      auditJob(call, owner, job, changes);
      requireScopeForRoles(job, call.body.scope);
      const changed = await call.api.jobs.updateSettings(job.id, toChange(call.body));
      return ok(presentSettings(changed.settings));
    },
  }),
];

export async function findAnyJob(call: Call<unknown>): Promise<Job> {
  const job = await call.api.jobs.get(brandId<JobId>(call.param('jobId')));
  if (!job) throw notFound('synchronization job', call.param('jobId'));
  return job;
}

/** App roles are read of assigned users and groups only. Throws `graph.bad_request` naming what reads them. */
export function requireScopeForRoles(job: Job, scope: JobSettings['scope'] | undefined): void {
  const problems = roleProblems(job.schema, scope ?? 'assigned');
  if (problems.length > 0) throw invalidText('The scope of the job does not go with its schema', problems);
}

function toChange({ requestsPerSecond, ...rest }: contract.JobSettingsChange): Partial<JobSettings> {
  // typebox marks the absent members of a partial as possibly undefined; a parsed JSON body has no undefined values.
  const change = rest as Partial<JobSettings>;
  return requestsPerSecond === undefined ? change : { ...change, requestsPerSecond: requestsPerSecond ?? undefined };
}

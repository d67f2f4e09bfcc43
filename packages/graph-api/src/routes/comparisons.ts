import { brandId, type ComparisonId } from '@joinery/base';
import { isGuid } from '@joinery/directory/ports';
import type { Comparison, Job } from '@joinery/provisioning/ports';
import { randomUUID } from 'node:crypto';
import { initiator } from '../audit.ts';
import { notFound } from '../errors.ts';
import { presentComparison } from '../present/comparison.ts';
import { presentList } from '../present/list.ts';
import { noContent, ok, route, type Call, type Route } from '../route.ts';
import { findAnyJob } from './job-operation.ts';
import { auditJob } from './jobs.ts';

export const comparisonsPath = '/jobs/:jobId/comparisons';
const category = 'ProvisioningManagement';

/** Comparisons of a target with what its job provisions: begin, follow, cancel. */
export const comparisonRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: comparisonsPath,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const job = await findAnyJob(call);
      const comparisons = await call.api.comparisons.list(job.id);
      return presentList(call, await Promise.all(comparisons.map((one) => present(call, one))));
    },
  }),
  route({
    method: 'POST',
    path: comparisonsPath,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Discover identities', category },
    async run(call) {
      const job = await findAnyJob(call);
      await auditComparison(call, job);
      const id = brandId<ComparisonId>(randomUUID());
      const comparison = await call.api.comparisons.start(job.id, id, initiator(call.principal));
      return {
        status: 202,
        body: await present(call, comparison),
        headers: [['Location', `${call.url}/${comparison.id}`]],
      };
    },
  }),
  route({
    method: 'GET',
    path: `${comparisonsPath}/:comparisonId`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { comparison } = await findComparison(call);
      return ok(await present(call, comparison));
    },
  }),
  route({
    method: 'POST',
    path: `${comparisonsPath}/:comparisonId/cancel`,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Cancel discovery of identities', category },
    async run(call) {
      const { job, comparison } = await findComparison(call);
      await auditComparison(call, job);
      await call.api.comparisons.cancel(comparison.id);
      return noContent;
    },
  }),
];

async function present(call: Call<unknown>, comparison: Comparison) {
  return presentComparison(comparison, await call.api.comparisons.counts(comparison.id));
}

/** A comparison of the job that the path names. */
export async function findComparison(call: Call<unknown>): Promise<{ job: Job; comparison: Comparison }> {
  const job = await findAnyJob(call);
  const id = call.param('comparisonId');
  const comparison = isGuid(id) ? await call.api.comparisons.get(brandId<ComparisonId>(id)) : undefined;
  if (!comparison || comparison.jobId !== job.id) throw notFound('comparison', id);
  return { job, comparison };
}

export async function auditComparison(
  call: Call<unknown>,
  job: Job,
  modifiedProperties: Parameters<typeof auditJob>[3] = [],
): Promise<void> {
  const application = await call.api.applications.getByServicePrincipal(job.servicePrincipalId);
  const owner = application ?? { servicePrincipalId: job.servicePrincipalId, displayName: '' };
  auditJob(call, owner, job, modifiedProperties);
}

import { brandId, JoineryError, type JobId } from '@joinery/base';
import { defaultJobSettings } from '@joinery/provisioning';
import type { Job, ResetScope } from '@joinery/provisioning/ports';
import { initiator } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { badRequest } from '../errors.ts';
import { presentEntity, presentPage } from '../present/collection.ts';
import { presentJob } from '../present/job.ts';
import { findSynchronizationTemplate } from '../present/template.ts';
import { created, noContent, ok, route, routeWithBody, type Call, type Route } from '../route.ts';
import { randomUUID } from 'node:crypto';
import { findJob, findServicePrincipal, requireOneOf } from './find.ts';
import { readSecrets, readSettings } from './job-secrets.ts';

const category = 'ProvisioningManagement';
const jobsPath = '/servicePrincipals/:id/synchronization/jobs';

/** @see https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationjob */
export const jobRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: jobsPath,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const application = await findServicePrincipal(call);
      const jobs = await call.api.jobs.list(application.servicePrincipalId);
      const value = await Promise.all(jobs.map((job) => present(call, job)));
      return presentPage(call, jobsContext(call), { value, next: undefined });
    },
  }),
  routeWithBody({
    method: 'POST',
    path: jobsPath,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Add provisioning configuration', category },
    body: contract.NewJob,
    async run(call) {
      const application = await findServicePrincipal(call);
      auditJob(call, application, undefined);
      const template = findSynchronizationTemplate(application, call.body.templateId);
      const existing = await call.api.jobs.list(application.servicePrincipalId);
      if (existing.some((job) => job.templateId === template.id)) {
        throw badRequest(`The application has a synchronization job of the template "${template.id}" already.`);
      }
      const tenant = call.api.settings.tenantId.replaceAll('-', '');
      const secrets = await call.api.jobs.getSecrets(application.servicePrincipalId);
      const job = await call.api.jobs.create({
        id: brandId<JobId>(`${template.id}.${tenant}.${randomUUID()}`),
        servicePrincipalId: application.servicePrincipalId,
        templateId: template.id,
        settings: { ...defaultJobSettings, ...readSettings(secrets, defaultJobSettings) },
        schema: template.schema,
        createdBy: initiator(call.principal),
      });
      auditJob(call, application, job);
      return created(presentEntity(call, jobsContext(call), await present(call, job)), `${call.url}/${job.id}`);
    },
  }),
  route({
    method: 'GET',
    path: `${jobsPath}/:jobId`,
    leastRole: 'Reports Reader',
    audit: 'none',
    async run(call) {
      const { job } = await findJob(call);
      return ok(presentEntity(call, jobsContext(call), await present(call, job)));
    },
  }),
  route({
    method: 'DELETE',
    path: `${jobsPath}/:jobId`,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Delete provisioning configuration', category },
    async run(call) {
      const { application, job } = await findJob(call);
      auditJob(call, application, job);
      await call.api.jobs.delete(job.id);
      return noContent;
    },
  }),
  route({
    method: 'POST',
    path: `${jobsPath}/:jobId/start`,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Enable/start provisioning configuration', category },
    async run(call) {
      const { application, job } = await findJob(call);
      auditJob(call, application, job);
      await requireCredentials(call, job);
      await call.api.jobs.start(job.id);
      return noContent;
    },
  }),
  route({
    method: 'POST',
    path: `${jobsPath}/:jobId/pause`,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Disable/pause provisioning configuration', category },
    async run(call) {
      const { application, job } = await findJob(call);
      auditJob(call, application, job);
      await call.api.jobs.pause(job.id);
      return noContent;
    },
  }),
  routeWithBody({
    method: 'POST',
    path: `${jobsPath}/:jobId/restart`,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Enable/restart provisioning configuration', category },
    body: contract.Restart,
    async run(call) {
      const { application, job } = await findJob(call);
      const scopes = readResetScopes(call.body.criteria?.resetScope ?? '');
      auditJob(call, application, job, [
        { displayName: 'ResetScope', oldValue: null, newValue: JSON.stringify(scopes.join(', ')) },
      ]);
      await requireCredentials(call, job);
      await call.api.jobs.restart(job.id, scopes);
      return noContent;
    },
  }),
  routeWithBody({
    method: 'POST',
    path: `${jobsPath}/:jobId/validateCredentials`,
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    body: contract.CredentialsToValidate,
    async run(call) {
      const { job } = await findJob(call);
      const stored = await call.api.jobs.getSecrets(job.servicePrincipalId);
      const given = call.body.credentials ?? [];
      const secrets = call.body.useSavedCredentials === true ? stored : readSecrets(given, stored);
      await call.api.provisioning.validateCredentials(job, secrets);
      return noContent;
    },
  }),
];

const jobsContext = (call: Call<unknown>) => `servicePrincipals('${call.param('id')}')/synchronization/jobs`;

async function present(call: Call<unknown>, job: Job): Promise<contract.Job> {
  const status = await call.api.jobs.status(job.id);
  const troubleshooting = `${call.api.publicUrl()}/enterprise-applications/${job.servicePrincipalId}/provisioning`;
  return presentJob(job, status, new Date(call.api.clock.now()), troubleshooting);
}

export async function requireCredentials(call: Call<unknown>, job: Job): Promise<void> {
  const secrets = await call.api.jobs.getSecrets(job.servicePrincipalId);
  if ((secrets.get('BaseAddress') ?? '') !== '') return;
  throw new JoineryError({
    code: 'provisioning.no_tenant_url',
    message: 'No Tenant URL is saved for this application: save its credentials first (BaseAddress, SecretToken).',
    retry: 'after-change',
  });
}

/** What the portal's "Restart provisioning" resets: everything but the links. */
const portalRestart: readonly ResetScope[] = ['Watermark', 'Escrows', 'QuarantineState'];
const resetScopes: readonly ResetScope[] = [...portalRestart, 'ConnectorDataStore', 'Full', 'ForceDeletes', 'None'];

export function readResetScopes(text: string): readonly ResetScope[] {
  const names = text.split(',').map((name) => name.trim());
  const given = names.filter((name) => name !== '');
  if (given.length === 0) return portalRestart;
  return [...new Set(given.map((name) => requireOneOf(name, resetScopes, 'resetScope')))];
}

export function auditJob(
  call: Call<unknown>,
  application: { servicePrincipalId: string; displayName: string },
  job: Job | undefined,
  modifiedProperties: readonly { displayName: string; oldValue: string | null; newValue: string | null }[] = [],
): void {
  call.audit.target({
    id: application.servicePrincipalId,
    displayName: application.displayName,
    type: 'ServicePrincipal',
    modifiedProperties,
  });
  if (job) call.audit.target({ id: job.id, displayName: job.templateId, type: 'SynchronizationJob' });
}

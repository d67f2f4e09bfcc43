import type { JobSecrets } from '@joinery/provisioning/ports';
import { modified, type ModifiedProperty } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { noContent, ok, route, routeWithBody, type Route } from '../route.ts';
import { findServicePrincipal } from './find.ts';
import { isReadable, presentSecrets, readSecrets, readSettings, secretMask } from './job-secrets.ts';
import { requireScopeForRoles } from './job-operation.ts';
import { auditJob } from './jobs.ts';

const path = '/servicePrincipals/:id/synchronization/secrets';

/** Credentials of the target, and the settings that Graph keeps among them. PUT replaces them all. */
export const secretRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path,
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    async run(call) {
      const { servicePrincipalId } = await findServicePrincipal(call);
      const [job] = await call.api.jobs.list(servicePrincipalId);
      const secrets = await call.api.jobs.getSecrets(servicePrincipalId);
      return ok({
        '@odata.context': `${call.root}/$metadata#Collection(microsoft.graph.synchronizationSecretKeyStringValuePair)`,
        value: presentSecrets(secrets, job?.settings),
      });
    },
  }),
  routeWithBody({
    method: 'PUT',
    path,
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Update provisioning setting or credentials', category: 'ProvisioningManagement' },
    body: contract.Secrets,
    async run(call) {
      const application = await findServicePrincipal(call);
      const jobs = await call.api.jobs.list(application.servicePrincipalId);
      const stored = await call.api.jobs.getSecrets(application.servicePrincipalId);
      auditJob(call, application, jobs[0]);
      const secrets = readSecrets(call.body.value, stored);
      const changes = jobs.map((job) => ({ job, change: readSettings(secrets, job.settings) }));
      for (const { job, change } of changes) requireScopeForRoles(job, change.scope);
      auditJob(call, application, jobs[0], describeChange(stored, secrets));
      for (const { job, change } of changes) {
        if (Object.keys(change).length > 0) await call.api.jobs.updateSettings(job.id, change);
      }
      await call.api.jobs.putSecrets(application.servicePrincipalId, secrets);
      return noContent;
    },
  }),
];

/** Which keys changed; values only of those that may be shown. */
function describeChange(old: JobSecrets, secrets: JobSecrets): readonly ModifiedProperty[] {
  const keys = new Set([...old.keys(), ...secrets.keys()]);
  return [...keys]
    .filter((key) => old.get(key) !== secrets.get(key))
    .map((key) => {
      const shown = (value: string | undefined) => (value === undefined ? null : isReadable(key) ? value : secretMask);
      return modified(key, shown(old.get(key)), shown(secrets.get(key)));
    });
}

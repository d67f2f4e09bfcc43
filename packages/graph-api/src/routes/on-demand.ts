import type { OnDemandOutcome } from '@joinery/provisioning/ports';
import { product } from '@joinery/base';
import { isGuid } from '@joinery/directory/ports';
import * as contract from '../contract/index.ts';
import { badRequest } from '../errors.ts';
import { ok, routeWithBody, type Route } from '../route.ts';
import { findJob, requireOneOf } from './find.ts';
import { toObjectId } from './groups.ts';
import { auditJob } from './jobs.ts';

/** @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand */
export const onDemandRoutes: readonly Route[] = [
  routeWithBody({
    method: 'POST',
    path: '/servicePrincipals/:id/synchronization/jobs/:jobId/provisionOnDemand',
    leastRole: 'Cloud Application Administrator',
    audit: { activity: 'Provision on demand', category: 'ProvisioningManagement' },
    asksTarget: true,
    body: contract.OnDemandRequest,
    async run(call) {
      const { application, job } = await findJob(call);
      const [parameters] = call.body.parameters;
      const [subject] = parameters?.subjects ?? [];
      if (!parameters || !subject) throw badRequest('parameters must name one rule and one subject.');
      if (!job.schema.synchronizationRules.some((rule) => rule.id === parameters.ruleId)) {
        throw badRequest(`The job has no synchronization rule with the id "${parameters.ruleId}".`);
      }
      const type = requireOneOf(subject.objectTypeName, ['User', 'Group'], 'objectTypeName');
      const members = subject.links?.members ?? [];
      const ids = [subject.objectId, ...members.map((member) => member.objectId)];
      const wrong = ids.find((id) => !isGuid(id));
      if (wrong !== undefined) throw badRequest(`objectId "${wrong}" is not the id of a directory object.`);
      auditJob(call, application, job);
      call.audit.target({ id: subject.objectId, displayName: '', type });
      const outcome = await call.api.provisioning.provisionOnDemand(job, {
        kind: type === 'User' ? 'user' : 'group',
        id: toObjectId(subject.objectId),
        ...(members.length === 0 ? {} : { memberIds: members.map((member) => toObjectId(member.objectId)) }),
      });
      return ok({
        '@odata.context': `${call.root}/$metadata#microsoft.graph.stringKeyStringValuePair`,
        ...presentOutcome(outcome, { name: application.displayName, tenantId: call.api.settings.tenantId }),
      });
    },
  }),
];

/** Both values are JSON inside strings, as in Graph. */
function presentOutcome(
  { entry }: OnDemandOutcome,
  target: { name: string; tenantId: string },
): contract.OnDemandAnswer {
  const result = entry.outcome === 'failure' ? 'Failure' : entry.outcome === 'skipped' ? 'Skipped' : 'Success';
  const lastStep = entry.steps.at(-1)?.description ?? '';
  const key: contract.OnDemandResult = {
    result,
    details: {
      errorCode: entry.error?.code ?? (result === 'Skipped' ? entry.reason : ''),
      errorMessage: entry.error?.message ?? (result === 'Skipped' ? lastStep : ''),
    },
  };
  const began = new Date(entry.at.getTime() - entry.durationMs).toISOString();
  const report = {
    action: entry.action,
    changeId: entry.changeId,
    startTime: began,
    endTime: entry.at.toISOString(),
    reportableIdentifier: entry.source.displayName,
    modifiedProperties: entry.modifiedProperties,
    provisioningSteps: entry.steps.map((step) => ({ ...step, timestamp: entry.at.toISOString() })),
    statusInfo: {
      status: entry.outcome,
      errorCode: key.details.errorCode,
      reason: key.details.errorMessage,
      additionalDetails: null,
      errorCategory: entry.error ? 'NonServiceFailure' : 'None',
      recommendedAction: entry.error?.recommendedAction ?? null,
    },
    sourceIdentity: { ...entry.source, details: {} },
    targetIdentity: { ...entry.target, details: {} },
    sourceSystem: { id: target.tenantId, name: `${product.name} directory`, details: {} },
    targetSystem: { id: entry.servicePrincipalId, name: target.name, details: {} },
  };
  return { key: JSON.stringify(key), value: JSON.stringify(report) };
}

import { product } from '@joinery/base';
import type { ProvisioningLogEntry } from '@joinery/provisioning/ports';
import type * as contract from '../contract/index.ts';

export interface LogContext {
  readonly tenantId: string;
  /** Name of the enterprise application by its service principal's id. */
  readonly applicationNames: ReadonlyMap<string, string>;
}

/** Graph `provisioningObjectSummary`. */
export function presentLogEntry(entry: ProvisioningLogEntry, context: LogContext): contract.ProvisioningLogEntry {
  const applicationName = context.applicationNames.get(entry.servicePrincipalId) ?? '';
  return {
    id: entry.id,
    activityDateTime: entry.at.toISOString(),
    tenantId: context.tenantId,
    jobId: entry.jobId,
    cycleId: entry.cycleId ?? '',
    changeId: entry.changeId,
    provisioningAction: entry.action,
    durationInMilliseconds: Math.round(entry.durationMs),
    initiatedBy: { id: '', displayName: `${product.name} provisioning service`, initiatorType: 'system' },
    servicePrincipal: { id: entry.servicePrincipalId, displayName: applicationName },
    sourceSystem: { id: context.tenantId, displayName: `${product.name} directory`, details: {} },
    targetSystem: {
      id: entry.servicePrincipalId,
      displayName: applicationName,
      details: {
        ServicePrincipalId: entry.servicePrincipalId,
        ServicePrincipalDisplayName: applicationName,
      },
    },
    sourceIdentity: presentIdentity(entry.source),
    targetIdentity: presentIdentity(entry.target),
    provisioningStatusInfo: { status: entry.outcome, errorInformation: presentErrorInformation(entry) },
    provisioningSteps: entry.steps.map((step) => ({
      name: step.name,
      provisioningStepType: step.type,
      status: step.status,
      description: step.description,
      details: { ...step.details },
    })),
    modifiedProperties: entry.modifiedProperties.map((property) => ({ ...property })),
  };
}

function presentIdentity(identity: ProvisioningLogEntry['source'] | ProvisioningLogEntry['target']) {
  return { id: identity.id, displayName: identity.displayName, identityType: identity.type, details: {} };
}

/** Skips have their reason here too, as `errorCode`, where Entra shows it. */
function presentErrorInformation(
  entry: ProvisioningLogEntry,
): contract.ProvisioningLogEntry['provisioningStatusInfo']['errorInformation'] {
  if (entry.error) {
    return {
      errorCode: entry.error.code,
      reason: entry.error.message,
      additionalDetails: null,
      errorCategory: 'nonServiceFailure',
      recommendedAction: entry.error.recommendedAction,
    };
  }
  if (entry.outcome !== 'skipped') return null;
  return {
    errorCode: entry.reason,
    reason: entry.steps.at(-1)?.description ?? entry.reason,
    additionalDetails: null,
    errorCategory: 'success',
    recommendedAction: null,
  };
}

import type * as contract from '../contract/index.ts';
import type { AuditEntry } from '../ports.ts';

/** Graph `directoryAudit`. */
export function presentAuditEntry(entry: AuditEntry): contract.DirectoryAudit {
  const { initiatedBy } = entry;
  return {
    id: entry.id,
    activityDateTime: entry.at.toISOString(),
    activityDisplayName: entry.activity,
    category: entry.category,
    correlationId: entry.id,
    loggedByService: entry.category === 'ProvisioningManagement' ? 'Account Provisioning' : 'Core Directory',
    operationType: operationType(entry.activity),
    result: entry.outcome,
    resultReason: entry.reason,
    initiatedBy: {
      user:
        initiatedBy.type === 'user'
          ? { id: initiatedBy.id, displayName: initiatedBy.displayName, userPrincipalName: null }
          : null,
      app:
        initiatedBy.type === 'user'
          ? null
          : { appId: initiatedBy.type === 'app' ? initiatedBy.id : null, displayName: initiatedBy.displayName },
    },
    targetResources: entry.targets.map((target) => ({
      id: target.id,
      displayName: target.displayName,
      type: target.type,
      modifiedProperties: target.modifiedProperties.map((property) => ({ ...property })),
    })),
    additionalDetails: [],
  };
}

function operationType(activity: string): string {
  if (activity.startsWith('Add')) return 'Add';
  if (/^(Delete|Hard delete)/i.test(activity)) return 'Delete';
  return activity.startsWith('Remove') ? 'Unassign' : 'Update';
}

import { product } from '@joinery/base';
import type { Session } from '../../database.ts';

interface JobAudit {
  readonly activity: 'Quarantine' | 'Quarantine lifted' | 'Provisioning overdue';
  /** Names with their values from now on; undefined: none. */
  readonly properties: Readonly<Record<string, string>>;
}

const service = { id: '', displayName: `${product.name} provisioning service`, type: 'service' };

/** What the service itself did to a job, in the audit log, in the transaction in which it did it. */
export async function auditJob(session: Session, jobKey: number, { activity, properties }: JobAudit): Promise<void> {
  const modified = Object.entries(properties).map(([displayName, value]) => ({
    displayName,
    oldValue: null,
    newValue: JSON.stringify(value),
  }));
  await session.query({
    text: `insert into directory_audit (activity, category, outcome, reason, initiated_by, targets, target_ids)
      select $2, 'ProvisioningManagement', 'success', '', $3::jsonb, jsonb_build_array(
          jsonb_build_object('id', a.service_principal_id, 'displayName', a.display_name, 'type', 'ServicePrincipal',
            'modifiedProperties', $4::jsonb),
          jsonb_build_object('id', j.id, 'displayName', j.template_id, 'type', 'SynchronizationJob',
            'modifiedProperties', '[]'::jsonb)),
        array[a.service_principal_id::text, j.id]
      from provisioning_job j join application a on a.service_principal_id = j.service_principal_id
      where j.key = $1`,
    values: [jobKey, activity, JSON.stringify(service), JSON.stringify(modified)],
  });
}

export function auditLifted(session: Session, jobKey: number, reason: string | null): Promise<void> {
  return auditJob(session, jobKey, {
    activity: 'Quarantine lifted',
    properties: reason === null ? {} : { QuarantineReason: reason },
  });
}

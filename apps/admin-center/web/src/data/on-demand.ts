import type { OnDemandAnswer, OnDemandResult, ProvisioningLogEntry } from '@joinery/graph-api/contract';
import { api } from './api.ts';
import type { DirectoryObject } from './directory.ts';
import { loadSchema } from './mapping.ts';

/** `value` of the answer of provisionOnDemand, parsed, as far as the console reads it. */
export interface OnDemandReport {
  readonly action: string;
  readonly reportableIdentifier: string;
  readonly modifiedProperties: ProvisioningLogEntry['modifiedProperties'];
  readonly provisioningSteps: readonly {
    readonly name: string;
    readonly type: string;
    readonly status: ProvisioningLogEntry['provisioningSteps'][number]['status'];
    readonly description: string;
    readonly details: Record<string, string>;
  }[];
}

/** Takes one object through provisioning now; answers result and report. */
export async function provisionOnDemand(
  servicePrincipalId: string,
  jobId: string,
  subject: DirectoryObject,
  members: readonly DirectoryObject[],
): Promise<{ readonly result: OnDemandResult; readonly report: OnDemandReport }> {
  const schema = await loadSchema(servicePrincipalId, jobId);
  const rule = schema.synchronizationRules.find((one) =>
    one.objectMappings.some((mapping) => mapping.sourceObjectName === subject.kind),
  );
  const links = members.map(({ id }) => ({ objectId: id, objectTypeName: 'User' }));
  const answer = await api.post<OnDemandAnswer>(
    `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${jobId}/provisionOnDemand`,
    {
      parameters: [
        {
          ruleId: rule?.id ?? '',
          subjects: [
            {
              objectId: subject.id,
              objectTypeName: subject.kind,
              ...(links.length === 0 ? {} : { links: { members: links } }),
            },
          ],
        },
      ],
    },
  );
  // Graph puts JSON into both texts.
  return { result: JSON.parse(answer.key) as OnDemandResult, report: JSON.parse(answer.value) as OnDemandReport };
}

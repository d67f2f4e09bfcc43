import { Type, type Static } from 'typebox';
import { Collection, OptionalText } from './collection.ts';

const details = Type.Record(Type.String(), Type.String());
const outcome = Type.Union([
  Type.Literal('success'),
  Type.Literal('failure'),
  Type.Literal('skipped'),
  Type.Literal('warning'),
]);
const identity = Type.Object({
  id: Type.String(),
  displayName: Type.String(),
  identityType: Type.String(),
  details,
});
const system = Type.Object({ id: Type.String(), displayName: Type.String(), details });

/** Graph `provisioningObjectSummary`. @see https://learn.microsoft.com/graph/api/resources/provisioningobjectsummary */
export const ProvisioningLogEntry = Type.Object({
  id: Type.String(),
  activityDateTime: Type.String(),
  tenantId: Type.String(),
  jobId: Type.String(),
  cycleId: Type.String(),
  changeId: Type.String(),
  provisioningAction: Type.String(),
  durationInMilliseconds: Type.Integer(),
  initiatedBy: Type.Object({ id: Type.String(), displayName: Type.String(), initiatorType: Type.String() }),
  servicePrincipal: Type.Object({ id: Type.String(), displayName: Type.String() }),
  sourceSystem: system,
  targetSystem: system,
  sourceIdentity: identity,
  targetIdentity: identity,
  provisioningStatusInfo: Type.Object({
    status: outcome,
    errorInformation: Type.Union([
      Type.Object({
        errorCode: Type.String(),
        reason: Type.String(),
        additionalDetails: OptionalText,
        errorCategory: Type.String(),
        recommendedAction: OptionalText,
      }),
      Type.Null(),
    ]),
  }),
  provisioningSteps: Type.Array(
    Type.Object({
      name: Type.String(),
      provisioningStepType: Type.String(),
      status: outcome,
      description: Type.String(),
      details,
    }),
  ),
  modifiedProperties: Type.Array(
    Type.Object({ displayName: Type.String(), oldValue: OptionalText, newValue: OptionalText }),
  ),
});
export type ProvisioningLogEntry = Static<typeof ProvisioningLogEntry>;

const headers = Type.Array(Type.Object({ name: Type.String(), value: Type.String() }));

/** A request to the target and its answer; credentials and redacted values are masked, long bodies cut (they end in …). */
export const Exchange = Type.Object({
  startedDateTime: Type.String(),
  durationInMilliseconds: Type.Integer(),
  method: Type.String(),
  url: Type.String(),
  requestHeaders: headers,
  requestBody: OptionalText,
  /** null: no answer came; failure says why. */
  status: Type.Union([Type.Integer(), Type.Null()]),
  responseHeaders: headers,
  responseBody: OptionalText,
  failure: OptionalText,
});
export type Exchange = Static<typeof Exchange>;
/** GET /joinery/auditLogs/provisioning/{id}/exchanges */
export const Exchanges = Collection(Exchange);
export type Exchanges = Static<typeof Exchanges>;
export const ProvisioningLog = Collection(ProvisioningLogEntry);
export type ProvisioningLog = Static<typeof ProvisioningLog>;

/** Graph `directoryAudit`. @see https://learn.microsoft.com/graph/api/resources/directoryaudit */
export const DirectoryAudit = Type.Object({
  id: Type.String(),
  activityDateTime: Type.String(),
  activityDisplayName: Type.String(),
  category: Type.String(),
  correlationId: Type.String(),
  loggedByService: Type.String(),
  operationType: Type.String(),
  result: Type.Union([Type.Literal('success'), Type.Literal('failure')]),
  resultReason: Type.String(),
  initiatedBy: Type.Object({
    user: Type.Union([
      Type.Object({ id: Type.String(), displayName: Type.String(), userPrincipalName: OptionalText }),
      Type.Null(),
    ]),
    app: Type.Union([Type.Object({ appId: OptionalText, displayName: Type.String() }), Type.Null()]),
  }),
  targetResources: Type.Array(
    Type.Object({
      id: Type.String(),
      displayName: Type.String(),
      type: Type.String(),
      modifiedProperties: Type.Array(
        Type.Object({ displayName: Type.String(), oldValue: OptionalText, newValue: OptionalText }),
      ),
    }),
  ),
  additionalDetails: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
});
export type DirectoryAudit = Static<typeof DirectoryAudit>;
export const DirectoryAudits = Collection(DirectoryAudit);
export type DirectoryAudits = Static<typeof DirectoryAudits>;

import { Type, type Static } from 'typebox';
import { Collection, KeyValue, OptionalText } from './collection.ts';

/** @see https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationtaskexecution */
export const TaskExecution = Type.Object({
  activityIdentifier: Type.String(),
  state: Type.Union([Type.Literal('Succeeded'), Type.Literal('Failed'), Type.Literal('EntryLevelErrors')]),
  timeBegan: Type.String(),
  timeEnded: OptionalText,
  error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
  countImported: Type.Integer(),
  countImportedDeltas: Type.Integer(),
  countImportedReferenceDeltas: Type.Integer(),
  countEntitled: Type.Integer(),
  countEntitledForProvisioning: Type.Integer(),
  countExports: Type.Integer(),
  countExported: Type.Integer(),
  countEscrowed: Type.Integer(),
  countEscrowedRaw: Type.Integer(),
});
export type TaskExecution = Static<typeof TaskExecution>;

const OptionalExecution = Type.Union([TaskExecution, Type.Null()]);

/** Graph `synchronizationStatus`. Times that never were are 0001-01-01T00:00:00Z. */
export const JobStatus = Type.Object({
  code: Type.Union([
    Type.Literal('NotConfigured'),
    Type.Literal('NotRun'),
    Type.Literal('Active'),
    Type.Literal('Paused'),
    Type.Literal('Quarantine'),
  ]),
  countSuccessiveCompleteFailures: Type.Integer(),
  escrowsPruned: Type.Boolean(),
  lastExecution: OptionalExecution,
  lastSuccessfulExecution: OptionalExecution,
  lastSuccessfulExecutionWithExports: OptionalExecution,
  progress: Type.Array(
    Type.Object({
      units: Type.String(),
      completedUnits: Type.Integer(),
      totalUnits: Type.Integer(),
      progressObservationDateTime: Type.String(),
    }),
  ),
  quarantine: Type.Union([
    Type.Object({
      reason: Type.String(),
      currentBegan: Type.String(),
      seriesBegan: Type.String(),
      seriesCount: Type.Integer(),
      nextAttempt: Type.String(),
      error: Type.Object({ code: Type.String(), message: Type.String(), tenantActionable: Type.Boolean() }),
    }),
    Type.Null(),
  ]),
  steadyStateFirstAchievedTime: Type.String(),
  steadyStateLastAchievedTime: Type.String(),
  synchronizedEntryCountByType: Type.Array(Type.Object({ key: Type.String(), value: Type.Integer() })),
  troubleshootingUrl: OptionalText,
});
export type JobStatus = Static<typeof JobStatus>;

/** Graph `synchronizationJob`. */
export const Job = Type.Object({
  id: Type.String(),
  templateId: Type.String(),
  schedule: Type.Object({
    state: Type.Union([Type.Literal('Active'), Type.Literal('Disabled'), Type.Literal('Paused')]),
    /** ISO 8601 duration. */
    interval: Type.String(),
    expiration: Type.Null(),
  }),
  status: JobStatus,
  synchronizationJobSettings: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
});
export type Job = Static<typeof Job>;
export const Jobs = Collection(Job);
export type Jobs = Static<typeof Jobs>;

export const NewJob = Type.Object({ templateId: Type.String({ minLength: 1, maxLength: 100 }) });
export type NewJob = Static<typeof NewJob>;

export const Restart = Type.Object({
  criteria: Type.Optional(Type.Object({ resetScope: Type.Optional(Type.String({ maxLength: 200 })) })),
});
export type Restart = Static<typeof Restart>;

const Credential = Type.Object({
  key: Type.String({ minLength: 1, maxLength: 100 }),
  value: Type.String({ maxLength: 16_384 }),
});

/** GET and PUT …/secrets. GET masks the values of credentials. */
export const Secrets = Type.Object({ value: Type.Array(Credential, { maxItems: 50 }) });
export type Secrets = Static<typeof Secrets>;

export const CredentialsToValidate = Type.Object({
  useSavedCredentials: Type.Optional(Type.Boolean()),
  credentials: Type.Optional(Type.Array(Credential, { maxItems: 50 })),
  applicationIdentifier: Type.Optional(OptionalText),
  templateId: Type.Optional(OptionalText),
});
export type CredentialsToValidate = Static<typeof CredentialsToValidate>;

const Subject = Type.Object({
  objectId: Type.String({ minLength: 1, maxLength: 64 }),
  objectTypeName: Type.String({ minLength: 1, maxLength: 100 }),
});

export const OnDemandRequest = Type.Object({
  parameters: Type.Array(
    Type.Object({
      ruleId: Type.String({ maxLength: 200 }),
      subjects: Type.Array(
        Type.Object({
          objectId: Type.String({ minLength: 1, maxLength: 64 }),
          objectTypeName: Type.String({ minLength: 1, maxLength: 100 }),
          links: Type.Optional(Type.Object({ members: Type.Optional(Type.Array(Subject, { maxItems: 1000 })) })),
        }),
        { minItems: 1, maxItems: 1 },
      ),
    }),
    { minItems: 1, maxItems: 1 },
  ),
});
export type OnDemandRequest = Static<typeof OnDemandRequest>;

/** Both strings hold JSON, as in Graph: `OnDemandResult` and `OnDemandReport`. */
export const OnDemandAnswer = Type.Object({ key: Type.String(), value: Type.String() });
export type OnDemandAnswer = Static<typeof OnDemandAnswer>;

/** `key` of the answer of provisionOnDemand, parsed. */
export interface OnDemandResult {
  readonly result: 'Success' | 'Skipped' | 'Failure';
  readonly details: { readonly errorCode: string; readonly errorMessage: string };
}

export const Template = Type.Object({
  id: Type.String(),
  applicationId: Type.String(),
  default: Type.Boolean(),
  description: Type.String(),
  discoverable: Type.Boolean(),
  factoryTag: Type.String(),
  metadata: Type.Array(KeyValue),
});
export type Template = Static<typeof Template>;
export const Templates = Collection(Template);
export type Templates = Static<typeof Templates>;

export const ExpressionToParse = Type.Object({
  expression: Type.String({ minLength: 1, maxLength: 10_000 }),
  testInputObject: Type.Optional(
    Type.Union([
      Type.Object({
        properties: Type.Optional(
          Type.Array(
            Type.Object({
              key: Type.String({ maxLength: 200 }),
              value: Type.Optional(
                Type.Union([
                  Type.Null(),
                  Type.Boolean(),
                  Type.Number(),
                  Type.String({ maxLength: 10_000 }),
                  Type.Array(Type.String({ maxLength: 10_000 }), { maxItems: 1000 }),
                ]),
              ),
            }),
            { maxItems: 500 },
          ),
        ),
      }),
      Type.Null(),
    ]),
  ),
});
export type ExpressionToParse = Static<typeof ExpressionToParse>;

/** Graph `parseExpressionResponse`. `problems` is ours: every problem with its place in the text. */
export const ParsedExpression = Type.Object({
  parsingSucceeded: Type.Boolean(),
  parsedExpression: Type.Unknown(),
  evaluationSucceeded: Type.Boolean(),
  evaluationResult: Type.Array(Type.String()),
  error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
  problems: Type.Array(
    Type.Object({ code: Type.String(), message: Type.String(), start: Type.Integer(), end: Type.Integer() }),
  ),
});
export type ParsedExpression = Static<typeof ParsedExpression>;

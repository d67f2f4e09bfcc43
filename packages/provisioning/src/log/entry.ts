import type { CycleId, JobId, Json, ObjectId } from '@joinery/base';
import type { Outcome, ProvisioningAction, ProvisioningLogEntry, ProvisioningStep } from '../job/log.ts';
import type { PlannedChange } from '../plan/operation.ts';
import { recommendedAction } from './recommended-action.ts';
import { redacted } from './steps.ts';

const valueTextMax = 2_000;
const changesMax = 200;

/** A value as the log shows it: text as it is, everything else as JSON. */
export function valueText(value: Json): string | null {
  if (value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > valueTextMax ? `${text.slice(0, valueTextMax)}…` : text;
}

export function modifiedProperties(changes: readonly PlannedChange[]): ProvisioningLogEntry['modifiedProperties'] {
  return changes.slice(0, changesMax).map((change) => ({
    displayName: change.attribute,
    oldValue: change.redact && change.old !== null ? redacted : valueText(change.old),
    newValue: change.redact && change.new !== null ? redacted : valueText(change.new),
  }));
}

/** What log entries of one job and cycle have in common. */
export interface LogScope {
  readonly jobId: JobId;
  readonly cycleId: CycleId | undefined;
  readonly servicePrincipalId: ObjectId;
  readonly newId: () => string;
}

export interface LoggedObject {
  readonly kind: 'user' | 'group';
  readonly sourceId: ObjectId;
  readonly displayName: string;
  readonly targetId: string | undefined;
  readonly targetType: string;
  readonly action: ProvisioningAction;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly steps: readonly ProvisioningStep[];
  readonly changes: readonly PlannedChange[];
  readonly exchanges?: ProvisioningLogEntry['exchanges'];
  readonly began: number;
  readonly ended: number;
}

export function logEntry(scope: LogScope, object: LoggedObject): ProvisioningLogEntry {
  return {
    id: scope.newId(),
    at: new Date(object.ended),
    jobId: scope.jobId,
    cycleId: scope.cycleId,
    changeId: scope.newId(),
    servicePrincipalId: scope.servicePrincipalId,
    action: object.action,
    outcome: object.outcome,
    durationMs: Math.max(0, Math.round(object.ended - object.began)),
    source: { id: object.sourceId, displayName: object.displayName, type: object.kind === 'user' ? 'User' : 'Group' },
    target: { id: object.targetId ?? '', displayName: object.displayName, type: object.targetType },
    reason: object.reason,
    error: object.error && {
      code: object.error.code,
      message: object.error.message,
      recommendedAction: recommendedAction(object.error.code),
    },
    steps: object.steps,
    modifiedProperties: modifiedProperties(object.changes),
    ...(object.exchanges === undefined ? {} : { exchanges: object.exchanges }),
  };
}

/** The entry of a cycle that could not go on: it concerns the job, so that no object is named. */
export function jobFailureEntry(
  scope: LogScope,
  error: { readonly code: string; readonly message: string },
  now: number,
): ProvisioningLogEntry {
  const step = {
    name: 'EntryExport',
    type: 'export',
    status: 'failure',
    description: `The cycle ended: ${error.message}`,
    details: { ErrorCode: error.code },
  } as const;
  return {
    id: scope.newId(),
    at: new Date(now),
    jobId: scope.jobId,
    cycleId: scope.cycleId,
    changeId: scope.newId(),
    servicePrincipalId: scope.servicePrincipalId,
    action: 'other',
    outcome: 'failure',
    durationMs: 0,
    source: { id: '', displayName: '', type: 'User' },
    target: { id: '', displayName: '', type: '' },
    reason: error.code,
    error: { ...error, recommendedAction: recommendedAction(error.code) },
    steps: [step],
    modifiedProperties: [],
  };
}

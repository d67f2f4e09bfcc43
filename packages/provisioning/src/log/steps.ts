import type { MatchingValue } from '../matching/matching-values.ts';
import type { ScopeDecision } from '../scope/decide.ts';
import type { Outcome, ProvisioningStep } from '../job/log.ts';
import type { PlannedChange } from '../plan/operation.ts';

/** The object that a sentence of the log is about. */
export interface Subject {
  readonly kind: 'user' | 'group';
  readonly displayName: string;
}

export const redacted = '[Redact]';

export function nameOf(subject: Subject): string {
  return `${subject.kind === 'user' ? 'User' : 'Group'} '${subject.displayName}'`;
}

function step(
  name: string,
  type: ProvisioningStep['type'],
  status: Outcome,
  description: string,
  details: ProvisioningStep['details'] = {},
): ProvisioningStep {
  return { name, type, status, description, details };
}

export function importStep(subject: Subject, isLinked: boolean): ProvisioningStep {
  return step(
    isLinked ? 'EntryImport' : 'EntryImportAdd',
    'import',
    'success',
    `${nameOf(subject)} was read from the directory.`,
  );
}

export function importSkippedStep(subject: Subject): ProvisioningStep {
  return step(
    'EntryImport',
    'import',
    'skipped',
    `${nameOf(subject)} was not evaluated: none of the matching properties has a value in the directory.`,
    { SkipReason: 'ImportSkipped' },
  );
}

export function goneStep(subject: Subject): ProvisioningStep {
  return step(
    'EntryImportDelete',
    'import',
    'success',
    `${nameOf(subject)} no longer exists in the directory: it was deleted for good.`,
  );
}

const bool = (value: boolean): string => (value ? 'True' : 'False');

export function scopingStep(subject: Subject, decision: ScopeDecision): ProvisioningStep {
  const verdict = decision.inScope
    ? 'is in scope: it is active and entitled, and it passes the scoping filter.'
    : !decision.isActive
      ? decision.isSoftDeleted
        ? 'is not to be active in the target: it is deleted in the directory.'
        : 'is not to be active in the target: its account is disabled in the directory.'
      : !decision.isEntitled
        ? 'is out of scope: neither it nor a security group that it is a direct member of is assigned to the application.'
        : 'is out of scope: it does not pass the scoping filter.';
  const clauses = decision.filter?.clauses ?? [];
  return step(
    'EntrySynchronizationScoping',
    'scoping',
    decision.inScope ? 'success' : 'skipped',
    `${nameOf(subject)} ${verdict}`,
    {
      IsActive: bool(decision.isActive),
      Assigned: bool(decision.isAssigned),
      IsEffectivelyEntitledForProvisioning: bool(decision.isActive && decision.isEntitled),
      IsInProvisioningScopeDisplayName: bool(decision.inScope),
      ScopeEvaluationResult: JSON.stringify(
        Object.fromEntries(
          clauses.map((clause) => [
            `${clause.group} ${clause.attribute} ${clause.operator} ${clause.operand.join(',')}`,
            clause.passed,
          ]),
        ),
      ),
    },
  );
}

function matchingDetails(values: readonly MatchingValue[]): ProvisioningStep['details'] {
  return Object.fromEntries(values.map((one) => [one.attribute, one.redact ? redacted : one.value]));
}

export function matchedStep(subject: Subject, by: MatchingValue, targetId: string): ProvisioningStep {
  return step(
    'EntrySynchronizationMatch',
    'matching',
    'success',
    `${nameOf(subject)} matches one object of the target by ${by.attribute}; the two are linked from now on.`,
    { ...matchingDetails([by]), TargetId: targetId },
  );
}

export function linkedStep(subject: Subject, targetId: string): ProvisioningStep {
  return step(
    'EntrySynchronizationMatch',
    'matching',
    'success',
    `${nameOf(subject)} is linked to an object of the target.`,
    { TargetId: targetId },
  );
}

export function unmatchedStep(subject: Subject, values: readonly MatchingValue[]): ProvisioningStep {
  return step(
    'EntrySynchronizationMatch',
    'matching',
    'success',
    `No object of the target matches ${nameOf(subject)}.`,
    matchingDetails(values),
  );
}

export function healedStep(subject: Subject, targetId: string): ProvisioningStep {
  return step(
    'EntrySynchronizationMatch',
    'matching',
    'warning',
    `The target object that ${nameOf(subject)} was linked to no longer exists (InvalidAnchor); the link was dropped and the object is matched again.`,
    { TargetId: targetId },
  );
}

export function lostStep(subject: Subject, targetId: string): ProvisioningStep {
  return step(
    'EntryExportDelete',
    'export',
    'warning',
    `The target object that ${nameOf(subject)} was linked to is gone; an earlier run may have deleted it and could not tell.`,
    { TargetId: targetId },
  );
}

export function failedStep(
  name: string,
  type: ProvisioningStep['type'],
  subject: Subject,
  error: { readonly code: string; readonly message: string },
): ProvisioningStep {
  return step(name, type, 'failure', `${nameOf(subject)} failed: ${error.message}`, { ErrorCode: error.code });
}

const skipSentences: ReadonlyMap<string, string> = new Map([
  ['RedundantExport', 'the target holds the same values already'],
  ['NotEffectivelyEntitled', 'it is not assigned to the application, or not active in the directory'],
  ['EntrySynchronizationSkipped', 'it does not pass the scoping filter'],
  ['ImportSkipped', 'none of the matching properties has a value'],
  ['SkipOutOfScopeDeletions', 'it left scope, and the job leaves objects alone that do so'],
  ['NoIsSoftDeletedMapping', 'no attribute mapping reads IsSoftDeleted, so that there is nothing to disable it with'],
  ['CreateNotAllowed', 'the mapping does not allow objects to be created'],
  ['UpdateNotAllowed', 'the mapping does not allow objects to be updated'],
  ['DeleteNotAllowed', 'the mapping does not allow objects to be deleted'],
  ['NotInSource', 'it is gone from the directory and was never provisioned'],
  ['ProtectedAccount', 'its account in the target is protected: the job leaves it alone'],
  ['UpsertOnly', 'the job only creates and updates; it neither disables nor deletes'],
]);

export function skipStep(subject: Subject, reason: string): ProvisioningStep {
  return step(
    'EntrySynchronizationSkip',
    'processing',
    'skipped',
    `${nameOf(subject)} was skipped: ${skipSentences.get(reason) ?? reason}.`,
    { SkipReason: reason },
  );
}

export function processingStep(
  subject: Subject,
  action: 'create' | 'update' | 'disable' | 'delete',
  reason: string,
): ProvisioningStep {
  const names = { create: 'Add', update: 'Update', disable: 'Update', delete: 'Delete' } as const;
  const verbs = { create: 'created', update: 'updated', disable: 'disabled', delete: 'deleted' } as const;
  return step(
    `EntrySynchronization${names[action]}`,
    'processing',
    'success',
    `${nameOf(subject)} is to be ${verbs[action]} in the target (${reason}).`,
    { Reason: reason },
  );
}

/** The preview that is applied has planned another operation for the object, so nothing is sent for it. */
export function changedSincePreviewStep(subject: Subject, planned: string, computed: string): ProvisioningStep {
  return step(
    'EntrySynchronizationSkip',
    'processing',
    'skipped',
    `${nameOf(subject)} has changed since the preview: planned was ${planned}, now due is ${computed}${
      planned === computed ? ' with other values' : ''
    }. Nothing was sent; the next cycle takes it.`,
    { SkipReason: 'ChangedSincePreview' },
  );
}

export function stagedStep(subject: Subject, action: 'disable' | 'delete', reason: string): ProvisioningStep {
  return step(
    'EntrySynchronizationStagedDelete',
    'processing',
    'skipped',
    `${nameOf(subject)} is due to be ${action === 'disable' ? 'disabled' : 'deleted'} in the target (${reason}), but so many objects are due at once that nothing departs until an administrator allows it.`,
    { SkipReason: 'TooManyDeletes' },
  );
}

export function exportedStep(
  subject: Subject,
  action: 'create' | 'update' | 'disable' | 'delete',
  changes: readonly PlannedChange[],
): ProvisioningStep {
  const names = { create: 'Add', update: 'Update', disable: 'Update', delete: 'Delete' } as const;
  const verbs = { create: 'created', update: 'updated', disable: 'disabled', delete: 'deleted' } as const;
  const attributes = changes.map((change) => change.attribute);
  return step(
    `EntryExport${names[action]}`,
    'export',
    'success',
    `${nameOf(subject)} was ${verbs[action]} in the target.`,
    attributes.length === 0 ? {} : { Attributes: attributes.slice(0, 50).join(', ') },
  );
}

/** What was noticed about the target while this object was written; it concerns the others as well. */
export function remarkStep({ code, message }: { readonly code: string; readonly message: string }): ProvisioningStep {
  return step('EntryExport', 'export', 'warning', message, { ErrorCode: code });
}

export function referenceStep(
  subject: Subject,
  attribute: string,
  status: Outcome,
  description: string,
  details: ProvisioningStep['details'] = {},
): ProvisioningStep {
  return step('EntryExportUpdate', 'referenceResolution', status, `${nameOf(subject)}: ${description}`, {
    Attribute: attribute,
    ...details,
  });
}

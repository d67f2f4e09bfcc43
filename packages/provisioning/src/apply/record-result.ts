import type { TargetRemark } from '@joinery/connector-kit/ports';
import type { JobContext } from '../cycle/context.ts';
import { escrowAfterFailure } from '../escrow/ladder.ts';
import type { Outcome, ProvisioningAction, ProvisioningStep } from '../job/log.ts';
import { logEntry } from '../log/entry.ts';
import { lostStep, remarkStep } from '../log/steps.ts';
import type { OperationOutcome, PlannedOperation } from '../plan/operation.ts';
import { operationWrite } from '../preview/agreed-plan.ts';
import type { ObjectResult } from './object-work.ts';
import type { OutcomeDraft } from './page-outcome.ts';
import { keptExchanges } from './recorded.ts';

const logActions: Readonly<Record<ObjectResult['action'], ProvisioningAction>> = {
  create: 'create',
  update: 'update',
  disable: 'disable',
  delete: 'delete',
  skip: 'other',
  stage: 'stageddelete',
};

function outcomeOf(result: ObjectResult): Exclude<Outcome, 'warning'> {
  if (result.error !== undefined) return 'failure';
  return result.action === 'skip' ? 'skipped' : 'success';
}

function count(draft: OutcomeDraft, result: ObjectResult, countsObject: boolean): void {
  const { counts } = draft;
  if (countsObject) counts.objects[result.work.kind === 'user' ? 'users' : 'groups'] += 1;
  if (result.error?.isOverload === true) draft.overloaded.objects += 1;
  if (result.error !== undefined) counts.failed += 1;
  else if (result.action === 'create') counts.created += 1;
  else if (result.action === 'update') counts.updated += 1;
  else if (result.action === 'disable') counts.disabled += 1;
  else if (result.action === 'delete') counts.deleted += 1;
  else if (result.action === 'skip') counts.skipped += 1;
}

const cycleOutcomes = {
  create: 'created',
  update: 'updated',
  disable: 'disabled',
  delete: 'updated',
  skip: 'skipped',
  stage: 'skipped',
} as const;

function recordLink(draft: OutcomeDraft, result: ObjectResult): void {
  const { work, link } = result;
  if (result.unlink) draft.unlinked.push(work.id);
  if (link === undefined) return;
  const isNew = work.link === undefined || work.link.snapshot === undefined;
  const isGroup = work.kind === 'group';
  draft.links.push({
    sourceId: work.id,
    kind: work.kind,
    targetId: link.targetId,
    displayName: work.subject.displayName,
    state: link.state,
    snapshot: link.snapshot,
    membershipsDue: link.state === 'active' && (isNew || work.link?.state !== 'active'),
    cycleOutcome: cycleOutcomes[result.action],
    // The create may have carried them all; but who was linked at the same time, a nested group above all, is not among them.
    membersOutstanding: isGroup && isNew,
  });
}

function recordReferences(draft: OutcomeDraft, result: ObjectResult): void {
  const { work } = result;
  if (result.link === undefined) return;
  for (const one of work.waiting) draft.waiting.push({ sourceId: work.id, ...one });
  if (work.link === undefined) return;
  const waits = new Set(work.waiting.map((one) => one.attribute));
  for (const reference of work.mapping.references) {
    const attribute = reference.target.name;
    if (reference.source === 'manager' && !waits.has(attribute)) {
      draft.waitingSettled.push({ sourceId: work.id, attribute });
      draft.escrowsSettled.push({ sourceId: work.id, attribute });
    }
  }
}

function toOperation(result: ObjectResult): PlannedOperation {
  const { work } = result;
  const planned = {
    kind: work.kind,
    sourceId: work.id,
    displayName: work.subject.displayName,
    reason: result.reason,
    targetId: result.targetId,
    changes: result.changes,
    steps: work.steps,
  };
  return { ...planned, action: result.action === 'stage' ? 'skip' : result.action };
}

export function observe(context: JobContext, operation: PlannedOperation, outcome: OperationOutcome): void {
  context.observer?.(operation, outcome);
}

/** What the connector noticed about the target, told with the object that was just written: its row becomes a warning. */
export function takeRemark(
  context: JobContext,
  outcome: OperationOutcome['outcome'],
): {
  readonly outcome: OperationOutcome['outcome'];
  readonly remark: TargetRemark | undefined;
  readonly steps: readonly ProvisioningStep[];
} {
  const remarks = outcome === 'success' ? (context.target.takeRemarks?.() ?? []) : [];
  const [remark] = remarks;
  return { outcome: remark === undefined ? outcome : 'warning', remark, steps: remarks.map(remarkStep) };
}

/** Is it known what the target holds? A refusal says nothing of what earlier runs may have sent. */
function isSettled({ work, error }: ObjectResult): boolean {
  if (error !== undefined) return work.isNoted && work.unsettled === undefined && error.isRefused === true;
  return work.isNoted || work.unsettled !== undefined;
}

/** The object's row, and one more for a target object that was lost on the way. */
function recordLog(
  context: JobContext,
  draft: OutcomeDraft,
  result: ObjectResult,
  { outcome, remark }: Pick<ReturnType<typeof takeRemark>, 'outcome' | 'remark'>,
): void {
  const { work } = result;
  const about = {
    kind: work.kind,
    sourceId: work.id,
    displayName: work.subject.displayName,
    targetType: work.mapping.type.name,
    began: work.began,
    ended: context.ports.clock.now(),
  };
  draft.log.push(
    logEntry(context.log, {
      ...about,
      targetId: result.targetId,
      action: logActions[result.action],
      outcome,
      reason: result.reason,
      error: result.error ?? remark,
      steps: work.steps,
      changes: result.changes,
      exchanges: keptExchanges(context, work.mapping, work.exchanges, { outcome, changes: result.changes }),
    }),
  );
  if (work.lostTargetId !== undefined) {
    draft.log.push(
      logEntry(context.log, {
        ...about,
        targetId: work.lostTargetId,
        action: 'delete',
        outcome: 'warning',
        reason: 'InvalidAnchor',
        error: undefined,
        steps: [lostStep(work.subject, work.lostTargetId)],
        changes: [],
      }),
    );
  }
}

/** Turns one object's result into what is written of it: link, failure, log row, counters. */
export function recordResult(
  context: JobContext,
  draft: OutcomeDraft,
  result: ObjectResult,
  options: { readonly countsObject: boolean },
): void {
  const { work } = result;
  const now = context.ports.clock.now();
  // Seen before in this cycle (a change came in while it ran): counted once, and told again only if something was done.
  const isRepeated = work.link?.evaluatedIn !== undefined && work.link.evaluatedIn === context.cycleId;
  const isToldAlready =
    isRepeated && result.action === 'skip' && result.error === undefined && work.unsettled === undefined;
  recordReferences(draft, result);
  draft.membersAdded.push(...result.members);
  if (work.link !== undefined) draft.departuresSettled.push(work.id);
  if (isSettled(result)) draft.exportsSettled.push(work.id);
  if (isToldAlready) {
    if (work.escrow !== undefined) draft.escrowsSettled.push({ sourceId: work.id, attribute: '' });
    return;
  }
  count(draft, result, options.countsObject && !isRepeated);
  recordLink(draft, result);
  const { outcome, remark, steps } = takeRemark(context, outcomeOf(result));
  work.steps.push(...steps);
  if (result.error !== undefined && result.error.isOfJob !== true) {
    const failed = { kind: work.kind, sourceId: work.id, displayName: work.subject.displayName, attribute: '' };
    draft.escrows.push(
      escrowAfterFailure(failed, result.error, work.escrow, now, context.job.settings.intervalSeconds),
    );
  } else if (result.reason === 'ChangedSincePreview') {
    const held = { kind: work.kind, sourceId: work.id, displayName: work.subject.displayName, attribute: '' };
    const why = { code: result.reason, message: 'The object has changed since the preview that was applied.' };
    draft.escrows.push(escrowAfterFailure(held, why, work.escrow, now, context.job.settings.intervalSeconds));
  } else if (result.error === undefined && work.escrow !== undefined)
    draft.escrowsSettled.push({ sourceId: work.id, attribute: '' });
  if (context.preview !== undefined) draft.operations.push(operationWrite(context, result));
  recordLog(context, draft, result, { outcome, remark });
  observe(context, toOperation(result), { outcome, targetId: result.targetId, error: result.error ?? remark });
}

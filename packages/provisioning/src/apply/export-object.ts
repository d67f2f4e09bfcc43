import { assert } from '@joinery/base';
import type { AttributeChange, AttributeValues } from '@joinery/connector-kit/ports';
import type { TargetState } from '../diff/diff.ts';
import type { JobContext } from '../cycle/context.ts';
import type { FailureText, Link } from '../cycle/ports.ts';
import { redactedTexts, withoutTexts } from '../log/redact-text.ts';
import { exportedStep, failedStep, healedStep, linkedStep, processingStep, skipStep } from '../log/steps.ts';
import { evaluateMapping, type EvaluatedMapping } from '../mapping/evaluate.ts';
import { matchingValues } from '../matching/matching-values.ts';
import { planCreate, planUpdate, type UpdatePlan } from '../plan/export.ts';
import { environmentOf, heldBack } from '../preview/agreed-plan.ts';
import type { PlannedChange } from '../plan/operation.ts';
import { attempt, type PageControl } from './attempt.ts';
import { matchByRequest, type MatchVerdict } from './match-objects.ts';
import type { ObjectResult, ObjectWork } from './object-work.ts';
import { sendOperation } from './send-operation.ts';
import { chooseUniqueValues } from './unique-values.ts';
import { exportedValues } from './unsettled.ts';

/** What is to be seen of the object from now on. */
type Action = 'create' | 'update' | 'disable' | 'delete';

export interface ObjectTask {
  readonly context: JobContext;
  readonly control: PageControl;
  readonly work: ObjectWork;
}

const nothing = { error: undefined, changes: [], link: undefined, unlink: false, members: [] } as const;

export function skipResult(work: ObjectWork, reason: string, unlink = false): ObjectResult {
  work.steps.push(skipStep(work.subject, reason));
  return { ...nothing, work, action: 'skip', reason, targetId: work.link?.targetId ?? work.match?.id, unlink };
}

export function failResult(
  work: ObjectWork,
  action: Action,
  failure: FailureText,
  changes: readonly PlannedChange[] = [],
  unlink = false,
): ObjectResult {
  // The target may quote what it refuses.
  const error = { ...failure, message: withoutTexts(failure.message, redactedTexts(changes)) };
  const names = {
    create: 'EntryExportAdd',
    update: 'EntryExportUpdate',
    disable: 'EntryExportUpdate',
    delete: 'EntryExportDelete',
  };
  work.steps.push(failedStep(names[action], 'export', work.subject, error));
  return {
    ...nothing,
    work,
    action,
    reason: error.code,
    error,
    targetId: work.link?.targetId ?? work.match?.id,
    changes,
    unlink,
  };
}

export function verdictResult(work: ObjectWork, verdict: MatchVerdict): ObjectResult | undefined {
  switch (verdict.kind) {
    case 'stopped':
      return undefined;
    case 'skip':
      return skipResult(work, verdict.reason);
    case 'failed':
      return failResult(work, 'create', verdict.error);
  }
}

function nextState(work: ObjectWork): Link['state'] {
  return work.intent.kind === 'provision' && !work.intent.isSoftDeleted ? 'active' : 'disabled';
}

function updated(work: ObjectWork, action: 'update' | 'disable', targetId: string, plan: UpdatePlan): ObjectResult {
  work.steps.push(exportedStep(work.subject, action, plan.changes));
  return {
    ...nothing,
    work,
    action,
    reason: work.intent.kind === 'depart' ? work.intent.reason : 'Changed',
    targetId,
    changes: plan.changes,
    link: { targetId, state: nextState(work), snapshot: plan.snapshot },
  };
}

/** Nothing to send: the link still learns what the target holds, and the state of the object. */
function redundant(work: ObjectWork, targetId: string, plan: UpdatePlan): ObjectResult {
  return {
    ...skipResult(work, 'RedundantExport'),
    targetId,
    link: { targetId, state: nextState(work), snapshot: plan.snapshot },
  };
}

/**
 * Must the target be asked before the update? Where a mapping only fills what is empty, or only adds, and the snapshot
 * does not know the attribute, as when the mapping is new.
 */
function needsCurrent(evaluated: EvaluatedMapping, snapshot: AttributeValues): boolean {
  return evaluated.attributes.some(({ attribute, value }) => {
    if (attribute.flowType === 'ObjectAddOnly' || snapshot.has(attribute.target.name)) return false;
    if (attribute.expression === undefined) return attribute.defaultValue !== null;
    return attribute.flowType !== 'Always' && value !== null;
  });
}

/** What the target holds of a linked object: asked for, or what was exported last. Undefined: it is gone. */
async function readState(
  task: ObjectTask,
  link: Link,
  evaluated: EvaluatedMapping,
): Promise<TargetState | undefined | ObjectResult | 'stopped'> {
  const { context, control, work } = task;
  if (
    context.job.settings.profile === 'efficient' &&
    !context.readsTarget &&
    link.snapshot !== undefined &&
    work.unsettled === undefined &&
    !needsCurrent(evaluated, link.snapshot)
  ) {
    return { current: link.snapshot, exported: link.snapshot };
  }
  const read = await attempt(context, control, () => context.target.get(work.mapping.type, link.targetId));
  if (read.kind === 'stopped') return 'stopped';
  if (read.kind === 'failed') return failResult(work, 'update', read.error);
  if (read.value === undefined) return undefined;
  const { values } = read.value;
  const exported = work.unsettled === undefined ? link.snapshot : exportedValues(work.mapping, work, values);
  return { current: values, exported };
}

async function sendUpdate(
  task: ObjectTask,
  targetId: string,
  state: TargetState,
  evaluated: EvaluatedMapping,
): Promise<ObjectResult | 'gone' | undefined> {
  const { context, control, work } = task;
  const action = work.intent.kind === 'depart' ? 'disable' : 'update';
  if (context.protectedAccounts.holds(work.mapping, targetId, state.current))
    return skipResult(work, 'ProtectedAccount');
  const planned = planUpdate(work.mapping, evaluated, work.references, state, context.job.settings);
  if (!planned.ok) return failResult(work, action, planned.failure);
  const { plan } = planned;
  if (plan.updates.length === 0) return redundant(work, targetId, plan);
  if (!work.mapping.allows.update) {
    // A match is kept all the same; what it holds was not exported by us.
    const link = work.link === undefined ? { targetId, state: nextState(work), snapshot: new Map() } : undefined;
    return { ...skipResult(work, 'UpdateNotAllowed'), targetId, link };
  }
  const held = heldBack(context, work, { action, targetId, changes: plan.changes });
  if (held !== undefined) return held;
  work.steps.push(
    processingStep(work.subject, action, work.intent.kind === 'depart' ? work.intent.reason : 'mapped values differ'),
  );
  const sent = await sendOperation(context, control, {
    kind: 'update',
    type: work.mapping.type,
    id: targetId,
    changes: withOldValues(plan),
  });
  if (sent.kind === 'stopped') return undefined;
  if (sent.kind === 'failed') return failResult(work, action, sent.error, plan.changes);
  return sent.value !== false ? updated(work, action, targetId, plan) : 'gone';
}

function withOldValues({ updates, changes }: UpdatePlan): readonly AttributeChange[] {
  const old = new Map(changes.map((change) => [change.attribute, change.old]));
  return updates.map((update) => ({ ...update, old: old.get(update.attribute) ?? null }));
}

/** The linked target object is gone: the link is dropped and the object goes the way of a new one. */
async function heal(task: ObjectTask, link: Link): Promise<ObjectResult | undefined> {
  const { context, control, work } = task;
  work.steps.push(healedStep(work.subject, link.targetId));
  if (work.intent.kind === 'depart' || nextState(work) === 'disabled') {
    return skipResult(work, 'InvalidAnchor', true);
  }
  await context.ports.links.drop(context.job.id, work.id);
  const { values, failure } = matchingValues(work.mapping, work.lookup, environmentOf(context, work.id));
  if (failure !== undefined) return failResult(work, 'create', failure);
  const isOurs = (work.unsettled?.exports.length ?? 0) > 0;
  const fresh: ObjectWork = {
    ...work,
    link: undefined,
    matchingValues: values,
    ...(isOurs ? { lostTargetId: link.targetId } : {}),
  };
  const verdict = await matchByRequest(context, control, fresh);
  if (verdict !== undefined) return verdictResult(fresh, verdict);
  return exportUnlinked({ context, control, work: fresh });
}

/** Brings the target object of a linked source object up to date. */
export async function exportLinked(task: ObjectTask, link: Link): Promise<ObjectResult | undefined> {
  const { work, context } = task;
  const evaluated = evaluateMapping(work.mapping, work.lookup, environmentOf(context, work.id));
  const state = await readState(task, link, evaluated);
  if (state === 'stopped') return undefined;
  if (state === undefined) return heal(task, link);
  if ('work' in state) return state;
  work.steps.push(linkedStep(work.subject, link.targetId));
  const result = await sendUpdate(task, link.targetId, state, evaluated);
  return result === 'gone' ? heal(task, link) : result;
}

/** Updates the object that matched, or creates one. */
export async function exportUnlinked(task: ObjectTask): Promise<ObjectResult | undefined> {
  const { work, context } = task;
  const evaluated = evaluateMapping(work.mapping, work.lookup, environmentOf(context, work.id));
  if (work.match === undefined) return create(task, evaluated);
  const state = { current: work.match.values, exported: undefined };
  const result = await sendUpdate(task, work.match.id, state, evaluated);
  if (result !== 'gone') return result;
  return failResult(
    work,
    'update',
    {
      code: 'InvalidAnchor',
      message: 'The target object that matched is gone; the object is matched again in the next cycle.',
    },
    [],
    true,
  );
}

async function create(task: ObjectTask, evaluated: EvaluatedMapping): Promise<ObjectResult | undefined> {
  const { context, control, work } = task;
  if (!work.mapping.allows.create) return skipResult(work, 'CreateNotAllowed');
  const unique = await chooseUniqueValues(context, control, work, evaluated);
  if (unique.kind === 'stopped') return undefined;
  if (unique.kind === 'failed') return failResult(work, 'create', unique.error);
  const planned = planCreate(evaluated, work.references, unique.value);
  if (!planned.ok) return failResult(work, 'create', planned.failure);
  const { values, changes } = planned.plan;
  const held = heldBack(context, work, { action: 'create', targetId: undefined, changes });
  if (held !== undefined) return held;
  const members = work.firstMembers?.members ?? [];
  work.steps.push(processingStep(work.subject, 'create', 'active and assigned in the source, no match in the target'));
  const sent = await sendOperation(context, control, {
    kind: 'create',
    type: work.mapping.type,
    values,
    ...(members.length === 0 ? {} : { memberIds: members.map((member) => member.targetId) }),
  });
  if (sent.kind === 'stopped') return undefined;
  if (sent.kind === 'done') {
    assert(typeof sent.value === 'object', 'a create answers the created object');
    return created(work, sent.value.id, values, changes);
  }
  const isTaken = sent.cause.logCode === 'Conflict' || sent.cause.status === 409;
  if ((isTaken || sent.cause.outcomeUnknown) && context.job.settings.profile === 'efficient') {
    const found = await lookAgain(task, evaluated);
    if (found !== 'none') return stillOpen(found);
  }
  return failResult(work, 'create', sent.error, changes);
}

function created(
  work: ObjectWork,
  targetId: string,
  values: AttributeValues,
  changes: readonly PlannedChange[],
): ObjectResult {
  work.steps.push(exportedStep(work.subject, 'create', changes));
  return {
    ...nothing,
    work,
    action: 'create',
    reason: 'Created',
    targetId,
    changes,
    link: { targetId, state: 'active', snapshot: values },
    members: (work.firstMembers?.members ?? []).map((member) => ({ groupId: work.id, memberId: member.memberId })),
  };
}

/** Whatever refuses the look says nothing of the create. */
function stillOpen(result: ObjectResult | undefined): ObjectResult | undefined {
  if (result?.error === undefined) return result;
  return { ...result, error: { ...result.error, isRefused: false } };
}

/** The target says that the object is there, or may have made it without an answer: then it is found by matching. */
async function lookAgain(task: ObjectTask, evaluated: EvaluatedMapping): Promise<ObjectResult | 'none' | undefined> {
  const { context, control, work } = task;
  if (context.failure !== undefined) return 'none';
  const verdict = await matchByRequest(context, control, work);
  if (verdict !== undefined) return verdictResult(work, verdict);
  if (work.match === undefined) return 'none';
  const state = { current: work.match.values, exported: undefined };
  const result = await sendUpdate(task, work.match.id, state, evaluated);
  return result === 'gone' ? 'none' : result;
}

/** Carries out a departure that the deletion guard has let pass. */
export async function exportDeparture(task: ObjectTask, link: Link): Promise<ObjectResult | undefined> {
  const { context, control, work } = task;
  if (work.intent.kind !== 'depart' || work.intent.action === 'disable') return exportLinked(task, link);
  const held = heldBack(context, work, { action: 'delete', targetId: link.targetId, changes: [] });
  if (held !== undefined) return held;
  work.steps.push(linkedStep(work.subject, link.targetId), processingStep(work.subject, 'delete', work.intent.reason));
  const sent = await sendOperation(context, control, { kind: 'delete', type: work.mapping.type, id: link.targetId });
  if (sent.kind === 'stopped') return undefined;
  if (sent.kind === 'failed') return failResult(work, 'delete', sent.error);
  work.steps.push(exportedStep(work.subject, 'delete', []));
  return { ...nothing, work, action: 'delete', reason: work.intent.reason, targetId: link.targetId, unlink: true };
}

import { createHash } from 'node:crypto';
import type { Json, ObjectId } from '@joinery/base';
import type { EvaluationEnvironment } from '@joinery/expressions';
import type { ObjectResult, ObjectWork } from '../apply/object-work.ts';
import type { JobContext } from '../cycle/context.ts';
import type { MemberChange, WaitingReference } from '../cycle/ports.ts';
import { changedSincePreviewStep, redacted } from '../log/steps.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import type { PlannedChange } from '../plan/operation.ts';
import type { AppliedOutcome, OperationWrite, PlannedObject, PlannedReference } from './ports.ts';

// A preview's cycle computes; the cycle that applies it sends an operation only if it is the one that was planned.
// References and memberships are agreed one by one: an object may go without one of them (the referenced object failed,
// or comes later), but never with one that was not planned.

type Computed = Pick<ObjectResult, 'action' | 'targetId' | 'changes'>;

const isReference = (mapping: CompiledMapping, attribute: string): boolean =>
  mapping.references.some((one) => one.source === 'manager' && one.target.name === attribute);

/** JSON with sorted names, so that equal values have equal text. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(',')}}`;
}

/** Says in a few bytes what would be done to the object itself; empty: nothing. */
export function fingerprintOf(mapping: CompiledMapping, { action, targetId, changes }: Computed): string {
  if (action === 'skip' || action === 'stage') return '';
  const own = changes.filter((change) => !isReference(mapping, change.attribute));
  const parts = own.map((change) => canonical([change.attribute, change.old, change.new])).toSorted();
  const text = [action, action === 'create' ? '' : (targetId ?? ''), ...parts].join('\n');
  return createHash('sha256').update(text).digest('hex');
}

function referencesOf(work: ObjectWork, changes: readonly PlannedChange[]): readonly PlannedReference[] {
  return changes
    .filter((change) => isReference(work.mapping, change.attribute))
    .map(({ attribute }) => ({ attribute, wantedId: work.source?.managerId ?? null }));
}

const sameReference = (a: PlannedReference, b: PlannedReference): boolean =>
  a.attribute === b.attribute && a.wantedId === b.wantedId;

/** What mappings see while a preview is computed or applied: both times the same instant and the same chance. */
export function environmentOf(context: JobContext, sourceId: ObjectId): EvaluationEnvironment {
  const { preview } = context;
  if (preview === undefined) return context.environment;
  let state = createHash('sha256').update(`${preview.id}/${sourceId}`).digest().readUInt32LE(0);
  return {
    now: preview.began.getTime(),
    // Mulberry32: a small generator with a state of 32 bits, good enough for ids that only have to differ.
    random() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
    defaultDomain: context.environment.defaultDomain,
  };
}

/** What the preview that this cycle applies has planned for objects; empty where no preview is applied. */
export async function loadPlanned(
  context: JobContext,
  ids: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, PlannedObject>> {
  if (context.preview?.mode !== 'apply' || ids.length === 0) return new Map();
  return context.ports.previews.planned(context.preview.id, ids);
}

function heldResult(work: ObjectWork, computed: string): ObjectResult {
  const planned = work.planned?.fingerprint === '' ? 'skip' : (work.planned?.action ?? 'nothing');
  work.steps.push(changedSincePreviewStep(work.subject, planned, computed));
  return {
    work,
    action: 'skip',
    reason: 'ChangedSincePreview',
    error: undefined,
    targetId: work.link?.targetId ?? work.match?.id,
    changes: [],
    link: undefined,
    // A match that was claimed for an operation which is not sent is given back.
    unlink: work.link === undefined && work.match !== undefined,
    members: [],
  };
}

/** The result of an operation that is not the planned one, and is therefore not sent. Undefined: it may be sent. */
export function heldBack(context: JobContext, work: ObjectWork, computed: Computed): ObjectResult | undefined {
  if (context.preview?.mode !== 'apply') return undefined;
  const { planned } = work;
  const isAgreed =
    planned !== undefined &&
    !planned.hasChanged &&
    planned.fingerprint === fingerprintOf(work.mapping, computed) &&
    referencesOf(work, computed.changes).every((one) => planned.references.some((other) => sameReference(one, other)));
  return isAgreed ? undefined : heldResult(work, computed.action);
}

/** A departure that was not planned is not even staged. Its changes are compared when it is carried out. */
export function heldDeparture(context: JobContext, work: ObjectWork): ObjectResult | undefined {
  if (context.preview?.mode !== 'apply' || work.intent.kind !== 'depart') return undefined;
  return work.planned?.action === work.intent.action ? undefined : heldResult(work, work.intent.action);
}

/** Of the member changes that are due, those that were planned. */
export async function agreedMembers(
  context: JobContext,
  groupId: ObjectId,
  changes: readonly MemberChange[],
): Promise<readonly MemberChange[]> {
  if (context.preview?.mode !== 'apply' || changes.length === 0) return changes;
  const memberIds = changes.map((change) => change.memberId);
  const planned = await context.ports.previews.plannedMembers(context.preview.id, groupId, memberIds);
  return changes.filter((change) => planned.get(change.memberId) === change.operation);
}

/** Of the references that are due, those that were planned. */
export async function agreedReferences<Reference extends WaitingReference>(
  context: JobContext,
  references: readonly Reference[],
): Promise<readonly Reference[]> {
  if (context.preview?.mode !== 'apply' || references.length === 0) return references;
  const planned = await loadPlanned(context, [...new Set(references.map((one) => one.sourceId))]);
  return references.filter((one) => {
    const object = planned.get(one.sourceId);
    return (
      object?.hasChanged === false &&
      object.references.some((other) => sameReference({ attribute: one.attribute, wantedId: one.referencedId }, other))
    );
  });
}

/** Does the target hold already what was planned for the object's own attributes? */
function isThere({ work, reason, link }: ObjectResult): boolean {
  if (reason !== 'RedundantExport' || link === undefined || work.planned === undefined) return false;
  return work.planned.values.every(
    (planned) => canonical(link.snapshot.get(planned.attribute) ?? null) === canonical(planned.new),
  );
}

function appliedOf(result: ObjectResult): NonNullable<OperationWrite['applied']> {
  const { planned } = result.work;
  const plannedAction = planned === undefined || planned.fingerprint === '' ? 'skip' : planned.action;
  const told = (outcome: AppliedOutcome, detail?: string): NonNullable<OperationWrite['applied']> => ({
    outcome,
    detail,
  });
  if (result.error !== undefined) return told('failed', `${result.error.code}: ${result.error.message}`);
  if (result.reason === 'ChangedSincePreview') return told('changed', result.work.steps.at(-1)?.description);
  if (result.action !== 'skip') return told('done');
  if (plannedAction === 'skip') return told('skipped');
  if (isThere(result)) return told('done', 'The target held it already; nothing was sent.');
  return told('changed', `Nothing is left to do: ${result.reason}.`);
}

const shownChange = (change: PlannedChange): OperationWrite['changes'][number] => ({
  attribute: change.attribute,
  old: change.redact && change.old !== null ? redacted : change.old,
  new: change.redact && change.new !== null ? redacted : change.new,
});

/** An object's result as a row of the preview. */
export function operationWrite(context: JobContext, result: ObjectResult): OperationWrite {
  const { work } = result;
  const references = referencesOf(work, result.changes);
  return {
    kind: work.kind,
    sourceId: work.id,
    displayName: work.subject.displayName,
    action: result.action === 'stage' ? 'skip' : result.action,
    reason: result.reason,
    // The id of what a plan creates is made up.
    targetId: result.action === 'create' ? undefined : result.targetId,
    changes: result.changes.map((change) => {
      const reference = references.find((one) => one.attribute === change.attribute);
      if (reference === undefined) return shownChange(change);
      const { attribute, wantedId } = reference;
      const referencedId = change.new === null ? null : wantedId;
      return { attribute, old: change.old, new: null, referencedId, wantedId };
    }),
    error: result.error,
    fingerprint: result.error === undefined ? fingerprintOf(work.mapping, result) : `failed ${result.error.code}`,
    applied: context.preview?.mode === 'apply' ? appliedOf(result) : undefined,
  };
}

/** A reference that was exported after the objects, as a part of its object's row. */
export function referenceWrite(
  context: JobContext,
  subject: Pick<OperationWrite, 'kind' | 'sourceId' | 'displayName' | 'targetId'>,
  change: PlannedChange,
  referencedId: ObjectId,
  error: OperationWrite['error'],
): OperationWrite {
  const outcome = error === undefined ? 'done' : 'failed';
  return {
    ...subject,
    action: 'update',
    reason: error?.code ?? 'ReferenceResolved',
    changes: [{ attribute: change.attribute, old: change.old, new: null, referencedId, wantedId: referencedId }],
    error: undefined,
    fingerprint: '',
    applied: context.preview?.mode === 'apply' ? { outcome, detail: error?.message } : undefined,
  };
}

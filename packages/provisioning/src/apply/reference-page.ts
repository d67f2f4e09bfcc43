import type { ObjectId } from '@joinery/base';
import type { Exchange } from '@joinery/connector-kit/ports';
import type { JobContext } from '../cycle/context.ts';
import type { Escrow, FailureText, Link, WaitingReference } from '../cycle/ports.ts';
import { escrowAfterFailure } from '../escrow/ladder.ts';
import { logEntry } from '../log/entry.ts';
import { referenceStep, type Subject } from '../log/steps.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { agreedReferences, referenceWrite } from '../preview/agreed-plan.ts';
import { isProtected } from './object-work.ts';
import { attempt, type Attempt, type PageControl } from './attempt.ts';
import { createOutcome, type OutcomeDraft } from './page-outcome.ts';
import { observe } from './record-result.ts';
import { keptExchanges, recorded } from './recorded.ts';
import type { PageResult } from './object-page.ts';

type Resolved = WaitingReference & { readonly targetId: string };
type Sent = 'standing' | 'sent' | 'gone';

/** Profile `entra` asks first whether the reference stands already. */
async function exportReference(
  context: JobContext,
  control: PageControl,
  mapping: CompiledMapping,
  link: Link,
  reference: Resolved,
): Promise<Attempt<Sent>> {
  const { attribute, targetId } = reference;
  if (context.job.settings.profile === 'entra') {
    const check = { attribute, id: link.targetId, referencedId: targetId };
    const stands = await attempt(context, control, () => context.target.checkReference(mapping.type, check));
    if (stands.kind !== 'done') return stands;
    if (stands.value) return { kind: 'done', value: 'standing' };
  } else if (link.snapshot?.get(attribute) === targetId) return { kind: 'done', value: 'standing' };
  const operation = (link.snapshot?.get(attribute) ?? null) === null ? 'add' : 'replace';
  const sent = await attempt(context, control, () =>
    context.target.update(mapping.type, link.targetId, [{ attribute, operation, value: targetId }]),
  );
  return sent.kind === 'done' ? { kind: 'done', value: sent.value ? 'sent' : 'gone' } : sent;
}

function record(
  context: JobContext,
  draft: OutcomeDraft,
  mapping: CompiledMapping,
  link: Link,
  reference: Resolved,
  sent: Exclude<Attempt<Sent>, { kind: 'stopped' }>,
  page: {
    readonly began: number;
    readonly escrows: readonly Escrow[];
    readonly exchanges: readonly Exchange[];
    readonly unsettled: ReadonlySet<ObjectId>;
  },
): void {
  const { attribute, sourceId, targetId } = reference;
  const subject: Subject = { kind: link.kind, displayName: link.displayName };
  const now = context.ports.clock.now();
  const isGone = sent.kind === 'done' && sent.value === 'gone';
  const error: FailureText | undefined =
    sent.kind === 'failed'
      ? sent.error
      : isGone
        ? {
            code: 'InvalidAnchor',
            message: 'The linked target object no longer exists; it is matched again in the next cycle.',
          }
        : undefined;
  if (isGone) draft.unlinked.push(sourceId);
  if (error?.isOverload === true) draft.overloaded.references += 1;
  if (error?.isOfJob === true) draft.referenceFailures += 1;
  else if (error !== undefined) {
    // A vanished object is a matter of the object itself, which brings its references along.
    const failed = { kind: link.kind, sourceId, displayName: link.displayName, attribute: isGone ? '' : attribute };
    const previous = page.escrows.find((one) => one.sourceId === sourceId && one.attribute === failed.attribute);
    draft.escrows.push(escrowAfterFailure(failed, error, previous, now, context.job.settings.intervalSeconds));
    draft.referenceFailures += 1;
  } else {
    draft.waitingSettled.push({ sourceId, attribute });
    draft.escrowsSettled.push({ sourceId, attribute });
    draft.referencesExported.push({ sourceId, attribute, targetId });
    // What earlier runs left open of the object is settled by its own evaluation, and told of here.
    const isOpen = page.unsettled.has(sourceId);
    if (!isOpen) draft.exportsSettled.push(sourceId);
    if (sent.kind === 'done' && sent.value === 'sent') draft.referencesChanged.push(sourceId);
    else if (!isOpen) return;
  }
  const change = { attribute, old: link.snapshot?.get(attribute) ?? null, new: targetId, redact: false };
  if (context.preview !== undefined) {
    const object = { kind: link.kind, sourceId, displayName: link.displayName, targetId: link.targetId };
    draft.operations.push(referenceWrite(context, object, change, reference.referencedId, error));
  }
  const outcome = error === undefined ? 'success' : 'failure';
  const step = referenceStep(
    subject,
    attribute,
    outcome,
    error === undefined ? `${attribute} was set in the target.` : `${attribute} could not be set: ${error.message}`,
    { ReferencedTargetId: targetId },
  );
  draft.log.push(
    logEntry(context.log, {
      kind: link.kind,
      sourceId,
      displayName: link.displayName,
      targetId: link.targetId,
      targetType: mapping.type.name,
      action: 'update',
      outcome,
      reason: error?.code ?? 'ReferenceResolved',
      error,
      steps: [step],
      changes: [change],
      exchanges: keptExchanges(context, mapping, page.exchanges, { outcome, changes: [change] }),
      began: page.began,
      ended: now,
    }),
  );
  observe(
    context,
    {
      kind: link.kind,
      sourceId,
      displayName: link.displayName,
      action: 'update',
      reason: error?.code ?? 'ReferenceResolved',
      targetId: link.targetId,
      changes: [change],
      steps: [step],
    },
    { outcome, targetId: link.targetId, error },
  );
}

/** Exports references (manager) that wait for an object which is linked by now. */
export async function applyReferences(
  context: JobContext,
  control: PageControl,
  mapping: CompiledMapping,
  ids: readonly ObjectId[],
): Promise<PageResult> {
  const { links } = context.ports;
  const draft = createOutcome();
  const [linkOf, waiting, escrows] = await Promise.all([
    links.load(context.job.id, ids),
    links.waitingReferences(context.job.id, ids),
    links.loadEscrows(context.job.id, ids),
  ]);
  const agreed = await agreedReferences(context, waiting);
  const unsettled = new Set((await links.loadUnsettled(context.job.id, mapping.kind, ids)).keys());
  await links.noteExports(
    context.job.id,
    mapping.kind,
    agreed.flatMap(({ sourceId, attribute, targetId }) =>
      targetId === undefined ? [] : [{ sourceId, lookups: [], values: new Map([[attribute, targetId]]) }],
    ),
  );
  const began = context.ports.clock.now();
  const stopped = await Promise.all(
    agreed.map(async (one): Promise<boolean> => {
      const link = linkOf.get(one.sourceId);
      if (link === undefined || one.targetId === undefined || isProtected(context, mapping, link)) return false;
      const reference = { ...one, targetId: one.targetId };
      const exchanges: Exchange[] = [];
      const sent = await recorded(context, exchanges, () =>
        exportReference(context, control, mapping, link, reference),
      );
      if (sent.kind === 'stopped') return true;
      record(context, draft, mapping, link, reference, sent, { began, escrows, exchanges, unsettled });
      return sent.kind === 'failed' && sent.error.isOfJob === true;
    }),
  );
  return { outcome: draft, results: [], isComplete: !stopped.includes(true) };
}

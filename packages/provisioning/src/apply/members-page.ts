import type { ObjectId } from '@joinery/base';
import type { ConnectorError, Exchange } from '@joinery/connector-kit';
import type { JobContext } from '../cycle/context.ts';
import type { Escrow, FailureText, Link, MemberChange, PageOutcome } from '../cycle/ports.ts';
import { escrowAfterFailure } from '../escrow/ladder.ts';
import { logEntry } from '../log/entry.ts';
import { referenceStep } from '../log/steps.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import type { PlannedChange } from '../plan/operation.ts';
import { agreedMembers } from '../preview/agreed-plan.ts';
import { attempt, type PageControl } from './attempt.ts';
import { isProtected } from './object-work.ts';
import { createOutcome, type OutcomeDraft } from './page-outcome.ts';
import { observe, takeRemark } from './record-result.ts';
import { keptExchanges, recorded } from './recorded.ts';
import type { PageResult } from './object-page.ts';

/** Escrows of memberships stand under this name, whatever the target calls the attribute. */
const membersAttribute = 'members';
/** Differences read and made durable at a time. */
const chunkMax = 1_000;
/** A group whose members keep failing one by one is left alone until its retry. */
const failuresMax = 20;

/** Writes what one chunk of a large group has done, while its page goes on. False: the lease was lost. */
export type Checkpoint = (outcome: PageOutcome) => Promise<boolean>;

interface ChunkOutcome {
  readonly done: MemberChange[];
  failures: number;
  error: FailureText | undefined;
  isGone: boolean;
  isStopped: boolean;
}

/** One refused member must not hold the others back: a refused batch is halved until the culprit stands alone. */
function isWorthSplitting(error: ConnectorError): boolean {
  return error.scope === 'object' && error.retry !== 'later' && !error.outcomeUnknown;
}

async function sendChanges(
  context: JobContext,
  control: PageControl,
  mapping: CompiledMapping,
  link: Link,
  changes: readonly MemberChange[],
  into: ChunkOutcome,
): Promise<void> {
  if (changes.length === 0 || into.isGone || into.isStopped || into.failures >= failuresMax) return;
  const idsOf = (operation: MemberChange['operation']): readonly string[] =>
    changes.filter((change) => change.operation === operation).map((change) => change.targetId);
  const sent = await attempt(context, control, () =>
    context.target.changeMembers(mapping.type, link.targetId, idsOf('add'), idsOf('remove')),
  );
  if (sent.kind === 'stopped') {
    into.isStopped = true;
  } else if (sent.kind === 'done') {
    if (sent.value) into.done.push(...changes);
    else into.isGone = true;
  } else if (changes.length > 1 && isWorthSplitting(sent.cause)) {
    const middle = Math.ceil(changes.length / 2);
    await sendChanges(context, control, mapping, link, changes.slice(0, middle), into);
    await sendChanges(context, control, mapping, link, changes.slice(middle), into);
  } else {
    into.error ??= sent.error;
    into.failures += 1;
  }
}

function toPlannedChanges(changes: readonly MemberChange[]): readonly PlannedChange[] {
  return changes.map((change) => ({
    attribute: membersAttribute,
    old: change.operation === 'remove' ? change.targetId : null,
    new: change.operation === 'add' ? change.targetId : null,
    redact: false,
  }));
}

function recordChunk(
  context: JobContext,
  draft: OutcomeDraft,
  mapping: CompiledMapping,
  link: Link,
  chunk: ChunkOutcome,
  previous: { readonly began: number; readonly escrows: readonly Escrow[]; readonly exchanges: readonly Exchange[] },
): void {
  const groupId = link.sourceId;
  const write = (change: MemberChange): { groupId: ObjectId; memberId: ObjectId } => ({
    groupId,
    memberId: change.memberId,
  });
  const now = context.ports.clock.now();
  draft.membersAdded.push(...chunk.done.filter((one) => one.operation === 'add').map(write));
  draft.membersRemoved.push(...chunk.done.filter((one) => one.operation === 'remove').map(write));
  draft.membersSettled.push(...chunk.done.map(write));
  if (chunk.done.length > 0) draft.referencesChanged.push(groupId);
  const error: FailureText | undefined = chunk.isGone
    ? {
        code: 'InvalidAnchor',
        message: 'The linked group no longer exists in the target; it is matched again in the next cycle.',
      }
    : chunk.error;
  if (error?.isOverload === true) draft.overloaded.references += 1;
  if (error?.isOfJob === true) draft.referenceFailures += 1;
  else if (error !== undefined) {
    const attribute = chunk.isGone ? '' : membersAttribute;
    const failed = { kind: link.kind, sourceId: groupId, displayName: link.displayName, attribute };
    const escrow = previous.escrows.find((one) => one.sourceId === groupId && one.attribute === attribute);
    draft.escrows.push(escrowAfterFailure(failed, error, escrow, now, context.job.settings.intervalSeconds));
    draft.referenceFailures += 1;
    if (chunk.isGone) draft.unlinked.push(groupId);
  }
  if (error === undefined && chunk.done.length === 0) return;
  const changes = toPlannedChanges(chunk.done);
  const told = takeRemark(context, error === undefined ? 'success' : 'failure');
  const { outcome } = told;
  const added = chunk.done.filter((one) => one.operation === 'add').length;
  const steps = [
    referenceStep(
      { kind: 'group', displayName: link.displayName },
      membersAttribute,
      error === undefined ? 'success' : 'failure',
      `${added} members were added and ${chunk.done.length - added} removed in the target${
        error === undefined ? '.' : `; others failed: ${error.message}`
      }`,
    ),
    ...told.steps,
  ];
  const reason = error?.code ?? 'MembersChanged';
  draft.log.push(
    logEntry(context.log, {
      kind: 'group',
      sourceId: groupId,
      displayName: link.displayName,
      targetId: link.targetId,
      targetType: mapping.type.name,
      action: 'update',
      outcome,
      reason,
      error: error ?? told.remark,
      steps,
      changes,
      exchanges: keptExchanges(context, mapping, previous.exchanges, { outcome, changes }),
      began: previous.began,
      ended: now,
    }),
  );
  observe(
    context,
    {
      kind: 'group',
      sourceId: groupId,
      displayName: link.displayName,
      action: 'update',
      reason,
      targetId: link.targetId,
      changes,
      steps,
    },
    { outcome, targetId: link.targetId, error: error ?? told.remark },
  );
}

interface MembersPage {
  readonly draft: OutcomeDraft;
  readonly checkpoint: Checkpoint;
  readonly escrows: readonly Escrow[];
  readonly unchanged: ReadonlySet<ObjectId>;
}

const noChanges = { full: true, changes: [], more: false };

/** Brings one group's memberships up to date, chunk by chunk. False: it was not finished. */
async function applyGroup(
  context: JobContext,
  control: PageControl,
  mapping: CompiledMapping,
  link: Link,
  page: MembersPage,
): Promise<boolean> {
  let after: ObjectId | undefined;
  let hasFailed = false;
  // Due, but not in the preview that is applied: it stays due.
  let isHeld = false;
  const keepsMembers = context.job.settings.upsertOnly;
  for (;;) {
    const began = context.ports.clock.now();
    const { full, changes, more } = page.unchanged.has(link.sourceId)
      ? noChanges
      : await context.ports.links.memberChanges(context.job.id, link.sourceId, after, chunkMax);
    const draft = more ? createOutcome() : page.draft;
    const chunk: ChunkOutcome = { done: [], failures: 0, error: undefined, isGone: false, isStopped: false };
    const due = changes.filter((one) => one.operation === 'add' || (one.operation === 'remove' && !keepsMembers));
    const toSend = await agreedMembers(context, link.sourceId, due);
    isHeld ||= toSend.length < due.length;
    await context.ports.links.noteMembers(
      context.job.id,
      toSend.map(({ memberId }) => ({ groupId: link.sourceId, memberId })),
    );
    const sizeMax = context.description.membersPerRequestMax;
    const exchanges: Exchange[] = [];
    await recorded(context, exchanges, async () => {
      for (let start = 0; start < toSend.length; start += sizeMax) {
        await sendChanges(context, control, mapping, link, toSend.slice(start, start + sizeMax), chunk);
      }
    });
    recordChunk(context, draft, mapping, link, chunk, { began, escrows: page.escrows, exchanges });
    for (const one of changes) {
      const isSettled = one.operation === 'none' || (one.operation === 'remove' && keepsMembers);
      if (isSettled) draft.membersSettled.push({ groupId: link.sourceId, memberId: one.memberId });
    }
    hasFailed ||= chunk.error !== undefined || chunk.isGone;
    if (chunk.isStopped || chunk.error?.isOfJob === true) return false;
    if (chunk.isGone || !more) {
      // While changes of the directory are still taken in, a group that is due in full stays so until the cycle's end.
      if (!hasFailed && !isHeld && full && control.isUrgent !== true) page.draft.membersComplete.push(link.sourceId);
      if (
        !hasFailed &&
        page.escrows.some((one) => one.sourceId === link.sourceId && one.attribute === membersAttribute)
      ) {
        page.draft.escrowsSettled.push({ sourceId: link.sourceId, attribute: membersAttribute });
      }
      return true;
    }
    after = changes.at(-1)?.memberId;
    if (!(await page.checkpoint(draft))) return false;
  }
}

/** Exports the memberships of a page's groups that differ from what was exported. */
export async function applyMembers(
  context: JobContext,
  control: PageControl,
  mapping: CompiledMapping,
  ids: readonly ObjectId[],
  checkpoint: Checkpoint,
): Promise<PageResult> {
  const draft = createOutcome();
  const { links } = context.ports;
  const [linkOf, escrows, unchanged] = await Promise.all([
    links.load(context.job.id, ids),
    links.loadEscrows(context.job.id, ids),
    links.unchangedGroups(context.job.id, ids),
  ]);
  const page: MembersPage = { draft, checkpoint, escrows, unchanged };
  const finished = await Promise.all(
    ids.map(async (id) => {
      const link = linkOf.get(id);
      if (isProtected(context, mapping, link)) return true;
      return link === undefined || (await applyGroup(context, control, mapping, link, page));
    }),
  );
  return { outcome: draft, results: [], isComplete: !finished.includes(false) };
}

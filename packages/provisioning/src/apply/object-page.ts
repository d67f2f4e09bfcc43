import type { ObjectId } from '@joinery/base';
import type { JobContext } from '../cycle/context.ts';
import { planUpdate } from '../plan/export.ts';
import { evaluateMapping } from '../mapping/evaluate.ts';
import { agreedMembers, environmentOf, heldDeparture } from '../preview/agreed-plan.ts';
import { stagedStep } from '../log/steps.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import type { PageControl } from './attempt.ts';
import {
  exportDeparture,
  exportLinked,
  exportUnlinked,
  failResult,
  skipResult,
  verdictResult,
} from './export-object.ts';
import { duplicateSources, matchObjects } from './match-objects.ts';
import { prepareObjects, type ObjectResult, type ObjectWork } from './object-work.ts';
import { createOutcome, type OutcomeDraft } from './page-outcome.ts';
import { recordResult } from './record-result.ts';
import { noteExports, recoverUnsettled } from './unsettled.ts';
import { recorded } from './recorded.ts';

export interface ObjectPage {
  readonly mapping: CompiledMapping;
  readonly ids: readonly ObjectId[];
  /** Answers of an earlier run may have been lost: the listing of the target can't be trusted any more. */
  readonly isRepeated: boolean;
  /** True: departures are carried out; false: they are staged for the deletion guard. */
  readonly departs: boolean;
}

export interface PageResult {
  readonly outcome: OutcomeDraft;
  readonly results: readonly ObjectResult[];
  /** False: some objects were not reached, because the job failed or the lease was lost. */
  readonly isComplete: boolean;
}

/** Does disabling the object change anything, as far as we know? */
function needsDisabling(context: JobContext, work: ObjectWork): boolean {
  const snapshot = work.link?.snapshot;
  if (snapshot === undefined) return true;
  const evaluated = evaluateMapping(work.mapping, work.lookup, environmentOf(context, work.id));
  const state = { current: snapshot, exported: snapshot };
  const planned = planUpdate(work.mapping, evaluated, work.references, state, context.job.settings);
  return !planned.ok || planned.plan.updates.length > 0;
}

/** A departure is put aside until all objects are seen; nothing is sent and no log row is written yet. */
function stage(draft: OutcomeDraft, work: ObjectWork): void {
  if (work.intent.kind !== 'depart' || work.link === undefined) return;
  draft.counts.objects[work.kind === 'user' ? 'users' : 'groups'] += 1;
  work.steps.push(stagedStep(work.subject, work.intent.action, work.intent.reason));
  draft.departures.push({
    kind: work.kind,
    sourceId: work.id,
    displayName: work.subject.displayName,
    targetId: work.link.targetId,
    action: work.intent.action,
    reason: work.intent.reason,
  });
}

/** Groups about to be created take their first linked members with them, in profile `efficient`. */
async function loadFirstMembers(context: JobContext, works: readonly ObjectWork[]): Promise<void> {
  const creates = works.filter((work) => work.kind === 'group' && work.match === undefined && work.link === undefined);
  const mapsMembers = creates[0]?.mapping.references.some((one) => one.source === 'members') ?? false;
  if (!mapsMembers || context.job.settings.profile !== 'efficient') return;
  const found = await context.ports.links.firstMembers(
    context.job.id,
    creates.map((work) => work.id),
    context.description.membersPerRequestMax,
  );
  await Promise.all(
    creates.map(async (work) => {
      const first = found.get(work.id) ?? { members: [], more: false };
      const adds = first.members.map((member) => ({ ...member, operation: 'add' as const }));
      const members = await agreedMembers(context, work.id, adds);
      work.firstMembers = { members, more: first.more || members.length < first.members.length };
    }),
  );
}

/** A target that answers a create with an object which another source object is linked to has not made a new one. */
async function refuseTakenTargets(
  context: JobContext,
  results: readonly ObjectResult[],
): Promise<readonly ObjectResult[]> {
  const fresh = results.filter((result) => result.action === 'create' && result.link !== undefined);
  const kind = fresh[0]?.work.kind;
  if (kind === undefined) return results;
  const owners = await context.ports.links.targetOwners(
    context.job.id,
    kind,
    fresh.flatMap((result) => result.link?.targetId ?? []),
  );
  const seen = new Map(owners);
  return results.map((result) => {
    if (result.action !== 'create' || result.link === undefined) return result;
    const owner = seen.get(result.link.targetId) ?? result.work.id;
    seen.set(result.link.targetId, owner);
    return owner === result.work.id ? result : failResult(result.work, 'create', duplicateSources(result.work, owner));
  });
}

/** Whoever was evaluated is looked at again when time alone changes their scope. */
function noteScopeTurns(draft: OutcomeDraft, mapping: CompiledMapping, works: readonly ObjectWork[]): void {
  if (mapping.scope?.readsNow !== true) return;
  for (const { kind, id: sourceId, scopeTurnsAt } of works) {
    draft.scopeTurns.push({ kind, sourceId, at: scopeTurnsAt === undefined ? undefined : new Date(scopeTurnsAt) });
  }
}

async function exportOne(
  context: JobContext,
  control: PageControl,
  work: ObjectWork,
): Promise<ObjectResult | undefined> {
  const task = { context, control, work };
  if (work.link === undefined) return exportUnlinked(task);
  return work.intent.kind === 'depart' ? exportDeparture(task, work.link) : exportLinked(task, work.link);
}

/** Takes a page of objects through the pipeline: read, scope, match, map, diff, plan, apply. */
export async function applyObjects(context: JobContext, control: PageControl, page: ObjectPage): Promise<PageResult> {
  const outcome = createOutcome();
  const { unsettled, open } = await recoverUnsettled(context, control, page.mapping, page.ids);
  const works = await prepareObjects(context, page.mapping, page.ids, unsettled);
  const results: ObjectResult[] = [];
  const going: ObjectWork[] = [];
  const staged: ObjectWork[] = [];
  for (const work of works) {
    const recovery = open.get(work.id);
    if (recovery !== undefined) {
      if (recovery.kind === 'failed') results.push(failResult(work, 'create', recovery.error));
    } else if (work.intent.kind === 'skip') results.push(skipResult(work, work.intent.reason, work.intent.unlink));
    else if (
      work.intent.kind === 'depart' &&
      !page.departs &&
      (work.intent.action === 'delete' || needsDisabling(context, work))
    ) {
      const held = heldDeparture(context, work);
      if (held === undefined) {
        stage(outcome, work);
        staged.push(work);
      } else results.push(held);
    } else going.push(work);
  }
  const unlinked = going.filter((work) => work.link === undefined);
  const trustListing = !page.isRepeated && unlinked.length > 0 && (await context.isListed(page.mapping.kind));
  const verdicts = await matchObjects(context, control, unlinked, { trustListing });
  for (const work of unlinked) {
    const verdict = verdicts.get(work.id);
    const result = verdict && verdictResult(work, verdict);
    if (result !== undefined) results.push(result);
  }
  const ready = going.filter((work) => !verdicts.has(work.id));
  await loadFirstMembers(context, ready);
  await noteExports(context, ready);
  const exported = await Promise.all(
    ready.map((work) => recorded(context, work.exchanges, () => exportOne(context, control, work))),
  );
  results.push(
    ...(await refuseTakenTargets(
      context,
      exported.filter((result) => result !== undefined),
    )),
  );
  for (const result of results) recordResult(context, outcome, result, { countsObject: !page.departs });
  const evaluated = results.filter((result) => result.error?.isOfJob !== true).map((result) => result.work);
  noteScopeTurns(outcome, page.mapping, [...evaluated, ...staged]);
  // Whoever met the failure of the whole job is not done: the cycle may go on without ending, when its worker dies now.
  const done = results.filter((result) => result.error?.isOfJob !== true).length;
  return { outcome, results, isComplete: done + outcome.departures.length === works.length };
}

// What an administrator asked for of accounts that a comparison found. Everything goes through the pipeline of cycles, so
// that scope, flow types and refusals hold; nobody departs here: that is the next cycle's, behind the deletion guard.
import type { ObjectId } from '@joinery/base';
import { attempt, failureText } from '../apply/attempt.ts';
import { skipResult } from '../apply/export-object.ts';
import { duplicateSources } from '../apply/match-objects.ts';
import { applyMembers } from '../apply/members-page.ts';
import { applyObjects } from '../apply/object-page.ts';
import { prepareObjects, type ObjectResult, type ObjectWork } from '../apply/object-work.ts';
import { createOutcome } from '../apply/page-outcome.ts';
import { recordResult } from '../apply/record-result.ts';
import { applyReferences } from '../apply/reference-page.ts';
import { mappingOf, type JobContext } from '../cycle/context.ts';
import type { FailureText, ObjectKind, PageOutcome } from '../cycle/ports.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { matchingValues } from '../matching/matching-values.ts';
import type { ComparisonTask } from './compare.ts';
import { isLeftDisabled } from './find-account.ts';
import type { ActionResult, ComparedAccount } from './ports.ts';
import { restoreSnapshot } from './restore.ts';

/** Why nothing was done, or undefined: it was. */
type Outcome = { readonly error: FailureText | undefined; readonly targetId: string | undefined };

interface Act {
  readonly account: ComparedAccount;
  readonly work: ObjectWork;
}

const refused = (code: string, message: string): Outcome => ({ error: { code, message }, targetId: undefined });

const outdated = (): Outcome =>
  refused('ComparisonOutdated', 'The account is linked to something else by now; compare again to see what it is.');

/** The reason that the pipeline gave for leaving an object alone, as its own sentence. */
function outcomeOf(result: ObjectResult): Outcome {
  if (result.error !== undefined) return { error: result.error, targetId: undefined };
  const isDone = result.action !== 'skip' || result.reason === 'RedundantExport' || result.unlink;
  if (isDone) return { error: undefined, targetId: result.targetId };
  return refused(result.reason, result.work.steps.at(-1)?.description ?? result.reason);
}

function leaves(work: ObjectWork): Outcome {
  return refused(
    'NotEffectivelyEntitled',
    `${work.subject.displayName} is no longer in scope: the next cycle disables or deletes the account, behind the deletion guard.`,
  );
}

function commit(context: JobContext, outcome: PageOutcome): Promise<void> {
  return context.ports.links.commitOnDemand(context.job.id, outcome);
}

/** Objects through the pipeline, the target read first. Departures are left to the next cycle. */
async function provision(
  task: ComparisonTask,
  mapping: CompiledMapping,
  ids: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, ObjectResult>> {
  if (ids.length === 0) return new Map();
  const { context, control } = task;
  const page = { mapping, ids, isRepeated: true, departs: false };
  const { outcome, results } = await applyObjects(context, control, page);
  await commit(context, { ...outcome, departures: [] });
  if (mapping.kind === 'user' && mapping.allows.update) {
    const { outcome: references } = await applyReferences(context, control, mapping, ids);
    await commit(context, references);
  }
  return new Map(results.map((result) => [result.work.id, result]));
}

/** Links an account to the object that it matches now, by the target's own word. Nothing is sent but questions. */
async function claim(task: ComparisonTask, { account, work }: Act): Promise<Outcome | 'claimed' | 'stopped'> {
  const { context, control } = task;
  if (work.link?.targetId === account.targetId) return 'claimed';
  if (work.link !== undefined) return refused('DuplicateTargetEntries', `${work.subject.displayName} is linked to another account of the target.`); // prettier-ignore
  if (work.intent.kind !== 'provision') return refused('NotEffectivelyEntitled', `${work.subject.displayName} is not in scope: assign the application first.`); // prettier-ignore
  const { values, failure } = matchingValues(work.mapping, work.lookup, context.environment);
  if (failure !== undefined) return { error: failure, targetId: undefined };
  for (const value of values) {
    const lookup = { attribute: value.attribute, value: value.value };
    const found = await attempt(context, control, () => context.target.find(work.mapping.type, lookup));
    if (found.kind === 'stopped') return 'stopped';
    if (found.kind === 'failed') return { error: found.error, targetId: undefined };
    const [only, second] = found.value;
    if (only === undefined) continue;
    if (second !== undefined) return refused('DuplicateTargetEntries', `Several accounts of the target have the same ${value.attribute} as ${work.subject.displayName}: none is adopted.`); // prettier-ignore
    if (only.id !== account.targetId) return outdated();
    if (context.protectedAccounts.holds(work.mapping, only.id, only.values)) return outcomeOf(skipResult(work, 'ProtectedAccount')); // prettier-ignore
    const claims = [{ sourceId: work.id, targetId: only.id, displayName: work.subject.displayName }];
    const owner = (await context.ports.links.claimTargets(context.job.id, work.kind, claims)).get(only.id);
    return owner === work.id ? 'claimed' : { error: duplicateSources(work, owner), targetId: undefined };
  }
  return refused('ImportSkipped', `${work.subject.displayName} no longer matches the account.`);
}

type Step = 'provision' | 'restore' | 'unlink' | Outcome;

/** What repairing one account takes. */
function repairOf({ account, work }: Act): Step {
  const { link, intent } = work;
  if (link === undefined || link.targetId !== account.targetId) return outdated();
  if (intent.kind === 'provision') return 'provision';
  // Nothing of it is wanted in the target, and nothing is there: the link has lost its meaning.
  if (account.class === 'missing') return 'unlink';
  if (intent.kind === 'depart') return leaves(work);
  return isLeftDisabled(work) ? 'restore' : outcomeOf(skipResult(work, intent.reason));
}

async function record(context: JobContext, result: ObjectResult): Promise<Outcome> {
  const outcome = createOutcome();
  recordResult(context, outcome, result, { countsObject: false });
  await commit(context, outcome);
  return outcomeOf(result);
}

/** A group's members: what the target shows counts as exported, and the difference to the directory is sent. */
async function repairMembers(
  task: ComparisonTask,
  mapping: CompiledMapping,
  groupId: ObjectId,
  targetId: string,
): Promise<Outcome | 'stopped' | undefined> {
  const { context, control, comparisons } = task;
  const hasMembers = mapping.references.some((one) => one.source === 'members');
  if (mapping.kind !== 'group' || !hasMembers || !mapping.allows.update) return undefined;
  const shown = await attempt(context, control, () => context.target.listMembers(mapping.type, targetId));
  if (shown.kind === 'failed') return { error: shown.error, targetId: undefined };
  if (shown.kind === 'stopped') return 'stopped';
  if (shown.value === undefined) return outdated();
  await comparisons.takeMembersAsExported(task.comparisonId, groupId, shown.value);
  const { isComplete, failures } = await sendMembers(task, mapping, [groupId]);
  const [failure] = failures;
  if (failure !== undefined) return { error: failure, targetId: undefined };
  return isComplete ? undefined : 'stopped';
}

/** Sends the members that groups lack or have too many. */
async function sendMembers(
  task: ComparisonTask,
  mapping: CompiledMapping,
  groupIds: readonly ObjectId[],
): Promise<{ readonly isComplete: boolean; readonly failures: readonly FailureText[] }> {
  const { context, control } = task;
  const failures: FailureText[] = [];
  const keep = async (outcome: PageOutcome): Promise<boolean> => {
    await commit(context, outcome);
    failures.push(...outcome.log.flatMap((entry) => entry.error ?? []));
    return !control.isLost();
  };
  const { outcome, isComplete } = await applyMembers(context, control, mapping, groupIds, keep);
  await keep(outcome);
  return { isComplete, failures };
}

/** What hangs on accounts that were made or linked anew: memberships, and managers that others have. */
async function repairReferences(task: ComparisonTask, results: readonly ObjectResult[]): Promise<void> {
  const { context, comparisons } = task;
  const { job } = context;
  const done = results.filter((one) => one.work.kind === 'user' && one.error === undefined && one.link !== undefined);
  const users = mappingOf(context, 'user');
  const groups = mappingOf(context, 'group');
  if (done.length === 0 || users === undefined) return;
  const ids = done.map((one) => one.work.id);
  if (groups !== undefined && groups.allows.update && groups.references.some((one) => one.source === 'members')) {
    const due = await comparisons.groupsWithPendingMembers(job.id, ids);
    if (due.length > 0) await sendMembers(task, groups, due);
  }
  const remade = done.filter((one) => one.action === 'create').map((one) => one.work.id);
  if (remade.length === 0 || !users.references.some((one) => one.source === 'manager')) return;
  await provision(task, users, await comparisons.linkedReports(job.id, remade));
}

async function carryOutKind(
  task: ComparisonTask,
  mapping: CompiledMapping,
  acts: readonly Act[],
): Promise<ReadonlyMap<string, Outcome>> {
  const { context, control } = task;
  const outcomes = new Map<string, Outcome>();
  const provisioned: Act[] = [];
  for (const act of acts) {
    const step = act.account.action?.kind === 'adopt' ? await claim(task, act) : repairOf(act);
    if (step === 'stopped') continue;
    if (step === 'claimed' || step === 'provision') provisioned.push(act);
    else if (step === 'unlink') {
      outcomes.set(act.account.id, await record(context, skipResult(act.work, 'InvalidAnchor', true)));
    } else if (step === 'restore') {
      const result = await restoreSnapshot(context, control, act.work);
      if (result !== undefined) outcomes.set(act.account.id, await record(context, result));
    } else outcomes.set(act.account.id, step);
  }
  const ids = provisioned.map((act) => act.work.id);
  const results = await provision(task, mapping, ids);
  await repairReferences(task, [...results.values()]);
  for (const { account, work } of provisioned) {
    const result = results.get(work.id);
    if (result === undefined) continue;
    const outcome = outcomeOf(result);
    const targetId = outcome.targetId ?? account.targetId;
    const members = outcome.error ? undefined : await repairMembers(task, mapping, work.id, targetId);
    if (members !== 'stopped') outcomes.set(account.id, members ?? outcome);
  }
  return outcomes;
}

const lockMs = 60_000;

/**
 * Carries out the queued actions of these accounts, as far as their objects are not in a running cycle's hands. When the
 * whole job fails, every one of them has failed.
 */
export async function carryOut(
  task: ComparisonTask,
  accounts: readonly ComparedAccount[],
  owner: string,
): Promise<readonly ActionResult[]> {
  const { context } = task;
  const { links } = context.ports;
  const results: ActionResult[] = [];
  const settle = (account: ComparedAccount, { error, targetId }: Outcome): void => {
    results.push({ id: account.id, error: error && { code: error.code, message: error.message }, targetId });
  };
  for (const kind of ['user', 'group'] satisfies ObjectKind[]) {
    const mapping = mappingOf(context, kind);
    const mine = accounts.filter((one) => one.kind === kind && one.sourceId !== undefined);
    if (mine.length === 0) continue;
    if (mapping === undefined) {
      for (const one of mine) settle(one, refused('MappingDisabled', `The job does not provision ${kind}s.`));
      continue;
    }
    const ids = [...new Set(mine.flatMap((one) => one.sourceId ?? []))];
    const locked = await links.lockObjects(context.job.id, ids, owner, lockMs);
    try {
      const works = await prepareObjects(context, mapping, [...locked]);
      const workOf = new Map(works.map((work) => [work.id, work]));
      const acts = mine.flatMap((account): Act[] => {
        const work = account.sourceId === undefined ? undefined : workOf.get(account.sourceId);
        return work === undefined ? [] : [{ account, work }];
      });
      const outcomes = await carryOutKind(task, mapping, acts);
      for (const { account } of acts) {
        const outcome = outcomes.get(account.id);
        if (outcome !== undefined) settle(account, outcome);
        else if (context.failure !== undefined) settle(account, { error: failureText(context.failure), targetId: undefined }); // prettier-ignore
      }
    } finally {
      await links.unlockObjects(owner);
    }
  }
  return results;
}

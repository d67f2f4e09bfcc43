import type { ObjectId } from '@joinery/base';
import type { TargetObject } from '@joinery/connector-kit/ports';
import type { JobContext } from '../cycle/context.ts';
import type { FailureText } from '../cycle/ports.ts';
import { importSkippedStep, matchedStep, unmatchedStep } from '../log/steps.ts';
import { matchingValues, type MatchingValue } from '../matching/matching-values.ts';
import { environmentOf } from '../preview/agreed-plan.ts';
import { attempt, type Attempt, type PageControl } from './attempt.ts';
import type { ObjectWork } from './object-work.ts';
import { recorded } from './recorded.ts';

/** Why an object cannot be provisioned after it was matched. */
export type MatchVerdict =
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: FailureText }
  | { readonly kind: 'stopped' };

type Found = { readonly by: MatchingValue; readonly objects: readonly TargetObject[] } | undefined;

/** Asks the target by each matching property in turn, until one finds something. */
async function askTarget(context: JobContext, control: PageControl, work: ObjectWork): Promise<Attempt<Found>> {
  for (const value of work.matchingValues) {
    const found = await attempt(context, control, () =>
      context.target.find(work.mapping.type, { attribute: value.attribute, value: value.value }),
    );
    if (found.kind !== 'done') return found;
    if (found.value.length > 0) return { kind: 'done', value: { by: value, objects: found.value } };
  }
  return { kind: 'done', value: undefined };
}

function duplicateTargets(work: ObjectWork, by: MatchingValue): FailureText {
  return {
    code: 'DuplicateTargetEntries',
    message: `Several objects of the target have the same ${by.attribute} as ${work.subject.displayName}.`,
  };
}

export function duplicateSources(work: ObjectWork, owner: ObjectId | undefined): FailureText {
  return {
    code: 'DuplicateSourceEntries',
    message: `${work.subject.displayName} matches a target object that another object of the directory${
      owner === undefined ? '' : ` (${owner})`
    } is linked to or is about to create.`,
  };
}

function accept(context: JobContext, work: ObjectWork, found: Found): MatchVerdict | undefined {
  if (found === undefined) {
    work.steps.push(unmatchedStep(work.subject, work.matchingValues));
    return undefined;
  }
  const [only, second] = found.objects;
  if (second !== undefined) return { kind: 'failed', error: duplicateTargets(work, found.by) };
  if (only !== undefined) {
    if (context.protectedAccounts.holds(work.mapping, only.id, only.values)) {
      return { kind: 'skip', reason: 'ProtectedAccount' };
    }
    work.match = { by: found.by, id: only.id, values: only.values };
    work.steps.push(matchedStep(work.subject, found.by, only.id));
  }
  return undefined;
}

/** Looks one object up in the target, whatever the listing says, and claims what was found. */
export async function matchByRequest(
  context: JobContext,
  control: PageControl,
  work: ObjectWork,
): Promise<MatchVerdict | undefined> {
  const found = await askTarget(context, control, work);
  if (found.kind === 'stopped') return { kind: 'stopped' };
  if (found.kind === 'failed') return { kind: 'failed', error: found.error };
  const verdict = accept(context, work, found.value);
  if (verdict !== undefined || work.match === undefined) return verdict;
  const { match } = work;
  const owners = await context.ports.links.claimTargets(context.job.id, work.kind, [
    { sourceId: work.id, targetId: match.id, displayName: work.subject.displayName },
  ]);
  const owner = owners.get(match.id);
  return owner === work.id ? undefined : { kind: 'failed', error: duplicateSources(work, owner) };
}

/** Matches from the listing of the target, in one query for the whole page. */
async function matchFromListing(
  context: JobContext,
  works: readonly ObjectWork[],
): Promise<ReadonlyMap<ObjectId, Found>> {
  const kind = works[0]?.kind;
  if (kind === undefined) return new Map();
  const lookups = works.flatMap((work) => work.matchingValues);
  const byKey = new Map<string, TargetObject[]>();
  for (const one of await context.ports.links.matchListed(context.job.id, kind, lookups)) {
    const key = `${one.attribute}\n${one.key}`;
    byKey.set(key, [...(byKey.get(key) ?? []), one.object]);
  }
  const found = new Map<ObjectId, Found>();
  for (const work of works) {
    for (const by of work.matchingValues) {
      const objects = byKey.get(`${by.attribute}\n${by.key}`);
      if (objects === undefined) continue;
      found.set(work.id, { by, objects });
      break;
    }
  }
  return found;
}

/** Finds the target objects of a page's unlinked objects and claims them. Answers those that can't go on, and why. */
export async function matchObjects(
  context: JobContext,
  control: PageControl,
  works: readonly ObjectWork[],
  options: { readonly trustListing: boolean },
): Promise<ReadonlyMap<ObjectId, MatchVerdict>> {
  const verdicts = new Map<ObjectId, MatchVerdict>();
  const open: ObjectWork[] = [];
  for (const work of works) {
    const { values, failure } = matchingValues(work.mapping, work.lookup, environmentOf(context, work.id));
    work.matchingValues = values;
    if (failure !== undefined) verdicts.set(work.id, { kind: 'failed', error: failure });
    else if (values.length === 0) {
      work.steps.push(importSkippedStep(work.subject));
      verdicts.set(work.id, { kind: 'skip', reason: 'ImportSkipped' });
    } else if (values.some((one) => context.protectedAccounts.names(one.value))) {
      verdicts.set(work.id, { kind: 'skip', reason: 'ProtectedAccount' });
    } else open.push(work);
  }
  const listed = options.trustListing ? await matchFromListing(context, open) : undefined;
  await Promise.all(
    open.map(async (work) => {
      const found: Attempt<Found> =
        listed === undefined
          ? await recorded(context, work.exchanges, () => askTarget(context, control, work))
          : { kind: 'done', value: listed.get(work.id) };
      if (found.kind === 'stopped') verdicts.set(work.id, { kind: 'stopped' });
      else if (found.kind === 'failed') verdicts.set(work.id, { kind: 'failed', error: found.error });
      else {
        const verdict = accept(context, work, found.value);
        if (verdict !== undefined) verdicts.set(work.id, verdict);
      }
    }),
  );
  const going = open.filter((work) => !verdicts.has(work.id));
  await claimMatches(context, going, verdicts);
  await claimMatchingValues(context, going, verdicts);
  return verdicts;
}

/** A matched target object is linked before anything is sent to it, so that two source objects never share one. */
async function claimMatches(
  context: JobContext,
  works: readonly ObjectWork[],
  verdicts: Map<ObjectId, MatchVerdict>,
): Promise<void> {
  const claims = works.flatMap((work) =>
    work.match === undefined
      ? []
      : [{ work, sourceId: work.id, targetId: work.match.id, displayName: work.subject.displayName }],
  );
  const kind = works[0]?.kind;
  if (claims.length === 0 || kind === undefined) return;
  const owners = await context.ports.links.claimTargets(
    context.job.id,
    kind,
    claims.map(({ sourceId, targetId, displayName }) => ({ sourceId, targetId, displayName })),
  );
  for (const { work, targetId } of claims) {
    const owner = owners.get(targetId);
    if (owner !== work.id) verdicts.set(work.id, { kind: 'failed', error: duplicateSources(work, owner) });
  }
}

/** Two source objects with one matching value would be created twice: the first in the cycle has it. */
async function claimMatchingValues(
  context: JobContext,
  works: readonly ObjectWork[],
  verdicts: Map<ObjectId, MatchVerdict>,
): Promise<void> {
  const kind = works[0]?.kind;
  if (context.cycleId === undefined || kind === undefined) return;
  const claims = works
    .filter((work) => work.match === undefined)
    .flatMap((work) =>
      work.matchingValues.map((value) => ({ work, sourceId: work.id, attribute: value.attribute, key: value.key })),
    );
  if (claims.length === 0) return;
  const holders = await context.ports.links.claimValues(
    context.cycleId,
    kind,
    claims.map(({ sourceId, attribute, key }) => ({ sourceId, attribute, key })),
  );
  for (const { work, attribute, key } of claims) {
    const holder = holders.get(`${attribute}\n${key}`);
    if (holder !== undefined && holder !== work.id) {
      verdicts.set(work.id, { kind: 'failed', error: duplicateSources(work, holder) });
    }
  }
}

// The stages of a comparison, page by page. Memory holds one page; what a step found is written with the place where the
// next one goes on, so that another worker continues after the last page that was written.
import type { TargetObject } from '@joinery/connector-kit/ports';
import type { ObjectId } from '@joinery/base';
import { attempt, type PageControl } from '../apply/attempt.ts';
import { keysOf } from '../apply/listing-page.ts';
import { prepareObjects, type ObjectWork } from '../apply/object-work.ts';
import { mappingOf, type JobContext } from '../cycle/context.ts';
import type { ObjectKind } from '../cycle/ports.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { sourceLookup } from '../mapping/source-lookup.ts';
import { matchingValues } from '../matching/matching-values.ts';
import type { ResolvedReferences } from '../plan/export.ts';
import {
  findAccount,
  missingAccount,
  ownersByPrecedence,
  type AccountOwner,
  type FindingRules,
} from './find-account.ts';
import type { AccountFinding, ComparisonStage, ComparisonStep, ComparisonStore, SourceKey } from './ports.ts';

export interface ComparisonTask {
  readonly context: JobContext;
  readonly comparisons: ComparisonStore;
  readonly control: PageControl;
  readonly comparisonId: Parameters<ComparisonStore['get']>[0];
}

/** `done`: the last stage is over. */
export type StepResult = ComparisonStep | 'done' | 'stopped';

const sourcesMax = 500;
const unseenMax = 100;

const kinds: readonly ObjectKind[] = ['user', 'group'];
const nextStage: Readonly<Record<Exclude<ComparisonStage, 'unseen'>, ComparisonStage>> = {
  sources: 'users',
  users: 'groups',
  groups: 'unseen',
};

/** Reads the directory's objects and keeps their matching values: `position` is `kind/id`. */
async function readSources(task: ComparisonTask, position: string | undefined): Promise<ComparisonStep> {
  const { context, comparisons } = task;
  const [kindText, after] = position?.split('/') ?? [];
  const kind = kinds.find((one) => one === kindText) ?? 'user';
  const following = kind === 'user' ? { stage: 'sources' as const, position: 'group/' } : nextOf('sources');
  const mapping = mappingOf(context, kind);
  const ids =
    mapping === undefined ? [] : await comparisons.sourceIds(kind, after === '' ? undefined : after, sourcesMax);
  const last = ids.at(-1);
  if (mapping === undefined || last === undefined) return { ...following, listed: 0, requests: 0 };
  const sources = await context.ports.directory.readObjects(kind, ids, context.job.servicePrincipalId);
  const keys: SourceKey[] = sources.flatMap((source) =>
    matchingValues(mapping, sourceLookup(source, source.softDeleted), context.environment).values.map((one) => ({
      kind,
      sourceId: source.id,
      attribute: one.attribute,
      key: one.key,
    })),
  );
  return { keys, stage: 'sources', position: `${kind}/${last}`, listed: 0, requests: 0 };
}

function nextOf(stage: Exclude<ComparisonStage, 'unseen'>): Pick<ComparisonStep, 'stage' | 'position'> {
  return { stage: nextStage[stage], position: undefined };
}

/** Managers by target id. A manager who is not linked is not compared. */
async function referencesOf(
  context: JobContext,
  mapping: CompiledMapping,
  works: readonly ObjectWork[],
): Promise<ReadonlyMap<ObjectId, ResolvedReferences>> {
  const managers = mapping.references.filter((one) => one.source === 'manager');
  if (managers.length === 0) return new Map();
  const ids = works.flatMap((work) => work.source?.managerId ?? []);
  const links = await context.ports.links.load(context.job.id, [...new Set(ids)]);
  return new Map(
    works.map((work) => {
      const managerId = work.source?.managerId;
      const wanted = managerId === undefined ? null : links.get(managerId)?.targetId;
      const references = wanted === undefined ? [] : managers.map((one) => [one.target.name, wanted] as const);
      return [work.id, new Map(references)];
    }),
  );
}

/** Whom each account of a page belongs to: by link, else by matching value. */
async function findOwners(
  task: ComparisonTask,
  mapping: CompiledMapping,
  objects: readonly TargetObject[],
): Promise<ReadonlyMap<string, AccountOwner>> {
  const { context, comparisons } = task;
  const { kind } = mapping;
  const linked = await context.ports.links.targetOwners(
    context.job.id,
    kind,
    objects.map((one) => one.id),
  );
  const strangers = objects.filter((one) => !linked.has(one.id));
  const keys = new Map(strangers.map((one) => [one.id, keysOf(mapping, one)]));
  const sources = new Map<string, ObjectId[]>();
  for (const one of await comparisons.matchSources(task.comparisonId, kind, [...keys.values()].flat())) {
    const key = `${one.attribute}\n${one.key}`;
    sources.set(key, [...(sources.get(key) ?? []), one.sourceId]);
  }
  const matched = new Map(
    strangers.map((one) => [one.id, ownersByPrecedence(mapping, keys.get(one.id) ?? [], sources)]),
  );
  const firstOwners = [...matched.values()].flatMap((ids) => ids.slice(0, 1));
  const works = await prepareObjects(context, mapping, [...new Set([...linked.values(), ...firstOwners])]);
  const workOf = new Map(works.map((work) => [work.id, work]));
  const references = await referencesOf(context, mapping, works);
  return new Map(
    objects.flatMap((object): [string, AccountOwner][] => {
      const [first, second] = matched.get(object.id) ?? [];
      const id = linked.get(object.id) ?? first;
      const work = id === undefined ? undefined : workOf.get(id);
      if (work === undefined) return [];
      const isLinked = linked.has(object.id);
      const isTaken = !isLinked && work.link !== undefined;
      const isProtected = context.protectedAccounts.holds(mapping, object.id, object.values);
      const problem = isProtected
        ? 'ProtectedAccount'
        : second !== undefined
          ? 'DuplicateSourceEntries'
          : isTaken
            ? 'DuplicateTargetEntries'
            : undefined;
      return [[object.id, { work, isLinked, problem, references: references.get(work.id) ?? new Map() }]];
    }),
  );
}

/** Members are compared of linked groups in scope whose members the job provisions. A target that won't show them is left alone. */
async function compareMembers(
  task: ComparisonTask,
  mapping: CompiledMapping,
  targetId: string,
  owner: AccountOwner | undefined,
): Promise<AccountFinding['members'] | 'stopped'> {
  const { context, comparisons, control } = task;
  if (owner === undefined || !owner.isLinked || owner.work.intent.kind !== 'provision') return undefined;
  if (!mapping.references.some((one) => one.source === 'members')) return undefined;
  const shown = await attempt(context, control, () => context.target.listMembers(mapping.type, targetId));
  if (shown.kind === 'stopped') return 'stopped';
  if (shown.kind === 'failed' || shown.value === undefined) return undefined;
  return comparisons.compareMembers(task.comparisonId, owner.work.id, shown.value);
}

async function findAccounts(
  task: ComparisonTask,
  mapping: CompiledMapping,
  objects: readonly TargetObject[],
): Promise<readonly AccountFinding[] | 'stopped'> {
  const { context } = task;
  const owners = await findOwners(task, mapping, objects);
  const rules: FindingRules = { mapping, settings: context.job.settings, environment: context.environment };
  const found = await Promise.all(
    objects.map(async (object) => {
      const owner = owners.get(object.id);
      const members = await compareMembers(task, mapping, object.id, owner);
      return members === 'stopped' ? members : findAccount(rules, object, owner, members);
    }),
  );
  const findings = found.filter((one) => one !== 'stopped');
  return findings.length < found.length ? 'stopped' : findings;
}

/** Throws `ConnectorError` when the target doesn't answer the page: nothing can be said of the rest then. */
async function listAccounts(
  task: ComparisonTask,
  stage: 'users' | 'groups',
  position: string | undefined,
): Promise<ComparisonStep | 'stopped'> {
  const { context, control } = task;
  const kind = stage === 'users' ? 'user' : 'group';
  const mapping = mappingOf(context, kind);
  if (mapping === undefined) return { ...nextOf(stage), listed: 0, requests: 0 };
  const listed = await attempt(context, control, () => context.target.list(mapping.type, position));
  if (listed.kind === 'stopped') return 'stopped';
  if (listed.kind === 'failed') throw listed.cause;
  const { objects, next, total } = listed.value;
  const findings = await findAccounts(task, mapping, objects);
  if (findings === 'stopped') return 'stopped';
  return {
    findings,
    ...(next === undefined ? nextOf(stage) : { stage, position: next }),
    listed: objects.length,
    ...(total === undefined ? {} : { total: { kind, objects: total } }),
    requests: context.takeRequests(),
  };
}

/** Asks for linked objects that no page showed: a listing that moves under a running cycle may pass over some. */
async function askUnseen(task: ComparisonTask, position: string | undefined): Promise<StepResult> {
  const { context, comparisons, control } = task;
  const unseen = await comparisons.unseen(task.comparisonId, position, unseenMax);
  const last = unseen.at(-1);
  if (last === undefined) return 'done';
  const findings: AccountFinding[] = [];
  for (const kind of kinds) {
    const mapping = mappingOf(context, kind);
    const links = unseen.filter((one) => one.kind === kind);
    if (mapping === undefined || links.length === 0) continue;
    const answers = await Promise.all(
      links.map((link) => attempt(context, control, () => context.target.get(mapping.type, link.targetId))),
    );
    if (answers.some((answer) => answer.kind === 'stopped')) return 'stopped';
    const there = answers.flatMap((answer) => (answer.kind === 'done' ? (answer.value ?? []) : []));
    const found = await findAccounts(task, mapping, there);
    if (found === 'stopped') return 'stopped';
    const gone = links.filter((_, index) => {
      const answer = answers[index];
      return answer?.kind === 'done' && answer.value === undefined;
    });
    const works = await prepareObjects(context, mapping, gone.map((one) => one.sourceId)); // prettier-ignore
    findings.push(...found);
    for (const work of works) {
      if (work.link !== undefined) findings.push(missingAccount(work, work.link.targetId));
    }
  }
  return { findings, stage: 'unseen', position: last.sourceId, listed: 0, requests: context.takeRequests() };
}

/** The next page of a comparison. Throws `ConnectorError` when the target can't be compared. */
export async function compareStep(
  task: ComparisonTask,
  stage: ComparisonStage,
  position: string | undefined,
): Promise<StepResult> {
  switch (stage) {
    case 'sources':
      return readSources(task, position);
    case 'users':
    case 'groups':
      return listAccounts(task, stage, position);
    case 'unseen':
      return askUnseen(task, position);
  }
}

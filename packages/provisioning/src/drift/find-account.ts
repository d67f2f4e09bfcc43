import type { Json, ObjectId } from '@joinery/base';
import type { AttributeValues, TargetObject } from '@joinery/connector-kit/ports';
import type { EvaluationEnvironment } from '@joinery/expressions';
import type { ObjectWork } from '../apply/object-work.ts';
import { sameValue, toList } from '../diff/same-value.ts';
import type { JobSettings } from '../job/job.ts';
import { valueText } from '../log/entry.ts';
import { redacted } from '../log/steps.ts';
import type { CompiledAttribute, CompiledMapping } from '../mapping/compile.ts';
import { evaluateMapping } from '../mapping/evaluate.ts';
import { redactsText } from '../mapping/redacts.ts';
import { planUpdate, type ResolvedReferences } from '../plan/export.ts';
import type { PlannedChange } from '../plan/operation.ts';
import type { AccountClass, AccountDifference, AccountFinding, AccountProblem } from './ports.ts';

export interface FindingRules {
  readonly mapping: CompiledMapping;
  readonly settings: JobSettings;
  readonly environment: EvaluationEnvironment;
}

/** What is known of the directory's side of an account. */
export interface AccountOwner {
  readonly work: ObjectWork;
  /** The owner is linked to this very account; otherwise it matches only. */
  readonly isLinked: boolean;
  readonly references: ResolvedReferences;
  readonly problem: AccountProblem | undefined;
}

const nameMax = 256;

const isRedacted = (attribute: CompiledAttribute): boolean => redactsText(attribute.expression?.text);

function shownValues(mapping: CompiledMapping, values: AttributeValues): Readonly<Record<string, string>> {
  const hidden = new Set(mapping.attributes.filter(isRedacted).map((one) => one.target.name));
  const shown: [string, string][] = [];
  for (const [name, value] of values) {
    const text = valueText(value);
    if (text !== null) shown.push([name, hidden.has(name) ? redacted : text]);
  }
  return Object.fromEntries(shown);
}

/** The name under which the target shows an account. */
function accountName(mapping: CompiledMapping, { id, values }: TargetObject): string {
  const names = ['displayName', 'userName', ...mapping.matching.map((one) => one.target.name)];
  for (const name of names) {
    const [value] = toList(values.get(name) ?? null);
    if (typeof value === 'string' && value !== '') return value.slice(0, nameMax);
  }
  return id.slice(0, nameMax);
}

/** What would be written of an object that is to be as the mapping says. */
function mappedChanges(rules: FindingRules, target: TargetObject, owner: AccountOwner): readonly PlannedChange[] {
  const { mapping, settings, environment } = rules;
  const { work } = owner;
  const evaluated = evaluateMapping(mapping, work.lookup, environment);
  const exported = owner.isLinked ? work.link?.snapshot : undefined;
  const planned = planUpdate(mapping, evaluated, owner.references, { current: target.values, exported }, settings);
  // A mapping that fails is told of by the cycle, with its retries.
  if (!planned.ok) return [];
  const attributes = new Map(
    [...mapping.attributes, ...mapping.references].map((one) => [one.target.name, one.target]),
  );
  return planned.plan.changes.filter((change) => {
    const attribute = attributes.get(change.attribute);
    // An attribute that always flows is written again although it is the same.
    return attribute === undefined || !sameValue(attribute, change.old, change.new);
  });
}

/** What would be written of a disabled object, so that the target holds again what was exported last. */
export function snapshotChanges(
  mapping: CompiledMapping,
  current: AttributeValues,
  snapshot: AttributeValues,
): readonly PlannedChange[] {
  return mapping.attributes.flatMap((attribute) => {
    const { target } = attribute;
    const exported: Json = snapshot.get(target.name) ?? null;
    const old: Json = current.get(target.name) ?? null;
    if (exported === null || attribute.flowType === 'ObjectAddOnly' || sameValue(target, old, exported)) return [];
    return [{ attribute: target.name, old, new: exported, redact: isRedacted(attribute) }];
  });
}

function changesOf(rules: FindingRules, target: TargetObject, owner: AccountOwner): readonly PlannedChange[] {
  const { work } = owner;
  if (owner.problem !== undefined) return [];
  if (work.intent.kind === 'provision') return mappedChanges(rules, target, owner);
  const snapshot = owner.isLinked && isLeftDisabled(work) ? work.link?.snapshot : undefined;
  return snapshot === undefined ? [] : snapshotChanges(rules.mapping, target.values, snapshot);
}

/**
 * Disabled by us and to stay so. What is about to leave is the next cycle's; what the job leaves alone for another reason
 * is not compared.
 */
export function isLeftDisabled({ intent, link }: ObjectWork): boolean {
  return intent.kind === 'skip' && intent.reason === 'NotEffectivelyEntitled' && link?.state === 'disabled';
}

function toDifference(change: PlannedChange, snapshot: AttributeValues | undefined): AccountDifference {
  const text = (value: Json): string | null => (change.redact && value !== null ? redacted : valueText(value));
  return {
    attribute: change.attribute,
    exported: text(snapshot?.get(change.attribute) ?? null),
    old: text(change.old),
    new: text(change.new),
  };
}

const isProtected = (work: ObjectWork): boolean =>
  work.intent.kind === 'skip' && work.intent.reason === 'ProtectedAccount';

/** A protected account is taken to be where it belongs, whatever becomes of its person. */
const isInScope = (work: ObjectWork): boolean =>
  work.intent.kind === 'provision' ? !work.intent.isSoftDeleted : isProtected(work);

function classOf(owner: AccountOwner, hasDifferences: boolean): AccountClass {
  if (owner.isLinked && hasDifferences) return 'changed';
  return isInScope(owner.work) ? 'assigned' : 'unassigned';
}

/** What an account that the target shows is to us. `owner` undefined: nothing in the directory is linked to it or matches it. */
export function findAccount(
  rules: FindingRules,
  target: TargetObject,
  owner: AccountOwner | undefined,
  members: AccountFinding['members'],
): AccountFinding {
  const { mapping } = rules;
  const shared = {
    kind: mapping.kind,
    targetId: target.id,
    displayName: accountName(mapping, target),
    values: shownValues(mapping, target.values),
  };
  if (owner === undefined) {
    return {
      ...shared,
      class: 'local',
      sourceId: undefined,
      sourceName: undefined,
      isLinked: false,
      isInScope: false,
      problem: undefined,
      differences: [],
      members: undefined,
    };
  }
  const { work } = owner;
  const snapshot = owner.isLinked ? work.link?.snapshot : undefined;
  const differences = changesOf(rules, target, owner).map((change) => toDifference(change, snapshot));
  const changedMembers = members !== undefined && members.missing + members.added > 0;
  return {
    ...shared,
    class: classOf(owner, differences.length > 0 || changedMembers),
    ...ownerOf(work),
    isLinked: owner.isLinked,
    problem: owner.problem ?? (isProtected(work) ? 'ProtectedAccount' : undefined),
    differences,
    members,
  };
}

function ownerOf(work: ObjectWork): Pick<AccountFinding, 'sourceId' | 'sourceName' | 'isInScope'> {
  return {
    sourceId: work.id,
    sourceName: work.subject.displayName.slice(0, nameMax),
    isInScope: isInScope(work),
  };
}

/** A linked object that the target no longer has. */
export function missingAccount(work: ObjectWork, targetId: string): AccountFinding {
  return {
    kind: work.kind,
    targetId,
    class: 'missing',
    displayName: work.subject.displayName.slice(0, nameMax),
    ...ownerOf(work),
    isLinked: true,
    problem: undefined,
    values: {},
    differences: [],
    members: undefined,
  };
}

/** Whom an account that nobody linked belongs to, by the matching property that is tried first. */
export function ownersByPrecedence(
  mapping: CompiledMapping,
  keys: readonly { readonly attribute: string; readonly key: string }[],
  sources: ReadonlyMap<string, readonly ObjectId[]>,
): readonly ObjectId[] {
  for (const { target } of mapping.matching) {
    const found = keys
      .filter((one) => one.attribute === target.name)
      .flatMap((one) => sources.get(`${one.attribute}\n${one.key}`) ?? []);
    if (found.length > 0) return [...new Set(found)].toSorted();
  }
  return [];
}

import type { Json } from '@joinery/base';
import type { AttributeChange, AttributeValues, TargetAttribute } from '@joinery/connector-kit/ports';
import { diffAttribute, type ClearingSettings, type TargetState } from '../diff/diff.ts';
import { sameValue, toList } from '../diff/same-value.ts';
import type { CompiledAttribute, CompiledMapping } from '../mapping/compile.ts';
import type { EvaluatedAttribute, EvaluatedMapping, MappingFailure } from '../mapping/evaluate.ts';
import { toTargetValue } from '../mapping/target-value.ts';
import type { PlannedChange } from './operation.ts';

/** A reference by the referenced object's target id; null: the source refers to nothing. */
export type ResolvedReferences = ReadonlyMap<string, string | null>;

export interface CreatePlan {
  readonly values: AttributeValues;
  readonly changes: readonly PlannedChange[];
}

export interface UpdatePlan {
  readonly updates: readonly AttributeChange[];
  readonly changes: readonly PlannedChange[];
  /** What the target holds once the updates are done. */
  readonly snapshot: AttributeValues;
}

export type Planned<T> =
  { readonly ok: true; readonly plan: T } | { readonly ok: false; readonly failure: MappingFailure };

/** A default is text in the schema; one that does not fit its attribute fails the object that needs it, never a schema. */
function defaultValue(target: TargetAttribute, text: string): Planned<Json> {
  const typed = toTargetValue(target, text);
  if (typed.ok) return { ok: true, plan: typed.value };
  const message = `The default value of ${target.name} can't be used. ${typed.message}`;
  return { ok: false, failure: { code: typed.code, message } };
}

/** The value of one attribute at creation: the mapping's default when the source has none, then the attribute's own. */
export function creationValue(evaluated: EvaluatedAttribute, unique: ReadonlyMap<string, string>): Planned<Json> {
  const { attribute } = evaluated;
  const chosen = unique.get(attribute.target.name);
  const given = chosen ?? evaluated.value;
  if (toList(given).length > 0) return { ok: true, plan: given };
  const fallback = attribute.defaultValue ?? (attribute.target.required ? attribute.attributeDefault : null);
  if (fallback !== null) return defaultValue(attribute.target, fallback);
  if (!attribute.target.required) return { ok: true, plan: null };
  return {
    ok: false,
    failure: {
      code: 'MandatoryFieldsMissing',
      message: `The target requires ${attribute.target.name}, but its mapping gives no value and there is no default. Fill the source attribute or set a default value.`,
    },
  };
}

/** Everything a new target object gets, references that are resolved already included. */
export function planCreate(
  evaluated: EvaluatedMapping,
  references: ResolvedReferences,
  unique: ReadonlyMap<string, string>,
): Planned<CreatePlan> {
  if (evaluated.failure !== undefined) return { ok: false, failure: evaluated.failure };
  const values = new Map<string, Json>();
  const changes: PlannedChange[] = [];
  for (const one of evaluated.attributes) {
    const value = creationValue(one, unique);
    if (!value.ok) return value;
    if (value.plan === null) continue;
    values.set(one.attribute.target.name, value.plan);
    changes.push({ attribute: one.attribute.target.name, old: null, new: value.plan, redact: one.redact });
  }
  for (const [attribute, targetId] of references) {
    if (targetId === null) continue;
    values.set(attribute, targetId);
    changes.push({ attribute, old: null, new: targetId, redact: false });
  }
  return { ok: true, plan: { values, changes } };
}

function applyChange(snapshot: Map<string, Json>, change: AttributeChange, old: Json, isMultivalued: boolean): void {
  if (change.operation === 'remove') snapshot.delete(change.attribute);
  else if (change.operation === 'add' && isMultivalued) {
    snapshot.set(change.attribute, [...toList(old), ...toList(change.value)]);
  } else snapshot.set(change.attribute, change.value);
}

/** A mapping of type None writes its default where the target has nothing. */
function checkFilling(
  { expression, flowType, target, defaultValue: text }: CompiledAttribute,
  state: TargetState,
): Planned<Json> {
  const isFilled = toList(state.current.get(target.name) ?? null).length > 0;
  if (expression !== undefined || flowType === 'ObjectAddOnly' || isFilled) return { ok: true, plan: null };
  return defaultValue(target, text ?? '');
}

/** The changes that bring a linked object up to date, and what we then know of it. */
export function planUpdate(
  mapping: CompiledMapping,
  evaluated: EvaluatedMapping,
  references: ResolvedReferences,
  state: TargetState,
  settings: ClearingSettings,
): Planned<UpdatePlan> {
  if (evaluated.failure !== undefined) return { ok: false, failure: evaluated.failure };
  const updates: AttributeChange[] = [];
  const changes: PlannedChange[] = [];
  const snapshot = new Map<string, Json>();
  for (const { target } of mapping.attributes) {
    const value = state.current.get(target.name);
    if (value !== undefined && value !== null) snapshot.set(target.name, value);
  }
  for (const one of evaluated.attributes) {
    const name = one.attribute.target.name;
    const isEmpty =
      toList(one.value).length === 0 && one.candidates === undefined && one.attribute.expression !== undefined;
    // A value of the target's own is not ours to clear later: the snapshot holds what the mapping stands for.
    if (isEmpty && one.attribute.flowType === 'Always' && (state.exported?.get(name) ?? null) === null) {
      snapshot.delete(name);
    }
    const filling = checkFilling(one.attribute, state);
    if (!filling.ok) return filling;
    const difference = diffAttribute(one, state, settings);
    if (difference === undefined) continue;
    updates.push(difference.change);
    applyChange(snapshot, difference.change, difference.old, one.attribute.target.multivalued);
    changes.push({
      attribute: name,
      old: difference.old,
      new: difference.change.value,
      redact: one.redact,
    });
  }
  for (const reference of mapping.references) {
    const name = reference.target.name;
    const exported = state.exported?.get(name) ?? null;
    const wanted = references.get(name);
    if (wanted === undefined || (wanted === null && exported === null)) {
      if (exported !== null) snapshot.set(name, exported);
      continue;
    }
    if (wanted !== null) snapshot.set(name, wanted);
    const old = state.current.get(name) ?? null;
    if (sameValue(reference.target, old, wanted)) continue;
    const operation = wanted === null ? 'remove' : old === null ? 'add' : 'replace';
    updates.push({ attribute: name, operation, value: wanted });
    changes.push({ attribute: name, old, new: wanted, redact: false });
  }
  return { ok: true, plan: { updates, changes, snapshot } };
}

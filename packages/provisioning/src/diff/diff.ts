import type { Json } from '@joinery/base';
import type { AttributeChange, AttributeValues } from '@joinery/connector-kit/ports';
import type { JobSettings } from '../job/job.ts';
import type { CompiledAttribute } from '../mapping/compile.ts';
import type { EvaluatedAttribute } from '../mapping/evaluate.ts';
import { toTargetValue } from '../mapping/target-value.ts';
import { sameValue, toList, valuesMissing } from './same-value.ts';

/** What the target holds, and which of it we exported. */
export interface TargetState {
  readonly current: AttributeValues;
  /** The last exported values; undefined when we have exported nothing yet. */
  readonly exported: AttributeValues | undefined;
}

export interface Difference {
  readonly change: AttributeChange;
  readonly old: Json;
}

function setOrReplace(attribute: string, old: Json, value: Json): AttributeChange {
  return { attribute, operation: toList(old).length === 0 ? 'add' : 'replace', value };
}

/** Only what is to be added of a multi-valued attribute; undefined when nothing is. */
function additions({ attribute, value }: EvaluatedAttribute, old: Json): AttributeChange | undefined {
  const missing = valuesMissing(attribute.target, toList(value), toList(old));
  if (missing.length === 0) return undefined;
  return { attribute: attribute.target.name, operation: 'add', value: missing };
}

/** The settings that decide what becomes of a value that is gone from the source. */
export type ClearingSettings = Pick<JobSettings, 'profile' | 'onClearedValue'>;

function defaultOf(attribute: CompiledAttribute): Json {
  const typed = toTargetValue(attribute.target, attribute.defaultValue);
  return typed.ok ? typed.value : null;
}

/**
 * Does an empty source value clear the target? As the mapping says; else as the job says, and then only where we had
 * exported a value: what others wrote stays. A value that equals the mapping's default stands for an empty source since
 * the creation, and a required attribute can't be without a value: both stay.
 */
function clears(attribute: CompiledAttribute, state: TargetState, settings: ClearingSettings): boolean {
  if (attribute.target.required || attribute.clearing === 'keep') return false;
  const { name } = attribute.target;
  const standsForDefault = sameValue(attribute.target, state.current.get(name) ?? null, defaultOf(attribute));
  if (attribute.defaultValue !== null && standsForDefault) return false;
  if (attribute.clearing === 'clear') return true;
  const { onClearedValue, profile } = settings;
  const isOn = onClearedValue === 'clear' || (onClearedValue !== 'keep' && profile === 'efficient');
  return isOn && (state.exported?.get(name) ?? null) !== null;
}

/** A mapping of type None leaves the target alone, but writes its default where the target has nothing. */
function fillEmpty(attribute: CompiledAttribute, old: Json): Difference | undefined {
  const value = defaultOf(attribute);
  if (toList(old).length > 0 || value === null) return undefined;
  return { old, change: { attribute: attribute.target.name, operation: 'add', value } };
}

/** The change of one attribute that brings the target up to date, by its flow type; undefined: none. */
export function diffAttribute(
  evaluated: EvaluatedAttribute,
  state: TargetState,
  settings: ClearingSettings,
): Difference | undefined {
  const { attribute, value } = evaluated;
  const name = attribute.target.name;
  const old = state.current.get(name) ?? null;
  if (attribute.flowType === 'ObjectAddOnly' || evaluated.candidates !== undefined) return undefined;
  if (attribute.expression === undefined) return fillEmpty(attribute, old);
  if (attribute.flowType === 'AttributeAddOnly' && old !== null) return undefined;
  if (toList(value).length === 0) {
    if (attribute.flowType !== 'Always' || old === null || !clears(attribute, state, settings)) return undefined;
    return { old, change: { attribute: name, operation: 'remove', value: null } };
  }
  const addsOnly =
    attribute.flowType === 'MultiValueAddOnly' || (attribute.flowType === 'ValueAddOnly' && old !== null);
  if (addsOnly && attribute.target.multivalued) {
    const change = additions(evaluated, old);
    return change && { old, change };
  }
  if (attribute.flowType === 'ValueAddOnly' && old !== null) return undefined;
  if (sameValue(attribute.target, old, value) && !attribute.flowAlways) return undefined;
  return { old, change: setOrReplace(name, old, value) };
}

import type { Json } from '@joinery/base';
import type { AttributeChange, AttributeValues } from '@joinery/connector-kit/ports';
import type { RequestProfile } from '../job/job.ts';
import type { CompiledAttribute } from '../mapping/compile.ts';
import type { EvaluatedAttribute } from '../mapping/evaluate.ts';
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

/**
 * A source value that is gone clears the target only where we had exported one: what others wrote stays. Entra never
 * sends a null, so profile `entra` does not either; a default value counts at creation only.
 */
function clears(attribute: CompiledAttribute, state: TargetState, profile: RequestProfile): boolean {
  if (attribute.flowNullValues) return true;
  if (profile === 'entra' || attribute.expression === undefined || attribute.defaultValue !== null) return false;
  return (state.exported?.get(attribute.target.name) ?? null) !== null;
}

/** The change of one attribute that brings the target up to date, by its flow type; undefined: none. */
export function diffAttribute(
  evaluated: EvaluatedAttribute,
  state: TargetState,
  profile: RequestProfile,
): Difference | undefined {
  const { attribute, value } = evaluated;
  const name = attribute.target.name;
  const old = state.current.get(name) ?? null;
  if (attribute.flowType === 'ObjectAddOnly' || evaluated.candidates !== undefined) return undefined;
  if (attribute.flowType === 'AttributeAddOnly' && old !== null) return undefined;
  if (toList(value).length === 0) {
    if (attribute.flowType !== 'Always' || old === null || !clears(attribute, state, profile)) return undefined;
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

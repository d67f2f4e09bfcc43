import type { Json } from '@joinery/base';
import { isJsonArray, isObject } from '../json-shape.ts';
import { printResolvedPath } from '../path/print.ts';
import { coerceElement, coerceValue, isEmpty } from '../schema/coerce.ts';
import type { Tolerance } from '../tolerance.ts';
import type { PatchOperation, PatchTarget } from './operation.ts';

export type AttributeTarget = Extract<PatchTarget, { kind: 'attribute' }>;

/** `nothing`: the operation changes nothing and is a success. */
export type NormalizedValue = { readonly value: Json | undefined } | 'nothing';

const nothing = 'nothing';

/**
 * The value of an operation in the type of its target. For `replace`, no value in any spelling is null: unassign. For
 * `add`, `""` is too, while null and an empty list add nothing. `remove` takes a value only as the list of what to
 * remove from a whole multi-valued attribute (QUIRK(entra): read otherwise, the removal of one would empty the attribute).
 */
export function normalizeValue(
  op: PatchOperation['op'],
  target: AttributeTarget,
  given: unknown,
  tolerance: Tolerance,
): NormalizedValue {
  if (op === 'remove') return normalizeRemoval(target, given, tolerance);
  if (isEmpty(given)) {
    if (op === 'replace' || given === '') return { value: null };
    tolerance.note('patch.add_without_value', printResolvedPath(target.path));
    return nothing;
  }
  const value = coerceForTarget(target, given, tolerance);
  if (value !== undefined) return { value };
  return op === 'replace' && !holdsSomething(given) ? { value: null } : nothing;
}

function coerceForTarget(target: AttributeTarget, given: unknown, tolerance: Tolerance): Json | undefined {
  const { attribute, sub } = target.path;
  const where = printResolvedPath(target.path);
  const coercion = { tolerance, keepsUnset: true };
  if (sub !== undefined) return coerceValue(sub, given, where, coercion);
  if (target.filter !== undefined) return coerceElement(attribute, given, where, coercion);
  return coerceValue(attribute, given, where, coercion);
}

/** An object whose names were all unknown is not the same as no value: it must not unassign anything. */
function holdsSomething(given: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.some((element) => isObject(element));
}

function normalizeRemoval(target: AttributeTarget, given: unknown, tolerance: Tolerance): NormalizedValue {
  if (given === undefined || given === null) return { value: undefined };
  const { attribute, sub } = target.path;
  const where = printResolvedPath(target.path);
  if (!attribute.multiValued || sub !== undefined || target.filter !== undefined) {
    tolerance.note('patch.value_on_remove', where);
    return { value: undefined };
  }
  tolerance.note('patch.remove_by_value', where);
  if (isEmpty(given)) return nothing;
  const value = coerceValue(attribute, given, where, { tolerance, keepsUnset: false });
  return value === undefined ? nothing : { value: isJsonArray(value) ? value : [value] };
}

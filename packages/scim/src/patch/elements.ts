import type { Json, JsonObject } from '@joinery/base';
import { invalidValue, noTarget } from '../errors.ts';
import type { CheckedFilter } from '../filter/ast.ts';
import { evaluateElement } from '../filter/evaluate.ts';
import { printFilter } from '../filter/print.ts';
import { foldCase } from '../fold-case.ts';
import { foldedValue } from '../folded.ts';
import { equalJson, isJsonArray, isJsonObject } from '../json-shape.ts';
import type { Attribute } from '../schema/characteristics.ts';
import { isPrimary, valuesMax } from '../schema/coerce.ts';
import { findSubAttribute } from '../schema/registry.ts';
import { mergeSubs, setSub, unsetSub } from './complex.ts';
import type { PatchOperation } from './operation.ts';
import type { AttributeTarget } from './value.ts';

/** The elements after a step, and the indexes of those it wrote. */
interface Step {
  readonly elements: readonly JsonObject[];
  readonly touched: ReadonlySet<number>;
}

/** A JSON text never looks like this. */
const withoutValue = 'without value';
const untouched: ReadonlySet<number> = new Set();

/**
 * A multi-valued attribute after one operation. Elements that the operation does not concern keep their values and order.
 * Simple values are handled as `{value}`. When the operation makes an element primary, the others stop being it (RFC 7644 §3.5.2).
 */
export function changeElements(
  before: readonly Json[],
  operation: PatchOperation,
  target: AttributeTarget,
): readonly Json[] {
  const { attribute } = target.path;
  const isSimple = attribute.type !== 'complex';
  const wrapped = before.map(wrap);
  const step =
    target.filter === undefined
      ? changeAll(wrapped, operation, target)
      : changeMatches(wrapped, operation, target, target.filter);
  if (step.elements.length > valuesMax) {
    const detail = `${attribute.name} would have ${step.elements.length} values; at most ${valuesMax} are kept.`;
    throw invalidValue({ detail, attribute: attribute.name });
  }
  const elements = onlyOnePrimary(step).filter((element) => Object.keys(element).length > 0);
  return isSimple ? elements.map((element) => element['value'] ?? null) : elements;
}

function wrap(element: Json): JsonObject {
  return isJsonObject(element) ? element : { value: element };
}

function onlyOnePrimary({ elements, touched }: Step): readonly JsonObject[] {
  const winner = elements.findIndex((element, index) => touched.has(index) && isPrimary(element));
  if (winner < 0) return elements;
  return elements.map((element, index) =>
    index !== winner && isPrimary(element) ? { ...element, primary: false } : element,
  );
}

/** Without a filter. */
function changeAll(elements: readonly JsonObject[], operation: PatchOperation, target: AttributeTarget): Step {
  const { attribute, sub } = target.path;
  const { op, value } = operation;
  if (sub !== undefined) return changeSubOfAll(elements, operation, target, sub);
  const listed = (isJsonArray(value) ? value : []).map(wrap);
  if (op === 'add' && value !== null) return addElements(attribute, elements, listed);
  if (op !== 'remove') return { elements: listed, touched: untouched };
  if (value === undefined) return { elements: [], touched: untouched };
  return { elements: removeListed(attribute, elements, listed), touched: untouched };
}

/** `emails.value` without a filter: replace and remove concern every element, add only one. */
function changeSubOfAll(
  elements: readonly JsonObject[],
  operation: PatchOperation,
  target: AttributeTarget,
  sub: Attribute,
): Step {
  const { attribute } = target.path;
  const { op, value } = operation;
  if (op === 'remove' || value === null || value === undefined) {
    const all = new Set(elements.keys());
    return unsetInMatches(attribute, elements, all, sub, new Set());
  }
  if (elements.length === 0) return { elements: [{ [sub.name]: value }], touched: new Set([0]) };
  const touched = op === 'add' ? new Set([preferredIndex(elements)]) : new Set(elements.keys());
  return {
    elements: elements.map((element, index) => (touched.has(index) ? setSub(attribute, element, sub, value) : element)),
    touched,
  };
}

/** The only element; else the primary one, the one of type work, the first. */
function preferredIndex(elements: readonly JsonObject[]): number {
  const primary = elements.findIndex(isPrimary);
  if (primary >= 0) return primary;
  const work = elements.findIndex((element) => String(element['type']).toLowerCase() === 'work');
  return Math.max(work, 0);
}

function changeMatches(
  elements: readonly JsonObject[],
  operation: PatchOperation,
  target: AttributeTarget,
  filter: CheckedFilter,
): Step {
  const { attribute, sub } = target.path;
  const { op, value } = operation;
  const matches = new Set([...elements.keys()].filter((index) => evaluateElement(filter, elements[index] ?? null)));
  const terms = equalTerms(filter);
  if (op === 'remove' || value === null || value === undefined) {
    if (sub !== undefined) return unsetInMatches(attribute, elements, matches, sub, new Set(terms?.keys()));
    return { elements: elements.filter((_, index) => !matches.has(index)), touched: untouched };
  }
  const fromTerms: JsonObject = Object.fromEntries(terms ?? []);
  if (matches.size === 0) {
    const isRefused = target.mustMatch === true && op === 'replace';
    const made = isRefused ? undefined : terms && write(attribute, fromTerms, sub, value);
    if (made === undefined || !evaluateElement(filter, made)) {
      const detail = `No value of ${attribute.name} matches ${printFilter(filter)}, and none can be made from it.`;
      throw noTarget({ detail, attribute: attribute.name });
    }
    return { elements: [...elements, made], touched: new Set([elements.length]) };
  }
  const changed = elements.map((element, index) => {
    if (!matches.has(index)) return element;
    const isWhole = op === 'replace' && sub === undefined;
    return write(attribute, isWhole ? fromTerms : element, sub, value);
  });
  return { elements: changed, touched: matches };
}

function write(attribute: Attribute, element: JsonObject, sub: Attribute | undefined, value: Json): JsonObject {
  if (sub !== undefined) return setSub(attribute, element, sub, value);
  if (attribute.type !== 'complex') return { value };
  return mergeSubs(attribute, element, wrap(value)) ?? {};
}

/** Labels alone are no value: an element that has nothing else left is dropped. */
function unsetInMatches(
  attribute: Attribute,
  elements: readonly JsonObject[],
  matches: ReadonlySet<number>,
  sub: Attribute,
  filterNames: ReadonlySet<string>,
): Step {
  const isLabel = (name: string): boolean => name === 'type' || name === 'primary' || filterNames.has(name);
  const kept = elements.flatMap((element, index) => {
    if (!matches.has(index)) return [element];
    if (element[sub.name] === undefined) return [element];
    const rest = unsetSub(attribute, element, sub);
    return rest === undefined || Object.keys(rest).every(isLabel) ? [] : [rest];
  });
  return { elements: kept, touched: untouched };
}

/**
 * The pairs that an element must have to match, when the filter is `eq` terms joined by `and` that do not contradict each
 * other; undefined for any other filter.
 */
export function equalTerms(filter: CheckedFilter): ReadonlyMap<string, Json> | undefined {
  const terms = new Map<string, Json>();
  const collect = (node: CheckedFilter): boolean => {
    if (node.kind === 'and') return node.operands.every(collect);
    if (node.kind !== 'compare' || node.operator !== 'eq' || node.value === null) return false;
    const { name } = node.path.attribute;
    if (terms.has(name) && terms.get(name) !== node.value) return false;
    terms.set(name, node.value);
    return true;
  };
  return collect(filter) ? terms : undefined;
}

/** Appends what is not there yet; of an element that is there, the other sub-attributes are merged. */
function addElements(attribute: Attribute, elements: readonly JsonObject[], added: readonly JsonObject[]): Step {
  const next = [...elements];
  const touched = new Set<number>();
  const byKey = new Map<string, number[]>();
  const remember = (element: JsonObject, index: number): void => {
    const key = keyOf(attribute, element);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [index]);
    else known.push(index);
  };
  next.forEach(remember);
  for (const element of added) {
    const same = byKey.get(keyOf(attribute, element))?.find((index) => areSame(attribute, next[index] ?? {}, element));
    const index = same ?? next.length;
    next[index] = same === undefined ? element : (mergeSubs(attribute, next[same], element) ?? element);
    if (same === undefined) remember(element, index);
    touched.add(index);
  }
  return { elements: next, touched };
}

/** Equal keys are necessary for two elements to be the same. */
function keyOf(attribute: Attribute, element: JsonObject): string {
  const value = element['value'];
  if (value === undefined) return withoutValue;
  const isExact = findSubAttribute(attribute, 'value')?.caseExact ?? true;
  return JSON.stringify(typeof value === 'string' && !isExact ? foldedValue(element, 'value', value) : value);
}

/** Same `value`, and same `type` when both have one; without a `value`, equal in everything. */
function areSame(attribute: Attribute, left: JsonObject, right: JsonObject): boolean {
  if (keyOf(attribute, left) !== keyOf(attribute, right)) return false;
  if (left['value'] === undefined) return equalJson(left, right);
  return sameType(left['type'], right['type']);
}

function sameType(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return true;
  return foldCase(left) === foldCase(right);
}

/** Without the elements that a removal lists: by their `value`, or by every sub-attribute that the list gives. */
function removeListed(
  attribute: Attribute,
  elements: readonly JsonObject[],
  listed: readonly JsonObject[],
): readonly JsonObject[] {
  const byKey = Map.groupBy(listed, (each) => keyOf(attribute, each));
  const partial = byKey.get(withoutValue) ?? [];
  return elements.filter((element) => {
    const key = keyOf(attribute, element);
    const candidates = key === withoutValue ? [] : (byKey.get(key) ?? []);
    return (
      !candidates.some((each) => areSame(attribute, element, each)) &&
      !partial.some((each) => Object.entries(each).every(([name, value]) => equalJson(element[name], value)))
    );
  });
}

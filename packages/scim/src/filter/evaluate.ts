import type { Json, JsonObject } from '@joinery/base';
import { compareInstants, parseDateTime } from '../date-time.ts';
import { compareText, foldCase } from '../fold-case.ts';
import { foldedValue } from '../folded.ts';
import type { CheckedFilter, CompareOperator, CompareValue, ResolvedPath } from './ast.ts';

type Comparison = Extract<CheckedFilter, { kind: 'compare' }>;

/**
 * Whether a resource, as it is presented (canonical names; with `id`, `meta`, `schemas`, and `members` or `groups` where
 * the filter names them), satisfies the filter.
 *
 * A multi-valued attribute satisfies a comparison when one of its values does; `a[…]` asks for one element that satisfies
 * all of it. An unassigned attribute fails every comparison but `ne` and `eq null`. Text is compared by `caseExact`, in
 * code point order; dateTimes as instants. A missing `primary` is false (RFC 7643 §2.4). `pr` fails for empty text, lists and
 * objects.
 */
export function evaluateFilter(filter: CheckedFilter, resource: JsonObject): boolean {
  return evaluate(filter, resource, false);
}

/** The same for one element of a multi-valued attribute and the filter inside `attribute[…]`. */
export function evaluateElement(filter: CheckedFilter, element: Json): boolean {
  return evaluate(filter, asObject(element) ?? { value: element }, true);
}

function evaluate(filter: CheckedFilter, owner: JsonObject, inElement: boolean): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((operand) => evaluate(operand, owner, inElement));
    case 'or':
      return filter.operands.some((operand) => evaluate(operand, owner, inElement));
    case 'not':
      return !evaluate(filter.operand, owner, inElement);
    case 'present':
      return valuesAt(filter.path, owner).some(isPresent);
    case 'value-path':
      return elementsOf(containerValue(filter.path, owner)).some((element) => evaluateElement(filter.filter, element));
    case 'compare': {
      const found = valuesAt(filter.path, owner);
      if (filter.value === null) return found.some(isPresent) === (filter.operator === 'ne');
      const values = isPrimaryPath(filter.path, inElement) ? withFalse(found, inElement) : found;
      if (values.length === 0) return filter.operator === 'ne';
      const isOwn = filter.path.sub === undefined && filter.path.extension === undefined;
      return values.some((value) => compare(filter, value, isOwn ? owner : undefined));
    }
  }
}

function isPrimaryPath(path: ResolvedPath, inElement: boolean): boolean {
  const target = path.sub ?? (inElement ? path.attribute : undefined);
  return target?.name === 'primary' && target.type === 'boolean';
}

/** A missing `primary` of an element is false; an attribute without elements has none. */
function withFalse(values: readonly (Json | undefined)[], inElement: boolean): readonly Json[] {
  return inElement && values.length === 0 ? [false] : values.map((value) => value ?? false);
}

/** The value of the attribute itself, without its sub-attribute. */
function containerValue(path: ResolvedPath, owner: JsonObject): Json | undefined {
  const container = path.extension === undefined ? owner : asObject(owner[path.extension]);
  return container?.[path.attribute.name];
}

/** Every value that the path reaches; an element without the sub-attribute gives undefined. None when unassigned. */
function valuesAt(path: ResolvedPath, owner: JsonObject): readonly (Json | undefined)[] {
  const elements = elementsOf(containerValue(path, owner));
  const { sub } = path;
  if (sub === undefined) return elements;
  return elements.flatMap((element): readonly (Json | undefined)[] => {
    const value = asObject(element)?.[sub.name];
    return value === undefined || value === null ? [undefined] : elementsOf(value);
  });
}

function elementsOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value)) return value.some(isPresent);
  return typeof value === 'object' ? Object.values(value).some(isPresent) : true;
}

/** `owner` holds the value under the attribute's name, when it does; its folded text is remembered with it. */
function compare(filter: Comparison, value: Json | undefined, owner: JsonObject | undefined): boolean {
  const { operator, value: wanted } = filter;
  if (operator === 'ne') return !holdsFor(filter, 'eq', value, owner);
  return wanted !== null && holdsFor(filter, operator, value, owner);
}

function holdsFor(
  filter: Comparison,
  operator: CompareOperator,
  value: Json | undefined,
  owner: JsonObject | undefined,
): boolean {
  const { value: wanted } = filter;
  const { name, type, caseExact } = filter.path.sub ?? filter.path.attribute;
  if (type === 'dateTime') return compareDateTimes(value, operator, wanted);
  if (typeof value === 'string' && typeof wanted === 'string') {
    if (caseExact) return compareStrings(value, operator, wanted);
    const folded = owner === undefined ? foldCase(value) : foldedValue(owner, name, value);
    return compareStrings(folded, operator, foldedValue(filter, 'value', wanted));
  }
  if (typeof value === 'number' && typeof wanted === 'number') return holds(operator, value - wanted);
  return operator === 'eq' && value === wanted;
}

function compareDateTimes(value: Json | undefined, operator: CompareOperator, wanted: CompareValue): boolean {
  const left = typeof value === 'string' ? parseDateTime(value) : undefined;
  const right = typeof wanted === 'string' ? parseDateTime(wanted) : undefined;
  return left !== undefined && right !== undefined && holds(operator, compareInstants(left, right));
}

function compareStrings(value: string, operator: CompareOperator, wanted: string): boolean {
  switch (operator) {
    case 'co':
      return value.includes(wanted);
    case 'sw':
      return value.startsWith(wanted);
    case 'ew':
      return value.endsWith(wanted);
    default:
      return holds(operator, compareText(value, wanted));
  }
}

function holds(operator: CompareOperator, order: number): boolean {
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    default:
      return false;
  }
}

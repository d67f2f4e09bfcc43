import { assertNever } from '@joinery/base';
import type { ComparisonOperator, Expression } from './ast.ts';
import { parseDateTime } from './datetime/parse.ts';
import { toText } from './functions/arguments.ts';
import { findFunction } from './functions/registry.ts';
import { booleanText, isValues, type Evaluator, type Value } from './value.ts';

type Comparison = Expression & { readonly kind: 'comparison' };

/**
 * Compares two values; null counts as "". Date-times compare as such when one side is one and the other can be read as
 * one. Numbers compare as numbers when one side is written or computed as a number, and for the ordering operators also
 * when both texts are numbers; everything else compares as text, case-sensitive, by UTF-16 units.
 */
export function compileComparison(node: Comparison, left: Evaluator, right: Evaluator): Evaluator {
  const { operator } = node;
  const isNumeric = isNumber(node.left) || isNumber(node.right);
  return (evaluation) => {
    const a = left(evaluation);
    const b = right(evaluation);
    return booleanText(holds(operator, compareValues(a, b, node, isNumeric)));
  };
}

function isNumber(node: Expression): boolean {
  if (node.kind === 'constant') return node.form === 'number' || node.form === 'hex';
  return node.kind === 'function' && findFunction(node.name)?.returns === 'Integer';
}

/** Below, at or above zero; undefined when the two cannot be ordered and differ. */
function compareValues(a: Value, b: Value, node: Comparison, isNumeric: boolean): number | undefined {
  if (isDateTime(a) || isDateTime(b)) {
    const first = ticksOf(a, node.left);
    const second = ticksOf(b, node.right);
    if (first !== undefined && second !== undefined) return order(first, second);
  }
  const first = toText(a, node.left) ?? '';
  const second = toText(b, node.right) ?? '';
  const isOrdering = node.operator !== '=' && node.operator !== '<>';
  if (isNumeric || isOrdering) {
    const numbers = [decimal(first), decimal(second)] as const;
    if (numbers[0] !== undefined && numbers[1] !== undefined) return order(numbers[0], numbers[1]);
    if (isNumeric) return first === second ? 0 : undefined;
  }
  return order(first, second);
}

function isDateTime(value: Value): boolean {
  return value !== null && typeof value === 'object' && !isValues(value) && value.kind === 'dateTime';
}

function ticksOf(value: Value, at: Expression): bigint | undefined {
  if (value !== null && typeof value === 'object' && !isValues(value) && value.kind === 'dateTime') return value.ticks;
  return parseDateTime(toText(value, at) ?? '');
}

const decimalText = /^\s*([+-]?)([0-9]{1,40})(?:\.([0-9]{1,40}))?\s*$/;

/** Exact, scaled by 10^40, so that long ids do not lose digits. */
function decimal(text: string): bigint | undefined {
  const match = decimalText.exec(text);
  if (!match) return undefined;
  const scaled = BigInt(`${match[2] ?? ''}${(match[3] ?? '').padEnd(40, '0')}`);
  return match[1] === '-' ? -scaled : scaled;
}

function order<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function holds(operator: ComparisonOperator, order: number | undefined): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '>':
      return order !== undefined && order > 0;
    case '>=':
      return order !== undefined && order >= 0;
    case '<':
      return order !== undefined && order < 0;
    case '<=':
      return order !== undefined && order <= 0;
    default:
      return assertNever(operator);
  }
}

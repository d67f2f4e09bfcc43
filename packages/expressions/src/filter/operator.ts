import type { MultivaluedComparison } from '../scoping-filter.ts';

type AttributeType = 'String' | 'Integer' | 'Binary' | 'Boolean' | 'Reference' | 'DateTime';

/** A case of an operator for its reference page, which a test runs. */
export interface FilterOperatorExample {
  readonly operands: readonly string[];
  readonly value: string | boolean | null | readonly string[];
  /** ISO 8601, where an operand is relative to now. */
  readonly now?: string;
  readonly passed: boolean;
}

/** An operator of scoping filters, as Graph's `filterOperatorSchema` shows it. */
export interface FilterOperatorDefinition {
  readonly name: string;
  readonly arity: 'Unary' | 'Binary';
  /** As Graph answers it; it describes no behavior here, `multiValued` does. */
  readonly multivaluedComparisonType: MultivaluedComparison;
  readonly supportedAttributeTypes: readonly AttributeType[];
  /** An attribute with several values passes when `any` of them does; of the negated operators, when `every` one does. */
  readonly multiValued: 'any' | 'every';
  readonly description: string;
  readonly operand: OperandKind;
  /** Entra has it too. */
  readonly isInReference: boolean;
  readonly example: FilterOperatorExample;
}

/**
 * What the operand is: one text, one text or more, a whole number (the bit masks' also as `&H` digits), a regular
 * expression, a date-time or one relative to now, nothing.
 */
export type OperandKind = 'text' | 'texts' | 'integer' | 'regex' | 'date' | 'none';

/** What a test of one value may know beside it. */
export interface ValueContext {
  /** The value was a boolean, not the text of one. */
  readonly isBoolean: boolean;
  /** Ticks; zero for a filter that does not read it. */
  readonly now: bigint;
}

export type ValueTest = (value: string, context: ValueContext) => boolean;

export interface FilterOperator extends FilterOperatorDefinition {
  /** Of a checked operand: the test of one value that is not empty. */
  test(operands: readonly string[]): ValueTest;
  /** Of an operand relative to now: when the answer about a value changes, in ticks. */
  changesAt?(operands: readonly string[]): (value: string) => bigint | undefined;
}

type Given = Pick<FilterOperator, 'name' | 'description' | 'example'>;
type Options = Partial<Pick<FilterOperator, 'supportedAttributeTypes' | 'isInReference' | 'changesAt'>>;

export const textTypes: readonly AttributeType[] = ['Integer', 'String'];
export const anyTypes: readonly AttributeType[] = ['Integer', 'String', 'Binary', 'Boolean'];

export function binary(
  given: Given,
  operand: OperandKind,
  test: FilterOperator['test'],
  options: Options = {},
): FilterOperator {
  return {
    ...given,
    arity: 'Binary',
    multivaluedComparisonType: 'All',
    supportedAttributeTypes: textTypes,
    multiValued: 'any',
    isInReference: true,
    ...options,
    operand,
    test,
  };
}

/** True for values that can be tested and fail the other operator's test; with several values, for every one. */
export function negated(given: Given, other: FilterOperator): FilterOperator {
  return {
    ...other,
    ...given,
    multiValued: 'every',
    test(operands) {
      const passes = other.test(operands);
      return (value, context) => !passes(value, context);
    },
  };
}

export function unary(
  given: Given,
  supportedAttributeTypes: readonly AttributeType[],
  passes: (value: string) => boolean,
): FilterOperator {
  return { ...binary(given, 'none', () => passes, { supportedAttributeTypes }), arity: 'Unary' };
}

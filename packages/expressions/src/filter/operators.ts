import { parseInteger } from '../functions/arguments.ts';
import { compilePattern } from '../regex/pattern.ts';

type AttributeType = 'String' | 'Integer' | 'Binary' | 'Boolean' | 'Reference' | 'DateTime';

/** An operator of scoping filters, as Graph's `filterOperatorSchema` shows it. */
export interface FilterOperatorDefinition {
  readonly name: string;
  readonly arity: 'Unary' | 'Binary';
  /** As Graph answers it; it describes no behavior here, `multiValued` does. */
  readonly multivaluedComparisonType: 'All' | 'Any';
  readonly supportedAttributeTypes: readonly AttributeType[];
  /** An attribute with several values passes when `any` of them does; of the negated operators, when `every` one does. */
  readonly multiValued: 'any' | 'every';
  readonly description: string;
}

/** What an operand has to be. */
export type OperandKind = 'text' | 'texts' | 'integer' | 'regex' | 'none';

export interface FilterOperator extends FilterOperatorDefinition {
  readonly operand: OperandKind;
  /** Of a checked operand: the test of one value that is not empty. */
  test(operands: readonly string[]): (value: string, isBoolean: boolean) => boolean;
}

const textTypes: readonly AttributeType[] = ['Integer', 'String'];
const anyTypes: readonly AttributeType[] = ['Integer', 'String', 'Binary', 'Boolean'];

function binary(
  name: string,
  description: string,
  operand: OperandKind,
  test: FilterOperator['test'],
  supportedAttributeTypes: readonly AttributeType[] = textTypes,
): FilterOperator {
  const multivaluedComparisonType = 'All';
  return {
    name,
    description,
    arity: 'Binary',
    multivaluedComparisonType,
    supportedAttributeTypes,
    multiValued: 'any',
    operand,
    test,
  };
}

/** True for values that can be tested and fail the other operator's test; with several values, for every one. */
function negated(name: string, description: string, other: FilterOperator): FilterOperator {
  return {
    ...other,
    name,
    description,
    multiValued: 'every',
    test(operands) {
      const passes = other.test(operands);
      return (value, isBoolean) => !passes(value, isBoolean);
    },
  };
}

function unary(
  name: string,
  description: string,
  supportedAttributeTypes: readonly AttributeType[],
  passes: (value: string) => boolean,
): FilterOperator {
  return { ...binary(name, description, 'none', () => passes, supportedAttributeTypes), arity: 'Unary' };
}

/** Attribute values: whole numbers from zero. Operands may be hexadecimal for the bit mask. */
export function wholeNumber(text: string): bigint | undefined {
  const number = parseInteger(text);
  return number === undefined || number < 0n ? undefined : number;
}

function compareNumbers(passes: (value: bigint, operand: bigint) => boolean): FilterOperator['test'] {
  return ([operand = '']) => {
    const limit = wholeNumber(operand);
    return (value) => {
      const number = wholeNumber(value);
      return number !== undefined && limit !== undefined && passes(number, limit);
    };
  };
}

const equals = binary(
  'EQUALS',
  'The value is the operand; letter case counts.',
  'text',
  ([operand = '']) =>
    (value, isBoolean) =>
      isBoolean ? value.toLowerCase() === operand.toLowerCase() : value === operand,
);

const regexMatch = binary(
  'REGEX MATCH',
  'The regular expression matches the whole value; letter case counts.',
  'regex',
  ([operand = '']) => {
    const pattern = compilePattern(operand);
    return (value) => pattern.ok && pattern.value.matchesWhole(value);
  },
);

const bitMask = binary(
  '&',
  'Value and operand, whole numbers, have a bit in common.',
  'integer',
  compareNumbers((value, operand) => (value & operand) !== 0n),
  ['Integer'],
);

/** A value that is no whole number has no bits to test, so it does not pass. */
const notBitMask: FilterOperator = {
  ...bitMask,
  name: '!&',
  description: 'Value and operand, whole numbers, have no bit in common.',
  multiValued: 'every',
  test: compareNumbers((value, operand) => (value & operand) === 0n),
};

export const operators: readonly FilterOperator[] = [
  equals,
  negated('NOT EQUALS', 'There is a value and it is not the operand; letter case counts.', equals),
  unary('IS TRUE', 'The value is true.', ['Boolean'], (value) => value.toLowerCase() === 'true'),
  unary('IS FALSE', 'The value is false.', ['Boolean'], (value) => value.toLowerCase() === 'false'),
  // Absence is decided before values are tested.
  unary('IS NULL', 'There is no value, or it is empty.', anyTypes, () => false),
  unary('IS NOT NULL', 'There is a value that is not empty.', anyTypes, () => true),
  regexMatch,
  negated('NOT REGEX MATCH', 'There is a value and the regular expression does not match the whole of it.', regexMatch),
  binary(
    'Greater_Than',
    'Value and operand are whole numbers, and the value is greater.',
    'integer',
    compareNumbers((value, operand) => value > operand),
    ['Integer'],
  ),
  binary(
    'Greater_Than_OR_EQUALS',
    'Value and operand are whole numbers, and the value is greater or the same.',
    'integer',
    compareNumbers((value, operand) => value >= operand),
    ['Integer'],
  ),
  binary(
    'Includes',
    'The value contains the operand; letter case counts.',
    'text',
    ([operand = '']) =>
      (value) =>
        value.includes(operand),
  ),
  binary(
    'ENDS_WITH',
    'The value ends with the operand; letter case counts.',
    'text',
    ([operand = '']) =>
      (value) =>
        value.endsWith(operand),
  ),
  bitMask,
  notBitMask,
  binary(
    'STARTS_WITH',
    'The value begins with the operand; letter case counts.',
    'text',
    ([operand = '']) =>
      (value) =>
        value.startsWith(operand),
  ),
  binary(
    'LESS_THAN',
    'Value and operand are whole numbers, and the value is less.',
    'integer',
    compareNumbers((value, operand) => value < operand),
    ['Integer'],
  ),
  binary(
    'LESS_THAN_OR_EQUALS',
    'Value and operand are whole numbers, and the value is less or the same.',
    'integer',
    compareNumbers((value, operand) => value <= operand),
    ['Integer'],
  ),
  binary('IN', 'The value is one of the operands; letter case counts.', 'texts', (operands) => {
    const wanted = new Set(operands);
    return (value) => wanted.has(value);
  }),
];

/** Every operator of scoping filters; the last four are not in the reference. */
export const filterOperators: readonly FilterOperatorDefinition[] = operators.map(
  ({ name, arity, multivaluedComparisonType, supportedAttributeTypes, multiValued, description }) => ({
    name,
    arity,
    multivaluedComparisonType,
    supportedAttributeTypes,
    multiValued,
    description,
  }),
);

function folded(name: string): string {
  return name.replace(/[\s_]+/g, '').toUpperCase();
}

const byFoldedName = new Map(operators.map((operator) => [folded(operator.name), operator]));

/** An operator by its name in any letter case, with blanks, underscores or nothing between the words. */
export function findOperator(name: string): FilterOperator | undefined {
  return byFoldedName.get(folded(name)) ?? byFoldedName.get(`${folded(name)}S`);
}

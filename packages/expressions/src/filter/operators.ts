import { isInRange } from '../datetime/datetime.ts';
import { parseDateTime } from '../datetime/parse.ts';
import { parseInteger } from '../functions/arguments.ts';
import { compilePattern } from '../regex/pattern.ts';
import { parseDateOperand } from './date-operand.ts';
import { anyTypes, binary, negated, unary, type FilterOperator, type FilterOperatorDefinition } from './operator.ts';

const ours = { isInReference: false } as const;

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

function compareTexts(passes: (value: string, operand: string) => boolean): FilterOperator['test'] {
  return ([operand = '']) =>
    (value) =>
      passes(value, operand);
}

/** Compares instants; a value that is no date-time does not pass. */
function compareDates(passes: (value: bigint, operand: bigint) => boolean): Pick<FilterOperator, 'test' | 'changesAt'> {
  return {
    test([operand = '']) {
      const limit = parseDateOperand(operand);
      return (value, { now }) => {
        const ticks = parseDateTime(value);
        if (ticks === undefined || limit === undefined) return false;
        return passes(ticks, limit.kind === 'fixed' ? limit.ticks : now + limit.offset);
      };
    },
    changesAt([operand = '']) {
      const limit = parseDateOperand(operand);
      return (value) => {
        const ticks = limit?.kind === 'relative' ? parseDateTime(value) : undefined;
        if (ticks === undefined || limit?.kind !== 'relative') return undefined;
        const turn = ticks - limit.offset;
        return isInRange(turn) ? turn : undefined;
      };
    },
  };
}

const equals = binary(
  {
    name: 'EQUALS',
    description: 'The value is the operand; letter case counts, but not for an attribute that is a boolean.',
    example: { operands: ['Sales'], value: 'Sales', passed: true },
  },
  'text',
  ([operand = '']) =>
    (value, { isBoolean }) =>
      isBoolean ? value.toLowerCase() === operand.toLowerCase() : value === operand,
);

const regexMatch = binary(
  {
    name: 'REGEX MATCH',
    description: 'The regular expression matches the whole value; letter case counts.',
    example: { operands: ['.*@contoso\\.com'], value: 'jd@contoso.com', passed: true },
  },
  'regex',
  ([operand = '']) => {
    const pattern = compilePattern(operand);
    return (value) =>
      pattern.ok && value.length <= pattern.value.textCharactersMax && pattern.value.matchesWhole(value);
  },
);

const bitMask = binary(
  {
    name: '&',
    description: 'Value and operand, whole numbers, have a bit in common.',
    example: { operands: ['2'], value: '514', passed: true },
  },
  'integer',
  compareNumbers((value, operand) => (value & operand) !== 0n),
  { supportedAttributeTypes: ['Integer'] },
);

/** A value that is no whole number has no bits to test, so it does not pass. */
const notBitMask: FilterOperator = {
  ...bitMask,
  name: '!&',
  description: 'Value and operand, whole numbers, have no bit in common.',
  example: { operands: ['2'], value: '514', passed: false },
  multiValued: 'every',
  test: compareNumbers((value, operand) => (value & operand) === 0n),
};

function numeric(
  name: string,
  difference: string,
  passes: (value: bigint, operand: bigint) => boolean,
  given: { readonly isInReference: boolean; readonly tenPasses: boolean },
): FilterOperator {
  return binary(
    {
      name,
      description: `Value and operand are whole numbers from 0, and the value is ${difference}.`,
      example: { operands: ['10'], value: '10', passed: given.tenPasses },
    },
    'integer',
    compareNumbers(passes),
    { supportedAttributeTypes: ['Integer'], isInReference: given.isInReference },
  );
}

function dated(
  name: string,
  difference: 'earlier' | 'later',
  passes: (value: bigint, operand: bigint) => boolean,
  examplePasses: boolean,
): FilterOperator {
  const { test, ...rest } = compareDates(passes);
  return binary(
    {
      name,
      description: `The value is a date-time ${difference} than the operand, which is a date-time, or \`NOW\`, \`NOW+14d\`, \`NOW-30d\` for days of 24 hours from the time of evaluation. A date alone is its midnight in UTC.`,
      example: { operands: ['NOW+14d'], value: '2026-03-10', now: '2026-03-01T08:00:00Z', passed: examplePasses },
    },
    'date',
    test,
    { supportedAttributeTypes: ['String', 'DateTime'], ...ours, ...rest },
  );
}

export const operators: readonly FilterOperator[] = [
  equals,
  negated(
    {
      name: 'NOT EQUALS',
      description: 'There is a value and it is not the operand; letter case counts.',
      example: { operands: ['Sales'], value: null, passed: false },
    },
    equals,
  ),
  unary(
    {
      name: 'IS TRUE',
      description: 'The value is true.',
      example: { operands: [], value: true, passed: true },
    },
    ['Boolean'],
    (value) => value.toLowerCase() === 'true',
  ),
  unary(
    {
      name: 'IS FALSE',
      description: 'The value is false.',
      example: { operands: [], value: false, passed: true },
    },
    ['Boolean'],
    (value) => value.toLowerCase() === 'false',
  ),
  // Absence is decided before values are tested.
  unary(
    {
      name: 'IS NULL',
      description: 'There is no value, or it is empty.',
      example: { operands: [], value: null, passed: true },
    },
    anyTypes,
    () => false,
  ),
  unary(
    {
      name: 'IS NOT NULL',
      description: 'There is a value that is not empty.',
      example: { operands: [], value: '', passed: false },
    },
    anyTypes,
    () => true,
  ),
  regexMatch,
  negated(
    {
      name: 'NOT REGEX MATCH',
      description: 'There is a value and the regular expression does not match the whole of it.',
      example: { operands: ['[0-9]+'], value: '12a', passed: true },
    },
    regexMatch,
  ),
  numeric('Greater_Than', 'greater', (value, operand) => value > operand, {
    isInReference: true,
    tenPasses: false,
  }),
  numeric('Greater_Than_OR_EQUALS', 'greater or the same', (value, operand) => value >= operand, {
    isInReference: true,
    tenPasses: true,
  }),
  binary(
    {
      name: 'Includes',
      description: 'The value contains the operand; letter case counts.',
      example: { operands: ['ale'], value: 'Sales', passed: true },
    },
    'text',
    compareTexts((value, operand) => value.includes(operand)),
  ),
  binary(
    {
      name: 'ENDS_WITH',
      description: 'The value ends with the operand; letter case counts.',
      example: { operands: ['@contoso.com'], value: 'jd@contoso.com', passed: true },
    },
    'text',
    compareTexts((value, operand) => value.endsWith(operand)),
  ),
  bitMask,
  notBitMask,
  binary(
    {
      name: 'STARTS_WITH',
      description: 'The value begins with the operand; letter case counts.',
      example: { operands: ['adm-'], value: 'adm-jd', passed: true },
    },
    'text',
    compareTexts((value, operand) => value.startsWith(operand)),
    ours,
  ),
  numeric('LESS_THAN', 'less', (value, operand) => value < operand, { ...ours, tenPasses: false }),
  numeric('LESS_THAN_OR_EQUALS', 'less or the same', (value, operand) => value <= operand, {
    ...ours,
    tenPasses: true,
  }),
  binary(
    {
      name: 'IN',
      description: 'The value is one of the operands; letter case counts.',
      example: { operands: ['Sales', 'Marketing'], value: 'Marketing', passed: true },
    },
    'texts',
    (operands) => {
      const wanted = new Set(operands);
      return (value) => wanted.has(value);
    },
    ours,
  ),
  dated('BEFORE', 'earlier', (value, operand) => value < operand, true),
  dated('AFTER', 'later', (value, operand) => value > operand, false),
];

/** Every operator of scoping filters. */
export const filterOperators: readonly FilterOperatorDefinition[] = operators.map(
  ({ test: _test, changesAt: _changesAt, ...definition }) => definition,
);

function folded(name: string): string {
  return name.replace(/[\s_]+/g, '').toUpperCase();
}

const byFoldedName = new Map(operators.map((operator) => [folded(operator.name), operator]));

/** An operator by its name in any letter case, with blanks, underscores or nothing between the words. */
export function findOperator(name: string): FilterOperator | undefined {
  return byFoldedName.get(folded(name)) ?? byFoldedName.get(`${folded(name)}S`);
}

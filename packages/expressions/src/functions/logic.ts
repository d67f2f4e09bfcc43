import { booleanText, isValues, type Evaluation, type Evaluator, type Value } from '../value.ts';
import { textArgument, toText } from './arguments.ts';
import { optional, repeated, required, type CompiledCall, type FunctionImplementation } from './definition.ts';

/** Null, and a list without values. */
function isNothing(value: Value): boolean {
  return value === null || (isValues(value) && value.length === 0);
}

/** Null, "", and a list without a value that is not empty. */
export function isNothingOrEmpty(value: Value): boolean {
  if (value === null || value === '') return true;
  if (typeof value === 'string') return false;
  if (isValues(value)) return value.every((text) => text === '');
  return value.kind !== 'dateTime' && value.roles.length === 0;
}

/** The argument's own evaluator; an omitted one gives null. */
function anyArgument(call: CompiledCall, index: number): Evaluator {
  return call.args[index]?.evaluate ?? (() => null);
}

const numberText = /^\s*(?:[+-]?([0-9]{1,40}(?:\.[0-9]{1,40})?)|&H([0-9A-F]{1,32}))\s*$/i;

/** "True" in any letter case, or a number other than zero. */
export function isTrue(text: string | null): boolean {
  if (text === null) return false;
  if (text.length === 4 && text.toLowerCase() === 'true') return true;
  const number = numberText.exec(text);
  return number !== null && /[1-9A-F]/i.test(`${number[1] ?? ''}${number[2] ?? ''}`);
}

function conditionArgument(call: CompiledCall, index: number): (evaluation: Evaluation) => boolean {
  const text = textArgument(call, index);
  return (evaluation) => isTrue(text(evaluation));
}

const iif: FunctionImplementation = {
  name: 'IIF',
  family: 'logic',
  description:
    'One of two values, by a condition: a comparison with = <> > >= < <=, or a value that is true or false. There is no AND or OR: nest an IIF in the true value for AND, in the false value for OR.',
  parameters: [
    required('condition', 'Boolean'),
    required('valueIfTrue', 'String', { use: 'anything' }),
    required('valueIfFalse', 'String', { use: 'anything' }),
  ],
  returns: 'Anything',
  nulls: 'In a comparison null counts as an empty text; a null condition is false.',
  errors: [],
  example: {
    expression: 'IIF([country] = "USA", [country], [department])',
    input: { country: 'USA', department: 'Sales' },
    result: 'USA',
  },
  moreExamples: [
    { expression: 'IIF([country] = "", "unknown", [country])', input: { country: null }, result: 'unknown' },
    {
      expression: 'IIF([country] = "USA", IIF([department] = "Sales", "both", "one"), "none")',
      input: { country: 'USA', department: 'Sales' },
      result: 'both',
    },
  ],
  compile(call) {
    const condition = conditionArgument(call, 0);
    const whenTrue = anyArgument(call, 1);
    const whenFalse = anyArgument(call, 2);
    return (evaluation) => (condition(evaluation) ? whenTrue(evaluation) : whenFalse(evaluation));
  },
};

const switchFunction: FunctionImplementation = {
  name: 'Switch',
  family: 'logic',
  description:
    'The value whose key equals the source, case-sensitively, else the default. Keys and values come in pairs, so the number of arguments is even, an empty default counted. The key "" stands for null and empty.',
  parameters: [
    required('source', 'String'),
    optional('defaultValue', 'String', { use: 'anything' }),
    { ...repeated('switchValue', 'String', { use: 'anything' }), required: false },
  ],
  returns: 'Anything',
  nulls: 'A null source matches the key "" only; without a default, no match gives null.',
  errors: [],
  example: {
    expression: 'Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney", "QLD", "Australia/Brisbane")',
    input: { state: 'QLD' },
    result: 'Australia/Brisbane',
  },
  moreExamples: [
    {
      expression: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
      input: { IsSoftDeleted: 'False' },
      result: 'True',
    },
    { expression: 'Switch([state], "other", "true", "1", "", "0")', input: { state: null }, result: '0' },
  ],
  check(call) {
    let count = call.args.length;
    while (count > 2 && call.args[count - 1] === undefined) count -= 1;
    if (count % 2 !== 0)
      call.report(
        'expression.wrong_argument_count',
        `Switch takes pairs of keys and values after the source and the default, so an even number of arguments; here are ${count}.`,
      );
    for (const argument of call.args.slice(2, count))
      if (argument === undefined) call.report('expression.missing_argument', 'A key or value of Switch is missing.');
  },
  compile(call) {
    const source = textArgument(call, 0);
    const fallback = anyArgument(call, 1);
    const pairs: { readonly key: (evaluation: Evaluation) => string | null; readonly value: Evaluator }[] = [];
    for (let index = 2; index + 1 < call.args.length; index += 2)
      if (call.args[index] !== undefined)
        pairs.push({ key: textArgument(call, index), value: anyArgument(call, index + 1) });
    return (evaluation) => {
      const text = source(evaluation) ?? '';
      for (const { key, value } of pairs) if ((key(evaluation) ?? '') === text) return value(evaluation);
      return fallback(evaluation);
    };
  },
};

const coalesce: FunctionImplementation = {
  name: 'Coalesce',
  family: 'logic',
  description: 'The first argument that is not null; an empty text is a value. A default is simply the last argument.',
  parameters: [repeated('source', 'String', { use: 'anything' })],
  returns: 'Anything',
  nulls: 'Null when every argument is.',
  errors: [],
  example: {
    expression: 'Coalesce([mail], [userPrincipalName])',
    input: { mail: null, userPrincipalName: 'John.Doe@contoso.com' },
    result: 'John.Doe@contoso.com',
  },
  compile(call) {
    const sources = call.args.flatMap((argument) => argument?.evaluate ?? []);
    return (evaluation) => {
      for (const source of sources) {
        const value = source(evaluation);
        if (!isNothing(value)) return value;
      }
      return null;
    };
  },
};

const not: FunctionImplementation = {
  name: 'Not',
  family: 'logic',
  description: '"False" for "True" in any letter case, "True" for anything else.',
  parameters: [required('source', 'Boolean')],
  returns: 'Boolean',
  nulls: 'Null gives "True".',
  errors: [],
  example: { expression: 'Not([IsSoftDeleted])', input: { IsSoftDeleted: 'False' }, result: 'True' },
  compile(call) {
    const source = textArgument(call, 0);
    return (evaluation) => booleanText(source(evaluation)?.toLowerCase() !== 'true');
  },
};

const cBool: FunctionImplementation = {
  name: 'CBool',
  family: 'logic',
  description: '"True" for a comparison that holds, for "True" and for a number other than zero, else "False".',
  parameters: [required('expression', 'Boolean')],
  returns: 'Boolean',
  nulls: 'Null gives "False".',
  errors: [],
  example: { expression: 'CBool([a] = [b])', input: { a: 'x', b: 'x' }, result: 'True' },
  compile(call) {
    const condition = conditionArgument(call, 0);
    return (evaluation) => booleanText(condition(evaluation));
  },
};

/** A question about a value of any type. */
function question(
  definition: Pick<FunctionImplementation, 'name' | 'description' | 'nulls' | 'example'>,
  answer: (value: Value) => boolean,
): FunctionImplementation {
  return {
    ...definition,
    family: 'logic',
    parameters: [required('expression', 'String', { use: 'anything' })],
    returns: 'Boolean',
    errors: [],
    compile(call) {
      const evaluate = anyArgument(call, 0);
      return (evaluation) => booleanText(answer(evaluate(evaluation)));
    },
  };
}

function isText(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'string') return true;
  if (isValues(value)) return value.length === 1;
  return value.kind === 'dateTime' && toText(value, { start: 0, end: 0 }) !== null;
}

const questions = [
  question(
    {
      name: 'IsNull',
      description: '"True" when the attribute is absent; an empty text is not null.',
      nulls: 'Null gives "True".',
      example: { expression: 'IsNull([displayName])', input: { displayName: null }, result: 'True' },
    },
    isNothing,
  ),
  question(
    {
      name: 'IsNothing',
      description: 'The same as IsNull. Listed by the API of the reference, not on its function page.',
      nulls: 'Null gives "True".',
      example: { expression: 'IsNothing([displayName])', input: { displayName: null }, result: 'True' },
    },
    isNothing,
  ),
  question(
    {
      name: 'IsNullOrEmpty',
      description: '"True" when the attribute is absent or empty; the inverse of IsPresent.',
      nulls: 'Null gives "True".',
      example: { expression: 'IsNullOrEmpty([displayName])', input: { displayName: '' }, result: 'True' },
    },
    isNothingOrEmpty,
  ),
  question(
    {
      name: 'IsPresent',
      description: '"True" when there is a value that is not empty; the inverse of IsNullOrEmpty.',
      nulls: 'Null gives "False".',
      example: { expression: 'IsPresent([jobTitle])', input: { jobTitle: 'Manager' }, result: 'True' },
    },
    (value) => !isNothingOrEmpty(value),
  ),
  question(
    {
      name: 'IsString',
      description: '"True" when the value is one text; several values and roles are none.',
      nulls: 'Null gives "False".',
      example: { expression: 'IsString("a")', input: {}, result: 'True' },
    },
    isText,
  ),
];

export const logicFunctions = [iif, switchFunction, coalesce, not, cBool, ...questions];

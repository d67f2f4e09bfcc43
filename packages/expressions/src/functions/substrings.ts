import { toUpper } from '../casing.ts';
import type { Evaluation } from '../value.ts';
import { integerArgument, parseInteger, textArgument, type TextEvaluator } from './arguments.ts';
import { optional, required, type CheckedCall, type CompiledCall, type FunctionImplementation } from './definition.ts';
import { EvaluationFailure } from './failure.ts';

/** A constant that lies below what the function takes. */
export function checkAtLeast(call: CheckedCall, index: number, min: bigint, message: string): void {
  const argument = call.args[index];
  const value = argument?.constant === undefined ? undefined : parseInteger(argument.constant);
  if (argument && value !== undefined && value < min) call.report('expression.out_of_range', message, argument);
}

const left: FunctionImplementation = {
  name: 'Left',
  family: 'text',
  description: 'The first characters of a text; all of it when the number is negative or the text is shorter.',
  parameters: [required('String', 'String'), required('NumChars', 'Integer')],
  returns: 'String',
  nulls: 'A null text gives an empty one; a null number gives null.',
  errors: ['expression.not_an_integer: the number is no integer.'],
  example: { expression: 'Left([displayName], 3)', input: { displayName: 'John Doe' }, result: 'Joh' },
  compile(call) {
    const source = textArgument(call, 0);
    const count = integerArgument(call, 1);
    return (evaluation) => {
      const length = count(evaluation);
      const text = source(evaluation);
      if (length === null) return null;
      if (text === null) return '';
      return length < 0 ? text : text.slice(0, length);
    };
  },
};

const startMessage = 'Positions begin at 1.';
const lengthMessage = 'A length cannot be negative.';

const mid: FunctionImplementation = {
  name: 'Mid',
  family: 'text',
  description:
    'A part of a text: from a position, where the first character has 1, so many characters. A length behind the end goes to the end; a start behind the end gives an empty text.',
  parameters: [required('source', 'String'), required('start', 'Integer'), required('length', 'Integer')],
  returns: 'String',
  nulls: 'A null argument gives null.',
  errors: [
    'expression.not_an_integer: start or length is no integer.',
    'expression.out_of_range: the start is below 1, or the length below 0.',
  ],
  example: { expression: 'Mid([surname], 1, 5)', input: { surname: 'Doe' }, result: 'Doe' },
  check(call) {
    checkAtLeast(call, 1, 1n, startMessage);
    checkAtLeast(call, 2, 0n, lengthMessage);
  },
  compile(call) {
    const source = textArgument(call, 0);
    const from = integerArgument(call, 1);
    const count = integerArgument(call, 2);
    return (evaluation) => {
      const text = source(evaluation);
      const start = from(evaluation);
      const length = count(evaluation);
      if (text === null || start === null || length === null) return null;
      if (start < 1) throw outOfRange(call, 1, startMessage);
      if (length < 0) throw outOfRange(call, 2, lengthMessage);
      return text.slice(start - 1, start - 1 + length);
    };
  },
};

function outOfRange(call: CompiledCall, index: number, message: string): EvaluationFailure {
  return new EvaluationFailure('expression.out_of_range', `${call.name}: ${message}`, call.args[index] ?? call);
}

/** `vbTextCompare` and `vbBinaryCompare`, or the numbers 1 and 0 that they stand for in VB. */
export const compareTypes: ReadonlyMap<string, 'text' | 'binary'> = new Map([
  ['vbtextcompare', 'text'],
  ['1', 'text'],
  ['vbbinarycompare', 'binary'],
  ['0', 'binary'],
]);
const compareTypeMessage = 'The compare type is vbTextCompare or vbBinaryCompare';

const inStr: FunctionImplementation = {
  name: 'InStr',
  family: 'text',
  description:
    'The position of one text in another, where the first character has 1; 0 when it is not there. The search begins at start. vbTextCompare ignores letter case, vbBinaryCompare (the default) does not.',
  parameters: [
    required('value1', 'String'),
    required('value2', 'String'),
    optional('start', 'Integer'),
    optional('compareType', 'String', { use: 'word' }),
  ],
  returns: 'Integer',
  nulls: 'A null text gives null; a null start is 1.',
  errors: [
    'expression.not_an_integer: start is no integer.',
    'expression.out_of_range: start is below 1.',
    'expression.unknown_word: the compare type is none of the two.',
  ],
  example: { expression: 'InStr("repEated", "e", 3, vbBinaryCompare)', input: {}, result: '7' },
  check(call) {
    checkAtLeast(call, 2, 1n, startMessage);
    const type = call.args[3];
    if (type?.constant !== undefined && !compareTypes.has(type.constant.toLowerCase()))
      call.report('expression.unknown_word', `${compareTypeMessage}.`, type);
  },
  compile(call) {
    const searched = textArgument(call, 0);
    const sought = textArgument(call, 1);
    const from = integerArgument(call, 2);
    const isTextual = compareTypeArgument(call);
    return (evaluation) => {
      const text = searched(evaluation);
      const part = sought(evaluation);
      const start = from(evaluation) ?? 1;
      if (text === null || part === null) return null;
      if (start < 1) throw outOfRange(call, 2, startMessage);
      if (start > text.length) return '0';
      const position = isTextual(evaluation)
        ? toUpper(text).indexOf(toUpper(part), start - 1)
        : text.indexOf(part, start - 1);
      return String(position + 1);
    };
  },
};

function compareTypeArgument(call: CompiledCall): (evaluation: Evaluation) => boolean {
  const argument: TextEvaluator = textArgument(call, 3);
  return (evaluation) => {
    const type = argument(evaluation);
    if (type === null) return false;
    const known = compareTypes.get(type.toLowerCase());
    if (known === undefined)
      throw new EvaluationFailure('expression.unknown_word', `${compareTypeMessage}.`, call.args[3] ?? call);
    return known === 'text';
  };
}

const word: FunctionImplementation = {
  name: 'Word',
  family: 'text',
  description:
    'One word of a text, the first having number 1. Each character of the delimiters separates words; several in a row count as one.',
  parameters: [required('String', 'String'), required('WordNumber', 'Integer'), required('delimiters', 'String')],
  returns: 'String',
  nulls: 'A null text gives an empty one; null delimiters leave one word; a null number gives null.',
  errors: ['expression.not_an_integer: the number is no integer.'],
  example: { expression: 'Word("The quick brown fox", 3, " ")', input: {}, result: 'brown' },
  compile(call) {
    const source = textArgument(call, 0);
    const wanted = integerArgument(call, 1);
    const delimiters = textArgument(call, 2);
    return (evaluation) => {
      const text = source(evaluation);
      const number = wanted(evaluation);
      if (number === null) return null;
      if (text === null || number < 1) return '';
      return nthWord(text, number, new Set(delimiters(evaluation) ?? ''));
    };
  },
};

function nthWord(text: string, number: number, delimiters: ReadonlySet<string>): string {
  let count = 0;
  let current = '';
  for (const character of text) {
    if (!delimiters.has(character)) {
      if (current === '') count += 1;
      current += character;
    } else if (current !== '') {
      if (count === number) return current;
      current = '';
    }
  }
  return count === number ? current : '';
}

export const substringFunctions = [left, mid, inStr, word];

import type { Evaluation } from '../value.ts';
import { integerArgument, parseInteger, textArgument } from './arguments.ts';
import {
  optional,
  repeated,
  required,
  type CheckedCall,
  type CompiledCall,
  type FunctionImplementation,
} from './definition.ts';
import { EvaluationFailure } from './failure.ts';

type Random = () => number;

const guid: FunctionImplementation = {
  name: 'Guid',
  family: 'generation',
  description: 'A new random GUID at every evaluation, so the mapping should apply only during object creation.',
  parameters: [],
  returns: 'String',
  nulls: 'Takes no argument.',
  errors: [],
  example: { expression: 'Guid()', input: {}, sample: '00aa00aa-bb11-4c22-9d33-44ee44ee44ee' },
  compile() {
    return ({ environment }) => randomGuid(environment.random);
  },
};

/** RFC 9562 version 4. */
function randomGuid(random: Random): string {
  const bytes = Array.from({ length: 16 }, () => below(random, 256));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function below(random: Random, limit: number): number {
  return Math.min(limit - 1, Math.floor(random() * limit));
}

/** The classes of Windows' password complexity rule, in the order of the minimums. */
const characterClasses = [
  '0123456789',
  '~!@#$%^&*_-+=`|\\(){}[]:;"\'<>,.?/',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'abcdefghijklmnopqrstuvwxyz',
] as const;
const randomLengthMax = 256;

const randomString: FunctionImplementation = {
  name: 'RandomString',
  family: 'generation',
  description: `A new random text of at most ${randomLengthMax} characters at every evaluation, with at least so many digits, special characters, capitals and small letters; what the minimums leave is filled from all four. Characters to avoid never occur.`,
  parameters: [
    required('Length', 'Integer'),
    required('MinimumNumbers', 'Integer'),
    required('MinimumSpecialCharacters', 'Integer'),
    required('MinimumCapital', 'Integer'),
    required('MinimumLowerCase', 'Integer'),
    optional('CharactersToAvoid', 'String'),
  ],
  returns: 'String',
  nulls: 'A null number is 0; null characters to avoid are none.',
  errors: [
    'expression.not_an_integer: a number is no integer.',
    'expression.out_of_range: the length is above 256 or below the sum of the minimums, or every character of a class is to be avoided.',
  ],
  example: { expression: 'RandomString(10, 2, 2, 2, 1, "?,")', input: {}, sample: '1@!2BaRg53' },
  check: checkRandomString,
  compile(call) {
    const numbers = [0, 1, 2, 3, 4].map((index) => integerArgument(call, index));
    const avoid = textArgument(call, 5);
    return (evaluation) => {
      const [length = 0, ...minimums] = numbers.map((number) => number(evaluation) ?? 0);
      const avoided = avoid(evaluation) ?? '';
      const problem = randomProblem(length, minimums, avoided);
      if (problem !== undefined) throw outOfRange(call, problem);
      return fill(evaluation, length, minimums, avoided);
    };
  },
};

function outOfRange(call: CompiledCall, problem: string): EvaluationFailure {
  return new EvaluationFailure('expression.out_of_range', problem, call);
}

function checkRandomString(call: CheckedCall): void {
  const numbers = call.args.slice(0, 5).map((argument) => Number(parseInteger(argument?.constant ?? '') ?? Number.NaN));
  const avoided = call.args[5] === undefined ? '' : call.args[5].constant;
  if (numbers.length < 5 || numbers.some(Number.isNaN) || avoided === undefined) return;
  const [length = 0, ...minimums] = numbers;
  const problem = randomProblem(length, minimums, avoided);
  if (problem !== undefined) call.report('expression.out_of_range', problem);
}

function withoutAvoided(characters: string, avoided: string): string {
  const set = new Set(avoided);
  return [...characters].filter((character) => !set.has(character)).join('');
}

function randomProblem(length: number, minimums: readonly number[], avoided: string): string | undefined {
  if (length < 0 || minimums.some((minimum) => minimum < 0)) return 'The numbers of RandomString cannot be negative.';
  if (length > randomLengthMax) return `RandomString makes at most ${randomLengthMax} characters.`;
  if (length < minimums.reduce((sum, minimum) => sum + minimum, 0))
    return 'The length of RandomString is smaller than the sum of its minimums.';
  const classes = characterClasses.map((characters) => withoutAvoided(characters, avoided));
  if (classes.some((characters, index) => characters === '' && (minimums[index] ?? 0) > 0) || classes.join('') === '')
    return 'RandomString should avoid every character that it needs.';
  return undefined;
}

function fill({ environment }: Evaluation, length: number, minimums: readonly number[], avoided: string): string {
  const { random } = environment;
  const pick = (characters: string) => characters[below(random, characters.length)] ?? '';
  const classes = characterClasses.map((characters) => withoutAvoided(characters, avoided));
  const picked = classes.flatMap((characters, index) =>
    Array.from({ length: minimums[index] ?? 0 }, () => pick(characters)),
  );
  const all = classes.join('');
  while (picked.length < length) picked.push(pick(all));
  // Fisher and Yates: every order is equally likely.
  for (let last = picked.length - 1; last > 0; last -= 1) {
    const other = below(random, last + 1);
    const kept = picked[last] ?? '';
    picked[last] = picked[other] ?? '';
    picked[other] = kept;
  }
  return picked.join('');
}

const selectUniqueValue: FunctionImplementation = {
  name: 'SelectUniqueValue',
  family: 'generation',
  description:
    'The first of two or more values that no object of the target system has. It stands at top level only, not with a matching attribute, and its mapping applies only during object creation. When every value is taken, the object fails and is tried again later.',
  parameters: [repeated('uniqueValueRule', 'String')],
  returns: 'String',
  nulls: 'Null and empty values are left out.',
  errors: [],
  example: {
    expression: 'SelectUniqueValue(Append([mailNickname], "@contoso.com"), Append([mailNickname], "2@contoso.com"))',
    input: { mailNickname: 'jsmith' },
    result: 'jsmith@contoso.com',
  },
  check(call) {
    if (call.args.filter((argument) => argument !== undefined).length < 2)
      call.report('expression.wrong_argument_count', 'SelectUniqueValue needs two rules or more.');
  },
  compile() {
    throw new Error('invariant broken: SelectUniqueValue was compiled below the top level');
  },
};

const defaultDomain: FunctionImplementation = {
  name: 'DefaultDomain',
  family: 'generation',
  description: 'The default domain of the directory. Listed by the API of the reference, not on its function page.',
  parameters: [],
  returns: 'String',
  nulls: 'Takes no argument.',
  errors: [],
  example: { expression: 'DefaultDomain()', input: {}, sample: 'contoso.com' },
  compile() {
    return ({ environment }) => environment.defaultDomain;
  },
};

export const generationFunctions = [guid, randomString, selectUniqueValue, defaultDomain];

import { type Casing, cultureCasing, toLower, toTitle, toUpper } from '../casing.ts';
import type { Evaluation } from '../value.ts';
import { textArgument } from './arguments.ts';
import { optional, required, type CheckedCall, type CompiledCall, type FunctionImplementation } from './definition.ts';
import { EvaluationFailure, shown } from './failure.ts';

const cultureErrors = ['expression.unknown_culture: the culture is no RFC 4646 name.'];
const cultureMessage = 'A culture is named as in RFC 4646, such as en-US or tr-TR';

function checkCulture(call: CheckedCall): void {
  const [, culture] = call.args;
  if (culture?.constant !== undefined && cultureCasing(culture.constant) === undefined)
    call.report('expression.unknown_culture', `${cultureMessage}.`, culture);
}

function cultureArgument(call: CompiledCall): (evaluation: Evaluation) => Casing {
  if (call.args[1] === undefined) return () => 'invariant';
  const culture = textArgument(call, 1);
  return (evaluation) => {
    const name = culture(evaluation) ?? '';
    const casing = cultureCasing(name);
    if (casing === undefined)
      throw new EvaluationFailure('expression.unknown_culture', `${cultureMessage}${shown(call, name)}.`, call);
    return casing;
  };
}

function compileCase(call: CompiledCall, map: (text: string, casing: Casing) => string) {
  const source = textArgument(call, 0);
  const culture = cultureArgument(call);
  return (evaluation: Evaluation): string | null => {
    const text = source(evaluation);
    return text === null ? null : map(text, culture(evaluation));
  };
}

const lower: FunctionImplementation = {
  name: 'ToLower',
  family: 'text',
  description:
    'Lower case by the rules of a culture, the invariant one without a name. Letters change one to one: where the other case has more letters, as for ß, they stay.',
  parameters: [required('source', 'String'), optional('culture', 'String')],
  returns: 'String',
  nulls: 'Null gives null.',
  errors: cultureErrors,
  example: {
    expression: 'ToLower([userPrincipalName])',
    input: { userPrincipalName: 'John.Smith@Contoso.com' },
    result: 'john.smith@contoso.com',
  },
  check: checkCulture,
  compile: (call) => compileCase(call, toLower),
};

const upper: FunctionImplementation = {
  name: 'ToUpper',
  family: 'text',
  description:
    'Upper case by the rules of a culture, the invariant one without a name. Letters change one to one: ß stays.',
  parameters: [required('source', 'String'), optional('culture', 'String')],
  returns: 'String',
  nulls: 'Null gives null.',
  errors: cultureErrors,
  example: { expression: 'ToUpper([country])', input: { country: 'us' }, result: 'US' },
  check: checkCulture,
  compile: (call) => compileCase(call, toUpper),
};

const properCase: FunctionImplementation = {
  name: 'PCase',
  family: 'text',
  description:
    "Upper case for the first letter of each word, lower case for all others. Without separators the words are those of .NET's ToTitleCase: white space, punctuation (but not the apostrophe) and symbols separate them. With separators only those characters do.",
  parameters: [required('source', 'String'), optional('wordSeparators', 'String')],
  returns: 'String',
  nulls: 'A null source gives null; null or empty separators count as none given.',
  errors: [],
  example: {
    expression: `PCase([surname], " '-")`,
    input: { surname: "PINTO-DE'SILVA" },
    result: "Pinto-De'Silva",
  },
  compile(call) {
    const source = textArgument(call, 0);
    const separators = textArgument(call, 1);
    return (evaluation) => {
      const text = source(evaluation);
      if (text === null) return null;
      const between = separators(evaluation) ?? '';
      return between === '' ? titleCase(toLower(text)) : capitalizeWords(toLower(text), between);
    };
  },
};

function capitalizeWords(text: string, separators: string): string {
  const isSeparator = new Set(separators);
  let result = '';
  let isFirst = true;
  for (const character of text) {
    result += isFirst ? toTitle(character) : character;
    isFirst = isSeparator.has(character);
  }
  return result;
}

/** A word of ToTitleCase: a letter, then everything up to a separator; the apostrophe belongs to it. */
const titleWord = /\p{L}(?:['\p{L}\p{M}\p{N}\p{Cs}\p{Co}\p{Cn}])*/gu;

function titleCase(text: string): string {
  return text.replace(titleWord, (word) => {
    const [first = ''] = word;
    return toTitle(first) + word.slice(first.length);
  });
}

export const caseFunctions = [lower, upper, properCase];

import { textArgument, valuesArgument, integerArgument } from './arguments.ts';
import { required, type FunctionImplementation } from './definition.ts';
import { EvaluationFailure } from './failure.ts';
import { checkAtLeast } from './substrings.ts';

const count: FunctionImplementation = {
  name: 'Count',
  family: 'values',
  description: 'How many values an attribute has.',
  parameters: [required('attribute', 'String', { use: 'values' })],
  returns: 'Integer',
  nulls: 'Null gives 0.',
  errors: [],
  example: { expression: 'Count([proxyAddresses])', input: { proxyAddresses: ['a', 'b', 'c'] }, result: '3' },
  compile(call) {
    const values = valuesArgument(call, 0);
    return (evaluation) => String(values(evaluation).length);
  },
};

const indexMessage = 'The first value has the index 1.';

const item: FunctionImplementation = {
  name: 'Item',
  family: 'values',
  description: 'One value of an attribute with several, the first having the index 1.',
  parameters: [required('attribute', 'String', { use: 'values' }), required('index', 'Integer')],
  returns: 'String',
  nulls: 'Null gives null, and so does an index behind the last value.',
  errors: ['expression.not_an_integer: the index is no integer.', 'expression.out_of_range: the index is below 1.'],
  example: {
    expression: 'Item([proxyAddresses], 1)',
    input: { proxyAddresses: ['SMTP:jd@contoso.com', 'smtp:john@contoso.com'] },
    result: 'SMTP:jd@contoso.com',
  },
  check(call) {
    checkAtLeast(call, 1, 1n, indexMessage);
  },
  compile(call) {
    const values = valuesArgument(call, 0);
    const position = integerArgument(call, 1);
    return (evaluation) => {
      const all = values(evaluation);
      const index = position(evaluation);
      if (index === null) return null;
      if (index < 1)
        throw new EvaluationFailure('expression.out_of_range', `Item: ${indexMessage}`, call.args[1] ?? call);
      return all[index - 1] ?? null;
    };
  },
};

const removeDuplicates: FunctionImplementation = {
  name: 'RemoveDuplicates',
  family: 'values',
  description: 'The distinct values of an attribute, in the order of their first occurrence; letter case counts.',
  parameters: [required('attribute', 'String', { use: 'values' })],
  returns: 'Values',
  nulls: 'Null gives null.',
  errors: [],
  example: {
    expression: 'RemoveDuplicates([proxyAddresses])',
    input: { proxyAddresses: ['a', 'b', 'a'] },
    result: ['a', 'b'],
  },
  compile(call) {
    const values = valuesArgument(call, 0);
    return (evaluation) => {
      const all = values(evaluation);
      return all.length === 0 ? null : [...new Set(all)];
    };
  },
};

const emptyDelimiterMessage = 'The delimiter of Split cannot be empty.';

const split: FunctionImplementation = {
  name: 'Split',
  family: 'values',
  description:
    'Cuts a text at each delimiter into several values, and takes white space off both ends of each. Empty values stay.',
  parameters: [required('source', 'String'), required('delimiter', 'String')],
  returns: 'Values',
  nulls: 'Null gives null.',
  errors: ['expression.out_of_range: the delimiter is empty.'],
  example: {
    expression: 'Split([extensionAttribute5], ",")',
    input: { extensionAttribute5: 'PermissionSetOne, PermissionSetTwo' },
    result: ['PermissionSetOne', 'PermissionSetTwo'],
  },
  check(call) {
    const [, delimiter] = call.args;
    if (delimiter?.constant === '') call.report('expression.out_of_range', emptyDelimiterMessage, delimiter);
  },
  compile(call) {
    const source = textArgument(call, 0);
    const delimiter = textArgument(call, 1);
    return (evaluation) => {
      const text = source(evaluation);
      const separator = delimiter(evaluation);
      if (text === null) return null;
      if (separator === null || separator === '')
        throw new EvaluationFailure('expression.out_of_range', emptyDelimiterMessage, call.args[1] ?? call);
      return text.split(separator).map((part) => part.trim());
    };
  },
};

export const valuesFunctions = [count, item, removeDuplicates, split];

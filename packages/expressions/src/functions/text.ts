import { isValues, type Evaluator, type Value } from '../value.ts';
import { checkLength, textArgument, toValues } from './arguments.ts';
import { repeated, required, type FunctionImplementation } from './definition.ts';

const append: FunctionImplementation = {
  name: 'Append',
  family: 'text',
  description: 'The source, followed by the suffix.',
  parameters: [required('source', 'String'), required('suffix', 'String')],
  returns: 'String',
  nulls: 'A null source gives null; a null suffix adds nothing.',
  errors: [],
  example: {
    expression: 'Append([userPrincipalName], ".test")',
    input: { userPrincipalName: 'John.Doe@contoso.com' },
    result: 'John.Doe@contoso.com.test',
  },
  compile(call) {
    const source = textArgument(call, 0);
    const suffix = textArgument(call, 1);
    return (evaluation) => {
      const text = source(evaluation);
      if (text === null) return null;
      const added = suffix(evaluation) ?? '';
      checkLength(text.length + added.length, call);
      return text + added;
    };
  },
};

const prepend: FunctionImplementation = {
  name: 'Prepend',
  family: 'text',
  description: 'The prefix, followed by the source. Listed by the API of the reference, not on its function page.',
  parameters: [required('prefix', 'String'), required('source', 'String')],
  returns: 'String',
  nulls: 'A null source gives null; a null prefix adds nothing.',
  errors: [],
  example: { expression: 'Prepend("x-", [mailNickname])', input: { mailNickname: 'jdoe' }, result: 'x-jdoe' },
  compile(call) {
    const prefix = textArgument(call, 0);
    const source = textArgument(call, 1);
    return (evaluation) => {
      const text = source(evaluation);
      if (text === null) return null;
      const added = prefix(evaluation) ?? '';
      checkLength(text.length + added.length, call);
      return added + text;
    };
  },
};

const join: FunctionImplementation = {
  name: 'Join',
  family: 'text',
  description:
    'Joins the sources with the separator between them. Every value of an attribute with several values is joined too.',
  parameters: [required('separator', 'String'), repeated('source', 'String', { use: 'values' })],
  returns: 'String',
  nulls: 'Null and empty parts are left out, with their separator; when no part is left, the result is empty.',
  errors: [],
  example: {
    expression: 'Join(", ", "", [surname], [givenName])',
    input: { surname: 'Doe', givenName: 'John' },
    result: 'Doe, John',
  },
  compile(call) {
    const separator = textArgument(call, 0);
    const sources = call.args.slice(1).filter((argument) => argument !== undefined);
    return (evaluation) => {
      const between = separator(evaluation) ?? '';
      let joined = '';
      const add = (part: string | null) => {
        if (part === null || part === '') return;
        joined = joined === '' ? part : joined + between + part;
        checkLength(joined.length, call);
      };
      for (const source of sources) {
        const value: Value = source.evaluate(evaluation);
        if (value === null || typeof value === 'string') add(value);
        else if (isValues(value)) for (const part of value) add(part);
        else for (const part of toValues(value, source)) add(part);
      }
      return joined;
    };
  },
};

const stripSpaces: FunctionImplementation = {
  name: 'StripSpaces',
  family: 'text',
  description: 'Removes every space (U+0020); other white space stays.',
  parameters: [required('source', 'String')],
  returns: 'String',
  nulls: 'Null gives null.',
  errors: [],
  example: { expression: 'StripSpaces([displayName])', input: { displayName: 'a b c' }, result: 'abc' },
  compile(call) {
    const source = textArgument(call, 0);
    const evaluate: Evaluator = (evaluation) => source(evaluation)?.replaceAll(' ', '') ?? null;
    return evaluate;
  },
};

export const textFunctions = [append, prepend, join, stripSpaces];

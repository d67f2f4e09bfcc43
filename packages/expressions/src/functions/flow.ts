import type { Evaluator } from '../value.ts';
import { required, type FunctionImplementation } from './definition.ts';
import { isNothingOrEmpty } from './logic.ts';

const ignoreFlow: FunctionImplementation = {
  name: 'IgnoreFlowIfNullOrEmpty',
  family: 'flow',
  description:
    'The value; when it is null or empty, the target attribute is taken out of the flow: nothing is written, no default either.',
  parameters: [required('expression', 'String', { use: 'anything' })],
  returns: 'Anything',
  nulls: 'Null and empty take the attribute out of the flow.',
  errors: [],
  example: {
    expression: 'IgnoreFlowIfNullOrEmpty([department])',
    input: { department: 'Sales' },
    result: 'Sales',
  },
  compile(call) {
    const evaluate: Evaluator = call.args[0]?.evaluate ?? (() => null);
    return (evaluation) => {
      const value = evaluate(evaluation);
      if (isNothingOrEmpty(value)) evaluation.ignored = true;
      return value;
    };
  },
};

const redact: FunctionImplementation = {
  name: 'Redact',
  family: 'flow',
  description: 'The value flows unchanged, but logs show [Redact] in its place.',
  parameters: [required('value', 'String', { use: 'anything' })],
  returns: 'Anything',
  nulls: 'Null gives null.',
  errors: [],
  example: {
    expression: 'Redact([userPrincipalName])',
    input: { userPrincipalName: 'jd@contoso.com' },
    result: 'jd@contoso.com',
  },
  compile(call) {
    const evaluate: Evaluator = call.args[0]?.evaluate ?? (() => null);
    return (evaluation) => {
      evaluation.redact = true;
      return evaluate(evaluation);
    };
  },
};

export const flowFunctions = [ignoreFlow, redact];

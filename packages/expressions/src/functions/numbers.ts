import { bigintArgument, textArgument } from './arguments.ts';
import { required, type FunctionImplementation } from './definition.ts';

const bitAnd: FunctionImplementation = {
  name: 'BitAnd',
  family: 'numbers',
  description: 'The bits that both numbers have. Numbers are decimal, or hexadecimal with &H before them.',
  parameters: [required('value1', 'Integer'), required('value2', 'Integer')],
  returns: 'Integer',
  nulls: 'A null argument gives null.',
  errors: ['expression.not_an_integer: an argument is no integer.'],
  example: { expression: 'BitAnd(&HF, &HF7)', input: {}, result: '7' },
  compile(call) {
    const first = bigintArgument(call, 0);
    const second = bigintArgument(call, 1);
    return (evaluation) => {
      const a = first(evaluation);
      const b = second(evaluation);
      return a === null || b === null ? null : String(a & b);
    };
  },
};

const cStr: FunctionImplementation = {
  name: 'CStr',
  family: 'numbers',
  description: 'The text of a number, a reference or a boolean.',
  parameters: [required('value', 'String')],
  returns: 'String',
  nulls: 'Null gives null.',
  errors: [],
  example: { expression: 'CStr([dn])', input: { dn: 'cn=Joe,dc=contoso,dc=com' }, result: 'cn=Joe,dc=contoso,dc=com' },
  compile: (call) => textArgument(call, 0),
};

export const numberFunctions = [bitAnd, cStr];

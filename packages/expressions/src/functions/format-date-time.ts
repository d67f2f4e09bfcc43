import { parseExact } from '../datetime/exact.ts';
import { ticksFromUnixMs } from '../datetime/datetime.ts';
import { formatDateTime, parseFormat, type FormatPart } from '../datetime/format.ts';
import { parseStyles, type DateTimeStyles } from '../datetime/styles.ts';
import type { Evaluation } from '../value.ts';
import { checkLength, textArgument } from './arguments.ts';
import { optional, required, type CompiledCall, type FunctionImplementation } from './definition.ts';
import { EvaluationFailure, shown } from './failure.ts';

export const formatDateTimeFunction: FunctionImplementation = {
  name: 'FormatDateTime',
  family: 'dates',
  description:
    'Reads a date string exactly by the input format and writes it in the output format. Both are .NET custom date-time formats (a single letter is a standard format), in the invariant culture. dateTimeStyles holds names of .NET DateTimeStyles, separated by commas; without them RoundtripKind, AllowLeadingWhite and AllowTrailingWhite count. Offsets are applied: the result is UTC.',
  parameters: [
    required('source', 'String'),
    optional('dateTimeStyles', 'String'),
    required('inputFormat', 'String'),
    required('outputFormat', 'String'),
  ],
  returns: 'String',
  nulls: 'A null source gives null; null styles are the default ones.',
  errors: [
    'expression.invalid_date: the source does not match the input format.',
    'expression.invalid_date_format: a format or a style is none that .NET has.',
  ],
  example: {
    expression: 'FormatDateTime([extensionAttribute1], , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")',
    input: { extensionAttribute1: '20150123105347.1Z' },
    result: '2015-01-23',
  },
  check(call) {
    const [, styles, ...formats] = call.args;
    const read = [
      { argument: styles, parse: parseStyles },
      ...formats.map((argument) => ({ argument, parse: parseFormat })),
    ];
    for (const { argument, parse } of read) {
      if (argument?.constant === undefined) continue;
      const parsed = parse(argument.constant);
      if ('problem' in parsed) call.report('expression.invalid_date_format', `${sentence(parsed.problem)}.`, argument);
    }
  },
  compile(call) {
    const source = textArgument(call, 0);
    const styles = parsedArgument<DateTimeStyles>(call, 1, parseStyles);
    const input = parsedArgument<readonly FormatPart[]>(call, 2, parseFormat);
    const output = parsedArgument<readonly FormatPart[]>(call, 3, parseFormat);
    return (evaluation) => {
      const text = source(evaluation);
      if (text === null) return null;
      const now = ticksFromUnixMs(evaluation.environment.now);
      const parsed = parseExact(text, input(evaluation), styles(evaluation), now);
      if (parsed === undefined)
        throw new EvaluationFailure(
          'expression.invalid_date',
          `The source of FormatDateTime does not match the input format${shown(call, text)}.`,
          call.args[0] ?? call,
        );
      const formatted = formatDateTime(parsed.ticks, parsed.kind, output(evaluation));
      checkLength(formatted.length, call);
      return formatted;
    };
  },
};

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The argument, read once when it is a constant. */
function parsedArgument<T extends object>(
  call: CompiledCall,
  index: number,
  parse: (text: string) => T | { readonly problem: string },
): (evaluation: Evaluation) => T {
  const read = (text: string): T => {
    const parsed = parse(text);
    if ('problem' in parsed)
      throw new EvaluationFailure(
        'expression.invalid_date_format',
        `FormatDateTime: ${parsed.problem}.`,
        call.args[index] ?? call,
      );
    return parsed;
  };
  const constant = call.args[index]?.constant;
  let kept: T | undefined;
  const argument = textArgument(call, index);
  return (evaluation) => {
    if (kept !== undefined) return kept;
    const parsed = read(argument(evaluation) ?? '');
    if (constant !== undefined) kept = parsed;
    return parsed;
  };
}

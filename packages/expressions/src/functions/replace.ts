import { compilePattern, type Pattern } from '../regex/pattern.ts';
import { groupText, parseReplacement } from '../regex/replacement.ts';
import type { Evaluation, Evaluator } from '../value.ts';
import { checkLength, textArgument } from './arguments.ts';
import { optional, required, type CheckedCall, type CompiledCall, type FunctionImplementation } from './definition.ts';
import { EvaluationFailure, shown } from './failure.ts';
import { spanInConstant } from './constant-span.ts';

const slots = { source: 0, oldValue: 1, pattern: 2, group: 3, replacement: 4, attribute: 5, template: 6 } as const;

type Mode = 'text' | 'template' | 'regex' | 'regex-group' | 'extract';

/** The documented modes, by which arguments are given. */
function modeOf(isGiven: (slot: number) => boolean): Mode | undefined {
  const [oldValue, pattern, group] = [isGiven(slots.oldValue), isGiven(slots.pattern), isGiven(slots.group)];
  const [replacement, attribute, template] = [
    isGiven(slots.replacement),
    isGiven(slots.attribute),
    isGiven(slots.template),
  ];
  if (oldValue && !pattern && !group && !attribute) {
    if (replacement && !template) return 'text';
    if (template && !replacement) return 'template';
  }
  if (pattern && !oldValue && !template) {
    if (group && attribute && !replacement) return 'extract';
    if (replacement && !attribute) return group ? 'regex-group' : 'regex';
  }
  return undefined;
}

export const replaceFunction: FunctionImplementation = {
  name: 'Replace',
  family: 'text',
  description:
    'Replaces within a text, case-sensitively; what it does depends on the arguments given. oldValue and replacementValue: every oldValue in the source. oldValue and template: every oldValue in the template becomes the source. regexPattern and replacementValue: every match, ${name} and $1 in the replacement standing for groups. regexPattern, regexGroupName and replacementValue: the text of that group in every match. regexPattern, regexGroupName and replacementAttributeName: the source if it has a value, else the text of the group found in the other attribute. Patterns are .NET regular expressions without look-around, back-references, atomic groups and class subtraction.',
  parameters: [
    required('source', 'String'),
    optional('Find', 'String', { documentedName: 'oldValue' }),
    optional('RegularExpression', 'String', { documentedName: 'regexPattern' }),
    optional('RegularExpressionGroupName', 'String', { documentedName: 'regexGroupName' }),
    optional('Replacement', 'String', { documentedName: 'replacementValue' }),
    optional('ReplacementPropertyName', 'String', { documentedName: 'replacementAttributeName' }),
    optional('Template', 'String', { documentedName: 'template' }),
  ],
  returns: 'String',
  nulls:
    'A null source gives null, except where it is to be replaced by another attribute. A null oldValue leaves the source; a null replacement is empty; a null template gives null.',
  errors: [
    'expression.regex_invalid: the pattern is no regular expression.',
    'expression.regex_unsupported: the pattern uses what cannot run in linear time.',
    'expression.unknown_group: the pattern has no group of this name.',
    'expression.out_of_range: oldValue is empty.',
    'expression.value_too_long: the result, or the text that a pattern is applied to, is too long.',
  ],
  example: {
    expression: 'Replace([mail], "@contoso.com", , , "", , )',
    input: { mail: 'john.doe@contoso.com' },
    result: 'john.doe',
  },
  moreExamples: [
    {
      expression: 'Replace([UserID], "<username>", , , , , "<username>@contoso.com")',
      input: { UserID: 'jsmith' },
      result: 'jsmith@contoso.com',
    },
    {
      expression: String.raw`Replace([telephoneNumber], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "${'$'}{phoneNumber}", , )`,
      input: { telephoneNumber: '+91 9998887777' },
      result: '9998887777',
    },
    {
      expression: String.raw`Replace([streetAddress], , "(?<streetNumber>^\\d*)", "streetNumber", "888", , )`,
      input: { streetAddress: '545 Tremont Street' },
      result: '888 Tremont Street',
    },
    {
      expression: String.raw`Replace([telephoneNumber], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", "phoneNumber", , [mobile], )`,
      input: { telephoneNumber: '', mobile: '+91 8887779999' },
      result: '8887779999',
    },
  ],
  check: checkReplace,
  compile(call) {
    const mode = modeOf((slot) => call.args[slot] !== undefined);
    switch (mode) {
      case 'text':
        return compileText(call, slots.source, slots.oldValue, slots.replacement);
      case 'template':
        return compileTemplate(call);
      case 'regex':
        return compileRegex(call);
      case 'regex-group':
        return compileRegexGroup(call);
      case 'extract':
        return compileExtract(call);
      case undefined:
        throw new Error('invariant broken: an unchecked Replace was compiled');
    }
  },
};

function checkReplace(call: CheckedCall): void {
  const { args } = call;
  if (modeOf((slot) => args[slot] !== undefined) === undefined)
    call.report(
      'expression.replace_arguments',
      'Replace takes, after the source: oldValue and replacementValue; oldValue and template; regexPattern and replacementValue, with or without regexGroupName; or regexPattern, regexGroupName and replacementAttributeName.',
    );
  const oldValue = args[slots.oldValue];
  if (oldValue?.constant === '') call.report('expression.out_of_range', emptyOldValueMessage, oldValue);
  const pattern = args[slots.pattern];
  if (pattern?.constant === undefined) return;
  const compiled = compilePattern(pattern.constant);
  if (!compiled.ok) {
    for (const { kind, message, start, end } of compiled.problems)
      call.report(`expression.regex_${kind}`, message, spanInConstant(pattern.expression, start, end));
    return;
  }
  const group = args[slots.group];
  if (group?.constant !== undefined && !hasGroup(compiled.value, group.constant))
    call.report('expression.unknown_group', unknownGroupMessage, group);
}

const emptyOldValueMessage = 'The oldValue of Replace cannot be empty.';
const unknownGroupMessage = 'The regular expression has no group of this name.';

function hasGroup(pattern: Pattern, name: string): boolean {
  return name === '0' || pattern.groupNames.has(name);
}

function compileText(call: CompiledCall, sourceSlot: number, oldSlot: number, newSlot: number): Evaluator {
  const source = textArgument(call, sourceSlot);
  const oldValue = textArgument(call, oldSlot);
  const newValue = textArgument(call, newSlot);
  return (evaluation) => {
    const text = source(evaluation);
    const from = oldValue(evaluation);
    const to = newValue(evaluation) ?? '';
    return text === null || from === null ? text : replaceText(text, from, to, call);
  };
}

function replaceText(text: string, from: string, to: string, call: CompiledCall): string {
  if (from === '')
    throw new EvaluationFailure('expression.out_of_range', emptyOldValueMessage, call.args[slots.oldValue] ?? call);
  const parts = text.split(from);
  checkLength(text.length + (parts.length - 1) * (to.length - from.length), call);
  return parts.join(to);
}

/** Source and template change places: the source is what the template's placeholder becomes. */
function compileTemplate(call: CompiledCall): Evaluator {
  const source = textArgument(call, slots.source);
  const oldValue = textArgument(call, slots.oldValue);
  const template = textArgument(call, slots.template);
  return (evaluation) => {
    const text = source(evaluation);
    const placeholder = oldValue(evaluation);
    const pattern = template(evaluation);
    if (text === null || pattern === null) return null;
    return placeholder === null ? pattern : replaceText(pattern, placeholder, text, call);
  };
}

function compileRegex(call: CompiledCall): Evaluator {
  const source = textArgument(call, slots.source);
  const pattern = patternArgument(call);
  const replacement = textArgument(call, slots.replacement);
  return (evaluation) => {
    const text = source(evaluation);
    const compiled = pattern(evaluation);
    const parts = parseReplacement(replacement(evaluation) ?? '', compiled);
    if (text === null) return null;
    return replaceSpans(text, compiled, call, function* () {
      for (const match of compiled.matches(text)) {
        let made = '';
        for (const part of parts) {
          made += typeof part === 'string' ? part : part(match, text);
          checkLength(made.length, call);
        }
        yield { start: match.start, end: match.end, text: made };
      }
    });
  };
}

function compileRegexGroup(call: CompiledCall): Evaluator {
  const source = textArgument(call, slots.source);
  const pattern = patternArgument(call);
  const group = groupArgument(call);
  const replacement = textArgument(call, slots.replacement);
  return (evaluation) => {
    const text = source(evaluation);
    const compiled = pattern(evaluation);
    const name = group(evaluation, compiled);
    const made = replacement(evaluation) ?? '';
    if (text === null) return null;
    return replaceSpans(text, compiled, call, function* () {
      for (const match of compiled.matches(text)) {
        const span = match.group(name);
        if (span !== undefined) yield { ...span, text: made };
      }
    });
  };
}

function compileExtract(call: CompiledCall): Evaluator {
  const source = textArgument(call, slots.source);
  const pattern = patternArgument(call);
  const group = groupArgument(call);
  const other = textArgument(call, slots.attribute);
  return (evaluation) => {
    const text = source(evaluation);
    if (text !== null && text !== '') return text;
    const compiled = pattern(evaluation);
    const name = group(evaluation, compiled);
    const searched = other(evaluation);
    if (searched === null) return null;
    checkSearched(searched, compiled, call);
    for (const match of compiled.matches(searched)) return groupText(match, name, searched);
    return null;
  };
}

interface ReplacedSpan {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function replaceSpans(text: string, pattern: Pattern, call: CompiledCall, spans: () => Iterable<ReplacedSpan>): string {
  checkSearched(text, pattern, call);
  let result = '';
  let position = 0;
  for (const span of spans()) {
    result += text.slice(position, span.start) + span.text;
    position = span.end;
    checkLength(result.length, call);
  }
  return result + text.slice(position);
}

function checkSearched(text: string, { textCharactersMax }: Pattern, call: CompiledCall): void {
  if (text.length > textCharactersMax)
    throw new EvaluationFailure(
      'expression.value_too_long',
      `This regular expression is applied to at most ${textCharactersMax} characters.`,
      call,
    );
}

/** The pattern, compiled once: for good when it is a constant, else as long as its text stays the same. */
function patternArgument(call: CompiledCall): (evaluation: Evaluation) => Pattern {
  const source = textArgument(call, slots.pattern);
  let kept: { readonly text: string; readonly pattern: Pattern } | undefined;
  return (evaluation) => {
    const text = source(evaluation) ?? '';
    if (kept?.text === text) return kept.pattern;
    const compiled = compilePattern(text);
    if (!compiled.ok) {
      const [problem] = compiled.problems;
      throw new EvaluationFailure(
        `expression.regex_${problem?.kind ?? 'invalid'}`,
        `${problem?.message ?? ''} The regular expression is this${shown(call, text)}.`,
        call.args[slots.pattern] ?? call,
      );
    }
    kept = { text, pattern: compiled.value };
    return compiled.value;
  };
}

function groupArgument(call: CompiledCall): (evaluation: Evaluation, pattern: Pattern) => string {
  const source = textArgument(call, slots.group);
  return (evaluation, pattern) => {
    const name = source(evaluation) ?? '';
    if (!hasGroup(pattern, name))
      throw new EvaluationFailure('expression.unknown_group', unknownGroupMessage, call.args[slots.group] ?? call);
    return name;
  };
}

import { ConfigError, type Problem } from '@joinery/base';
import { checkExpression, compileExpression, parseExpression, type EvaluationEnvironment } from '@joinery/expressions';
import type { Command } from 'commander';
import { processOutput, readSourceObject, runAction, type Output } from './object-input.ts';

export interface ExpressionOptions {
  readonly input: string;
  readonly now?: string;
  readonly seed?: string;
  readonly taken?: readonly string[];
}

export function registerExpression(program: Command): void {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  program
    .command('expression')
    .description('Evaluate an attribute-mapping expression over one object and print the value as JSON')
    .argument('<EXPR>', 'the expression; [attribute] and "text" alone are accepted too')
    .requiredOption('--input <JSON|@FILE>', 'the source object: attribute → text, boolean, array of texts, or null')
    .option('--now <ISO>', 'what Now() is taken to be')
    .option('--seed <N>', 'a whole number that makes Guid() and RandomString() repeatable')
    .option('--taken <VALUE>', 'a value that the target has, for SelectUniqueValue (repeatable)', collect)
    .action((text: string, options: ExpressionOptions) => {
      process.exitCode = runExpression(text, options, processOutput);
    });
}

/** One JSON value on stdout and 0; problems as JSON on stderr and 1; bad flags or input 2. */
export function runExpression(text: string, options: ExpressionOptions, output: Output): number {
  return runAction(() => evaluateExpression(text, options, output), output);
}

function evaluateExpression(text: string, options: ExpressionOptions, output: Output): number {
  const lookup = readSourceObject(options.input);
  const environment = readEnvironment(options);
  const parsed = parseExpression(text);
  if (!parsed.ok) return reportProblems(parsed.problems, output);
  const problems = checkExpression(parsed.value);
  if (problems.length > 0) return reportProblems(problems, output);
  const result = compileExpression(parsed.value).evaluate(lookup, environment);
  switch (result.kind) {
    case 'value':
      output.stdout(`${JSON.stringify(result.value)}\n`);
      return 0;
    case 'ignore':
      output.stderr('note: the value is null or empty, so the attribute is taken out of the flow\n');
      output.stdout('null\n');
      return 0;
    case 'select-unique':
      return printUnique(result.candidates, options.taken ?? [], { start: 0, end: text.length }, output);
    case 'error': {
      const { code, message, start, end } = result;
      return reportProblems([{ code, message, start, end }], output);
    }
  }
}

/** Values are compared as target systems compare user names: letter case does not make them different. */
function printUnique(
  candidates: readonly string[],
  taken: readonly string[],
  place: Pick<Problem, 'start' | 'end'>,
  output: Output,
): number {
  const folded = new Set(taken.map((value) => value.toLowerCase()));
  const free = candidates.find((candidate) => !folded.has(candidate.toLowerCase()));
  if (free === undefined) {
    const message =
      candidates.length === 0
        ? 'Every rule of SelectUniqueValue gave null or an empty text.'
        : 'Every value of SelectUniqueValue is taken; add a rule that makes another one.';
    return reportProblems([{ code: 'expression.no_unique_value', message, ...place }], output);
  }
  output.stdout(`${JSON.stringify(free)}\n`);
  return 0;
}

export function reportProblems(problems: readonly Problem[], output: Output): number {
  const shown = problems.map(({ code, message, start, end }) => ({ code, message, start, end }));
  output.stderr(`${JSON.stringify({ problems: shown })}\n`);
  return 1;
}

function readEnvironment({ now, seed }: ExpressionOptions): EvaluationEnvironment {
  return {
    now: readNow(now),
    random: seed === undefined ? Math.random : mulberry32(readSeed(seed)),
    defaultDomain: 'example.com',
  };
}

/** The instant of `--now`, else the present one; in milliseconds. */
export function readNow(now: string | undefined): number {
  return now === undefined ? Date.now() : readInstant(now);
}

function readInstant(text: string): number {
  const isIso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text);
  // A time without an offset is UTC, wherever the command runs.
  const hasZone = /(?:Z|[+-]\d{2}:\d{2})$/.test(text.slice(10));
  const instant = isIso ? Date.parse(text.length > 10 && !hasZone ? `${text}Z` : text) : Number.NaN;
  if (Number.isNaN(instant))
    throw new ConfigError({
      code: 'config.invalid_flag',
      message: `--now needs an ISO 8601 date-time such as 2026-03-01T09:00:00Z, not ${JSON.stringify(text)}.`,
    });
  return instant;
}

function readSeed(text: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw new ConfigError({
      code: 'config.invalid_flag',
      message: `--seed needs a whole number of at most ten digits, not ${JSON.stringify(text)}.`,
    });
  return Number(text);
}

/**
 * Tommy Ettinger's mulberry32: a 32-bit state, one number in [0, 1) a call. It makes runs repeatable; it is not for
 * secrets.
 */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

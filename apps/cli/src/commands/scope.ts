import { checkScopingFilter, compileScopingFilter, parseScopingFilter, type ClauseOutcome } from '@joinery/expressions';
import type { Command } from 'commander';
import { readNow, reportProblems } from './expression.ts';
import { processOutput, readArgument, readSourceObject, runAction, type Output } from './object-input.ts';

export interface ScopeOptions {
  readonly input: string;
  readonly now?: string;
}

export function registerScope(program: Command): void {
  program
    .command('scope')
    .description('Evaluate a scoping filter over one object and print true or false')
    .argument('<FILTER|@FILE>', "Graph's scope object of an object mapping, as JSON")
    .requiredOption('--input <JSON|@FILE>', 'the source object: attribute → text, boolean, array of texts, or null')
    .option('--now <ISO>', 'what NOW in a filter is taken to be')
    .action((filter: string, options: ScopeOptions) => {
      process.exitCode = runScope(filter, options, processOutput);
    });
}

/** `true` or `false` on stdout, the clauses on stderr and 0; problems as JSON on stderr and 1; bad flags or input 2. */
export function runScope(filter: string, options: ScopeOptions, output: Output): number {
  return runAction(() => evaluateScope(filter, options, output), output);
}

function evaluateScope(argument: string, options: ScopeOptions, output: Output): number {
  const lookup = readSourceObject(options.input);
  const text = readArgument(argument);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const message = `The filter is no JSON: ${error instanceof Error ? error.message : 'unknown reason'}.`;
    return reportProblems([{ code: 'scope.invalid_json', message, start: 0, end: text.length }], output);
  }
  const parsed = parseScopingFilter(json);
  if (!parsed.ok) return reportProblems(parsed.problems, output);
  const problems = checkScopingFilter(parsed.value);
  if (problems.length > 0) return reportProblems(problems, output);
  const outcome = compileScopingFilter(parsed.value).evaluate(lookup, readNow(options.now));
  for (const clause of outcome.clauses) output.stderr(`${describeClause(clause)}\n`);
  output.stdout(`${outcome.inScope}\n`);
  return 0;
}

/** `group "Sales": department EQUALS "Sales", value "Sales": true`; also what `NOW` stood for, and that `nullMatches` decided. */
function describeClause(outcome: ClauseOutcome): string {
  const { group, attribute, operator, operand, resolvedOperand, value, passed } = outcome;
  const instant = resolvedOperand === undefined ? [] : [`(${resolvedOperand})`];
  const condition = [attribute, operator, ...operand.map((text) => JSON.stringify(text)), ...instant].join(' ');
  const rule = outcome.decidedBy === 'absence' && outcome.nullMatches ? ' (nullMatches)' : '';
  return `group ${JSON.stringify(group)}: ${condition}, value ${JSON.stringify(value)}${rule}: ${passed}`;
}

import { assertNever } from '@joinery/base';
import type { Expression } from './ast.ts';
import type { CompiledExpression, EvaluationResult } from './evaluation.ts';
import { compileComparison } from './compare.ts';
import { parseInteger, toText } from './functions/arguments.ts';
import type { CompiledArgument, CompiledCall } from './functions/definition.ts';
import { EvaluationFailure } from './functions/failure.ts';
import { findFunction } from './functions/registry.ts';
import { printExpression } from './print.ts';
import { fromSource, toFlow, type Evaluation, type Evaluator } from './value.ts';

/**
 * Compiles an expression that `checkExpression` found no problem in; a function unknown to it throws. The result may be
 * kept and shared: it holds no state of an evaluation.
 */
export function compileExpression(expression: Expression): CompiledExpression {
  const attributes = new Set<string>();
  const compiler: Compiler = { attributes, hidesValues: callsFunction(expression, 'Redact') };
  const text = printExpression(expression);
  if (expression.kind === 'function' && expression.name === 'SelectUniqueValue') {
    const rules = expression.args
      .filter((argument) => argument.kind !== 'omitted')
      .map((argument) => ({ at: argument, evaluate: compileNode(argument, compiler) }));
    return finish(text, attributes, (evaluation) => {
      const candidates = new Set<string>();
      for (const { at, evaluate } of rules) {
        const candidate = toText(evaluate(evaluation), at);
        if (candidate !== null && candidate !== '') candidates.add(candidate.toWellFormed());
      }
      return { kind: 'select-unique', candidates: [...candidates], redact: evaluation.redact };
    });
  }
  const evaluate = compileNode(expression, compiler);
  return finish(text, attributes, (evaluation) => {
    const value = toFlow(evaluate(evaluation));
    return { kind: 'value', value, redact: evaluation.redact };
  });
}

function finish(
  text: string,
  attributes: ReadonlySet<string>,
  run: (evaluation: Evaluation) => EvaluationResult,
): CompiledExpression {
  return {
    text,
    attributes: [...attributes],
    evaluate(lookup, environment) {
      const evaluation: Evaluation = { lookup, environment, ignored: false, redact: false };
      try {
        const result = run(evaluation);
        return evaluation.ignored ? { kind: 'ignore' } : result;
      } catch (error) {
        if (!(error instanceof EvaluationFailure)) throw error;
        const { start, end } = error.span;
        return { kind: 'error', code: error.code, message: error.message, start, end };
      }
    },
  };
}

interface Compiler {
  readonly attributes: Set<string>;
  readonly hidesValues: boolean;
}

function compileNode(node: Expression, compiler: Compiler): Evaluator {
  switch (node.kind) {
    case 'attribute': {
      const { name } = node;
      compiler.attributes.add(name);
      return ({ lookup }) => {
        const value = lookup(name);
        return typeof value === 'string' ? value : fromSource(value);
      };
    }
    case 'constant': {
      const value = constantText(node);
      return () => value;
    }
    case 'comparison':
      return compileComparison(node, compileNode(node.left, compiler), compileNode(node.right, compiler));
    case 'function': {
      const implementation = findFunction(node.name);
      if (implementation === undefined) throw new Error(`invariant broken: unknown function ${node.name} was compiled`);
      return implementation.compile(compileCall(node, compiler));
    }
    default:
      return assertNever(node);
  }
}

function compileCall(node: Expression & { readonly kind: 'function' }, compiler: Compiler): CompiledCall {
  const args = node.args.map((argument): CompiledArgument | undefined => {
    if (argument.kind === 'omitted') return undefined;
    return {
      expression: argument,
      evaluate: compileNode(argument, compiler),
      constant: argument.kind === 'constant' ? constantText(argument) : undefined,
      start: argument.start,
      end: argument.end,
    };
  });
  return { name: node.name, args, hidesValues: compiler.hidesValues, start: node.start, end: node.end };
}

/** What a constant stands for: hexadecimal numbers become decimal text. */
export function constantText(node: Expression & { readonly kind: 'constant' }): string {
  return node.form === 'hex' ? String(parseInteger(node.value) ?? node.value) : node.value;
}

function callsFunction(node: Expression, name: string): boolean {
  if (node.kind === 'comparison') return callsFunction(node.left, name) || callsFunction(node.right, name);
  if (node.kind !== 'function') return false;
  return (
    node.name === name || node.args.some((argument) => argument.kind !== 'omitted' && callsFunction(argument, name))
  );
}

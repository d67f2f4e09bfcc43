import { fail, ok, type Problem, type Result } from '@joinery/base';
import type { Argument, ComparisonOperator, Expression, Span } from './ast.ts';
import { constantText } from './compile.ts';
import type { ParameterDefinition } from './functions/definition.ts';
import { findFunction } from './functions/registry.ts';
import { expressionDepthMax } from './limits.ts';
import { parseExpression } from './parse.ts';
import { printExpression, quote } from './print.ts';

/** Graph `attributeMappingSource`. @see https://learn.microsoft.com/graph/api/resources/synchronization-attributemappingsource */
export interface AttributeMappingSource {
  readonly type: 'Attribute' | 'Constant' | 'Function';
  readonly name: string;
  readonly expression: string;
  readonly parameters?: readonly { readonly key: string; readonly value: AttributeMappingSource }[];
}

const comparisonOperators: readonly string[] = ['=', '<>', '>', '>=', '<', '<='];

/**
 * Tree → Graph's source. Parameter keys are those of the function list, omitted arguments are left out, and numbers
 * become quoted constants, as in Graph's samples. Graph documents no form for a comparison: it is a `Function` here,
 * named by its operator, with the parameters `left` and `right`.
 */
export function toMappingSource(expression: Expression): AttributeMappingSource {
  const text = printExpression(expression);
  switch (expression.kind) {
    case 'attribute':
      return { type: 'Attribute', name: expression.name, expression: text, parameters: [] };
    case 'constant': {
      const name = constantText(expression);
      return { type: 'Constant', name, expression: quote(name), parameters: [] };
    }
    case 'comparison':
      return {
        type: 'Function',
        name: expression.operator,
        expression: text,
        parameters: [
          { key: 'left', value: toMappingSource(expression.left) },
          { key: 'right', value: toMappingSource(expression.right) },
        ],
      };
    case 'function': {
      const parameters = findFunction(expression.name)?.parameters ?? [];
      return {
        type: 'Function',
        name: expression.name,
        expression: text,
        parameters: expression.args.flatMap((argument, index) =>
          argument.kind === 'omitted' ? [] : [{ key: keyOf(parameters, index), value: toMappingSource(argument) }],
        ),
      };
    }
  }
}

function keyOf(parameters: readonly ParameterDefinition[], index: number): string {
  return (parameters[index] ?? parameters.at(-1))?.name ?? `argument${index + 1}`;
}

/**
 * Graph's source → tree. The `expression` is read when there is one, else the tree is rebuilt from `name` and
 * `parameters`; its positions are then those of its canonical text. Errors are those of `parseExpression`, and
 * `expression.invalid_source` for a tree that cannot be one.
 */
export function fromMappingSource(source: AttributeMappingSource): Result<Expression> {
  if (source.expression?.trim()) return parseExpression(source.expression);
  const problems: Problem[] = [];
  const rebuilt = rebuild(source, problems, 1);
  if (problems.length > 0 || rebuilt === undefined) return fail(...problems);
  const text = printExpression(rebuilt);
  const parsed = parseExpression(text);
  return parsed.ok ? ok(parsed.value) : parsed;
}

const nowhere: Span = { start: 0, end: 0 };

function rebuild(source: AttributeMappingSource, problems: Problem[], depth: number): Expression | undefined {
  const refuse = (message: string): undefined => {
    problems.push({ code: 'expression.invalid_source', message, ...nowhere });
    return undefined;
  };
  if (depth > expressionDepthMax) return refuse(`The source is nested deeper than ${expressionDepthMax} levels.`);
  if (typeof source.name !== 'string') return refuse('A source needs a name.');
  if (source.type === 'Attribute') return { kind: 'attribute', name: source.name, ...nowhere };
  if (source.type === 'Constant') return { kind: 'constant', value: source.name, form: 'string', ...nowhere };
  if (source.type !== 'Function') return refuse('The type of a source is Attribute, Constant or Function.');
  const parameters = (source.parameters ?? []).map(({ key, value }) => ({
    key,
    value: rebuild(value, problems, depth + 1),
  }));
  if (comparisonOperators.includes(source.name)) {
    const left = parameters.find(({ key }) => key === 'left')?.value;
    const right = parameters.find(({ key }) => key === 'right')?.value;
    if (left === undefined || right === undefined) return refuse(`The comparison ${source.name} needs left and right.`);
    // The list holds exactly the operators.
    return { kind: 'comparison', operator: source.name as ComparisonOperator, left, right, ...nowhere };
  }
  const args = placeArguments(source.name, parameters, refuse);
  return args && { kind: 'function', name: source.name, nameSpan: nowhere, args, ...nowhere };
}

/** Puts parameters into their slots by key; a key that repeats fills the slots from its own to the end. */
function placeArguments(
  name: string,
  given: readonly { readonly key: string; readonly value: Expression | undefined }[],
  refuse: (message: string) => undefined,
): readonly Argument[] | undefined {
  const definition = findFunction(name);
  if (definition === undefined) return given.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const slots: Argument[] = [];
  for (const { key, value } of given) {
    if (value === undefined) continue;
    const index = definition.parameters.findIndex((parameter) =>
      [parameter.name, parameter.documentedName].some((other) => other?.toLowerCase() === key.toLowerCase()),
    );
    const parameter = definition.parameters[index];
    if (parameter === undefined) return refuse(`The function ${name} has no parameter ${key}.`);
    if (!parameter.allowMultipleOccurrences && slots[index] !== undefined && slots[index].kind !== 'omitted')
      return refuse(`The parameter ${key} of ${name} is given twice.`);
    const slot = parameter.allowMultipleOccurrences ? Math.max(index, slots.length) : index;
    while (slots.length <= slot) slots.push({ kind: 'omitted', ...nowhere });
    slots[slot] = value;
  }
  return slots;
}

import type { Problem } from '@joinery/base';
import type { Argument, Expression, Span } from './ast.ts';
import { constantText } from './compile.ts';
import { parseDateTime } from './datetime/parse.ts';
import { parseInteger } from './functions/arguments.ts';
import type {
  CheckedArgument,
  FunctionImplementation,
  ParameterDefinition,
  ResultType,
} from './functions/definition.ts';
import { findFunction, functions } from './functions/registry.ts';
import { compareTypes } from './functions/substrings.ts';
import { suggestion } from './nearest.ts';

export interface CheckOptions {
  /** The attributes that the source object can have; without them, attribute names are not checked. */
  readonly attributes?: readonly string[];
  /** `matching`: the source of a matching attribute, where `SelectUniqueValue` cannot stand. */
  readonly position?: 'top-level' | 'matching';
}

/**
 * Every problem of a tree that would make it fail for every object: unknown functions and attributes (with the nearest
 * name), wrong numbers of arguments, constants and results of a wrong type, functions at a wrong place. Sorted by place.
 * Codes: `expression.unknown_function`, `.unknown_attribute`, `.unknown_word`, `.wrong_argument_count`,
 * `.missing_argument`, `.type_mismatch`, `.not_an_integer`, `.invalid_date`, `.not_top_level`, `.matching_attribute`,
 * `.top_level`, `.app_roles`, `.comparison_place`, and those that the functions list for their constants.
 */
export function checkExpression(expression: Expression, options: CheckOptions = {}): readonly Problem[] {
  const checker = new Checker(options.attributes);
  checker.topLevel(expression, options.position ?? 'top-level');
  checker.node(expression, true);
  return checker.problems.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

class Checker {
  readonly problems: Problem[] = [];
  readonly #attributes: ReadonlySet<string> | undefined;

  constructor(attributes: readonly string[] | undefined) {
    this.#attributes = attributes && new Set(attributes);
  }

  topLevel(node: Expression, position: 'top-level' | 'matching'): void {
    if (node.kind === 'comparison')
      this.#report('expression.top_level', 'A comparison stands in the condition of IIF, or in CBool or Not.', node);
    if (node.kind === 'constant' && node.form !== 'string' && node.form !== 'word')
      this.#report('expression.top_level', 'A constant alone is written in double quotes.', node);
    if (node.kind === 'attribute' && node.name === 'appRoleAssignments')
      this.#report(
        'expression.app_roles',
        'appRoleAssignments is mapped through a role function, such as AppRoleAssignmentsComplex([appRoleAssignments]).',
        node,
      );
    if (node.kind === 'function' && node.name === 'SelectUniqueValue' && position === 'matching')
      this.#report('expression.matching_attribute', 'SelectUniqueValue cannot make a matching attribute.', node);
  }

  node(node: Argument, isTop = false): void {
    if (node.kind === 'attribute') this.#attribute(node);
    else if (node.kind === 'comparison') {
      for (const side of [node.left, node.right]) {
        this.node(side);
        if (resultType(side) === 'Roles')
          this.#report('expression.type_mismatch', 'Complex roles cannot be compared.', side);
      }
    } else if (node.kind === 'function') this.#function(node, isTop);
    else if (node.kind === 'constant' && node.form === 'word') this.#word(node, isTop);
  }

  #attribute({ name, ...span }: Expression & { readonly kind: 'attribute' }): void {
    if (this.#attributes === undefined || this.#attributes.has(name)) return;
    this.#report(
      'expression.unknown_attribute',
      `The source object has no attribute ${name}${suggestion(name, this.#attributes)}`,
      span,
    );
  }

  /** A bare word; `#argument` does not come here with a compare type in its place. */
  #word(node: Expression & { readonly kind: 'constant' }, isTop: boolean): void {
    const hint = compareTypes.has(node.value.toLowerCase())
      ? 'it is a compare type of InStr'
      : isTop && findFunction(node.value)
        ? `a function is called with parentheses, ${node.value}()`
        : `write [${node.value}] for an attribute or "${node.value}" for a text`;
    this.#report('expression.unknown_word', `The word ${node.value} has no meaning here: ${hint}.`, node);
  }

  #function(node: Expression & { readonly kind: 'function' }, isTop: boolean): void {
    const definition = findFunction(node.name);
    if (definition === undefined) {
      const names = functions.map(({ name }) => name);
      this.#report(
        'expression.unknown_function',
        `There is no function ${node.name}${suggestion(node.name, names)}`,
        node.nameSpan,
      );
      for (const argument of node.args) this.node(argument);
      return;
    }
    if (definition.name === 'SelectUniqueValue' && !isTop)
      this.#report(
        'expression.not_top_level',
        'SelectUniqueValue cannot stand inside another function.',
        node.nameSpan,
      );
    const args = withoutTrailingOmitted(node.args, definition.parameters.length);
    this.#count(node, args.length, definition);
    for (const [index, argument] of args.entries()) this.#argument(node, argument, parameterAt(definition, index));
    definition.check?.({
      args: node.args.map(checkedArgument),
      start: node.start,
      end: node.end,
      report: (code, message, at = node) => this.#report(code, message, at),
    });
  }

  #count(
    node: Expression & { readonly kind: 'function' },
    given: number,
    { name, parameters }: FunctionImplementation,
  ): void {
    const isOpen = parameters.at(-1)?.allowMultipleOccurrences === true;
    const min = parameters.findLastIndex((parameter) => parameter.required) + 1;
    const max = isOpen ? Infinity : parameters.length;
    if (given >= min && given <= max) return;
    const expected = isOpen ? `at least ${min}` : min === max ? String(min) : `${min} to ${max}`;
    this.#report(
      'expression.wrong_argument_count',
      `${name} takes ${expected} argument${expected === '1' || expected === 'at least 1' ? '' : 's'}, but ${given} ${given === 1 ? 'is' : 'are'} given.`,
      node,
    );
  }

  #argument(
    call: Expression & { readonly kind: 'function' },
    argument: Argument,
    parameter: ParameterDefinition | undefined,
  ): void {
    if (argument.kind === 'omitted') {
      if (parameter?.required)
        this.#report(
          'expression.missing_argument',
          `The argument ${parameter.documentedName ?? parameter.name} of ${call.name} is missing.`,
          { start: Math.max(argument.start - 1, call.start), end: Math.min(argument.end + 1, call.end) },
        );
      return;
    }
    if (parameter?.use !== 'word' || argument.kind !== 'constant' || argument.form !== 'word') this.node(argument);
    if (parameter) this.#type(call.name, argument, parameter);
  }

  #type(name: string, argument: Expression, parameter: ParameterDefinition): void {
    const label = `The argument ${parameter.documentedName ?? parameter.name} of ${name}`;
    const mismatch = (message: string) => this.#report('expression.type_mismatch', `${label} ${message}`, argument);
    const type = resultType(argument);
    if (argument.kind === 'comparison' && parameter.use !== 'condition')
      return this.#report(
        'expression.comparison_place',
        `${label} cannot be a comparison; use CBool or IIF.`,
        argument,
      );
    if (type === 'Roles' && parameter.use !== 'anything') return mismatch('cannot be complex roles.');
    switch (parameter.use) {
      case 'integer':
        if (
          argument.kind === 'constant' &&
          argument.form !== 'word' &&
          parseInteger(constantText(argument)) === undefined
        )
          this.#report('expression.not_an_integer', `${label} must be an integer.`, argument);
        if (type === 'Boolean' || type === 'DateTime' || type === 'Values') mismatch('must be an integer.');
        return;
      case 'dateTime':
        if (
          argument.kind === 'constant' &&
          argument.form !== 'word' &&
          parseDateTime(constantText(argument)) === undefined
        )
          this.#report('expression.invalid_date', `${label} is no date-time.`, argument);
        if (type === 'Boolean' || type === 'Integer' || type === 'Values') mismatch('must be a date-time.');
        return;
      case 'text':
      case 'condition':
      case 'word':
        if (type === 'Values') mismatch('must be one value; choose one with Item or join them with Join.');
        return;
      case 'values':
      case 'anything':
      case 'roles':
    }
  }

  #report(code: string, message: string, { start, end }: Span): void {
    this.problems.push({ code, message, start, end });
  }
}

function parameterAt({ parameters }: FunctionImplementation, index: number): ParameterDefinition | undefined {
  if (index < parameters.length) return parameters[index];
  const last = parameters.at(-1);
  // Further occurrences may be left out.
  return last?.allowMultipleOccurrences ? { ...last, required: false } : undefined;
}

/** Empty slots at the end are legal, also more than there are parameters. */
function withoutTrailingOmitted(args: readonly Argument[], parametersCount: number): readonly Argument[] {
  let count = args.length;
  while (count > parametersCount && args[count - 1]?.kind === 'omitted') count -= 1;
  return args.slice(0, count);
}

function checkedArgument(argument: Argument): CheckedArgument | undefined {
  if (argument.kind === 'omitted') return undefined;
  const constant = argument.kind === 'constant' ? constantText(argument) : undefined;
  return { expression: argument, constant, start: argument.start, end: argument.end };
}

/** What a node gives, as far as that is known before it runs. */
function resultType(node: Expression): ResultType {
  if (node.kind === 'comparison') return 'Boolean';
  if (node.kind !== 'function') return 'Anything';
  return findFunction(node.name)?.returns ?? 'Anything';
}

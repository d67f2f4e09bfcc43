import type { Expression, Span } from '../ast.ts';
import type { FlowValue } from '../evaluation.ts';
import type { Evaluator } from '../value.ts';

export type FunctionFamily =
  'text' | 'logic' | 'values' | 'dates' | 'numbers' | 'encoding' | 'generation' | 'flow' | 'roles';

/** Types as Graph's `attributeMappingParameterSchema` names them. */
export type ParameterType = 'String' | 'Integer' | 'Boolean' | 'DateTime';

export type ResultType = ParameterType | 'Values' | 'Roles' | 'Anything';

/**
 * - `text`: one value; an attribute with several is an evaluation error.
 * - `values`: any number of values. `anything`: passed on unchanged, or only looked at.
 * - `condition`: a comparison, or a value that is true or false.
 * - `roles`: the attribute `appRoleAssignments`. `word`: `vbTextCompare` or `vbBinaryCompare`.
 */
export type ParameterUse = 'text' | 'integer' | 'dateTime' | 'condition' | 'values' | 'anything' | 'roles' | 'word';

export interface ParameterDefinition {
  /** The key in Graph's `parameters`. */
  readonly name: string;
  /** The name on the documentation page, where it differs. */
  readonly documentedName?: string;
  readonly type: ParameterType;
  readonly required: boolean;
  readonly allowMultipleOccurrences: boolean;
  readonly use: ParameterUse;
}

export interface FunctionExample {
  readonly expression: string;
  readonly input: Readonly<Record<string, string | boolean | null | readonly string[]>>;
  /** As it flows; absent where the result is another one each time. */
  readonly result?: FlowValue;
  /** What such a result looks like. */
  readonly sample?: string;
}

/** One function, documented once: reference page, console help and Graph's `schema/functions` are made of it. */
export interface FunctionDefinition {
  readonly name: string;
  readonly family: FunctionFamily;
  readonly description: string;
  readonly parameters: readonly ParameterDefinition[];
  readonly returns: ResultType;
  /** What absent attributes do. */
  readonly nulls: string;
  /** When evaluation fails; empty when it cannot. */
  readonly errors: readonly string[];
  readonly example: FunctionExample;
  readonly moreExamples?: readonly FunctionExample[];
}

/** An argument slot of a checked call. */
export interface CompiledArgument extends Span {
  readonly expression: Expression;
  readonly evaluate: Evaluator;
  /** The text of a constant. */
  readonly constant: string | undefined;
}

export interface CompiledCall extends Span {
  readonly name: string;
  /** `undefined`: an omitted slot. */
  readonly args: readonly (CompiledArgument | undefined)[];
  /** The expression contains `Redact`: messages must not show values. */
  readonly hidesValues: boolean;
}

export interface CheckedArgument extends Span {
  readonly expression: Expression;
  readonly constant: string | undefined;
}

export interface CheckedCall extends Span {
  readonly args: readonly (CheckedArgument | undefined)[];
  report(code: string, message: string, at?: Span): void;
}

export interface FunctionImplementation extends FunctionDefinition {
  /** Rules on constants and slots, beyond arity and types. */
  check?(call: CheckedCall): void;
  compile(call: CompiledCall): Evaluator;
}

interface ParameterOptions {
  readonly use?: ParameterUse;
  readonly documentedName?: string;
}

const uses: Readonly<Record<ParameterType, ParameterUse>> = {
  String: 'text',
  Integer: 'integer',
  Boolean: 'condition',
  DateTime: 'dateTime',
};

export function required(name: string, type: ParameterType, options: ParameterOptions = {}): ParameterDefinition {
  return { name, type, required: true, allowMultipleOccurrences: false, use: uses[type], ...options };
}

export function optional(name: string, type: ParameterType, options: ParameterOptions = {}): ParameterDefinition {
  return { ...required(name, type, options), required: false };
}

export function repeated(name: string, type: ParameterType, options: ParameterOptions = {}): ParameterDefinition {
  return { ...required(name, type, options), allowMultipleOccurrences: true };
}

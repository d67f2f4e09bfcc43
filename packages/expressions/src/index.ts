export type { Argument, ComparisonOperator, Expression, Span } from './ast.ts';
export { checkExpression, type CheckOptions } from './check.ts';
export { compileExpression } from './compile.ts';
export type {
  AppRole,
  AttributeLookup,
  CompiledExpression,
  ComplexRole,
  EvaluationEnvironment,
  EvaluationResult,
  FlowValue,
  SourceValue,
} from './evaluation.ts';
export { checkScopingFilter, parseScopingFilter } from './filter/check.ts';
export { compileScopingFilter, type CompiledScopingFilter } from './filter/compile.ts';
export { filterOperators, type FilterOperatorDefinition } from './filter/operators.ts';
export type { FunctionDefinition, FunctionExample, ParameterDefinition } from './functions/definition.ts';
export { functions } from './functions/registry.ts';
export { fromMappingSource, toMappingSource, type AttributeMappingSource } from './mapping-source.ts';
export { parseExpression } from './parse.ts';
export { printExpression } from './print.ts';
export type { ClauseOutcome, FilterClause, FilterGroup, ScopeOutcome, ScopingFilter } from './scoping-filter.ts';

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
export { groupAttributes, parseFilterAttribute, type FilterAttribute } from './filter/attribute.ts';
export { checkScopingFilter, type FilterCheckOptions } from './filter/check.ts';
export { compileScopingFilter, type CompiledScopingFilter } from './filter/compile.ts';
export type { FilterOperatorDefinition, FilterOperatorExample, OperandKind } from './filter/operator.ts';
export { filterOperators } from './filter/operators.ts';
export { parseScopingFilter } from './filter/parse.ts';
export type { FunctionDefinition, FunctionExample, ParameterDefinition } from './functions/definition.ts';
export { functions } from './functions/registry.ts';
export { fromMappingSource, toMappingSource, type AttributeMappingSource } from './mapping-source.ts';
export { parseExpression } from './parse.ts';
export { printExpression } from './print.ts';
export type {
  ClauseOutcome,
  FilterClause,
  FilterGroup,
  MultivaluedComparison,
  ScopeOutcome,
  ScopingFilter,
} from './scoping-filter.ts';

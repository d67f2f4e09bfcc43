export type { Argument, ComparisonOperator, Expression, Span } from './ast.ts';
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
export type { AttributeMappingSource } from './mapping-source.ts';
export type { ClauseOutcome, FilterClause, FilterGroup, ScopeOutcome, ScopingFilter } from './scoping-filter.ts';

// To be exported from here, with these signatures:
//   parseExpression(text: string): Result<Expression>
//   checkExpression(expression: Expression, options?: { attributes?: readonly string[]; position?: 'top-level' | 'matching' }): readonly Problem[]
//   printExpression(expression: Expression): string
//   compileExpression(expression: Expression): CompiledExpression          (of a checked expression)
//   toMappingSource(expression: Expression): AttributeMappingSource
//   fromMappingSource(source: AttributeMappingSource): Result<Expression>  (reads `expression`, else rebuilds from name and parameters)
//   functions: readonly FunctionDefinition[]                               (documentation, parameters, for Graph and the reference)
//   checkScopingFilter(filter: ScopingFilter): readonly Problem[]
//   compileScopingFilter(filter: ScopingFilter): { attributes: readonly string[]; evaluate(lookup: AttributeLookup): ScopeOutcome }
//   filterOperators: readonly FilterOperatorDefinition[]

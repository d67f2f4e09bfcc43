/** Graph `filter` (the `scope` of an object mapping): groups are OR-ed, the clauses of one group AND-ed. */
export interface ScopingFilter {
  readonly groups: readonly FilterGroup[];
  readonly inputFilterGroups?: readonly FilterGroup[];
  readonly categoryFilterGroups?: readonly FilterGroup[];
}

export interface FilterGroup {
  readonly name: string;
  readonly clauses: readonly FilterClause[];
}

export interface FilterClause {
  readonly sourceOperandName: string;
  /** `EQUALS`, `NOT EQUALS`, `IS TRUE`, `REGEX MATCH`, … any letter case, with blanks or underscores. */
  readonly operatorName: string;
  readonly targetOperand?: { readonly values: readonly string[] } | null;
}

/** One clause, the value it saw and its outcome. */
export interface ClauseOutcome {
  readonly group: string;
  readonly attribute: string;
  readonly operator: string;
  readonly operand: readonly string[];
  readonly value: import('./evaluation.ts').SourceValue;
  readonly passed: boolean;
}

export interface ScopeOutcome {
  readonly inScope: boolean;
  readonly clauses: readonly ClauseOutcome[];
}

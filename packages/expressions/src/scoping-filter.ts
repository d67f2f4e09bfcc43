import type { SourceValue } from './evaluation.ts';

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

/** `Any`: one value that passes is enough. `All`: every value must pass. */
export type MultivaluedComparison = 'Any' | 'All';

/** Graph's clause, with two optional members of our own: `nullMatches` and `multivaluedComparisonType`. */
export interface FilterClause {
  /** An attribute of the object, or of one that it refers to: see `parseFilterAttribute`. */
  readonly sourceOperandName: string;
  /** `EQUALS`, `NOT EQUALS`, `IS TRUE`, `REGEX MATCH`, … any letter case, with blanks or underscores. */
  readonly operatorName: string;
  readonly targetOperand?: { readonly values: readonly string[] } | null;
  /** What the clause answers for an object without a value; absent: false, as Entra does. */
  readonly nullMatches?: boolean;
  /** For an attribute with several values; absent: `All` for the negated operators, `Any` for the others. */
  readonly multivaluedComparisonType?: MultivaluedComparison;
}

/** One clause, the value it saw, and how it came to its outcome. */
export interface ClauseOutcome {
  readonly group: string;
  /** Place of the group in the filter, from 0: names need not be unique. */
  readonly groupIndex: number;
  readonly attribute: string;
  readonly operator: string;
  readonly operand: readonly string[];
  /** The date-time that an operand relative to now stood for, as ISO 8601 text. */
  readonly resolvedOperand?: string;
  readonly multivaluedComparisonType: MultivaluedComparison;
  readonly nullMatches: boolean;
  readonly value: SourceValue;
  /** `absence`: there was no value, so `nullMatches` decided, or the operator that asks for it. */
  readonly decidedBy: 'value' | 'absence';
  readonly passed: boolean;
}

export interface ScopeOutcome {
  readonly inScope: boolean;
  readonly clauses: readonly ClauseOutcome[];
  /**
   * Milliseconds since 1970-01-01 UTC: the first time at which a clause relative to now answers differently although the
   * object stays as it is. Absent: no clause will.
   */
  readonly changesAt?: number;
}

import type { AttributeLookup, SourceValue } from '../evaluation.ts';
import { regexInputCharactersMax } from '../limits.ts';
import type { ClauseOutcome, FilterClause, FilterGroup, ScopeOutcome, ScopingFilter } from '../scoping-filter.ts';
import { fromSource, isValues, roleName } from '../value.ts';
import { findOperator } from './operators.ts';

/** Compiled once, evaluated many times; never throws, never changes its input. */
export interface CompiledScopingFilter {
  /** Attributes that the filter reads. */
  readonly attributes: readonly string[];
  evaluate(lookup: AttributeLookup): ScopeOutcome;
}

/**
 * Compiles a filter that `checkScopingFilter` found no problem in: groups are OR-ed, the clauses of one AND-ed, and no
 * groups take in every object. A clause on a null or empty value is false, except IS NULL. Every clause is evaluated, so
 * that the outcome shows them all.
 */
export function compileScopingFilter(filter: ScopingFilter): CompiledScopingFilter {
  const groups = filter.groups.map(compileGroup);
  const attributes = new Set(filter.groups.flatMap(({ clauses }) => clauses.map((clause) => clause.sourceOperandName)));
  return {
    attributes: [...attributes],
    evaluate(lookup) {
      const outcomes = groups.map((group) => group.map((clause) => clause(lookup)));
      return {
        inScope: outcomes.length === 0 || outcomes.some((group) => group.every(({ passed }) => passed)),
        clauses: outcomes.flat(),
      };
    },
  };
}

type CompiledClause = (lookup: AttributeLookup) => ClauseOutcome;

function compileGroup({ name, clauses }: FilterGroup): readonly CompiledClause[] {
  return clauses.map((clause) => compileClause(name, clause));
}

function compileClause(group: string, clause: FilterClause): CompiledClause {
  const attribute = clause.sourceOperandName;
  const operator = findOperator(clause.operatorName);
  const operand = operator?.arity === 'Unary' ? [] : [...(clause.targetOperand?.values ?? [])];
  const test = operator?.test(operand) ?? (() => false);
  const decide = (value: SourceValue): boolean => {
    const values = presentValues(value);
    if (values.length === 0) return operator?.name === 'IS NULL';
    const isBoolean = typeof value === 'boolean';
    const passes = (text: string) => text.length <= regexInputCharactersMax && test(text, isBoolean);
    return operator?.multiValued === 'every' ? values.every(passes) : values.some(passes);
  };
  return (lookup) => {
    const value = lookup(attribute) ?? null;
    return {
      group,
      attribute,
      operator: operator?.name ?? clause.operatorName,
      operand,
      value,
      passed: decide(value),
    };
  };
}

/** The values that are not empty, as texts. */
function presentValues(source: SourceValue): readonly string[] {
  const value = fromSource(source);
  if (value === null || value === '') return [];
  if (typeof value === 'string') return [value];
  if (isValues(value)) return value.filter((text) => text !== '');
  return value.kind === 'appRoles' ? value.roles.map(roleName) : [];
}

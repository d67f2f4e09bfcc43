import { ticksFromUnixMs, unixMsFromTicks } from '../datetime/datetime.ts';
import type { AttributeLookup, SourceValue } from '../evaluation.ts';
import { regexInputCharactersMax } from '../limits.ts';
import type { ClauseOutcome, FilterClause, FilterGroup, ScopeOutcome, ScopingFilter } from '../scoping-filter.ts';
import { fromSource, isValues, roleName } from '../value.ts';
import { parseDateOperand, printIsoDateTime } from './date-operand.ts';
import type { ValueContext } from './operator.ts';
import { findOperator } from './operators.ts';

/** Compiled once, evaluated many times; never changes its input. */
export interface CompiledScopingFilter {
  /** Attributes that the filter reads, as its clauses name them: see `parseFilterAttribute`. */
  readonly attributes: readonly string[];
  /** A clause is relative to now, so that the outcome of an object may change while the object does not. */
  readonly readsNow: boolean;
  /**
   * `now`: milliseconds since 1970-01-01 UTC. A filter that reads it must be given it; leaving it out there is a broken
   * invariant, which throws. Nothing else does.
   */
  evaluate(lookup: AttributeLookup, now?: number): ScopeOutcome;
}

/**
 * Compiles a filter that `checkScopingFilter` found no problem in: groups are OR-ed, the clauses of one AND-ed, and no
 * groups take in every object. A clause on a null or empty value is false, except IS NULL and where `nullMatches` says
 * otherwise. Every clause is evaluated, so that the outcome shows them all.
 */
export function compileScopingFilter(filter: ScopingFilter): CompiledScopingFilter {
  const groups = filter.groups.map(compileGroup);
  const clauses = filter.groups.flatMap((group) => group.clauses);
  const readsNow = groups.some((group) => group.some((clause) => clause.readsNow));
  return {
    attributes: [...new Set(clauses.map((clause) => clause.sourceOperandName))],
    readsNow,
    evaluate(lookup, now) {
      if (readsNow && now === undefined)
        throw new Error('invariant broken: a scoping filter relative to now was evaluated without a time');
      const ticks = ticksFromUnixMs(now ?? 0);
      const outcomes = groups.map((group) => group.map((clause) => clause.evaluate(lookup, ticks)));
      const changes = outcomes.flat().flatMap(({ changesAt }) => changesAt ?? []);
      return {
        inScope: outcomes.length === 0 || outcomes.some((group) => group.every(({ outcome }) => outcome.passed)),
        clauses: outcomes.flat().map(({ outcome }) => outcome),
        ...(changes.length > 0 ? { changesAt: Math.min(...changes) } : {}),
      };
    },
  };
}

interface EvaluatedClause {
  readonly outcome: ClauseOutcome;
  readonly changesAt: number | undefined;
}

interface CompiledClause {
  readonly readsNow: boolean;
  evaluate(lookup: AttributeLookup, now: bigint): EvaluatedClause;
}

function compileGroup({ name, clauses }: FilterGroup, index: number): readonly CompiledClause[] {
  return clauses.map((clause) => compileClause(clause, { group: name, groupIndex: index }));
}

function compileClause(clause: FilterClause, place: Pick<ClauseOutcome, 'group' | 'groupIndex'>): CompiledClause {
  const attribute = clause.sourceOperandName;
  const operator = findOperator(clause.operatorName);
  const operand = operator?.arity === 'Unary' ? [] : [...(clause.targetOperand?.values ?? [])];
  const test = operator?.test(operand) ?? (() => false);
  const multivaluedComparisonType =
    clause.multivaluedComparisonType ?? (operator?.multiValued === 'every' ? 'All' : 'Any');
  const nullMatches = clause.nullMatches ?? false;
  const whenAbsent = operator?.name === 'IS NULL' || (nullMatches && operator?.name !== 'IS NOT NULL');
  const offset = operator?.operand === 'date' ? relativeOffset(operand) : undefined;
  const turn = offset === undefined ? undefined : operator?.changesAt?.(operand);
  const decide = (values: readonly string[], context: ValueContext): boolean => {
    const passes = (text: string) => text.length <= regexInputCharactersMax && test(text, context);
    return multivaluedComparisonType === 'All' ? values.every(passes) : values.some(passes);
  };
  const base = {
    ...place,
    attribute,
    operator: operator?.name ?? clause.operatorName,
    operand,
    multivaluedComparisonType,
    nullMatches,
  } as const;
  return {
    readsNow: offset !== undefined,
    evaluate(lookup, now) {
      const value = lookup(attribute) ?? null;
      const values = presentValues(value);
      const isAbsent = values.length === 0;
      const passed = isAbsent ? whenAbsent : decide(values, { isBoolean: typeof value === 'boolean', now });
      const resolved = offset === undefined ? undefined : printIsoDateTime(now + offset);
      return {
        outcome: {
          ...base,
          ...(resolved === undefined ? {} : { resolvedOperand: resolved }),
          value,
          decidedBy: isAbsent ? 'absence' : 'value',
          passed,
        },
        changesAt: turn && nextTurn(values, turn, now),
      };
    },
  };
}

function relativeOffset([operand = '']: readonly string[]): bigint | undefined {
  const parsed = parseDateOperand(operand);
  return parsed?.kind === 'relative' ? parsed.offset : undefined;
}

/** The first whole millisecond behind the first turn that lies ahead. */
function nextTurn(
  values: readonly string[],
  turn: (value: string) => bigint | undefined,
  now: bigint,
): number | undefined {
  const ahead = values.flatMap((value) => turn(value) ?? []).filter((ticks) => ticks >= now);
  if (ahead.length === 0) return undefined;
  return unixMsFromTicks(ahead.reduce((a, b) => (a < b ? a : b))) + 1;
}

/** The values that are not empty, as texts. */
function presentValues(source: SourceValue): readonly string[] {
  const value = fromSource(source);
  if (value === null || value === '') return [];
  if (typeof value === 'string') return [value];
  if (isValues(value)) return value.filter((text) => text !== '');
  return value.kind === 'appRoles' ? value.roles.map(roleName) : [];
}

import type { Problem } from '@joinery/base';
import { filterClausesMax, filterGroupsMax, filterOperandCharactersMax, filterOperandsMax } from '../limits.ts';
import { suggestion } from '../nearest.ts';
import { compilePattern } from '../regex/pattern.ts';
import type { FilterClause, FilterGroup, ScopingFilter } from '../scoping-filter.ts';
import { groupAttributes, managerAttribute, parseFilterAttribute } from './attribute.ts';
import { parseDateOperand } from './date-operand.ts';
import type { FilterOperator } from './operator.ts';
import { filterOperators, findOperator, wholeNumber } from './operators.ts';

export interface FilterCheckOptions {
  /** The attributes that the object and its manager can have; without them, their names are not checked. */
  readonly attributes?: readonly string[];
}

/**
 * Every problem of a filter. It has no text of its own, so the messages begin with the place (`groups[0].clauses[1]`) and
 * the offsets are 0. Codes: `scope.too_large`, `.unsupported_groups`, `.empty_group`, `.empty_attribute`,
 * `.unknown_attribute`, `.unknown_operator`, `.operand_count`, `.not_an_integer`, `.invalid_date`, `.regex_invalid`,
 * `.regex_unsupported`, `.null_rule`.
 */
export function checkScopingFilter(filter: ScopingFilter, options: FilterCheckOptions = {}): readonly Problem[] {
  const problems: Problem[] = [];
  if (filter.groups.length > filterGroupsMax)
    problems.push(problem('scope.too_large', 'groups', `A filter has at most ${filterGroupsMax} groups.`));
  for (const [place, message] of unsupportedGroups)
    if ((filter[place]?.length ?? 0) > 0) problems.push(problem('scope.unsupported_groups', place, message));
  for (const [index, group] of filter.groups.slice(0, filterGroupsMax).entries())
    problems.push(...checkGroup(group, `groups[${index}]`, options));
  return problems;
}

/** What Graph marks as experimental, and what does nearly the same here. */
const unsupportedGroups = [
  [
    'inputFilterGroups',
    'Objects outside these groups would stay in the target as they are, which a filter can\'t do here. Move the clauses to "groups", and let the job leave alone what goes out of scope.',
  ],
  [
    'categoryFilterGroups',
    'These groups would say which objects the mapping is for, but each object type has one mapping here. Move the clauses to "groups".',
  ],
] as const;

/** Names of Graph's operators that no filter evaluates, in Entra neither. */
const unsupportedOperators: ReadonlyMap<string, string> = new Map([
  [
    'ismemberof',
    'IsMemberOf is not evaluated, in Entra neither. Use the attribute memberOf or transitiveMemberOf with EQUALS or IN and the object ids of the groups.',
  ],
]);

function unknownOperator(name: string): string {
  const known = unsupportedOperators.get(name.replace(/[\s_]+/g, '').toLowerCase());
  if (known !== undefined) return known;
  const names = filterOperators.map((operator) => operator.name);
  return `There is no operator ${name.slice(0, 60)}${suggestion(name, names)}`;
}

function problem(code: string, place: string, message: string): Problem {
  return { code, message: `${place}: ${message}`, start: 0, end: 0 };
}

function checkGroup({ clauses }: FilterGroup, place: string, options: FilterCheckOptions): readonly Problem[] {
  if (clauses.length === 0)
    return [problem('scope.empty_group', place, 'A group without clauses would take in every object; remove it.')];
  if (clauses.length > filterClausesMax)
    return [problem('scope.too_large', place, `A group has at most ${filterClausesMax} clauses.`)];
  return clauses.flatMap((clause, index) => checkClause(clause, `${place}.clauses[${index}]`, options));
}

function checkClause(clause: FilterClause, place: string, options: FilterCheckOptions): readonly Problem[] {
  const problems: Problem[] = [...checkAttribute(clause.sourceOperandName, place, options)];
  const operator = findOperator(clause.operatorName);
  if (operator === undefined) {
    problems.push(problem('scope.unknown_operator', place, unknownOperator(clause.operatorName)));
    return problems;
  }
  problems.push(...checkOperands(operator, clause.targetOperand?.values ?? [], place));
  if (clause.nullMatches === true && operator.name.endsWith('NULL'))
    problems.push(problem('scope.null_rule', place, `${operator.name} decides itself about absent values; leave nullMatches out.`)); // prettier-ignore
  return problems;
}

function checkAttribute(name: string, place: string, { attributes }: FilterCheckOptions): readonly Problem[] {
  const unknown = (candidates: Iterable<string>) =>
    problem(
      'scope.unknown_attribute',
      place,
      `There is no attribute ${name.slice(0, 60)}${suggestion(name, candidates)}`,
    );
  if (name.trim() === '') return [problem('scope.empty_attribute', place, 'The clause names no attribute.')];
  const read = parseFilterAttribute(name);
  const special = [managerAttribute, ...groupAttributes.keys()];
  if (read === undefined) return [unknown(special)];
  const own = read.kind === 'groups' ? undefined : read.name;
  // A name that is a special one but for its letter case would silently never have a value.
  if (read.kind === 'own' && special.some((other) => other.toLowerCase() === name.toLowerCase()))
    return [unknown(special)];
  if (attributes === undefined || own === undefined || attributes.includes(own)) return [];
  return [
    unknown(
      read.kind === 'manager' ? attributes.map((other) => `${managerAttribute}.${other}`) : [...attributes, ...special],
    ),
  ];
}

const regexCodes = { invalid: 'scope.regex_invalid', unsupported: 'scope.regex_unsupported' } as const;

function checkOperands(
  { name, operand }: FilterOperator,
  values: readonly string[],
  place: string,
): readonly Problem[] {
  // Graph's clients leave stale values in unary clauses.
  if (operand === 'none') return [];
  if (operand === 'texts' ? values.length === 0 : values.length !== 1) {
    const expected = operand === 'texts' ? 'one value or more' : 'exactly one value';
    return [
      problem(
        'scope.operand_count',
        place,
        `${name} takes ${expected} in targetOperand.values; here are ${values.length}.`,
      ),
    ];
  }
  if (values.length > filterOperandsMax || values.some(({ length }) => length > filterOperandCharactersMax))
    return [
      problem(
        'scope.too_large',
        place,
        `A clause has at most ${filterOperandsMax} values of at most ${filterOperandCharactersMax} characters.`,
      ),
    ];
  const [value = ''] = values;
  if (operand === 'integer' && wholeNumber(value) === undefined)
    return [problem('scope.not_an_integer', place, `${name} takes a whole number from 0.`)];
  if (operand === 'date' && parseDateOperand(value) === undefined)
    return [problem('scope.invalid_date', place, `${name} takes a date-time, or NOW, NOW+14d, NOW-30d.`)];
  if (operand !== 'regex') return [];
  const pattern = compilePattern(value);
  if (pattern.ok) return [];
  return pattern.problems.map(({ kind, message, start }) =>
    problem(regexCodes[kind], place, `${message} (At character ${start + 1} of the regular expression.)`),
  );
}

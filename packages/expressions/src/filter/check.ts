import { fail, ok, type Problem, type Result } from '@joinery/base';
import { filterClausesMax, filterGroupsMax, filterOperandCharactersMax, filterOperandsMax } from '../limits.ts';
import { suggestion } from '../nearest.ts';
import { compilePattern } from '../regex/pattern.ts';
import type { FilterClause, FilterGroup, ScopingFilter } from '../scoping-filter.ts';
import { filterOperators, findOperator, wholeNumber, type FilterOperator } from './operators.ts';

/**
 * Every problem of a filter. It has no text of its own, so the messages begin with the place (`groups[0].clauses[1]`) and
 * the offsets are 0. Codes: `scope.too_large`, `.unsupported_groups`, `.empty_group`, `.empty_attribute`,
 * `.unknown_operator`, `.operand_count`, `.not_an_integer`, `.regex_invalid`, `.regex_unsupported`.
 */
export function checkScopingFilter(filter: ScopingFilter): readonly Problem[] {
  const problems: Problem[] = [];
  if (filter.groups.length > filterGroupsMax)
    problems.push(problem('too_large', 'groups', `A filter has at most ${filterGroupsMax} groups.`));
  for (const place of ['inputFilterGroups', 'categoryFilterGroups'] as const)
    if ((filter[place]?.length ?? 0) > 0)
      problems.push(
        problem('unsupported_groups', place, 'Only the groups of "groups" are evaluated; leave these empty.'),
      );
  for (const [index, group] of filter.groups.slice(0, filterGroupsMax).entries())
    problems.push(...checkGroup(group, `groups[${index}]`));
  return problems;
}

function problem(code: string, place: string, message: string): Problem {
  return { code: `scope.${code}`, message: `${place}: ${message}`, start: 0, end: 0 };
}

function checkGroup({ clauses }: FilterGroup, place: string): readonly Problem[] {
  if (clauses.length === 0)
    return [problem('empty_group', place, 'A group without clauses would take in every object; remove it.')];
  if (clauses.length > filterClausesMax)
    return [problem('too_large', place, `A group has at most ${filterClausesMax} clauses.`)];
  return clauses.flatMap((clause, index) => checkClause(clause, `${place}.clauses[${index}]`));
}

function checkClause(clause: FilterClause, place: string): readonly Problem[] {
  const problems: Problem[] = [];
  if (clause.sourceOperandName.trim() === '')
    problems.push(problem('empty_attribute', place, 'The clause names no attribute.'));
  const operator = findOperator(clause.operatorName);
  if (operator === undefined) {
    const names = filterOperators.map(({ name }) => name);
    const shown = clause.operatorName.slice(0, 60);
    problems.push(
      problem('unknown_operator', place, `There is no operator ${shown}${suggestion(clause.operatorName, names)}`),
    );
  } else problems.push(...checkOperands(operator, clause.targetOperand?.values ?? [], place));
  return problems;
}

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
      problem('operand_count', place, `${name} takes ${expected} in targetOperand.values; here are ${values.length}.`),
    ];
  }
  if (values.length > filterOperandsMax || values.some(({ length }) => length > filterOperandCharactersMax))
    return [
      problem(
        'too_large',
        place,
        `A clause has at most ${filterOperandsMax} values of at most ${filterOperandCharactersMax} characters.`,
      ),
    ];
  const [value = ''] = values;
  if (operand === 'integer' && wholeNumber(value) === undefined)
    return [problem('not_an_integer', place, `${name} takes a whole number from 0.`)];
  if (operand !== 'regex') return [];
  const pattern = compilePattern(value);
  if (pattern.ok) return [];
  return pattern.problems.map(({ kind, message, start }) =>
    problem(`regex_${kind}`, place, `${message} (At character ${start + 1} of the regular expression.)`),
  );
}

/**
 * Reads Graph's `filter` object out of JSON; what the shape lacks is reported with its place and the code
 * `scope.invalid_shape`. Unknown members are left out.
 */
export function parseScopingFilter(json: unknown): Result<ScopingFilter> {
  const problems: Problem[] = [];
  const refuse = (place: string, expected: string) =>
    problems.push(problem('invalid_shape', place, `Expected ${expected}.`));
  if (!isObject(json)) {
    refuse('filter', 'an object with "groups"');
    return fail(...problems);
  }
  const groupsAt = (name: string): readonly FilterGroup[] => {
    const value = json[name];
    if (value === undefined || value === null) {
      if (name === 'groups') refuse(name, 'an array of groups');
      return [];
    }
    return readArray(value, name, refuse, (group, place) => readGroup(group, place, refuse));
  };
  const filter: ScopingFilter = {
    groups: groupsAt('groups'),
    inputFilterGroups: groupsAt('inputFilterGroups'),
    categoryFilterGroups: groupsAt('categoryFilterGroups'),
  };
  return problems.length > 0 ? fail(...problems) : ok(filter);
}

type Refuse = (place: string, expected: string) => void;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readArray<T>(
  value: unknown,
  place: string,
  refuse: Refuse,
  read: (element: unknown, place: string) => T | undefined,
): readonly T[] {
  if (!Array.isArray(value)) {
    refuse(place, 'an array');
    return [];
  }
  return value.flatMap((element: unknown, index) => read(element, `${place}[${index}]`) ?? []);
}

function readGroup(value: unknown, place: string, refuse: Refuse): FilterGroup | undefined {
  if (!isObject(value)) {
    refuse(place, 'a group');
    return undefined;
  }
  const clauses = readArray(value.clauses, `${place}.clauses`, refuse, (clause, at) => readClause(clause, at, refuse));
  return { name: typeof value.name === 'string' ? value.name : '', clauses };
}

function readClause(value: unknown, place: string, refuse: Refuse): FilterClause | undefined {
  if (!isObject(value)) {
    refuse(place, 'a clause');
    return undefined;
  }
  const text = (name: string): string => {
    const member = value[name];
    if (typeof member === 'string') return member;
    refuse(`${place}.${name}`, 'a text');
    return '';
  };
  const targetOperand = readOperand(value.targetOperand, `${place}.targetOperand`, refuse);
  return { sourceOperandName: text('sourceOperandName'), operatorName: text('operatorName'), targetOperand };
}

function readOperand(value: unknown, place: string, refuse: Refuse): { readonly values: readonly string[] } | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) {
    refuse(place, 'an object with "values"');
    return null;
  }
  if (value.values === undefined || value.values === null) return { values: [] };
  const values = readArray(value.values, `${place}.values`, refuse, (element, at) => {
    if (typeof element === 'string') return element;
    refuse(at, 'a text');
    return undefined;
  });
  return { values };
}

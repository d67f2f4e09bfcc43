import { fail, ok, type Problem, type Result } from '@joinery/base';
import type { FilterClause, FilterGroup, MultivaluedComparison, ScopingFilter } from '../scoping-filter.ts';

/**
 * Reads Graph's `filter` object out of JSON; what the shape lacks is reported with its place and the code
 * `scope.invalid_shape`. Unknown members are left out.
 */
export function parseScopingFilter(json: unknown): Result<ScopingFilter> {
  const problems: Problem[] = [];
  const refuse = (place: string, expected: string) =>
    problems.push({ code: 'scope.invalid_shape', message: `${place}: Expected ${expected}.`, start: 0, end: 0 });
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
  const { nullMatches, multivaluedComparisonType: comparison } = value;
  if (!isAbsent(nullMatches) && typeof nullMatches !== 'boolean') refuse(`${place}.nullMatches`, 'true or false');
  if (!isAbsent(comparison) && !isComparison(comparison)) refuse(`${place}.multivaluedComparisonType`, 'Any or All');
  return {
    sourceOperandName: text('sourceOperandName'),
    operatorName: text('operatorName'),
    targetOperand: readOperand(value.targetOperand, `${place}.targetOperand`, refuse),
    ...(typeof nullMatches === 'boolean' ? { nullMatches } : {}),
    ...(isComparison(comparison) ? { multivaluedComparisonType: comparison } : {}),
  };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isComparison(value: unknown): value is MultivaluedComparison {
  return value === 'Any' || value === 'All';
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

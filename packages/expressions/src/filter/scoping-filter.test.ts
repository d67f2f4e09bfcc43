import { describe, expect, test } from 'vitest';
import {
  checkScopingFilter,
  compileScopingFilter,
  filterOperators,
  parseScopingFilter,
  type FilterClause,
  type ScopingFilter,
  type SourceValue,
} from '../index.ts';

function clause(operatorName: string, ...values: readonly string[]): FilterClause {
  return { sourceOperandName: 'a', operatorName, targetOperand: { values } };
}

function filterOf(...groups: readonly (readonly FilterClause[])[]): ScopingFilter {
  return { groups: groups.map((clauses, index) => ({ name: `group ${index + 1}`, clauses })) };
}

const now = Date.parse('2026-03-01T08:00:00Z');

function passes(one: FilterClause, value: SourceValue): boolean {
  const filter = filterOf([one]);
  expect(checkScopingFilter(filter)).toEqual([]);
  return compileScopingFilter(filter).evaluate(() => value, now).inScope;
}

// Operator, operand, value, outcome: facts §6.3.
const table: readonly (readonly [string, readonly string[], SourceValue, boolean])[] = [
  ['EQUALS', ['Sales'], 'Sales', true],
  ['EQUALS', ['Sales'], 'sales', false],
  ['EQUALS', ['true'], true, true],
  ['NOT EQUALS', ['Sales'], 'HR', true],
  ['NOT EQUALS', ['Sales'], 'Sales', false],
  ['IS TRUE', [], true, true],
  ['IS TRUE', [], 'True', true],
  ['IS TRUE', [], false, false],
  ['IS FALSE', [], false, true],
  ['IS FALSE', [], 'False', true],
  ['IS FALSE', [], 'x', false],
  ['IS NULL', [], null, true],
  ['IS NULL', [], '', true],
  ['IS NULL', [], [], true],
  ['IS NULL', [], 'x', false],
  ['IS NULL', [], false, false],
  ['IS NOT NULL', [], 'x', true],
  ['IS NOT NULL', [], '', false],
  ['REGEX MATCH', [String.raw`.*\@domain.com`], 'jd@domain.com', true],
  ['REGEX MATCH', ['([1-9][0-9])'], '42', true],
  ['REGEX MATCH', ['([1-9][0-9])'], '421', false],
  ['REGEX MATCH', ['(1[0-9]{6})'], '1234567', true],
  ['REGEX MATCH', ['[a-z]+'], 'Abc', false],
  ['NOT REGEX MATCH', ['[a-z]+'], 'Abc', true],
  ['NOT REGEX MATCH', ['[a-z]+'], 'abc', false],
  ['Greater_Than', ['9'], '10', true],
  ['Greater_Than', ['10'], '10', false],
  ['Greater_Than', ['1'], 'x', false],
  ['Greater_Than', ['1'], '-5', false],
  ['Greater_Than', ['9007199254740993'], '9007199254740994', true],
  ['Greater_Than_OR_EQUALS', ['10'], '10', true],
  ['Greater_Than_OR_EQUALS', ['10'], '9', false],
  ['Includes', ['ale'], 'Sales', true],
  ['Includes', ['ALE'], 'Sales', false],
  ['ENDS_WITH', ['es'], 'Sales', true],
  ['ENDS_WITH', ['Sal'], 'Sales', false],
  ['STARTS_WITH', ['Sal'], 'Sales', true],
  ['STARTS_WITH', ['es'], 'Sales', false],
  ['LESS_THAN', ['10'], '9', true],
  ['LESS_THAN', ['10'], '10', false],
  ['LESS_THAN_OR_EQUALS', ['10'], '10', true],
  ['IN', ['Sales', 'HR'], 'HR', true],
  ['IN', ['Sales', 'HR'], 'IT', false],
  ['&', ['2'], '514', true],
  ['&', ['&H2'], '514', true],
  ['&', ['1'], '514', false],
  ['!&', ['2'], '514', false],
  ['!&', ['1'], '514', true],
  ['&', ['2'], 'x', false],
  ['!&', ['2'], 'x', false],
];

describe('operators', () => {
  test.each(table)('%s %j on %j is %s', (operator, operands, value, expected) => {
    expect(passes(clause(operator, ...operands), value)).toBe(expected);
  });

  test.each(filterOperators.filter(({ name }) => name !== 'IS NULL'))('$name on nothing is false', ({ name }) => {
    const { operands } = filterOperators.find((operator) => operator.name === name)!.example;
    for (const value of [null, '', [], ['']]) expect(passes(clause(name, ...operands), value)).toBe(false);
  });

  test.each([
    ['Greater_Than', 'GREATER_THAN'],
    ['Greater_Than', 'greater than'],
    ['Greater_Than_OR_EQUALS', 'GREATER_THAN_OR_EQUALS'],
    ['Greater_Than_OR_EQUALS', 'GreaterThanOrEqual'],
    ['Includes', 'INCLUDES'],
    ['ENDS_WITH', 'ends with'],
    ['IS NOT NULL', 'IS_NOT_NULL'],
    ['NOT REGEX MATCH', 'NotRegexMatch'],
    ['EQUALS', 'Equals'],
  ])('%s may be written %s', (name, written) => {
    const { clauses } = compileScopingFilter(filterOf([clause(written, '1')])).evaluate(() => '1');
    expect(clauses[0]!.operator).toBe(name);
  });
});

describe('several values', () => {
  test('one that passes is enough', () => {
    expect(passes(clause('EQUALS', 'b'), ['a', 'b'])).toBe(true);
    expect(passes(clause('ENDS_WITH', '@x'), ['a@y', 'b@x'])).toBe(true);
    expect(passes(clause('IN', 'b'), ['a', 'c'])).toBe(false);
  });

  test('a negated operator looks at every one', () => {
    expect(passes(clause('NOT EQUALS', 'b'), ['a', 'b'])).toBe(false);
    expect(passes(clause('NOT EQUALS', 'b'), ['a', 'c'])).toBe(true);
    expect(passes(clause('NOT REGEX MATCH', 'b.*'), ['a', 'bc'])).toBe(false);
    expect(passes(clause('!&', '2'), ['1', '2'])).toBe(false);
  });

  test('roles are their names', () => {
    const roles = [{ id: '1', value: 'Admin', displayName: 'x' }];
    expect(passes(clause('EQUALS', 'Admin'), roles)).toBe(true);
  });
});

describe('groups', () => {
  const sales: FilterClause = {
    sourceOperandName: 'department',
    operatorName: 'EQUALS',
    targetOperand: { values: ['Sales'] },
  };
  const german: FilterClause = {
    sourceOperandName: 'country',
    operatorName: 'EQUALS',
    targetOperand: { values: ['DE'] },
  };
  const lookup = (object: Readonly<Record<string, string>>) => (name: string) => object[name] ?? null;

  test('without groups everything passes', () => {
    expect(compileScopingFilter({ groups: [] }).evaluate(() => null)).toEqual({ inScope: true, clauses: [] });
  });

  test('clauses of one group are AND-ed', () => {
    const filter = compileScopingFilter(filterOf([sales, german]));
    expect(filter.evaluate(lookup({ department: 'Sales', country: 'DE' })).inScope).toBe(true);
    expect(filter.evaluate(lookup({ department: 'Sales' })).inScope).toBe(false);
  });

  test('groups are OR-ed, and the outcome shows every clause', () => {
    const filter = compileScopingFilter(filterOf([sales], [german]));
    expect(filter.attributes).toEqual(['department', 'country']);
    expect(filter.evaluate(lookup({ department: 'HR', country: 'DE' }))).toEqual({
      inScope: true,
      clauses: [
        {
          group: 'group 1',
          groupIndex: 0,
          attribute: 'department',
          operator: 'EQUALS',
          operand: ['Sales'],
          multivaluedComparisonType: 'Any',
          nullMatches: false,
          value: 'HR',
          decidedBy: 'value',
          passed: false,
        },
        {
          group: 'group 2',
          groupIndex: 1,
          attribute: 'country',
          operator: 'EQUALS',
          operand: ['DE'],
          multivaluedComparisonType: 'Any',
          nullMatches: false,
          value: 'DE',
          decidedBy: 'value',
          passed: true,
        },
      ],
    });
  });
});

describe('checkScopingFilter', () => {
  test.each([
    [filterOf([clause('EQUAL_TO', 'x')]), 'scope.unknown_operator'],
    [filterOf([clause('EQUALS')]), 'scope.operand_count'],
    [filterOf([clause('EQUALS', 'a', 'b')]), 'scope.operand_count'],
    [filterOf([clause('IN')]), 'scope.operand_count'],
    [filterOf([clause('Greater_Than', 'x')]), 'scope.not_an_integer'],
    [filterOf([clause('Greater_Than', '-1')]), 'scope.not_an_integer'],
    [filterOf([clause('&', '1.5')]), 'scope.not_an_integer'],
    [filterOf([clause('BEFORE', 'soon')]), 'scope.invalid_date'],
    [filterOf([clause('AFTER', 'NOW+2w')]), 'scope.invalid_date'],
    [filterOf([{ ...clause('IS NULL'), nullMatches: true }]), 'scope.null_rule'],
    [filterOf([{ ...clause('IS NULL'), sourceOperandName: 'memberOf.mail' }]), 'scope.unknown_attribute'],
    [filterOf([{ ...clause('IS NULL'), sourceOperandName: 'MemberOf' }]), 'scope.unknown_attribute'],
    [filterOf([{ ...clause('IS NULL'), sourceOperandName: 'manager.' }]), 'scope.unknown_attribute'],
    [filterOf([clause('REGEX MATCH', '(?=a)')]), 'scope.regex_unsupported'],
    [filterOf([clause('REGEX MATCH', '(')]), 'scope.regex_invalid'],
    [filterOf([{ ...clause('IS NULL'), sourceOperandName: ' ' }]), 'scope.empty_attribute'],
    [filterOf([]), 'scope.empty_group'],
    [
      { ...filterOf([clause('IS NULL')]), inputFilterGroups: filterOf([clause('IS NULL')]).groups },
      'scope.unsupported_groups',
    ],
    [filterOf(Array.from({ length: 101 }, () => clause('IS NULL'))), 'scope.too_large'],
    [filterOf(...Array.from({ length: 101 }, () => [clause('IS NULL')])), 'scope.too_large'],
  ])('%j: %s', (filter, code) => {
    expect(checkScopingFilter(filter).map((problem) => problem.code)).toEqual([code]);
  });

  test('every problem, each with its place', () => {
    const problems = checkScopingFilter(
      filterOf([clause('EQUALS', 'x')], [clause('EQUALS', 'x'), clause('Equls', 'x')]),
    );
    expect(problems).toEqual([
      {
        code: 'scope.unknown_operator',
        message: 'groups[1].clauses[1]: There is no operator Equls; did you mean EQUALS?',
        start: 0,
        end: 0,
      },
    ]);
  });
});

test('with the attributes given, unknown ones are reported with the nearest name', () => {
  const filter = filterOf([
    { ...clause('IS NULL'), sourceOperandName: 'departmnt' },
    { ...clause('IS NULL'), sourceOperandName: 'manager.departmnt' },
    { ...clause('IS NULL'), sourceOperandName: 'manager.department' },
    { ...clause('IS NULL'), sourceOperandName: 'transitiveMemberOf.displayName' },
  ]);
  const problems = checkScopingFilter(filter, { attributes: ['department', 'country'] });
  expect(problems.map(({ message }) => message)).toEqual([
    'groups[0].clauses[0]: There is no attribute departmnt; did you mean department?',
    'groups[0].clauses[1]: There is no attribute manager.departmnt; did you mean manager.department?',
  ]);
});

describe('parseScopingFilter', () => {
  test('reads Graph’s shape and leaves out what it does not know', () => {
    const json = {
      '@odata.type': 'x',
      groups: [{ name: 'g', clauses: [{ sourceOperandName: 'a', operatorName: 'IS NULL' }] }],
      inputFilterGroups: [],
    };
    expect(parseScopingFilter(json)).toEqual({
      ok: true,
      value: {
        groups: [{ name: 'g', clauses: [{ sourceOperandName: 'a', operatorName: 'IS NULL', targetOperand: null }] }],
        inputFilterGroups: [],
        categoryFilterGroups: [],
      },
    });
  });

  test.each([
    [null, 'filter'],
    [[], 'filter'],
    [{}, 'groups'],
    [{ groups: {} }, 'groups'],
    [{ groups: [1] }, 'groups[0]'],
    [{ groups: [{ clauses: 'x' }] }, 'groups[0].clauses'],
    [{ groups: [{ clauses: [{ operatorName: 'IS NULL' }] }] }, 'groups[0].clauses[0].sourceOperandName'],
    [
      { groups: [{ clauses: [{ sourceOperandName: 'a', operatorName: 'IS NULL', nullMatches: 'yes' }] }] },
      'groups[0].clauses[0].nullMatches',
    ],
    [
      {
        groups: [{ clauses: [{ sourceOperandName: 'a', operatorName: 'IS NULL', multivaluedComparisonType: 'One' }] }],
      },
      'groups[0].clauses[0].multivaluedComparisonType',
    ],
    [
      { groups: [{ clauses: [{ sourceOperandName: 'a', operatorName: 'EQUALS', targetOperand: { values: [1] } }] }] },
      'groups[0].clauses[0].targetOperand.values[0]',
    ],
  ])('%j lacks its shape at %s', (json, place) => {
    const result = parseScopingFilter(json);
    expect(result).toMatchObject({ ok: false, problems: [{ code: 'scope.invalid_shape' }] });
    if (!result.ok) expect(result.problems[0]!.message).toMatch(`${place}:`);
  });
});

test('filterOperators holds Graph’s sample', () => {
  expect(filterOperators.find(({ name }) => name === 'EQUALS')).toMatchObject({
    name: 'EQUALS',
    arity: 'Binary',
    multivaluedComparisonType: 'All',
    supportedAttributeTypes: ['Integer', 'String'],
  });
});

import { describe, expect, test } from 'vitest';
import {
  compileScopingFilter,
  filterOperators,
  parseFilterAttribute,
  parseScopingFilter,
  type FilterClause,
  type SourceValue,
} from '../index.ts';

const now = Date.parse('2026-03-01T08:00:00Z');
const day = 86_400_000;

function evaluate(clause: Partial<FilterClause>, value: SourceValue, at: number | undefined = now) {
  const whole: FilterClause = { sourceOperandName: 'a', operatorName: 'EQUALS', ...clause };
  return compileScopingFilter({ groups: [{ name: 'g', clauses: [whole] }] }).evaluate(() => value, at);
}

function passes(operatorName: string, operand: string, value: SourceValue): boolean {
  return evaluate({ operatorName, targetOperand: { values: [operand] } }, value).inScope;
}

describe('the null rule of a clause', () => {
  test.each(filterOperators.filter(({ name }) => !name.endsWith('NULL')))('$name', ({ name, example }) => {
    const clause = { operatorName: name, targetOperand: { values: example.operands } };
    for (const value of [null, '', [], ['']]) {
      expect(evaluate(clause, value).inScope).toBe(false);
      expect(evaluate({ ...clause, nullMatches: false }, value).inScope).toBe(false);
      const { inScope, clauses } = evaluate({ ...clause, nullMatches: true }, value);
      expect(inScope).toBe(true);
      expect(clauses[0]).toMatchObject({ nullMatches: true, decidedBy: 'absence', passed: true });
    }
  });

  test('does not concern objects with a value', () => {
    const clause = { operatorName: 'NOT EQUALS', targetOperand: { values: ['Sales'] }, nullMatches: true };
    expect(evaluate(clause, 'Sales').inScope).toBe(false);
    expect(evaluate(clause, 'HR').inScope).toBe(true);
    expect(evaluate(clause, 'HR').clauses[0]!.decidedBy).toBe('value');
  });

  test('IS NULL and IS NOT NULL decide themselves', () => {
    for (const nullMatches of [true, false]) {
      expect(evaluate({ operatorName: 'IS NULL', nullMatches }, null).inScope).toBe(true);
      expect(evaluate({ operatorName: 'IS NOT NULL', nullMatches }, null).inScope).toBe(false);
    }
  });
});

describe('dates', () => {
  test.each([
    ['BEFORE', '2026-03-01', '2026-02-28', true],
    ['BEFORE', '2026-03-01', '2026-03-01', false],
    ['AFTER', '2026-03-01', '2026-03-01', false],
    ['AFTER', '2026-03-01', '2026-03-01T00:00:01Z', true],
    ['BEFORE', '3/1/2026', '2026-02-28T23:30:00-01:00', false],
    ['BEFORE', 'NOW', '2026-03-01T07:59:59Z', true],
    ['BEFORE', 'NOW', '2026-03-01T08:00:00Z', false],
    ['AFTER', 'now', '2026-03-01T08:00:01Z', true],
    ['BEFORE', 'NOW+14d', '2026-03-15T07:59:59Z', true],
    ['BEFORE', 'NOW+14', '2026-03-15T08:00:00Z', false],
    ['AFTER', 'Now - 30 d', '2026-01-31', true],
    ['AFTER', 'NOW-30d', '2026-01-30', false],
    ['AFTER', 'NOW', 'soon', false],
    ['BEFORE', 'NOW', 'soon', false],
    ['BEFORE', 'NOW+999999d', '9999-12-31', false],
    ['AFTER', 'NOW-999999d', '0001-01-01', true],
  ])('%s %s on %s is %s', (operator, operand, value, expected) => {
    expect(passes(operator, operand, value)).toBe(expected);
  });

  test('the outcome names the date-time that a relative operand stood for', () => {
    const relative = evaluate({ operatorName: 'AFTER', targetOperand: { values: ['NOW-30d'] } }, '2026-01-01');
    expect(relative.clauses[0]).toMatchObject({ operand: ['NOW-30d'], resolvedOperand: '2026-01-30T08:00:00Z' });
    const fixed = evaluate({ operatorName: 'AFTER', targetOperand: { values: ['2026-01-01'] } }, '2026-01-01');
    expect(fixed.clauses[0]).not.toHaveProperty('resolvedOperand');
  });

  test('the outcome says when it will be another one, and it is from then on', () => {
    for (const [operatorName, operand] of [
      ['BEFORE', 'NOW+14d'],
      ['BEFORE', 'NOW-3'],
      ['AFTER', 'NOW-3d'],
      ['AFTER', 'NOW'],
    ] as const) {
      const clause = { operatorName, targetOperand: { values: [operand] } };
      const hired = '2026-04-01T12:00:00.25Z';
      const first = evaluate(clause, hired);
      const at = first.changesAt!;
      expect(at).toBeGreaterThan(now);
      expect(evaluate(clause, hired, at - 2).inScope).toBe(first.inScope);
      expect(evaluate(clause, hired, at).inScope).toBe(!first.inScope);
      expect(evaluate(clause, hired, at)).not.toHaveProperty('changesAt');
      expect(evaluate(clause, hired, at + 1000 * day).inScope).toBe(!first.inScope);
    }
  });

  test('of several clauses and values, the first change counts', () => {
    const clause = (attribute: string): FilterClause => ({
      sourceOperandName: attribute,
      operatorName: 'BEFORE',
      targetOperand: { values: ['NOW'] },
    });
    const filter = compileScopingFilter({ groups: [{ name: 'g', clauses: [clause('a'), clause('b')] }] });
    const values = new Map<string, SourceValue>([
      ['a', ['2026-05-01', '2026-04-01']],
      ['b', '2026-03-20'],
    ]);
    expect(filter.evaluate((name) => values.get(name) ?? null, now).changesAt).toBe(Date.parse('2026-03-20') + 1);
  });

  test('a filter tells whether it reads the time, and wants it then', () => {
    const filter = (operand: string) =>
      compileScopingFilter({
        groups: [
          {
            name: 'g',
            clauses: [{ sourceOperandName: 'a', operatorName: 'BEFORE', targetOperand: { values: [operand] } }],
          },
        ],
      });
    expect(filter('2026-01-01').readsNow).toBe(false);
    expect(filter('2026-01-01').evaluate(() => null).inScope).toBe(false);
    expect(filter('NOW').readsNow).toBe(true);
    expect(() => filter('NOW').evaluate(() => null)).toThrow('without a time');
  });
});

describe('several values', () => {
  const addresses = ['a@contoso.com', 'b@fabrikam.com'];
  const endsWith = (multivaluedComparisonType: 'Any' | 'All', value: SourceValue, operatorName = 'ENDS_WITH') =>
    evaluate({ operatorName, targetOperand: { values: ['@contoso.com'] }, multivaluedComparisonType }, value).inScope;

  test('Any and All as the clause says', () => {
    expect(endsWith('Any', addresses)).toBe(true);
    expect(endsWith('All', addresses)).toBe(false);
    expect(endsWith('All', ['a@contoso.com', 'c@contoso.com'])).toBe(true);
    expect(endsWith('All', [])).toBe(false);
    expect(endsWith('All', ['a@contoso.com', ''])).toBe(true);
  });

  test('a negated operator with Any: some value differs', () => {
    const differs = (multivaluedComparisonType: 'Any' | 'All') =>
      evaluate({ operatorName: 'NOT EQUALS', targetOperand: { values: ['b'] }, multivaluedComparisonType }, ['a', 'b'])
        .inScope;
    expect(differs('Any')).toBe(true);
    expect(differs('All')).toBe(false);
  });
});

describe('attributes of other objects', () => {
  test.each([
    ['department', { kind: 'own', name: 'department' }],
    ['userType', { kind: 'own', name: 'userType' }],
    ['manager', { kind: 'manager', name: undefined }],
    ['manager.department', { kind: 'manager', name: 'department' }],
    ['memberOf', { kind: 'groups', transitive: false, name: 'objectId' }],
    ['memberOf.displayName', { kind: 'groups', transitive: false, name: 'displayName' }],
    ['transitiveMemberOf', { kind: 'groups', transitive: true, name: 'objectId' }],
    ['transitiveMemberOf.displayName', { kind: 'groups', transitive: true, name: 'displayName' }],
    ['memberOf.mail', undefined],
    ['manager.', undefined],
  ])('%s', (name, expected) => {
    expect(parseFilterAttribute(name)).toEqual(expected);
  });

  test('reach the filter through the lookup, under the names of its clauses', () => {
    const clause = (sourceOperandName: string, operatorName: string, ...values: string[]): FilterClause => ({
      sourceOperandName,
      operatorName,
      targetOperand: { values },
    });
    const filter = compileScopingFilter({
      groups: [
        {
          name: 'g',
          clauses: [
            clause('manager.department', 'EQUALS', 'Sales'),
            clause('transitiveMemberOf.displayName', 'IN', 'Everyone', 'Field'),
            clause('appRoleAssignments', 'NOT EQUALS', 'Guest'),
            clause('userType', 'EQUALS', 'Member'),
          ],
        },
      ],
    });
    const values = new Map<string, SourceValue>([
      ['manager.department', 'Sales'],
      ['transitiveMemberOf.displayName', ['Berlin', 'Field']],
      ['appRoleAssignments', [{ id: '1', value: 'Admin', displayName: 'Administrator' }]],
      ['userType', 'Member'],
    ]);
    expect(filter.attributes).toEqual([...values.keys()]);
    const lookup = (name: string) => values.get(name) ?? null;
    expect(filter.evaluate(lookup).inScope).toBe(true);
    values.set('transitiveMemberOf.displayName', []);
    const { inScope, clauses } = filter.evaluate(lookup);
    expect(inScope).toBe(false);
    expect(clauses.filter(({ passed }) => !passed)).toMatchObject([
      { attribute: 'transitiveMemberOf.displayName', decidedBy: 'absence' },
    ]);
  });
});

test('the members of our own survive reading', () => {
  const clause = {
    sourceOperandName: 'a',
    operatorName: 'NOT EQUALS',
    targetOperand: { values: ['x'] },
    nullMatches: true,
    multivaluedComparisonType: 'Any',
  };
  const read = parseScopingFilter({ groups: [{ name: 'g', clauses: [clause] }] });
  expect(read).toMatchObject({ ok: true, value: { groups: [{ clauses: [clause] }] } });
});

test.each(filterOperators)('the example of $name', ({ name, example }) => {
  const clause = { operatorName: name, targetOperand: { values: example.operands } };
  const at = example.now === undefined ? undefined : Date.parse(example.now);
  expect(evaluate(clause, example.value, at).inScope).toBe(example.passed);
});

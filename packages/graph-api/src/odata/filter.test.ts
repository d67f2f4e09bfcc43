import { describe, expect, test } from 'vitest';
import { toAuditQuery } from './audit-filter.ts';
import { toDirectoryFilter } from './directory-filter.ts';
import { filterLimits, parseFilter } from './filter.ts';
import { toLogFilter } from './log-filter.ts';

// Examples are those of "Use the $filter query parameter" and of the list pages of users and provisioning logs in Graph's
// documentation, OData 4.01 part 2 §5.1.1 for precedence and the doubled quote.
describe('parseFilter', () => {
  test('reads a comparison with a string', () => {
    expect(parseFilter("displayName eq 'Cinode'")).toEqual({
      kind: 'compare',
      path: 'displayName',
      operator: 'eq',
      value: { kind: 'string', text: 'Cinode' },
    });
  });

  test('two quotes inside a string stand for one', () => {
    expect(parseFilter("surname eq 'O''Neil'")).toMatchObject({ value: { text: "O'Neil" } });
  });

  test('reads dates and GUIDs without quotes, booleans and null', () => {
    expect(parseFilter('activityDateTime ge 2026-11-01T08:00:00Z')).toMatchObject({
      path: 'activityDateTime',
      value: { kind: 'bare', text: '2026-11-01T08:00:00Z' },
    });
    expect(parseFilter('accountEnabled eq true')).toMatchObject({ value: { kind: 'boolean', value: true } });
    expect(parseFilter('manager ne null')).toMatchObject({ operator: 'ne', value: { kind: 'null' } });
  });

  test('and binds tighter than or', () => {
    const comparison = (path: string) => ({ kind: 'compare', path });
    expect(parseFilter('a eq 1 or b eq 2 and c eq 3')).toMatchObject({
      kind: 'or',
      operands: [comparison('a'), { kind: 'and', operands: [comparison('b'), comparison('c')] }],
    });
    expect(parseFilter('(a eq 1 or b eq 2) and c eq 3')).toMatchObject({
      kind: 'and',
      operands: [{ kind: 'or' }, comparison('c')],
    });
  });

  test('reads functions, also compared with true or false', () => {
    const call = { kind: 'call', name: 'startswith', path: 'displayName', value: { kind: 'string', text: 'J' } };
    expect(parseFilter("startsWith(displayName, 'J')")).toEqual(call);
    expect(parseFilter("startswith(displayName,'J') eq true")).toEqual(call);
    expect(parseFilter("startswith(displayName,'J') eq false")).toEqual({ kind: 'not', operand: call });
  });

  test('reads in and any', () => {
    expect(parseFilter("department in ('Retail', 'Sales')")).toMatchObject({
      kind: 'in',
      values: [{ text: 'Retail' }, { text: 'Sales' }],
    });
    expect(parseFilter("targetResources/any(t:t/id eq 'x')")).toEqual({
      kind: 'any',
      path: 'targetResources',
      variable: 't',
      operand: { kind: 'compare', path: 't/id', operator: 'eq', value: { kind: 'string', text: 'x' } },
    });
    expect(parseFilter("targetResources/any(t: t/id eq 'x')")).toMatchObject({ kind: 'any', variable: 't' });
  });

  test.each([
    'nonsense',
    '',
    'displayName',
    'displayName eq',
    "displayName eq 'x' and",
    "displayName eq 'x",
    "displayName eq 'x')",
    "displayName like 'x'",
    'length(displayName) eq 3',
    "(displayName eq 'x'",
  ])('refuses %s', (text) => {
    expect(() => parseFilter(text)).toThrow(expect.objectContaining({ code: 'graph.bad_request' }));
  });

  test('limits length, depth, comparisons and values', () => {
    const refused = expect.objectContaining({ code: 'graph.bad_request' });
    expect(() => parseFilter(`a eq '${'x'.repeat(filterLimits.charactersMax)}'`)).toThrow(refused);
    expect(() => parseFilter(`${'('.repeat(1000)}a eq 1${')'.repeat(1000)}`)).toThrow(refused);
    expect(() => parseFilter(`${'not '.repeat(1000)}a eq 1`)).toThrow(refused);
    expect(() => parseFilter(Array.from({ length: 101 }, () => 'a eq 1').join(' or '))).toThrow(refused);
    expect(() => parseFilter(`a in (${Array.from({ length: 101 }, () => 1).join(',')})`)).toThrow(refused);
    expect(parseFilter(`${'('.repeat(19)}a eq 1${')'.repeat(19)}`)).toMatchObject({ path: 'a' });
  });
});

test('a directory filter refuses what the directory cannot search by', () => {
  const convert = (text: string) => () => toDirectoryFilter(parseFilter(text));
  expect(convert("onPremisesExtensionAttributes/extensionAttribute1 eq 'x'")()).toMatchObject({
    attribute: 'extensionAttribute1',
  });
  expect(convert("endswith(mail,'.com')")).toThrow(/endswith/);
  expect(convert("proxyAddresses/any(p:p eq 'x')")).toThrow(/any/);
});

test('a log filter takes the properties of provisioning logs only', () => {
  const convert = (text: string) => () => toLogFilter(parseFilter(text));
  expect(convert("jobId eq 'a' and provisioningStatusInfo/status eq 'failure'")()).toEqual({
    kind: 'and',
    operands: [
      { kind: 'compare', attribute: 'jobId', operator: 'eq', value: 'a' },
      { kind: 'compare', attribute: 'provisioningStatusInfo/status', operator: 'eq', value: 'failure' },
    ],
  });
  expect(convert("contains(sourceIdentity/displayName,'ada')")()).toMatchObject({ operator: 'contains' });
  expect(convert("password eq 'x'")).toThrow(/password/);
  expect(convert("activityDateTime gt 'yesterday'")).toThrow(/ISO 8601/);
  expect(convert("__proto__ eq 'x'")).toThrow(/__proto__/);
});

test('an audit filter is a conjunction', () => {
  const convert = (text: string) => () => toAuditQuery(parseFilter(text));
  expect(
    convert(
      "activityDisplayName eq 'Add user' and activityDateTime ge 2026-01-01T00:00:00Z and targetResources/any(t:t/id eq 'x')",
    )(),
  ).toEqual({ activity: 'Add user', from: new Date('2026-01-01T00:00:00Z'), targetId: 'x' });
  expect(convert("category eq 'a' or category eq 'b'")).toThrow(/audit logs/);
});

import { expect, test } from 'vitest';
import { userType } from '../schema/resource-types.ts';
import { checkFilter, readFilter } from './check.ts';
import { parseFilter } from './parse.ts';

test('every problem is given, with its place', () => {
  const text = 'one eq "x" and active gt true or emails[kind eq "x" and type pr]';
  const parsed = parseFilter(text);
  const checked = parsed.ok ? checkFilter(parsed.value, userType) : parsed;
  if (checked.ok) throw new Error('no problem found');
  expect(checked.problems.map(({ code, start, end }) => [code, text.slice(start, end)])).toEqual([
    ['filter.unknown_attribute', 'one eq "x"'],
    ['filter.operator_type', 'active gt true'],
    ['filter.unknown_attribute', 'kind eq "x"'],
  ]);
});

test('the refusal says where and what would be valid', () => {
  expect(() => readFilter('title pr and active gt true', userType)).toThrow(
    'The filter is not valid at position 14: gt does not apply to active (boolean); use eq, ne.',
  );
});

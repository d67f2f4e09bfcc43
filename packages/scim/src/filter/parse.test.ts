import { expect, test } from 'vitest';
import { filterLimits, parseFilter } from './parse.ts';

function codeOf(text: string): string | undefined {
  const parsed = parseFilter(text);
  return parsed.ok ? undefined : parsed.problems[0]?.code;
}

test('brackets nest 32 levels deep and no deeper', () => {
  const nested = (depth: number): string => `${'('.repeat(depth)}title pr${')'.repeat(depth)}`;
  expect(codeOf(nested(filterLimits.depthMax))).toBeUndefined();
  expect(codeOf(nested(filterLimits.depthMax + 1))).toBe('filter.too_deep');
  expect(codeOf('('.repeat(8000))).toBe('filter.too_deep');
});

test('not and value filters count as levels', () => {
  expect(codeOf(`${'not('.repeat(32)}title pr${')'.repeat(32)}`)).toBeUndefined();
  expect(codeOf(`${'not('.repeat(32)}emails[type pr]${')'.repeat(32)}`)).toBe('filter.too_deep');
});

test('200 terms are taken and no more', () => {
  const joined = (count: number): string => Array.from({ length: count }, () => 'title pr').join(' or ');
  expect(codeOf(joined(200))).toBeUndefined();
  expect(codeOf(joined(201))).toBe('filter.too_many_terms');
});

test('8192 characters are taken and no more', () => {
  const long = (length: number): string => `title eq "${'x'.repeat(length - 11)}"`;
  expect(codeOf(long(8192))).toBeUndefined();
  expect(codeOf(long(8193))).toBe('filter.too_long');
});

test('nodes know where they stand', () => {
  const text = 'title pr and emails[type eq "work"].value eq "x"';
  const parsed = parseFilter(text);
  if (!parsed.ok || parsed.value.kind !== 'and') throw new Error('not parsed');
  const slices = parsed.value.operands.map((node) => ('start' in node ? text.slice(node.start, node.end) : ''));
  expect(slices).toEqual(['title pr', 'emails[type eq "work"].value eq "x"']);
});

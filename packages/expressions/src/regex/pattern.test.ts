import { describe, expect, test } from 'vitest';
import { compilePattern, type Pattern } from './pattern.ts';

function pattern(text: string): Pattern {
  const compiled = compilePattern(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.value;
}

function found(text: string, searched: string): readonly string[] {
  return Array.from(pattern(text).matches(searched), ({ start, end }) => searched.slice(start, end));
}

describe('.NET’s meaning', () => {
  test.each([
    // pattern, text, matches: from the .NET regular expression reference
    [String.raw`\w+`, 'Zoë_1 ٣', ['Zoë_1', '٣']],
    [String.raw`\d`, '1٣x', ['1', '٣']],
    [String.raw`[^\W_]+`, 'ä_b', ['ä', 'b']],
    [String.raw`[\S]+`, 'a\u00a0b', ['a', 'b']],
    [String.raw`[\w.-]+@x`, 'a.b-c@x', ['a.b-c@x']],
    [String.raw`[\s-x]+`, 'a -x', [' -x']],
    ['[]a]+', ']a', [']a']],
    ['[^]a]+', ']ab', ['b']],
    ['[[:alpha:]]', 'a]b', ['a]']],
    [String.raw`\p{Lu}\p{IsGreek}`, 'AαBb', ['Aα']],
    [String.raw`\x41\u00e9\t\e`, 'Aé\t\x1b', ['Aé\t\x1b']],
    [String.raw`a{,2}`, 'a{,2}', ['a{,2}']],
    ['.', 'a\n\r', ['a', '\r']],
    ['(?s).', 'a\n', ['a', '\n']],
    ['(?m)^.$', 'a\nb', ['a', 'b']],
    ['^.', 'a\nb', ['a']],
    ['b$', 'b\nb\n', ['b']],
    [String.raw`b\Z`, 'b\n', ['b']],
    [String.raw`b\z`, 'b\n', []],
    [String.raw`\bé\b`, 'é éa', ['é']],
    [String.raw`\B.`, 'aé b', ['é']],
    ['(?x) a b # comment', 'ab', ['ab']],
    ['(?i:A)b', 'ab aB', ['ab']],
    ['a(?#comment)+', 'aa', ['aa']],
    ['a*', 'baac', ['', 'aa', '', '']],
    [String.raw`\ud83d\ude00`, '😀', ['😀']],
  ])('%s in %j', (text, searched, matches) => {
    expect(found(text, searched)).toEqual(matches);
  });

  test('matchesWhole takes the whole value only', () => {
    expect(pattern('[1-9][0-9]').matchesWhole('42')).toBe(true);
    expect(pattern('[1-9][0-9]').matchesWhole('421')).toBe(false);
    expect(pattern('a|ab').matchesWhole('ab')).toBe(true);
    expect(pattern(String.raw`\bé.*`).matchesWhole('é x')).toBe(true);
  });

  test('unnamed groups are numbered before named ones', () => {
    expect([...pattern('(?<x>a)(b)').groupNames].toSorted()).toEqual(['1', '2', 'x']);
    expect([...pattern("(?n)(a)(?'y'b)").groupNames].toSorted()).toEqual(['1', 'y']);
  });
});

describe('refused', () => {
  test.each([
    ['(?=a)', 'look-ahead', 0, 3],
    ['x(?!a)', 'look-ahead', 1, 4],
    ['(?<=a)', 'look-behind', 0, 4],
    ['(?<!a)', 'look-behind', 0, 4],
    ['(?>a)', 'an atomic group', 0, 3],
    [String.raw`(a)\1`, 'a back-reference', 3, 5],
    [String.raw`(?<n>a)\k<n>`, 'a back-reference', 7, 12],
    ['[a-z-[aeiou]]', 'class subtraction', 4, 12],
    ['(?<a-b>x)', 'a balancing group', 0, 7],
    ['(?(a)b|c)', 'a conditional', 0, 2],
    [String.raw`\Ga`, String.raw`\G`, 0, 2],
    ['a{2000}', 'a repetition of more than 1000', 1, 7],
    [String.raw`\p{IsOgham}`, 'the Unicode block IsOgham', 0, 11],
  ])('%s', (text, construct, start, end) => {
    const compiled = compilePattern(text);
    expect(compiled).toMatchObject({ ok: false, problems: [{ kind: 'unsupported', start, end }] });
    if (!compiled.ok) expect(compiled.problems[0]!.message).toContain(construct);
  });

  test.each([
    'a)',
    '(a',
    '[a',
    '*a',
    'a**',
    'a++',
    String.raw`\q`,
    '[b-a]',
    'a{3,2}',
    String.raw`\p{Xx}`,
    'a\\',
    '(?z)',
  ])('%s is invalid', (text) => {
    expect(compilePattern(text)).toMatchObject({ ok: false, problems: [{ kind: 'invalid' }] });
  });

  test('too large', () => {
    expect(compilePattern('((a{1000}){1000}){1000}')).toMatchObject({ ok: false });
    expect(compilePattern('('.repeat(5000) + ')'.repeat(5000))).toMatchObject({ ok: false });
    expect(compilePattern('a'.repeat(10_001))).toMatchObject({ ok: false });
  });
});

test('patterns that make a backtracking engine stand still end', () => {
  expect(pattern('(a+)+$').matchesWhole(`${'a'.repeat(50_000)}b`)).toBe(false);
  expect(pattern('(a|aa)+').matchesWhole(`${'a'.repeat(50_000)}b`)).toBe(false);
  expect(pattern('(.*)*x').matchesWhole('a'.repeat(5000))).toBe(false);
});

import { describe, expect, test } from 'vitest';
import { checkExpression, compileExpression, parseExpression, type EvaluationResult } from './index.ts';

function codes(text: string): readonly string[] {
  const parsed = parseExpression(text);
  return (parsed.ok ? checkExpression(parsed.value) : parsed.problems).map(({ code }) => code);
}

function evaluate(text: string, value: string): EvaluationResult {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compileExpression(parsed.value).evaluate(() => value, { now: 0, random: () => 0, defaultDomain: '' });
}

function nested(name: string, depth: number): string {
  return `${`${name}(`.repeat(depth)}[a]${')'.repeat(depth)}`;
}

describe('an expression', () => {
  test('has at most 10,000 characters', () => {
    const filler = (length: number) => `"${'x'.repeat(length - 2)}"`;
    expect(codes(filler(10_000))).toEqual([]);
    expect(codes(filler(10_001))).toEqual(['expression.too_long']);
  });

  test('is nested at most 200 deep', () => {
    expect(codes(nested('Not', 200))).toEqual([]);
    expect(codes(nested('Not', 201))).toEqual(['expression.too_deep']);
    expect(codes(nested('Not', 1900))).toEqual(['expression.too_deep']);
    expect(codes('('.repeat(10_000))).toContain('expression.syntax');
    expect(codes('A('.repeat(5000))).toContain('expression.too_deep');
  });

  test('of many arguments is fine', () => {
    expect(codes(`Join(${'"a",'.repeat(2000)}"b")`)).toEqual([]);
  });
});

describe('a value', () => {
  test('does not grow without end', () => {
    const grow = (inner: string) => `Replace(${inner}, "a", , , "${'a'.repeat(50)}", , )`;
    const text = Array.from({ length: 20 }).reduce<string>((inner) => grow(inner), '[a]');
    expect(evaluate(text, 'a')).toMatchObject({ kind: 'error', code: 'expression.value_too_long' });
  });

  test('of a regular expression is bounded', () => {
    const result = evaluate('Replace([a], , "x", , "")', 'a'.repeat(100_001));
    expect(result).toMatchObject({ kind: 'error', code: 'expression.value_too_long' });
  });

  test('is not searched through over and over', () => {
    expect(evaluate('Replace([a], , "(a*b)?", , "-")', 'a'.repeat(100_000))).toMatchObject({
      kind: 'value',
      value: `${'-a'.repeat(100_000)}-`,
    });
    // Two different ends of the text in one pattern.
    const ends = String.raw`Replace([a], , "(a*(b|\\z|$)b)?", , "")`;
    expect(evaluate(ends, 'a'.repeat(50_000))).toMatchObject({ kind: 'value', value: 'a'.repeat(50_000) });
    expect(evaluate('Replace([a], , "[a-z]", , "")', 'a'.repeat(50_000))).toMatchObject({ kind: 'value', value: '' });
  });

  test('does not grow through a regular expression', () => {
    const repeated = evaluate(`Replace([a], , "b", , "${'$_'.repeat(4900)}")`, `b${'a'.repeat(99_000)}`);
    expect(repeated).toMatchObject({ kind: 'error', code: 'expression.value_too_long' });
    const result = evaluate(`Replace([a], , "a", , "${'$_'.repeat(100)}")`, 'a'.repeat(10_000));
    expect(result).toMatchObject({ kind: 'error', code: 'expression.value_too_long' });
  });
});

test('no regular expression takes long to read', () => {
  const long = [String.raw`\\W`, String.raw`[\\W]`, String.raw`\\b`, '(?<-', '(?#', '[', '(', 'a|', String.raw`\\k<`];
  for (const piece of long) {
    const pattern = piece.repeat(Math.floor(9900 / piece.length));
    expect(codes(`Replace([a], , "${pattern}", , "")`)).toBeDefined();
  }
});

test('a large regular expression is refused, or takes short texts only', () => {
  expect(codes(String.raw`Replace([a], , "((\\w?){100}){100}", , "")`)).toEqual(['expression.regex_unsupported']);
  const large = String.raw`Replace([a], , "(\\w?){1000}", , "")`;
  expect(codes(large)).toEqual([]);
  expect(evaluate(large, '-'.repeat(20_000))).toMatchObject({ kind: 'error', code: 'expression.value_too_long' });
});

test('a text that several values and a long separator would make is bounded', () => {
  const parsed = parseExpression('Join([a], [b])');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const values = Array.from({ length: 10_000 }, () => 'x');
  const result = compileExpression(parsed.value).evaluate((name) => (name === 'a' ? 'y'.repeat(500_000) : values), {
    now: 0,
    random: () => 0,
    defaultDomain: '',
  });
  expect(result).toMatchObject({ kind: 'error', code: 'expression.value_too_long' });
});

test('unknown attributes are reported with the nearest name, when attributes are given', () => {
  const parsed = parseExpression('Append([giveName], [Mail])');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const problems = checkExpression(parsed.value, { attributes: ['givenName', 'mail', 'surname'] });
  expect(problems).toEqual([
    {
      code: 'expression.unknown_attribute',
      message: 'The source object has no attribute giveName; did you mean givenName?',
      start: 7,
      end: 17,
    },
    {
      code: 'expression.unknown_attribute',
      message: 'The source object has no attribute Mail; did you mean mail?',
      start: 19,
      end: 25,
    },
  ]);
});

test('unknown functions are reported with the nearest name', () => {
  const parsed = parseExpression('Swich([a], , "x", "y")');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  expect(checkExpression(parsed.value)).toEqual([
    {
      code: 'expression.unknown_function',
      message: 'There is no function Swich; did you mean Switch?',
      start: 0,
      end: 5,
    },
  ]);
});

test('SelectUniqueValue does not make a matching attribute', () => {
  const parsed = parseExpression('SelectUniqueValue([a], [b])');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  expect(checkExpression(parsed.value)).toEqual([]);
  expect(checkExpression(parsed.value, { position: 'matching' })).toMatchObject([
    { code: 'expression.matching_attribute' },
  ]);
});

test('a compiled expression names the attributes that it reads', () => {
  const parsed = parseExpression('IIF([a] = [b], Join("", [c], [a]), "")');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const compiled = compileExpression(parsed.value);
  expect(compiled.attributes).toEqual(['a', 'b', 'c']);
  expect(compiled.text).toBe('IIF([a] = [b], Join("", [c], [a]), "")');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from './pattern.ts';

const piece = fc.constantFrom(
  'a',
  'b',
  'é',
  '1',
  '_',
  ' ',
  '.',
  '-',
  '\n',
  '(',
  ')',
  '(?:',
  '(?<n>',
  "(?'m'",
  '(?i)',
  '(?s-m:',
  '(?n)',
  '(?x)',
  '|',
  '*',
  '+',
  '?',
  '*?',
  '{2}',
  '{1,3}',
  '{2,}',
  '{',
  '}',
  '^',
  '$',
  String.raw`\b`,
  String.raw`\B`,
  String.raw`\Z`,
  String.raw`\w`,
  String.raw`\W`,
  String.raw`\d`,
  String.raw`\S`,
  '[a-c]',
  '[^a]',
  String.raw`[\W_]`,
  String.raw`[^\s-]`,
  '[',
  ']',
  '[a-[b]]',
  '(?=',
  '(?>',
  String.raw`\1`,
  String.raw`\p{L}`,
  String.raw`\p{IsGreek}`,
  '\\',
  String.raw`\x41`,
  '😀',
);
const searched = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '1', '_', ' ', '\n', '😀', '\ud800'),
  maxLength: 12,
});

test('a pattern compiles or is refused, and its matches lie in the text, in order', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), searched, (pieces, text) => {
      const source = pieces.join('');
      const compiled = compilePattern(source);
      if (!compiled.ok) {
        expect(compiled.problems.length).toBeGreaterThan(0);
        for (const { start, end } of compiled.problems) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(source.length);
        }
        return;
      }
      let position = 0;
      for (const { start, end } of compiled.value.matches(text)) {
        expect(start).toBeGreaterThanOrEqual(position);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
        position = end;
      }
      compiled.value.matchesWhole(text);
    }),
    { numRuns: 2000 },
  );
});

const simplePiece = fc.constantFrom(
  'a',
  'b',
  '1',
  '_',
  '.',
  '(a|b)',
  'a*',
  'b+',
  '[a-c]',
  '[^a]',
  '^',
  '$',
  String.raw`\b`,
  String.raw`\B`,
  String.raw`\w`,
  String.raw`\W`,
  String.raw`\d?`,
);

test('on ASCII text without line feeds, simple patterns match as in JavaScript', () => {
  const ascii = fc.string({ unit: fc.constantFrom('a', 'b', '1', '_', ' ', '-'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(simplePiece, { maxLength: 6 }), ascii, (pieces, text) => {
      const source = pieces.join('');
      const compiled = compilePattern(source);
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
      const ours = Array.from(compiled.value.matches(text), ({ start, end }) => [start, end]);
      const theirs = Array.from(text.matchAll(new RegExp(source, 'g')), (match) => [
        match.index,
        match.index + match[0].length,
      ]);
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 1000 },
  );
});

test('beyond ASCII, boundaries and ends match as in JavaScript with classes spelled out', () => {
  const word = String.raw`[\p{L}\p{Mn}\p{Nd}\p{Pc}]`;
  const spelled = new Map([
    [String.raw`\b`, `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`],
    [String.raw`\B`, `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`],
    [String.raw`\w`, word],
    [String.raw`\W`, word.replace('[', '[^')],
    [String.raw`\d?`, String.raw`\p{Nd}?`],
    ['$', String.raw`(?=\n?(?![^]))`],
    ['.', String.raw`[^\n]`],
  ]);
  const texts = fc.string({ unit: fc.constantFrom('a', 'é', '٣', '1', ' ', '\n', 'ж'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(simplePiece, { maxLength: 6 }), texts, (pieces, text) => {
      const compiled = compilePattern(pieces.join(''));
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
      const reference = new RegExp(pieces.map((one) => spelled.get(one) ?? one).join(''), 'gu');
      const ours = Array.from(compiled.value.matches(text), ({ start, end }) => [start, end]);
      const theirs = Array.from(text.matchAll(reference), (match) => [match.index, match.index + match[0].length]);
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 300 },
  );
});

import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { allMatches, readProgram } from './all-matches.ts';
import { compilePattern } from './pattern.ts';

const { pattern } = fc.letrec<{ pattern: string; sequence: string; atom: string }>((tie) => ({
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('atom'), { maxLength: 4 }).map((parts) => parts.join('')),
  atom: fc
    .tuple(
      fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', 'é', '😀', '\\d'),
        fc.constantFrom('^', '$', '\\b', '\\B', '(?m:^)', '(?m:$)', '(?i:A)'),
        tie('pattern').map((inner) => `(${inner})`),
        tie('pattern').map((inner) => `(?:${inner})`),
      ),
      fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,}'),
    )
    .map(([atom, quantifier]) => (/^(?:[\^$]|\\b|\\B|\(\?m)/.test(atom) ? atom : atom + quantifier)),
}));
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', ' ', '\n', 'é', '😀'), maxLength: 14 });

function isAsciiBoundary(text: string, offset: number): boolean {
  const isWord = (unit: string | undefined) => unit !== undefined && /[0-9A-Za-z_]/.test(unit);
  return isWord(text[offset - 1]) !== isWord(text[offset]);
}

/** The engine's own way: one search behind each match. */
function searched(compiled: RE2JS, text: string): readonly (readonly number[])[] {
  const matcher = compiled.matcher(text);
  const found: number[][] = [];
  let from = 0;
  while (from <= text.length && matcher.find(from)) {
    const bounds: number[] = [];
    for (let group = 0; group <= matcher.groupCount(); group += 1)
      bounds.push(matcher.start(group), matcher.end(group));
    found.push(bounds);
    const end = matcher.end();
    from = end > matcher.start() ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
  return found;
}

test('two passes find the matches and groups that one search after the other finds', () => {
  fc.assert(
    fc.property(pattern, texts, (source, text) => {
      const compiled = RE2JS.compile(source);
      const holds = (bit: number, offset: number) => {
        const places = [
          [1, offset === 0 || text[offset - 1] === '\n'],
          [2, offset === text.length || text[offset] === '\n'],
          [4, offset === 0],
          [8, offset === text.length],
          [16, isAsciiBoundary(text, offset)],
          [32, !isAsciiBoundary(text, offset)],
        ] as const;
        return places.some(([one, isHere]) => one === bit && isHere);
      };
      const program = readProgram(compiled);
      const ours = Array.from(allMatches(program, text, compiled.groupCount(), holds), (captures) => [...captures]);
      expect(ours).toEqual(searched(compiled, text));
    }),
    { numRuns: 3000 },
  );
});

const around = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '\n'), maxLength: 6 });

test('in a long text, ends and boundaries are those of .NET as in a short one', () => {
  const pieces = fc.array(
    fc.constantFrom('a+', '(é*)', '$', '^', '\\b', '\\B', '\\w*', '(?m)$', '\\Z', '\\z', '(?m)^', '\\s'),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  fc.assert(
    fc.property(pieces, around, around, (parts, before, after) => {
      const compiled = compilePattern(`x*${parts.join('')}`);
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
      // The middle decides nothing but which way the matches are found.
      const spans = (middle: string) =>
        Array.from(compiled.value.matches(`${before}${middle}${after}`), ({ start, end, group }) => ({
          start,
          end,
          first: group('1'),
        }));
      const [short, long] = [spans('-----'), spans('-'.repeat(1000))];
      const shift = (offset: number) => (offset > before.length + 2 ? offset - 995 : offset);
      const ends = long.filter(({ start }) => start < before.length + 2 || start > before.length + 997);
      expect(
        ends.map(({ start, end, first }) => ({
          start: shift(start),
          end: shift(end),
          first: first && { start: shift(first.start), end: shift(first.end) },
        })),
      ).toEqual(short.filter(({ start }) => start !== before.length + 2));
    }),
    { numRuns: 300 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareText, foldCase } from './fold-case.ts';

describe('foldCase', () => {
  test.each([
    ['BJensen@Example.COM', 'bjensen@example.com'],
    ['Straße', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['ﬁn', 'fin'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['οδος', 'οδοσ'],
    ['ſ', 's'],
    ['\u212a', 'k'],
    ['CAFE\u0301', 'caf\u00e9'],
    ['İ', 'i\u0307'],
  ])('%s becomes %s (Unicode CaseFolding.txt, C and F)', (text, folded) => {
    expect(foldCase(text)).toBe(folded);
  });

  test('the dotless ı is not i (Unicode CaseFolding.txt without T)', () => {
    expect(foldCase('ı')).not.toBe(foldCase('i'));
    expect(foldCase('ı')).not.toBe(foldCase('I'));
  });

  test('every pair of characters that Unicode folds simply is folded', () => {
    const different: string[] = [];
    for (let code = 0x80; code <= 0x1ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      for (const other of new Set([character.toLowerCase(), character.toUpperCase()])) {
        if (other === character || [...other].length !== 1) continue;
        const isSimplePair = new RegExp(`^${character}$`, 'iu').test(other);
        if (isSimplePair && foldCase(character) !== foldCase(other)) different.push(character + other);
      }
    }
    expect(different).toEqual([]);
  });

  test('folding again changes nothing, and canonically equal text folds equally', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const folded = foldCase(text);
        expect(foldCase(folded)).toBe(folded);
        expect(foldCase(text.normalize('NFD'))).toBe(folded);
        expect(foldCase(text.normalize('NFC'))).toBe(folded);
      }),
      { numRuns: 500 },
    );
  });
});

test('text is ordered as its UTF-8 bytes are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
      const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
      expect(Math.sign(compareText(left, right))).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

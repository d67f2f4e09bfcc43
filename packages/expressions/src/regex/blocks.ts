/** Unicode blocks by their .NET names (`\p{IsGreek}`), first and last code point. */
export const unicodeBlocks: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['IsBasicLatin', [0x0000, 0x007f]],
  ['IsLatin-1Supplement', [0x0080, 0x00ff]],
  ['IsLatinExtended-A', [0x0100, 0x017f]],
  ['IsLatinExtended-B', [0x0180, 0x024f]],
  ['IsIPAExtensions', [0x0250, 0x02af]],
  ['IsSpacingModifierLetters', [0x02b0, 0x02ff]],
  ['IsCombiningDiacriticalMarks', [0x0300, 0x036f]],
  ['IsGreek', [0x0370, 0x03ff]],
  ['IsGreekandCoptic', [0x0370, 0x03ff]],
  ['IsCyrillic', [0x0400, 0x04ff]],
  ['IsCyrillicSupplement', [0x0500, 0x052f]],
  ['IsArmenian', [0x0530, 0x058f]],
  ['IsHebrew', [0x0590, 0x05ff]],
  ['IsArabic', [0x0600, 0x06ff]],
  ['IsDevanagari', [0x0900, 0x097f]],
  ['IsThai', [0x0e00, 0x0e7f]],
  ['IsGeorgian', [0x10a0, 0x10ff]],
  ['IsHangulJamo', [0x1100, 0x11ff]],
  ['IsLatinExtendedAdditional', [0x1e00, 0x1eff]],
  ['IsGreekExtended', [0x1f00, 0x1fff]],
  ['IsGeneralPunctuation', [0x2000, 0x206f]],
  ['IsCurrencySymbols', [0x20a0, 0x20cf]],
  ['IsHiragana', [0x3040, 0x309f]],
  ['IsKatakana', [0x30a0, 0x30ff]],
  ['IsCJKUnifiedIdeographs', [0x4e00, 0x9fff]],
  ['IsHangulSyllables', [0xac00, 0xd7af]],
  ['IsPrivateUse', [0xe000, 0xf8ff]],
]);

/** General categories and their groups, as `\p{…}` takes them. */
export const generalCategories: ReadonlySet<string> = new Set(
  'Lu Ll Lt Lm Lo L Mn Mc Me M Nd Nl No N Pc Pd Ps Pe Pi Pf Po P Sm Sc Sk So S Zs Zl Zp Z Cc Cf Cs Co Cn C'.split(' '),
);

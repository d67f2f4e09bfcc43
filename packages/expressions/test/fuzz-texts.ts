/** Texts at the edges: of numbers, dates, booleans, letter case, encodings, lengths and names that objects have. */
export const nastyTexts: readonly string[] = [
  '',
  ' ',
  '\n',
  'a\r\nb',
  '\ud800',
  '\ufdd0',
  'e\u0301',
  'a'.repeat(300),
  'ab,c;d e'.repeat(20),
  '9'.repeat(40),
  '9'.repeat(60),
  '12/31/1999 11:59:59 PM',
  ...'0 -1 007 &HFF 1e9 True false İıßŉ 😀 __proto__ constructor'.split(' '),
  ...'2020-02-29 2021-02-29 0001-01-01 9999-12-31T23:59:59.9999999Z'.split(' '),
];

/** Pieces of regular expressions: sound ones, ones that only .NET has, and ones that need others around them. */
export const patternPieces: readonly string[] = [
  ...String.raw`a b . .* .+? (a*b)? (?:a|ab)* [^a] \w+ \d{2,} \s \b \B ^ $ é \p{L} (?i) (?m)^ \z`.split(' '),
  ...String.raw`(?<g>x) (?<g>.*) (?=a) \1 ( ) | * \ [ {3}`.split(' '),
];

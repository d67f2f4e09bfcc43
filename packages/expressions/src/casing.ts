/*
 * .NET changes letter case one to one: a letter whose other case would be several letters (ß, ŉ, ﬁ) stays. In the
 * invariant culture İ and ı stay too; in Turkic cultures i pairs with İ and ı with I; in every other culture they become
 * i and I.
 */
export type Casing = 'invariant' | 'turkic' | 'linguistic';

/** Where JavaScript's mapping of whole texts differs: it lengthens İ, and ends words with another sigma. */
const lowerExceptions = /[İΣ]/;
/** It makes I of ı, and two letters of those with iota subscript; other differences show in the length. */
const upperExceptions = /[ı\u1f80-\u1fff]/;

export function toLower(text: string, casing: Casing = 'invariant'): string {
  if (casing !== 'turkic' && !lowerExceptions.test(text)) return text.toLowerCase();
  return mapCharacters(text, (character) => {
    if (character === 'İ') return casing === 'invariant' ? character : 'i';
    if (character === 'I' && casing === 'turkic') return 'ı';
    return oneToOne(character, character.toLowerCase());
  });
}

export function toUpper(text: string, casing: Casing = 'invariant'): string {
  if (casing !== 'turkic' && !upperExceptions.test(text)) {
    const upper = text.toUpperCase();
    if (upper.length === text.length) return upper;
  }
  return mapCharacters(text, (character) => upperCharacter(character, casing));
}

function upperCharacter(character: string, casing: Casing): string {
  if (character === 'ı') return casing === 'invariant' ? character : 'I';
  if (character === 'i' && casing === 'turkic') return 'İ';
  return withIotaSubscript.get(character) ?? oneToOne(character, character.toUpperCase());
}

/** The title case of one character; it differs from upper case for digraphs only. */
export function toTitle(character: string): string {
  return digraphs.get(character) ?? upperCharacter(character, 'invariant');
}

/** Greek letters with iota subscript have a capital of their own, which the full mapping spells out in two letters. */
const withIotaSubscript: ReadonlyMap<string, string> = new Map([
  ...[0x1f80, 0x1f90, 0x1fa0].flatMap((first) =>
    Array.from(
      { length: 8 },
      (_, index) => [String.fromCharCode(first + index), String.fromCharCode(first + index + 8)] as const,
    ),
  ),
  ...[0x1fb3, 0x1fc3, 0x1ff3].map((lower) => [String.fromCharCode(lower), String.fromCharCode(lower + 9)] as const),
]);

const digraphs: ReadonlyMap<string, string> = new Map(
  [0x01c4, 0x01c7, 0x01ca, 0x01f1].flatMap((first) => {
    const title = String.fromCharCode(first + 1);
    return [0, 1, 2].map((offset) => [String.fromCharCode(first + offset), title] as const);
  }),
);

function oneToOne(character: string, mapped: string): string {
  return mapped.length === character.length ? mapped : character;
}

function mapCharacters(text: string, map: (character: string) => string): string {
  let mapped = '';
  for (const character of text) mapped += map(character);
  return mapped;
}

/** The casing of a culture by its name (`tr-TR`, `en-US`, empty for the invariant one); undefined when it is no name. */
export function cultureCasing(name: string): Casing | undefined {
  if (name === '') return 'invariant';
  if (!/^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}$/.test(name)) return undefined;
  return /^(?:tr|tur|az|aze)(?:[-_]|$)/i.test(name) ? 'turkic' : 'linguistic';
}

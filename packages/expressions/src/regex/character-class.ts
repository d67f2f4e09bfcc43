import { generalCategories, unicodeBlocks } from './blocks.ts';
import type { PatternReader } from './pattern-reader.ts';

const wordMembers = String.raw`\p{L}\p{Mn}\p{Nd}\p{Pc}`;
const spaceRanges: readonly (readonly [number, number])[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

/** One code point as a member of an RE2 class, or alone. */
export function codePointText(point: number): string {
  return /[0-9A-Za-z]/.test(String.fromCodePoint(point)) ? String.fromCodePoint(point) : `\\x{${point.toString(16)}}`;
}

function rangeText(first: number, last: number): string {
  return first === last ? codePointText(first) : `${codePointText(first)}-${codePointText(last)}`;
}

/** The ranges that a sorted list of ranges leaves out. */
function complement(ranges: readonly (readonly [number, number])[]): string {
  let next = 0;
  let text = '';
  for (const [first, last] of ranges) {
    if (first > next) text += rangeText(next, first - 1);
    next = last + 1;
  }
  return next <= 0x10ffff ? text + rangeText(next, 0x10ffff) : text;
}

let notWord: string | undefined;

/** RE2 has no class for "no word character" that could stand inside another class, so its ranges are counted out once. */
function notWordMembers(): string {
  if (notWord !== undefined) return notWord;
  const isWord = /[\p{L}\p{Mn}\p{Nd}\p{Pc}]/u;
  const ranges: [number, number][] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (!isWord.test(String.fromCodePoint(point))) continue;
    const last = ranges.at(-1);
    if (last?.[1] === point - 1) last[1] = point;
    else ranges.push([point, point]);
  }
  notWord = complement(ranges);
  return notWord;
}

const members: Readonly<Record<string, () => string>> = {
  d: () => String.raw`\p{Nd}`,
  D: () => String.raw`\P{Nd}`,
  w: () => wordMembers,
  W: notWordMembers,
  s: () => spaceRanges.map(([first, last]) => rangeText(first, last)).join(''),
  S: () => complement(spaceRanges),
};

const controls: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13, e: 27 };

/** What an escape stands for: members of a class, one code point, or nothing when it was refused. */
export type Escape = { readonly members: string } | { readonly point: number } | undefined;

/** Reads `\…` where it stands for one character or a class of characters; the cursor is on the backslash. */
export function readEscape(reader: PatternReader, isInClass: boolean): Escape {
  const start = reader.position;
  reader.position += 1;
  if (reader.isAtEnd()) {
    reader.invalid('The pattern ends with a backslash.', start);
    return undefined;
  }
  const letter = reader.peek();
  const shorthand = Object.hasOwn(members, letter) ? members[letter] : undefined;
  if (shorthand) {
    reader.position += 1;
    // Alone, "[^…]" says it in a few characters instead of some thousand.
    if (letter === 'W' && !isInClass) return { members: `^${wordMembers}` };
    return { members: shorthand() };
  }
  if (letter === 'p' || letter === 'P') return readCategory(reader, start);
  const point = readEscapedPoint(reader, start, isInClass);
  return point === undefined ? undefined : { point };
}

function readEscapedPoint(reader: PatternReader, start: number, isInClass: boolean): number | undefined {
  const letter = reader.peek();
  const hex = reader.match(/x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})/y);
  if (hex) return withLowSurrogate(reader, Number.parseInt(hex[1] ?? hex[2] ?? '', 16));
  const octal = reader.match(isInClass ? /[0-7]{1,3}/y : /0[0-7]{0,2}/y);
  if (octal) return Number.parseInt(octal[0], 8) & 0xff;
  const control = reader.match(/c([@-_a-z])/y);
  if (control) return (control[1] ?? '').toUpperCase().charCodeAt(0) - 64;
  if (isInClass && letter === 'b') {
    reader.position += 1;
    return 8;
  }
  const named = Object.hasOwn(controls, letter) ? controls[letter] : undefined;
  if (named !== undefined) {
    reader.position += 1;
    return named;
  }
  const point = reader.takeCodePoint();
  if (/[\p{L}\p{Mn}\p{Nd}\p{Pc}]/u.test(String.fromCodePoint(point))) {
    reader.invalid(`${JSON.stringify(reader.text.slice(start, reader.position))} is no escape sequence.`, start);
    return undefined;
  }
  return point;
}

/** Two \u escapes may spell one code point. */
function withLowSurrogate(reader: PatternReader, unit: number): number {
  if (unit < 0xd800 || unit > 0xdbff) return unit;
  const low = reader.match(/\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})/y)?.[1];
  return low === undefined ? unit : (String.fromCharCode(unit, Number.parseInt(low, 16)).codePointAt(0) ?? unit);
}

function readCategory(reader: PatternReader, start: number): Escape {
  const match = reader.match(/([pP])\{([A-Za-z0-9-]{1,40})\}/y);
  if (!match) {
    reader.position += 1;
    reader.invalid(String.raw`\p and \P are followed by a category in braces.`, start);
    return undefined;
  }
  const [, letter, name = ''] = match;
  if (generalCategories.has(name)) return { members: `\\${letter}{${name}}` };
  const block = unicodeBlocks.get(name);
  if (block === undefined) {
    if (name.startsWith('Is')) reader.refuse(`the Unicode block ${name}`, start);
    else reader.invalid(`${name} is no Unicode category or block.`, start);
    return undefined;
  }
  return { members: letter === 'p' ? rangeText(...block) : complement([block]) };
}

/** Reads `[…]` with .NET's rules and prints it with RE2's; the cursor is on the opening bracket. */
export function readCharacterClass(reader: PatternReader): string {
  const start = reader.position;
  reader.position += 1;
  const isNegated = reader.peek() === '^';
  if (isNegated) reader.position += 1;
  let content = '';
  for (let isFirst = true; ; isFirst = false) {
    if (reader.isAtEnd()) {
      reader.invalid('The character class that begins here has no "]".', start);
      return '[a]';
    }
    if (reader.peek() === ']' && !isFirst) {
      reader.position += 1;
      return `[${isNegated ? '^' : ''}${content}]`;
    }
    if (!isFirst && reader.startsWith('-[')) {
      subtraction(reader);
      continue;
    }
    content += readMember(reader);
  }
}

/** `[a-z-[aeiou]]`: the class goes on behind the subtracted one. */
function subtraction(reader: PatternReader): void {
  const start = reader.position;
  reader.match(/-\[(?:\\.|[^\]\\])*\]?/sy);
  reader.refuse('class subtraction ("-[…]")', start);
}

function readMember(reader: PatternReader): string {
  const start = reader.position;
  const first = readClassPoint(reader);
  if (first === undefined) return '';
  if ('members' in first) return first.members;
  const isRange = reader.peek() === '-' && reader.peek(1) !== ']' && reader.peek(1) !== '' && reader.peek(1) !== '[';
  if (!isRange) return rangeText(first.point, first.point);
  reader.position += 1;
  const last = readClassPoint(reader);
  if (last === undefined) return '';
  if ('members' in last) {
    reader.invalid('A class such as \\d cannot end a character range.', start);
    return '';
  }
  if (last.point < first.point) {
    reader.invalid('The character range is in reverse order.', start);
    return '';
  }
  return rangeText(first.point, last.point);
}

function readClassPoint(reader: PatternReader): Escape {
  return reader.peek() === '\\' ? readEscape(reader, true) : { point: reader.takeCodePoint() };
}

import { dayNames, dayOfWeek, monthNames, partsFromTicks } from './datetime.ts';

/** `local` is UTC too; the kind only decides what `K` prints. */
export type DateTimeKind = 'unspecified' | 'utc' | 'local';

/** A part of a .NET date-time format: a run of one specifier letter, or literal text. */
export type FormatPart =
  | { readonly letter: SpecifierLetter; readonly count: number }
  /** `isQuoted`: in quotes or after a backslash, where a Z is no zone. */
  | { readonly literal: string; readonly isQuoted: boolean };

type SpecifierLetter = 'd' | 'f' | 'F' | 'g' | 'h' | 'H' | 'K' | 'm' | 'M' | 's' | 't' | 'y' | 'z';

const specifierLetters = 'dfFghHKmMstyz';

/** Formats of one letter, in the invariant culture. */
const standardFormats: ReadonlyMap<string, string> = new Map([
  ['d', 'MM/dd/yyyy'],
  ['D', 'dddd, dd MMMM yyyy'],
  ['f', 'dddd, dd MMMM yyyy HH:mm'],
  ['F', 'dddd, dd MMMM yyyy HH:mm:ss'],
  ['g', 'MM/dd/yyyy HH:mm'],
  ['G', 'MM/dd/yyyy HH:mm:ss'],
  ['m', 'MMMM dd'],
  ['M', 'MMMM dd'],
  ['o', "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK"],
  ['O', "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK"],
  ['r', "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'"],
  ['R', "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'"],
  ['s', "yyyy'-'MM'-'dd'T'HH':'mm':'ss"],
  ['t', 'HH:mm'],
  ['T', 'HH:mm:ss'],
  ['u', "yyyy'-'MM'-'dd HH':'mm':'ss'Z'"],
  ['U', 'dddd, dd MMMM yyyy HH:mm:ss'],
  ['y', 'yyyy MMMM'],
  ['Y', 'yyyy MMMM'],
]);

/**
 * Reads a .NET date-time format, custom or of one standard letter. A message instead of parts says what is wrong.
 *
 * @see https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings
 */
export function parseFormat(format: string): readonly FormatPart[] | { readonly problem: string } {
  if (format === '') return { problem: 'a date-time format cannot be empty' };
  if (format.length === 1) {
    const standard = standardFormats.get(format);
    if (standard === undefined)
      return { problem: `"${format}" is no standard format; a custom format of one letter is written "%${format}"` };
    return parseFormat(standard);
  }
  const parts: FormatPart[] = [];
  let position = 0;
  while (position < format.length) {
    const read = readPart(format, position);
    if ('problem' in read) return read;
    if (read.part !== undefined) parts.push(read.part);
    position = read.end;
  }
  return parts;
}

type ReadPart = { readonly part: FormatPart | undefined; readonly end: number } | { readonly problem: string };

function readPart(format: string, start: number): ReadPart {
  const character = format[start] ?? '';
  if (character === '"' || character === "'") return readQuoted(format, start);
  if (character === '\\') {
    const next = format[start + 1];
    if (next === undefined) return { problem: 'the format ends with a backslash' };
    return { part: { literal: next, isQuoted: true }, end: start + 2 };
  }
  if (character === '%') {
    const next = format[start + 1];
    if (next === undefined || next === '%') return { problem: 'a "%" stands before one format letter' };
    return { part: undefined, end: start + 1 };
  }
  if (!specifierLetters.includes(character)) return { part: { literal: character, isQuoted: false }, end: start + 1 };
  let end = start + 1;
  while (format[end] === character) end += 1;
  const count = end - start;
  if ((character === 'f' || character === 'F') && count > 7)
    return { problem: `"${format.slice(start, end)}" has more than seven fraction digits` };
  // INVARIANT: specifierLetters holds exactly the letters of the type.
  return { part: { letter: character as SpecifierLetter, count }, end };
}

function readQuoted(format: string, start: number): ReadPart {
  let literal = '';
  for (let position = start + 1; position < format.length; position += 1) {
    const character = format[position] ?? '';
    if (character === format[start]) return { part: { literal, isQuoted: true }, end: position + 1 };
    if (character === '\\') position += 1;
    literal += format[position] ?? '';
  }
  return { problem: `the quote that begins at character ${start + 1} of the format is not closed` };
}

export function formatDateTime(ticks: bigint, kind: DateTimeKind, parts: readonly FormatPart[]): string {
  const values = partsFromTicks(ticks);
  let text = '';
  for (const part of parts) {
    if ('literal' in part) {
      text += part.literal;
      continue;
    }
    const { letter, count } = part;
    if (letter === 'F') {
      const digits = fractionDigits(values.fraction, count).replace(/0+$/, '');
      text = digits === '' && text.endsWith('.') ? text.slice(0, -1) : text + digits;
      continue;
    }
    text += formatSpecifier(letter, count, ticks, kind, values);
  }
  return text;
}

function formatSpecifier(
  letter: Exclude<SpecifierLetter, 'F'>,
  count: number,
  ticks: bigint,
  kind: DateTimeKind,
  values: ReturnType<typeof partsFromTicks>,
): string {
  const number = (value: number) => String(value).padStart(Math.min(count, 2), '0');
  switch (letter) {
    case 'd':
      return count <= 2 ? number(values.day) : name(dayNames[dayOfWeek(ticks)], count);
    case 'M':
      return count <= 2 ? number(values.month) : name(monthNames[values.month - 1], count);
    case 'y':
      return count <= 2 ? number(values.year % 100) : String(values.year).padStart(count, '0');
    case 'h':
      return number(values.hour % 12 === 0 ? 12 : values.hour % 12);
    case 'H':
      return number(values.hour);
    case 'm':
      return number(values.minute);
    case 's':
      return number(values.second);
    case 'f':
      return fractionDigits(values.fraction, count);
    case 't':
      return (values.hour < 12 ? 'AM' : 'PM').slice(0, Math.min(count, 2));
    case 'g':
      return 'A.D.';
    case 'K':
      return kind === 'unspecified' ? '' : kind === 'utc' ? 'Z' : '+00:00';
    case 'z':
      return ['+0', '+00', '+00:00'][Math.min(count, 3) - 1] ?? '';
  }
}

function name(full = '', count: number): string {
  return count === 3 ? full.slice(0, 3) : full;
}

function fractionDigits(fraction: number, count: number): string {
  return String(fraction).padStart(7, '0').slice(0, count);
}

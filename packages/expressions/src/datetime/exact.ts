import {
  dayNames,
  dayOfWeek,
  isInRange,
  monthNames,
  partsFromTicks,
  ticksFromParts,
  ticksPerMinute,
} from './datetime.ts';
import type { DateTimeKind, FormatPart } from './format.ts';
import { fullYear } from './parse.ts';
import type { DateTimeStyles } from './styles.ts';

export interface ExactDateTime {
  readonly ticks: bigint;
  readonly kind: DateTimeKind;
}

/** What the text gave; a specifier that comes twice must give the same. */
interface Found {
  year?: number;
  month?: number;
  day?: number;
  weekday?: number;
  hour?: number;
  minute?: number;
  second?: number;
  fraction?: number;
  /** 0 before noon, 1 after. */
  half?: number;
  /** Minutes east of UTC. */
  offset?: number;
  isHour12?: number;
  isUtc?: number;
}

/**
 * Reads a text by .NET's `DateTime.ParseExact` rules in the invariant culture; undefined when it does not match. Date
 * parts that the format lacks come from `now`, as in .NET. "Local" time is UTC.
 */
export function parseExact(
  text: string,
  format: readonly FormatPart[],
  styles: DateTimeStyles,
  now: bigint,
): ExactDateTime | undefined {
  let trimmed = text;
  if (styles.leadingWhite) trimmed = trimmed.trimStart();
  if (styles.trailingWhite) trimmed = trimmed.trimEnd();
  const reader = new Reader(trimmed, styles);
  for (const [index, part] of format.entries()) if (!reader.read(part, format[index + 1])) return undefined;
  if (!reader.isAtEnd()) return undefined;
  return combine(reader.found, styles, now);
}

class Reader {
  readonly found: Found = {};
  readonly #text: string;
  readonly #styles: DateTimeStyles;
  #position = 0;

  constructor(text: string, styles: DateTimeStyles) {
    this.#text = text;
    this.#styles = styles;
  }

  isAtEnd(): boolean {
    return this.#position === this.#text.length;
  }

  read(part: FormatPart, next: FormatPart | undefined): boolean {
    if (this.#styles.innerWhite) this.#match(/\s*/y);
    if ('literal' in part) return this.#literal(part.literal, part.isQuoted, next);
    const { letter, count } = part;
    switch (letter) {
      case 'y':
        return count <= 2 ? this.#twoDigitYear(count) : this.#number('year', count, count);
      case 'M':
        return count <= 2 ? this.#number('month', count) : this.#name('month', monthNames, count, 1);
      case 'd':
        return count <= 2 ? this.#number('day', count) : this.#name('weekday', dayNames, count, 0);
      case 'h':
        return this.#number('hour', Math.min(count, 2)) && this.#set('isHour12', 1);
      case 'H':
        return this.#number('hour', Math.min(count, 2));
      case 'm':
        return this.#number('minute', Math.min(count, 2));
      case 's':
        return this.#number('second', Math.min(count, 2));
      case 'f':
        return this.#fraction(count, count);
      case 'F':
        return this.#fraction(0, count);
      case 't':
        return this.#half(count);
      case 'g':
        return this.#match(/A\.?D\.?/iy) !== undefined;
      case 'z':
        return this.#offset(count);
      case 'K':
        return this.#match(/Z/iy) === undefined ? this.#offset(3) || true : this.#utc();
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  #set(name: keyof Found, value: number): boolean {
    const before = this.found[name];
    this.found[name] = value;
    return before === undefined || before === value;
  }

  /** In a format that is read, an unquoted Z stands for "Z" or "GMT" and means UTC. */
  #literal(literal: string, isQuoted: boolean, next: FormatPart | undefined): boolean {
    if (literal === 'Z' && !isQuoted) return this.#match(/GMT|Z/iy) !== undefined && this.#utc();
    if (literal.trim() === '' && this.#styles.innerWhite) return true;
    if (this.#text.startsWith(literal, this.#position)) {
      this.#position += literal.length;
      return true;
    }
    // A point before optional fraction digits is optional with them.
    return literal === '.' && next !== undefined && 'letter' in next && next.letter === 'F';
  }

  #utc(): boolean {
    return this.#set('isUtc', 1) && this.#set('offset', 0);
  }

  /** One letter reads one or two digits, more letters read exactly as many. */
  #number(name: keyof Found, count: number, max = Math.max(count, 2)): boolean {
    const digits = this.#digits(count, count === 1 ? max : count);
    return digits !== undefined && this.#set(name, Number(digits));
  }

  #digits(min: number, max: number): string | undefined {
    return this.#match(new RegExp(`[0-9]{${min},${max}}`, 'y'));
  }

  #twoDigitYear(count: number): boolean {
    const digits = this.#digits(count, 2);
    return digits !== undefined && this.#set('year', fullYear(Number(digits)));
  }

  #name(key: 'month' | 'weekday', names: readonly string[], count: number, first: number): boolean {
    const rest = this.#text.slice(this.#position, this.#position + 12).toLowerCase();
    for (const [index, full] of names.entries()) {
      const name = count === 3 ? full.slice(0, 3) : full;
      if (!rest.startsWith(name.toLowerCase())) continue;
      this.#position += name.length;
      return this.#set(key, index + first);
    }
    return false;
  }

  #fraction(min: number, max: number): boolean {
    const digits = this.#digits(min, max);
    return digits !== undefined && this.#set('fraction', Number(digits.padEnd(7, '0')));
  }

  #half(count: number): boolean {
    const mark = this.#match(count === 1 ? /[AP]/iy : /[AP]M/iy);
    return mark !== undefined && this.#set('half', mark[0]?.toUpperCase() === 'P' ? 1 : 0);
  }

  #offset(count: number): boolean {
    const start = this.#position;
    const text = this.#match(count < 3 ? /[+-][0-9]{1,2}/y : /[+-][0-9]{1,2}:?[0-9]{2}/y);
    const match = text === undefined ? null : /^([+-])([0-9]{1,2}?):?([0-9]{2})?$/.exec(text);
    const hours = Number(count < 3 ? text?.slice(1) : match?.[2]);
    const minutes = count < 3 ? 0 : Number(match?.[3]);
    if (text === undefined || hours * 60 + minutes > 14 * 60 || minutes > 59) {
      this.#position = start;
      return false;
    }
    return this.#set('offset', (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes));
  }
}

function combine(found: Found, styles: DateTimeStyles, now: bigint): ExactDateTime | undefined {
  const hour = hourOfDay(found);
  if (hour === undefined) return undefined;
  const ticks = ticksFromParts({
    ...calendarDate(found, styles, now),
    hour,
    minute: found.minute ?? 0,
    second: found.second ?? 0,
    fraction: found.fraction ?? 0,
  });
  if (ticks === undefined) return undefined;
  if (found.weekday !== undefined && dayOfWeek(ticks) !== found.weekday) return undefined;
  return inZone(ticks, found, styles);
}

function hourOfDay({ hour, half, isHour12 }: Found): number | undefined {
  if (hour === undefined) return half === 1 ? 12 : 0;
  if (isHour12 !== undefined) return hour > 12 ? undefined : (hour % 12) + (half === 1 ? 12 : 0);
  if (half !== undefined && (half === 1) !== hour >= 12) return undefined;
  return hour;
}

function calendarDate(found: Found, styles: DateTimeStyles, now: bigint): { year: number; month: number; day: number } {
  const { year, month, day } = found;
  if (year === undefined && month === undefined && day === undefined)
    return styles.noCurrentDate ? { year: 1, month: 1, day: 1 } : partsFromTicks(now);
  return { year: year ?? partsFromTicks(now).year, month: month ?? 1, day: day ?? 1 };
}

function inZone(ticks: bigint, found: Found, styles: DateTimeStyles): ExactDateTime | undefined {
  if (found.offset === undefined) {
    if (styles.assumeUniversal) return { ticks, kind: styles.adjustToUniversal ? 'utc' : 'local' };
    if (styles.assumeLocal) return { ticks, kind: styles.adjustToUniversal ? 'utc' : 'local' };
    return { ticks, kind: 'unspecified' };
  }
  const universal = ticks - BigInt(found.offset) * ticksPerMinute;
  if (!isInRange(universal)) return undefined;
  const isUtc = styles.adjustToUniversal || (styles.roundtripKind && found.isUtc !== undefined);
  return { ticks: universal, kind: isUtc ? 'utc' : 'local' };
}

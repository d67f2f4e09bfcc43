import { dayNames, dayOfWeek, isInRange, monthNames, ticksFromParts, ticksPerMinute } from './datetime.ts';

const textCharactersMax = 100;
const isoDate = /^([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?/;
const yearFirst = /^([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})/;
const monthFirst = /^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})(?![0-9])/;
const dayMonthYear = /^([0-9]{1,2})[ -]([a-z]{3,9})[ ,-] ?([0-9]{4})(?![0-9])/i;
const monthDayYear = /^([a-z]{3,9}) ([0-9]{1,2}),? ([0-9]{4})(?![0-9])/i;
const weekday = /^([a-z]{3,9}),? /i;
const time = /^(?:[Tt]| +)([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?/;
const hourOnly = /^ +([0-9]{1,2})(?= ?[AaPp][Mm])/;
const halfDay = /^ ?([AaPp])[Mm](?![a-z])/i;
const zone = /^ ?(?:(Z|GMT|UTC)|([+-])([0-9]{1,2}):?([0-9]{2})?)$/i;

interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly length: number;
}

/**
 * Reads a date-time as .NET's `DateTime.Parse` does in the invariant culture, with `AssumeUniversal` and
 * `AdjustToUniversal`: ISO 8601 forms, `M/d/yyyy`, `d MMM yyyy`, `MMM d, yyyy` with an optional weekday before them, an
 * optional time of day after them, then an optional zone. Undefined when the text is none of these.
 */
export function parseDateTime(text: string): bigint | undefined {
  return readDateTime(text, false);
}

/** As `parseDateTime`, but ISO 8601 only; a blank may stand for the `T`. */
export function parseIsoDateTime(text: string): bigint | undefined {
  return readDateTime(text, true);
}

function readDateTime(text: string, isoOnly: boolean): bigint | undefined {
  let rest = text.trim();
  if (rest.length === 0 || rest.length > textCharactersMax) return undefined;
  const day = isoOnly ? undefined : weekday.exec(rest);
  const named = day?.[1] === undefined ? -1 : nameIndex(dayNames, day[1]);
  if (day && named >= 0) rest = rest.slice(day[0].length);
  const date = readDate(rest, isoOnly);
  if (date === undefined) return undefined;
  rest = rest.slice(date.length);
  const clock = readTime(rest);
  if (clock === undefined) return undefined;
  rest = rest.slice(clock.length);
  const offset = rest === '' ? 0 : readZone(rest);
  const ticks = ticksFromParts({ ...date, ...clock });
  if (ticks === undefined || offset === undefined) return undefined;
  if (named >= 0 && dayOfWeek(ticks) !== named) return undefined;
  const universal = ticks - BigInt(offset) * ticksPerMinute + clock.carry;
  return isInRange(universal) ? universal : undefined;
}

function readDate(text: string, isoOnly: boolean): CalendarDate | undefined {
  const iso = isoDate.exec(text);
  if (iso) return calendarDate(iso, iso[1], iso[2], iso[3] ?? '1');
  if (isoOnly) return undefined;
  const slashed = yearFirst.exec(text);
  if (slashed) return calendarDate(slashed, slashed[1], slashed[2], slashed[3]);
  const american = monthFirst.exec(text);
  if (american) return calendarDate(american, american[3], american[1], american[2]);
  const british = dayMonthYear.exec(text);
  if (british) return calendarDate(british, british[3], monthNumber(british[2]), british[1]);
  const named = monthDayYear.exec(text);
  if (named) return calendarDate(named, named[3], monthNumber(named[1]), named[2]);
  return undefined;
}

function calendarDate(match: RegExpExecArray, year = '', month = '', day = ''): CalendarDate {
  const number = Number(year);
  return {
    year: year.length === 2 ? fullYear(number) : number,
    month: Number(month),
    day: Number(day),
    length: match[0].length,
  };
}

/** Two-digit years lie between 1950 and 2049, as in .NET's invariant calendar. */
export function fullYear(twoDigits: number): number {
  return twoDigits + (twoDigits < 50 ? 2000 : 1900);
}

function monthNumber(name = ''): string {
  return String(nameIndex(monthNames, name) + 1);
}

/** Index of a full or three-letter English name, any letter case; -1 when there is none. */
export function nameIndex(names: readonly string[], text: string): number {
  const folded = text.toLowerCase();
  return names.findIndex((name) => name.toLowerCase() === folded || name.slice(0, 3).toLowerCase() === folded);
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: number;
  /** One second's ticks, when the fraction rounds up to it. */
  readonly carry: bigint;
  readonly length: number;
}

function readTime(text: string): Clock | undefined {
  const match = time.exec(text) ?? hourOnly.exec(text);
  if (!match) return { hour: 0, minute: 0, second: 0, fraction: 0, carry: 0n, length: 0 };
  const half = halfDay.exec(text.slice(match[0].length));
  const hour = hourOfDay(Number(match[1]), half?.[1]);
  if (hour === undefined) return undefined;
  const fraction = Math.round(Number(`0.${match[4] ?? '0'}`) * 10_000_000);
  return {
    hour,
    minute: Number(match[2] ?? 0),
    second: Number(match[3] ?? 0),
    fraction: fraction % 10_000_000,
    carry: fraction >= 10_000_000 ? 10_000_000n : 0n,
    length: match[0].length + (half?.[0].length ?? 0),
  };
}

function hourOfDay(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour > 12 || hour === 0) return undefined;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

/** Minutes east of UTC. */
function readZone(text: string): number | undefined {
  const match = zone.exec(text);
  if (!match) return undefined;
  if (match[1] !== undefined) return 0;
  const minutes = Number(match[3]) * 60 + Number(match[4] ?? 0);
  if (minutes > 14 * 60 || Number(match[4] ?? 0) > 59) return undefined;
  return match[2] === '-' ? -minutes : minutes;
}

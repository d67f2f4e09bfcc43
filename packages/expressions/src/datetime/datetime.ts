/*
 * Date-times as .NET keeps them: 100 ns ticks since 0001-01-01T00:00:00 in the proleptic Gregorian calendar, up to the
 * end of year 9999. A zone never travels with them: everything is UTC, and "local" time is UTC too.
 */
export const ticksPerSecond = 10_000_000n;
export const ticksPerMinute = ticksPerSecond * 60n;
export const ticksPerHour = ticksPerMinute * 60n;
export const ticksPerDay = ticksPerHour * 24n;
export const ticksMax = 3_155_378_975_999_999_999n;
/** 1601-01-01, where Windows FILETIME begins. */
export const fileTimeEpochTicks = 504_911_232_000_000_000n;
const unixEpochTicks = 621_355_968_000_000_000n;
const unixEpochDays = 719_162;

export interface DateTimeParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Ticks of the second, 0 to 9,999,999. */
  readonly fraction: number;
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export function isInRange(ticks: bigint): boolean {
  return ticks >= 0n && ticks <= ticksMax;
}

export function ticksFromUnixMs(ms: number): bigint {
  return unixEpochTicks + BigInt(Math.floor(ms)) * 10_000n;
}

/** Rounded down to whole milliseconds. */
export function unixMsFromTicks(ticks: bigint): number {
  const sinceEpoch = ticks - unixEpochTicks;
  const ms = sinceEpoch / 10_000n;
  return Number(sinceEpoch < 0n && sinceEpoch % 10_000n !== 0n ? ms - 1n : ms);
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Ticks of the parts, or undefined when a part is out of its range. */
export function ticksFromParts(parts: DateTimeParts): bigint | undefined {
  const { year, month, day, hour, minute, second, fraction } = parts;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const seconds = hour * 3600 + minute * 60 + second;
  return BigInt(dayNumber(year, month, day)) * ticksPerDay + BigInt(seconds) * ticksPerSecond + BigInt(fraction);
}

/** Days since 0001-01-01. */
function dayNumber(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 86_400_000 + unixEpochDays;
}

export function partsFromTicks(ticks: bigint): DateTimeParts {
  const days = Number(ticks / ticksPerDay);
  const inDay = ticks % ticksPerDay;
  const seconds = Number(inDay / ticksPerSecond);
  const date = new Date((days - unixEpochDays) * 86_400_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: Number(inDay % ticksPerSecond),
  };
}

/** 0 is Sunday. */
export function dayOfWeek(ticks: bigint): number {
  return Number((ticks / ticksPerDay + 1n) % 7n);
}

/** Adds calendar months; a day that the month lacks becomes its last. Undefined outside the years 1 to 9999. */
export function addMonths(ticks: bigint, months: bigint): bigint | undefined {
  const parts = partsFromTicks(ticks);
  const index = BigInt(parts.year * 12 + parts.month - 1) + months;
  if (index < 12n || index >= 120_000n) return undefined;
  const year = Number(index / 12n);
  const month = Number(index % 12n) + 1;
  return ticksFromParts({ ...parts, year, month, day: Math.min(parts.day, daysInMonth(year, month)) });
}

/** `M/d/yyyy h:mm:ss tt`, the only text form of a date-time in the language. */
export function printDateTime(ticks: bigint): string {
  const { year, month, day, hour, minute, second } = partsFromTicks(ticks);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${two(minute)}:${two(second)} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${month}/${day}/${String(year).padStart(4, '0')} ${clock}`;
}

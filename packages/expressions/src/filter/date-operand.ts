import { isInRange, partsFromTicks, ticksPerDay } from '../datetime/datetime.ts';
import { parseDateTime } from '../datetime/parse.ts';

/** The date-time of a clause: fixed, or so many days of 24 hours from now. In ticks. */
export type DateOperand =
  { readonly kind: 'fixed'; readonly ticks: bigint } | { readonly kind: 'relative'; readonly offset: bigint };

const relative = /^\s*now\s*(?:([+-])\s*([0-9]{1,6})\s*d?)?\s*$/i;

/** `NOW`, `NOW+14d`, `NOW-30d` (also without the d), or a date-time that `CDate` reads. */
export function parseDateOperand(text: string): DateOperand | undefined {
  const match = relative.exec(text);
  if (match) {
    const offset = BigInt(match[2] ?? 0) * ticksPerDay;
    return { kind: 'relative', offset: match[1] === '-' ? -offset : offset };
  }
  const ticks = parseDateTime(text);
  return ticks === undefined ? undefined : { kind: 'fixed', ticks };
}

/** `2026-11-25T08:00:00Z`; undefined outside the years 1 to 9999. */
export function printIsoDateTime(ticks: bigint): string | undefined {
  if (!isInRange(ticks)) return undefined;
  const { year, month, day, hour, minute, second } = partsFromTicks(ticks);
  const padded = (value: number, length = 2) => String(value).padStart(length, '0');
  return `${padded(year, 4)}-${padded(month)}-${padded(day)}T${padded(hour)}:${padded(minute)}:${padded(second)}Z`;
}

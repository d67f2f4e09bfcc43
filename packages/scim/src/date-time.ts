/** A point in time: whole seconds since 1970-01-01 UTC, and nanoseconds from 0 to 999,999,999 after them. */
export interface Instant {
  readonly seconds: number;
  readonly nanos: number;
}

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/i;

/**
 * Reads an xsd:dateTime (RFC 7643 §2.3.5) with up to nine fraction digits (Entra sends seven), years 0000 to 9999; without
 * a zone it is taken as UTC. Undefined when it is not one.
 */
export function parseDateTime(text: string): Instant | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day);
  const isRealDay = date.getUTCMonth() === (month ?? 0) - 1 && date.getUTCDate() === day;
  if (!isRealDay || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return undefined;
  const offset = readOffset(match[8]);
  if (offset === undefined) return undefined;
  return {
    seconds: date.getTime() / 1000 + (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0) - offset,
    nanos: Number((match[7] ?? '').padEnd(9, '0')),
  };
}

function readOffset(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** ISO 8601 in UTC, with as many fraction digits as the instant has. */
export function printInstant(instant: Instant): string {
  const whole = new Date(instant.seconds * 1000).toISOString().replace(/\.000Z$/, '');
  const fraction = instant.nanos === 0 ? '' : `.${String(instant.nanos).padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${fraction}Z`;
}

export function compareInstants(left: Instant, right: Instant): number {
  return left.seconds - right.seconds || left.nanos - right.nanos;
}

import { Tooltip } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { dateTimeText, parseTime, relativeTimeText } from './time-text.ts';

/** Milliseconds since 1970, renewed every `everyMs` while mounted. */
export function useNow(everyMs = 15_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

interface TimeProps {
  /** ISO 8601; absent times show `otherwise`. */
  readonly value: string | null | undefined;
  readonly otherwise?: string;
}

/** `3 minutes ago`, with the full time in the reader's zone on hover and focus. */
export function RelativeTime({ value, otherwise = '–' }: TimeProps) {
  const now = useNow();
  const time = parseTime(value);
  if (time === undefined) return <span>{otherwise}</span>;
  return (
    <Tooltip content={dateTimeText(time, { long: true })} relationship="description">
      <time dateTime={new Date(time).toISOString()} style={{ whiteSpace: 'nowrap' }}>
        {relativeTimeText(time, Math.max(now, 0))}
      </time>
    </Tooltip>
  );
}

/** The date and time in the reader's zone, with seconds and the zone on hover and focus. */
export function DateTime({ value, otherwise = '–' }: TimeProps) {
  const time = parseTime(value);
  if (time === undefined) return <span>{otherwise}</span>;
  return (
    <Tooltip content={dateTimeText(time, { long: true })} relationship="description">
      <time dateTime={new Date(time).toISOString()} style={{ whiteSpace: 'nowrap' }}>
        {dateTimeText(time)}
      </time>
    </Tooltip>
  );
}

import { Field, Input, Select, Text } from '@fluentui/react-components';
import { dateTimeText } from '@joinery/ui';
import { tokenMessages } from '../messages/tokens.ts';

const text = tokenMessages;
const dayMs = 86_400_000;
const dayChoices = [30, 90, 180, 365] as const;

/** Days from now, or a date of the reader's calendar. */
export interface ExpiryWish {
  readonly days: string;
  /** YYYY-MM-DD, for `days` = `date`. */
  readonly date: string;
}

export const expiryDefault: ExpiryWish = { days: '180', date: '' };

/** The end of that day in the reader's zone; undefined when it is no time to come. */
export function expiryOf(wish: ExpiryWish, now: number): Date | undefined {
  if (wish.days !== 'date') return new Date(now + Number(wish.days) * dayMs);
  const [year, month, day] = wish.date.split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const end = new Date(year, month - 1, day, 23, 59, 59);
  return Number.isNaN(end.getTime()) || end.getTime() <= now ? undefined : end;
}

export function ExpiryChoice({
  wish,
  now,
  isChecked,
  onChange,
}: {
  wish: ExpiryWish;
  now: number;
  isChecked: boolean;
  onChange: (wish: ExpiryWish) => void;
}) {
  const expires = expiryOf(wish, now);
  return (
    <>
      <Field label={text.expiryLabel} hint={text.expiryHint}>
        <Select value={wish.days} onChange={(_, { value }) => onChange({ ...wish, days: value })}>
          {dayChoices.map((days) => (
            <option key={days} value={days}>
              {text.expiryDays(days)}
            </option>
          ))}
          <option value="date">{text.expiryDate}</option>
        </Select>
      </Field>
      {wish.days === 'date' && (
        <Field
          label={text.expiryDateLabel}
          required
          {...(isChecked && expires === undefined ? { validationMessage: text.expiryInvalid } : {})}
        >
          <Input type="date" value={wish.date} onChange={(_, { value }) => onChange({ ...wish, date: value })} />
        </Field>
      )}
      {expires !== undefined && <Text>{text.expiryOn(dateTimeText(expires.getTime(), { long: true }))}</Text>}
    </>
  );
}

import { Field, Input } from '@fluentui/react-components';
import type { EventType } from '@joinery/workspace/contract';
import { webhookMessages } from '../messages/access.ts';
import { EventChoice } from './event-choice.tsx';

const text = webhookMessages;

export interface WebhookWish {
  readonly url: string;
  readonly eventTypes: readonly EventType[];
}

export function isWebhookWish({ url, eventTypes }: WebhookWish): boolean {
  return isAddress(url.trim()) && eventTypes.length > 0;
}

// Plain http too, for hosts that the operator allows; the server judges.
const isAddress = (value: string): boolean => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

/** Address and events of a webhook. */
export function WebhookFields({
  wish,
  isChecked,
  isNew = false,
  onChange,
}: {
  wish: WebhookWish;
  isChecked: boolean;
  isNew?: boolean;
  onChange: (wish: WebhookWish) => void;
}) {
  return (
    <>
      <Field
        label={text.url}
        hint={text.urlHint}
        required
        {...(isChecked && !isAddress(wish.url.trim()) ? { validationMessage: text.urlInvalid } : {})}
      >
        <Input
          type="url"
          autoFocus={isNew}
          autoComplete="off"
          value={wish.url}
          onChange={(_, { value }) => onChange({ ...wish, url: value })}
        />
      </Field>
      <EventChoice
        chosen={wish.eventTypes}
        isChecked={isChecked}
        onChange={(eventTypes) => onChange({ ...wish, eventTypes })}
      />
    </>
  );
}

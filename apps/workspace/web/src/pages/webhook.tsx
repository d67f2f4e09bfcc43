import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Text,
} from '@fluentui/react-components';
import { EmptyState, EntityList, RelativeTime, Section, StatusBadge, useToasts, type Column } from '@joinery/ui';
import { useParams } from '@tanstack/react-router';
import type { DeliveryView, WebhookView } from '@joinery/workspace/contract';
import { useChangeWebhook, useDeliveries, useRedeliver } from '../data/webhooks.ts';
import { clockText } from '../design/clock-text.ts';
import { TwoLines } from '../design/two-lines.tsx';
import { KnownWebhook } from '../design/webhook.tsx';
import { webhookMessages } from '../messages/access.ts';
import { tokenMessages } from '../messages/tokens.ts';
import { requestMessages } from '../messages/requests.ts';

const text = webhookMessages;

export function DeliveriesPage() {
  const { id } = useParams({ from: '/console/administration/integrations/webhooks/$id' });
  return (
    <KnownWebhook id={id}>
      {(webhook) => (
        <>
          {!webhook.enabled && <OffBar webhook={webhook} />}
          <Deliveries webhook={webhook} />
        </>
      )}
    </KnownWebhook>
  );
}

function OffBar({ webhook }: { webhook: WebhookView }) {
  const toasts = useToasts();
  const change = useChangeWebhook(webhook.id);

  function switchOn(): void {
    change.mutate(
      { enabled: true },
      {
        onSuccess: () => toasts.success(text.switchedOn),
        onError: (error) => toasts.failure(text.switchFailed, error),
      },
    );
  }

  return (
    <MessageBar layout="multiline" intent="warning">
      <MessageBarBody>
        <MessageBarTitle>{text.offTitle}</MessageBarTitle> {webhook.disabledReason} {text.offHint}
      </MessageBarBody>
      <MessageBarActions>
        <Button onClick={switchOn} disabledFocusable={change.isPending}>
          {text.switchOn}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}

function Deliveries({ webhook }: { webhook: WebhookView }) {
  const pages = useDeliveries(webhook.id);
  const redeliver = useRedeliver(webhook.id);
  const toasts = useToasts();

  function again(delivery: DeliveryView): void {
    redeliver.mutate(delivery.id, {
      onSuccess: () => toasts.success(text.redeliverDone),
      onError: (error) => toasts.failure(text.redeliverFailed, error),
    });
  }

  const columns: readonly Column<DeliveryView>[] = [
    {
      id: 'event',
      header: text.event,
      render: ({ event, id }) => <TwoLines first={event} second={id} />,
    },
    {
      id: 'time',
      header: requestMessages.time,
      width: '180px',
      render: ({ created }) => <time dateTime={created}>{clockText(created)}</time>,
    },
    { id: 'result', header: text.result, render: (delivery) => <Result delivery={delivery} webhook={webhook} /> },
    { id: 'attempts', header: text.attempts, width: '90px', render: ({ attempts }) => attempts },
    {
      id: 'actions',
      header: tokenMessages.actions,
      width: '130px',
      hideHeader: true,
      align: 'end',
      render: (delivery) => (
        <Button
          size="small"
          aria-label={text.redeliverNamed(delivery.event, clockText(delivery.created))}
          onClick={() => again(delivery)}
        >
          {text.redeliver}
        </Button>
      ),
    },
  ];
  return (
    <Section>
      <Text>{text.retryHint}</Text>
      <EntityList
        label={text.deliveriesCaption}
        columns={columns}
        rowId={(delivery) => delivery.id}
        pages={pages}
        empty={<EmptyState title={text.noDeliveries}>{text.noDeliveriesHint}</EmptyState>}
      />
    </Section>
  );
}

/** What became of a delivery, what the receiver said last, and when it is tried again. */
function Result({ delivery, webhook }: { delivery: DeliveryView; webhook: WebhookView }) {
  const { state, attempts, lastStatus, lastError, nextAttempt } = delivery;
  const said = [
    ...(lastStatus === null ? [] : [text.answered(lastStatus)]),
    ...(lastError === null ? [] : [lastError]),
  ].join(', ');
  if (state === 'delivered') {
    return <TwoLines first={<StatusBadge tone="success">{text.delivered}</StatusBadge>} second={said} />;
  }
  const isFailing = attempts > 0;
  const badge = (
    <StatusBadge tone={isFailing ? 'warning' : 'informative'}>{isFailing ? text.failing : text.waiting}</StatusBadge>
  );
  const next = !webhook.enabled ? (
    text.stands
  ) : isFailing ? (
    <>
      {text.nextAttempt} <RelativeTime value={nextAttempt} />
    </>
  ) : (
    text.sendingSoon
  );
  return (
    <TwoLines
      first={badge}
      second={
        <>
          {said}
          {said !== '' && '; '}
          {next}
        </>
      }
    />
  );
}

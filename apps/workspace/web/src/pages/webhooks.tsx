import { RelativeTime, RouteLink, type Column } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import type { WebhookView } from '@joinery/workspace/contract';
import { webhooksQuery } from '../data/webhooks.ts';
import { allEvents } from '../design/event-choice.tsx';
import { TwoLines } from '../design/two-lines.tsx';
import { WebhookState } from '../design/webhook.tsx';
import { WholeListPage } from '../design/whole-list-page.tsx';
import { webhookMessages } from '../messages/access.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = webhookMessages;

const columns: readonly Column<WebhookView>[] = [
  {
    id: 'url',
    header: text.url,
    render: (webhook) => <RouteLink href={paths.webhook(webhook.id)}>{webhook.url}</RouteLink>,
  },
  {
    id: 'state',
    header: messages.state,
    width: '240px',
    render: (webhook) =>
      webhook.disabledReason === null ? (
        <WebhookState webhook={webhook} />
      ) : (
        <TwoLines first={<WebhookState webhook={webhook} />} second={webhook.disabledReason} />
      ),
  },
  {
    id: 'events',
    header: text.events,
    width: '120px',
    render: ({ eventTypes }) =>
      allEvents.every((event) => eventTypes.includes(event)) ? text.allEvents : text.eventsCount(eventTypes.length),
  },
  {
    id: 'created',
    header: messages.created,
    width: '150px',
    wideOnly: true,
    render: (webhook) => <RelativeTime value={webhook.created} />,
  },
];

export function WebhooksPage() {
  const query = useQuery(webhooksQuery);
  return (
    <WholeListPage
      text={text}
      createHref={paths.newWebhook}
      query={query}
      columns={columns}
      rows={({ webhooks }) => webhooks}
    />
  );
}

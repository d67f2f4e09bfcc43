import { Details, QueryView, StatusBadge } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { WebhookView } from '@joinery/workspace/contract';
import { webhooksQuery } from '../data/webhooks.ts';
import { webhookMessages } from '../messages/access.ts';
import { paths } from '../paths.ts';
import { Absent } from './absent.tsx';

const text = webhookMessages;

export function WebhookState({ webhook }: { webhook: WebhookView }) {
  return (
    <StatusBadge tone={webhook.enabled ? 'success' : 'danger'}>{webhook.enabled ? text.on : text.off}</StatusBadge>
  );
}

/** One webhook with its tabs, from the list of all, or that there is none. */
export function KnownWebhook({
  id,
  actions,
  children,
}: {
  id: string;
  actions?: (webhook: WebhookView) => ReactNode;
  children: (webhook: WebhookView) => ReactNode;
}) {
  const query = useQuery(webhooksQuery);
  return (
    <QueryView query={query} title={text.title}>
      {({ webhooks }) => {
        const webhook = webhooks.find((candidate) => candidate.id === id);
        if (webhook === undefined) {
          return <Absent title={text.notFound} hint={text.notFoundHint} href={paths.webhooks} label={text.back} />;
        }
        return (
          <Details
            title={webhook.url}
            crumbs={[{ label: text.title, href: paths.webhooks }]}
            status={<WebhookState webhook={webhook} />}
            actions={actions?.(webhook)}
            tabs={[
              { label: text.deliveries, href: paths.webhook(id) },
              { label: text.settings, href: paths.webhookSettings(id) },
            ]}
          >
            {children(webhook)}
          </Details>
        );
      }}
    </QueryView>
  );
}

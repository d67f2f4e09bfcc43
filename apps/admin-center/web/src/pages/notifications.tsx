import type { Mail } from '@joinery/graph-api/contract';
import { Text } from '@fluentui/react-components';
import { EmptyState, EntityList, Page, RelativeTime, Section, StatusBadge, useKeysetPages } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { pagesOf } from '../data/collection.ts';
import { organizationQuery } from '../data/session.ts';
import { messages } from '../messages.ts';

const m = messages.notifications;

export function NotificationsPage() {
  const { data: organization } = useQuery(organizationQuery);
  const pages = useKeysetPages<Mail>({ key: ['mails'], load: pagesOf('/joinery/mails') });
  return (
    <Page title={m.title} description={organization?.mailIsSent === false ? m.noMail : m.description}>
      <Section>
        <EntityList
          label={m.title}
          pages={pages}
          rowId={(row) => row.id}
          empty={<EmptyState title={m.empty}>{m.emptyText}</EmptyState>}
          columns={[
            {
              id: 'mail',
              header: m.title,
              render: (row) => (
                <details>
                  <summary>
                    <Text weight="semibold">{row.subject}</Text>
                  </summary>
                  <Text block size={200}>
                    {m.to(row.to.join(', '))}
                  </Text>
                  <Text block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                    {row.text}
                  </Text>
                </details>
              ),
            },
            {
              id: 'date',
              header: messages.audit.columns.date,
              width: '9rem',
              render: (row) => <RelativeTime value={row.createdDateTime} />,
            },
            { id: 'state', header: messages.logs.status, width: '11rem', render: (row) => <SentBadge mail={row} /> },
          ]}
        />
      </Section>
    </Page>
  );
}

function SentBadge({ mail }: { mail: Mail }) {
  if (mail.sentDateTime !== null) return <StatusBadge tone="success">{m.sent}</StatusBadge>;
  return (
    <StatusBadge tone={mail.attempts > 0 ? 'warning' : 'subtle'}>
      {mail.attempts > 0 ? m.failed : m.notSent}
    </StatusBadge>
  );
}

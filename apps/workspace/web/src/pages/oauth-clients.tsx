import { RelativeTime, RouteLink, type Column } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import type { OAuthClientView } from '@joinery/workspace/contract';
import { oauthQuery } from '../data/oauth.ts';
import { LiveBadge } from '../design/badges.tsx';
import { scopesText } from '../design/scopes.ts';
import { TwoLines } from '../design/two-lines.tsx';
import { WholeListPage } from '../design/whole-list-page.tsx';
import { oauthMessages } from '../messages/access.ts';
import { tokenMessages } from '../messages/tokens.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = oauthMessages;

function credentialsText({ secrets, federations }: OAuthClientView): string {
  const parts = [
    ...(secrets.length === 0 ? [] : [text.secretsCount(secrets.length)]),
    ...(federations.length === 0 ? [] : [text.federationsCount(federations.length)]),
  ];
  return parts.length === 0 ? text.noCredentials : parts.join(', ');
}

const columns: readonly Column<OAuthClientView>[] = [
  {
    id: 'name',
    header: text.name,
    render: (client) => (
      <TwoLines first={<RouteLink href={paths.oauthClient(client.id)}>{client.name}</RouteLink>} second={client.id} />
    ),
  },
  { id: 'credentials', header: text.credentials, width: '240px', render: credentialsText },
  {
    id: 'scopes',
    header: tokenMessages.scopes,
    width: '120px',
    wideOnly: true,
    render: (client) => scopesText(client.scopes),
  },
  {
    id: 'created',
    header: messages.created,
    width: '150px',
    wideOnly: true,
    render: (client) => <RelativeTime value={client.created} />,
  },
  {
    id: 'used',
    header: tokenMessages.lastUsed,
    width: '140px',
    render: (client) => <RelativeTime value={client.lastUsed} otherwise={messages.never} />,
  },
];

export function OAuthClientsPage() {
  const query = useQuery(oauthQuery);
  return (
    <WholeListPage
      text={text}
      createHref={paths.newOAuthClient}
      status={<LiveBadge />}
      query={query}
      columns={columns}
      rows={({ clients }) => clients}
    />
  );
}

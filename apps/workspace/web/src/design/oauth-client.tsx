import { QueryView } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { OAuthClientView } from '@joinery/workspace/contract';
import { oauthQuery } from '../data/oauth.ts';
import { oauthMessages } from '../messages/access.ts';
import { paths } from '../paths.ts';
import { Absent } from './absent.tsx';

const text = oauthMessages;

/** The client of an id, from the list of all, or that there is none. */
export function KnownClient({
  id,
  children,
}: {
  id: string;
  children: (client: OAuthClientView, tokenEndpoint: string) => ReactNode;
}) {
  const query = useQuery(oauthQuery);
  return (
    <QueryView query={query} title={text.title}>
      {({ clients, tokenEndpoint }) => {
        const client = clients.find((candidate) => candidate.id === id);
        if (client !== undefined) return children(client, tokenEndpoint);
        return <Absent title={text.notFound} hint={text.notFoundHint} href={paths.oauthClients} label={text.back} />;
      }}
    </QueryView>
  );
}

export function crumbsOf(client: OAuthClientView) {
  return [
    { label: text.title, href: paths.oauthClients },
    { label: client.name, href: paths.oauthClient(client.id) },
  ];
}

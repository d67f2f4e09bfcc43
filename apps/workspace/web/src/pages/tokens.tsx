import { RelativeTime, RouteLink, type Column } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import type { Token } from '@joinery/workspace/contract';
import { isUsable, tokensQuery } from '../data/tokens.ts';
import { LiveBadge } from '../design/badges.tsx';
import { TokenState } from '../design/token-state.tsx';
import { scopesText } from '../design/scopes.ts';
import { TwoLines } from '../design/two-lines.tsx';
import { WholeListPage } from '../design/whole-list-page.tsx';
import { tokenMessages } from '../messages/tokens.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = tokenMessages;

const columns: readonly Column<Token>[] = [
  {
    id: 'name',
    header: messages.tokenName,
    render: (token) => <RouteLink href={paths.token(token.id)}>{token.name}</RouteLink>,
  },
  {
    id: 'state',
    header: messages.state,
    width: '160px',
    render: (token) => <TokenState state={token.state} />,
  },
  { id: 'audience', header: text.audience, wideOnly: true, render: (token) => token.audience },
  { id: 'scopes', header: text.scopes, width: '105px', render: (token) => scopesText(token.scopes) },
  { id: 'expires', header: text.expires, width: '130px', render: (token) => <Expiry token={token} /> },
  {
    id: 'used',
    header: text.lastUsed,
    width: '120px',
    render: (token) => <RelativeTime value={token.lastUsed} otherwise={messages.never} />,
  },
];

/** Of no use any more; such tokens come last. */
function isOver(token: Token): boolean {
  return !isUsable(token) && token.state !== 'wrong-audience';
}

/** What comes first: revocation, the end of the overlap, or the expiry. */
function Expiry({ token }: { token: Token }) {
  if (token.revoked === null) return <RelativeTime value={token.expires} />;
  const second = token.state === 'ending' ? text.overlapEnds : text.wasRevoked;
  return <TwoLines first={<RelativeTime value={token.revoked} />} second={second} />;
}

export function TokensPage() {
  const query = useQuery(tokensQuery);
  return (
    <WholeListPage
      text={text}
      createHref={paths.newToken}
      status={<LiveBadge />}
      query={query}
      columns={columns}
      rows={({ tokens }) => tokens.toSorted((left, right) => Number(isOver(left)) - Number(isOver(right)))}
    />
  );
}

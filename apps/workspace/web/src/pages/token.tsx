import {
  DateTime,
  LinkButton,
  Page,
  QueryView,
  RelativeTime,
  relativeTimeText,
  Section,
  useConfirm,
  useToasts,
} from '@joinery/ui';
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Token } from '@joinery/workspace/contract';
import { isUsable, tokensQuery, useRevokeToken } from '../data/tokens.ts';
import { Absent } from '../design/absent.tsx';
import { TokenState } from '../design/token-state.tsx';
import { Properties, Property } from '../design/properties.tsx';
import { tokenMessages } from '../messages/tokens.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = tokenMessages;
const crumbs = [{ label: text.title, href: paths.tokens }];

export function TokenPage() {
  const { id } = useParams({ from: '/console/administration/integrations/tokens/$id' });
  const query = useQuery(tokensQuery);
  return (
    <QueryView query={query}>
      {({ tokens }) => {
        const token = tokens.find((candidate) => candidate.id === id);
        return token === undefined ? <UnknownToken /> : <TokenView token={token} tokens={tokens} />;
      }}
    </QueryView>
  );
}

export function UnknownToken() {
  return <Absent title={text.notFound} hint={text.notFoundHint} href={paths.tokens} label={text.back} />;
}

function TokenView({ token, tokens }: { token: Token; tokens: readonly Token[] }) {
  return (
    <Page
      title={token.name}
      crumbs={crumbs}
      status={<TokenState state={token.state} />}
      description={text.stateHints[token.state]}
      actions={<Actions token={token} isOnly={tokens.filter(isUsable).length === 1} />}
    >
      <Section>
        <Properties>
          <Property name={text.audience}>{token.audience}</Property>
          <Property name={text.scopes}>{token.scopes.map((scope) => text.scopeTexts[scope]).join('; ')}</Property>
          <Property name={messages.created}>
            <DateTime value={token.created} />
          </Property>
          <Property name={text.expires}>
            <DateTime value={token.expires} /> (<RelativeTime value={token.expires} />)
          </Property>
          <Property name={text.lastUsed}>
            <RelativeTime value={token.lastUsed} otherwise={messages.never} />
          </Property>
          {token.revoked !== null && (
            <Property name={token.state === 'ending' ? text.acceptedUntil : text.revokedAt}>
              <DateTime value={token.revoked} />
            </Property>
          )}
          <Property name={messages.id}>{token.id}</Property>
        </Properties>
      </Section>
    </Page>
  );
}

function Actions({ token, isOnly }: { token: Token; isOnly: boolean }) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const revoke = useRevokeToken(token.id);

  async function ask(): Promise<void> {
    const yes = await confirm({
      title: text.revokeTitle(token.name),
      consequences: <RevokeConsequences token={token} isOnly={isOnly} />,
      action: text.revokeSubmit,
      isDangerous: true,
    });
    if (!yes) return;
    revoke.mutate(undefined, {
      onSuccess: () => toasts.success(text.revokeDone(token.name)),
      onError: (error) => toasts.failure(text.revokeFailed, error),
    });
  }

  const canRotate = token.state === 'active' || token.state === 'expired';
  const canRevoke = isUsable(token) || token.state === 'wrong-audience';
  return (
    <>
      {canRotate && <LinkButton href={paths.rotateToken(token.id)}>{text.rotate}</LinkButton>}
      {canRevoke && (
        <Button onClick={() => void ask()} disabledFocusable={revoke.isPending}>
          {text.revoke}
        </Button>
      )}
    </>
  );
}

function RevokeConsequences({ token, isOnly }: { token: Token; isOnly: boolean }) {
  const used = token.lastUsed === null ? undefined : relativeTimeText(Date.parse(token.lastUsed), Date.now());
  return (
    <>
      <p>{text.revokeText}</p>
      <p>
        {used === undefined ? text.revokeUnused : text.revokeUsed(used)}
        {isOnly && isUsable(token) && ` ${text.revokeOnly}`}
      </p>
      <p>{text.revokeForGood}</p>
    </>
  );
}

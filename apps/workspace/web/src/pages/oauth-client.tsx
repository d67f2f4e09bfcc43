import { Button, makeStyles, tokens as theme } from '@fluentui/react-components';
import {
  CopyField,
  DateTime,
  dateTimeText,
  EmptyState,
  EntityTable,
  LinkButton,
  Page,
  RelativeTime,
  Section,
  useConfirm,
  useToasts,
  type Column,
} from '@joinery/ui';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { FederationView, OAuthClientView, OAuthSecretView } from '@joinery/workspace/contract';
import { useDeleteClient, useRevokeGrant } from '../data/oauth.ts';
import { KnownClient } from '../design/oauth-client.tsx';
import { Properties, Property } from '../design/properties.tsx';
import { TwoLines } from '../design/two-lines.tsx';
import { oauthMessages } from '../messages/access.ts';
import { tokenMessages } from '../messages/tokens.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = oauthMessages;

const useStyles = makeStyles({
  fields: { display: 'flex', flexDirection: 'column', gap: theme.spacingVerticalL, maxWidth: '720px' },
});

export function OAuthClientPage() {
  const { id } = useParams({ from: '/console/administration/integrations/oauth-clients/$id' });
  return (
    <KnownClient id={id}>
      {(client, tokenEndpoint) => <ClientView client={client} tokenEndpoint={tokenEndpoint} />}
    </KnownClient>
  );
}

function ClientView({ client, tokenEndpoint }: { client: OAuthClientView; tokenEndpoint: string }) {
  const styles = useStyles();
  return (
    <Page
      title={client.name}
      crumbs={[{ label: text.title, href: paths.oauthClients }]}
      actions={<DeleteButton client={client} />}
    >
      <Section title={text.where} description={text.whereHint}>
        <div className={styles.fields}>
          <CopyField label={text.clientId} value={client.id} />
          <CopyField label={text.tokenEndpoint} value={tokenEndpoint} />
        </div>
        <Properties>
          <Property name={tokenMessages.scopes}>
            {client.scopes.map((scope) => tokenMessages.scopeTexts[scope]).join('; ')}
          </Property>
          <Property name={text.accessTokens}>{text.lifeHours(client.accessTokenSeconds / 3600)}</Property>
          <Property name={messages.created}>
            <DateTime value={client.created} />
          </Property>
          <Property name={tokenMessages.lastUsed}>
            <RelativeTime value={client.lastUsed} otherwise={messages.never} />
          </Property>
        </Properties>
      </Section>
      <Secrets client={client} />
      <Federations client={client} />
    </Page>
  );
}

function DeleteButton({ client }: { client: OAuthClientView }) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const navigate = useNavigate();
  const remove = useDeleteClient(client.id);

  async function ask(): Promise<void> {
    const yes = await confirm({
      title: text.removeTitle(client.name),
      consequences: (
        <>
          <p>{text.removeText}</p>
          <p>{text.removeForGood}</p>
        </>
      ),
      action: text.remove,
      isDangerous: true,
    });
    if (!yes) return;
    try {
      // The page goes with what it shows; what follows does not.
      await remove.mutateAsync(undefined);
      toasts.success(text.removeDone(client.name));
      void navigate({ to: paths.oauthClients });
    } catch (error) {
      toasts.failure(text.removeFailed, error);
    }
  }

  return (
    <Button onClick={() => void ask()} disabledFocusable={remove.isPending}>
      {text.remove}
    </Button>
  );
}

/** Asks, then revokes one secret or federation. */
function useRevoke(client: OAuthClientView, kind: 'secrets' | 'federations') {
  const confirm = useConfirm();
  const toasts = useToasts();
  const revoke = useRevokeGrant(client.id, kind);
  const isSecret = kind === 'secrets';
  const isLast = client.secrets.length + client.federations.length === 1;
  return async (grantId: string): Promise<void> => {
    const yes = await confirm({
      title: isSecret ? text.revokeSecretTitle : text.revokeFederationTitle,
      consequences: (
        <>
          <p>{isSecret ? text.revokeSecretText : text.revokeFederationText}</p>
          {isLast && <p>{text.revokeLast}</p>}
        </>
      ),
      action: isSecret ? text.revokeSecret : text.revokeFederation,
      isDangerous: true,
    });
    if (!yes) return;
    revoke.mutate(grantId, {
      onSuccess: () => toasts.success(isSecret ? text.revokeSecretDone : text.revokeFederationDone),
      onError: (error) => toasts.failure(text.revokeFailed, error),
    });
  };
}

function Secrets({ client }: { client: OAuthClientView }) {
  const revoke = useRevoke(client, 'secrets');
  const when = (secret: OAuthSecretView): string => dateTimeText(Date.parse(secret.created));
  const columns: readonly Column<OAuthSecretView>[] = [
    { id: 'name', header: text.secret, render: (secret) => text.secretName(when(secret)) },
    {
      id: 'ends',
      header: text.endsAt,
      width: '220px',
      // What comes first: the end of the overlap, or the expiry.
      render: ({ expires, revoked }) => {
        const ends = revoked !== null && revoked < expires ? revoked : expires;
        return <TwoLines first={<DateTime value={ends} />} second={<RelativeTime value={ends} />} />;
      },
    },
    {
      id: 'actions',
      header: tokenMessages.actions,
      width: '110px',
      hideHeader: true,
      align: 'end',
      render: (secret) => (
        <Button size="small" aria-label={text.revokeSecretNamed(when(secret))} onClick={() => void revoke(secret.id)}>
          {text.revokeSecret}
        </Button>
      ),
    },
  ];
  return (
    <Section
      title={text.secrets}
      description={text.secretsHint}
      actions={<LinkButton href={paths.newSecret(client.id)}>{text.addSecret}</LinkButton>}
    >
      <EntityTable
        label={text.secretsCaption}
        columns={columns}
        rowId={(secret) => secret.id}
        rows={client.secrets}
        empty={<EmptyState title={text.noSecrets}>{text.noSecretsHint}</EmptyState>}
      />
    </Section>
  );
}

function Federations({ client }: { client: OAuthClientView }) {
  const revoke = useRevoke(client, 'federations');
  const columns: readonly Column<FederationView>[] = [
    {
      id: 'issuer',
      header: text.issuer,
      render: (federation) => <TwoLines first={federation.issuer} second={federation.jwksUrl} />,
    },
    { id: 'subject', header: text.subject, render: (federation) => federation.subject },
    {
      id: 'audiences',
      header: text.audiences,
      render: (federation) => federation.audiences.map((audience) => <div key={audience}>{audience}</div>),
    },
    {
      id: 'actions',
      header: tokenMessages.actions,
      width: '110px',
      hideHeader: true,
      align: 'end',
      render: (federation) => (
        <Button
          size="small"
          aria-label={text.revokeFederationNamed(federation.subject)}
          onClick={() => void revoke(federation.id)}
        >
          {text.revokeFederation}
        </Button>
      ),
    },
  ];
  return (
    <Section
      title={text.federations}
      description={text.federationsHint}
      actions={<LinkButton href={paths.newFederation(client.id)}>{text.addFederation}</LinkButton>}
    >
      <EntityTable
        label={text.federationsCaption}
        columns={columns}
        rowId={(federation) => federation.id}
        rows={client.federations}
        empty={<EmptyState title={text.noFederations}>{text.noFederationsHint}</EmptyState>}
      />
    </Section>
  );
}

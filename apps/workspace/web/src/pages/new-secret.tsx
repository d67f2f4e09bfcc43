import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import { Page, Section, useNow } from '@joinery/ui';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { CreatedSecret, OAuthClientView } from '@joinery/workspace/contract';
import { useAddSecret } from '../data/oauth.ts';
import { ExpiryChoice, expiryDefault, expiryOf } from '../design/expiry-choice.tsx';
import { Form } from '../design/form.tsx';
import { crumbsOf, KnownClient } from '../design/oauth-client.tsx';
import { SecretPanel, type ShownSecret } from '../design/secret-panel.tsx';
import { oauthMessages } from '../messages/access.ts';
import { paths } from '../paths.ts';

const text = oauthMessages;
const others = ['keep', '604800', '86400', '3600', '0'] as const;
type Others = (typeof others)[number];

export function NewSecretPage() {
  const { id } = useParams({ from: '/console/administration/integrations/oauth-clients/$id/new-secret' });
  const add = useAddSecret(id);
  return (
    <KnownClient id={id}>
      {(client) => (
        <Page
          title={text.secretTitle(client.name)}
          crumbs={crumbsOf(client)}
          {...(add.data === undefined ? { description: text.secretLead } : {})}
        >
          {add.data === undefined ? (
            <SecretForm client={client} add={add} />
          ) : (
            <SecretPanel shown={shownSecret(client, add.data)} />
          )}
        </Page>
      )}
    </KnownClient>
  );
}

function shownSecret(client: OAuthClientView, created: CreatedSecret): ShownSecret {
  return {
    title: text.secretReady(client.name),
    lead: text.secretReadyLead,
    beside: [
      { label: text.tokenEndpoint, value: created.tokenEndpoint },
      { label: text.clientId, value: created.clientId },
    ],
    label: text.secret,
    secret: created.clientSecret,
    done: text.secretDone,
    href: paths.oauthClient(client.id),
  };
}

function SecretForm({ client, add }: { client: OAuthClientView; add: ReturnType<typeof useAddSecret> }) {
  const now = useNow();
  const [expiry, setExpiry] = useState(expiryDefault);
  const [overlap, setOverlap] = useState<Others>('keep');
  const [isChecked, setChecked] = useState(false);

  function submit(): void {
    setChecked(true);
    const expires = expiryOf(expiry, Date.now());
    if (expires === undefined) return;
    add.mutate({
      expires: expires.toISOString(),
      ...(overlap === 'keep' ? {} : { overlapSeconds: Number(overlap) }),
    });
  }

  return (
    <Section>
      <Form
        submit={text.addSecret}
        onSubmit={submit}
        isPending={add.isPending}
        error={add.error}
        cancelHref={paths.oauthClient(client.id)}
      >
        <ExpiryChoice wish={expiry} now={now} isChecked={isChecked} onChange={setExpiry} />
        {client.secrets.length > 0 && (
          <Field
            label={text.othersLabel}
            {...(overlap === '0' ? { validationState: 'warning' as const, validationMessage: text.othersAtOnce } : {})}
          >
            <RadioGroup
              value={overlap}
              onChange={(_, { value }) => setOverlap(others.find((one) => one === value) ?? 'keep')}
            >
              {others.map((one) => (
                <Radio key={one} value={one} label={text.others[one]} />
              ))}
            </RadioGroup>
          </Field>
        )}
      </Form>
    </Section>
  );
}

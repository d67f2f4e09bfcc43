import { Field, MessageBar, MessageBarBody, Radio, RadioGroup, Text } from '@fluentui/react-components';
import { dateTimeText, Page, QueryView, Section, useNow } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Token } from '@joinery/workspace/contract';
import { tokensQuery, useRotateToken } from '../data/tokens.ts';
import { Form } from '../design/form.tsx';
import { SecretPanel, shownToken } from '../design/secret-panel.tsx';
import { tokenMessages } from '../messages/tokens.ts';
import { paths } from '../paths.ts';
import { UnknownToken } from './token.tsx';

const text = tokenMessages;
const overlaps = ['0', '3600', '86400', '604800'] as const;
type Overlap = (typeof overlaps)[number];

export function RotateTokenPage() {
  const { id } = useParams({ from: '/console/administration/integrations/tokens/$id/rotate' });
  const query = useQuery(tokensQuery);
  const rotate = useRotateToken(id);
  if (rotate.data !== undefined) {
    return (
      <Page title={text.rotateTitle(rotate.data.name)} crumbs={[{ label: text.title, href: paths.tokens }]}>
        <SecretPanel shown={shownToken(rotate.data)} />
      </Page>
    );
  }
  return (
    <QueryView query={query}>
      {({ tokens }) => {
        const token = tokens.find((candidate) => candidate.id === id);
        if (token === undefined) return <UnknownToken />;
        return <RotateToken token={token} rotate={rotate} />;
      }}
    </QueryView>
  );
}

function RotateToken({ token, rotate }: { token: Token; rotate: ReturnType<typeof useRotateToken> }) {
  const now = useNow();
  const [overlap, setOverlap] = useState<Overlap>(token.state === 'expired' ? '0' : '86400');
  const isDone = token.revoked !== null;
  const lifeMs = Date.parse(token.expires) - Date.parse(token.created);

  return (
    <Page
      title={text.rotateTitle(token.name)}
      description={text.rotateText}
      crumbs={[
        { label: text.title, href: paths.tokens },
        { label: token.name, href: paths.token(token.id) },
      ]}
    >
      <Section>
        <Form
          submit={isDone ? undefined : text.rotateSubmit}
          onSubmit={() => rotate.mutate({ overlapSeconds: Number(overlap) })}
          isPending={rotate.isPending}
          error={rotate.error}
          cancelHref={paths.token(token.id)}
        >
          {isDone && (
            <MessageBar layout="multiline" intent="info">
              <MessageBarBody>{text.rotateOver}</MessageBarBody>
            </MessageBar>
          )}
          {token.state !== 'expired' && !isDone && (
            <Field
              label={text.overlapLabel}
              {...(overlap === '0'
                ? { validationState: 'warning' as const, validationMessage: text.rotateAtOnce }
                : {})}
            >
              <RadioGroup
                value={overlap}
                onChange={(_, { value }) => setOverlap(overlaps.find((one) => one === value) ?? '86400')}
              >
                {overlaps.map((one) => (
                  <Radio key={one} value={one} label={text.overlaps[one]} />
                ))}
              </RadioGroup>
            </Field>
          )}
          {!isDone && <Text>{text.rotateExpiry(dateTimeText(now + lifeMs))}</Text>}
        </Form>
      </Section>
    </Page>
  );
}

import { Page, Section } from '@joinery/ui';
import { useState } from 'react';
import type { CreatedWebhook } from '@joinery/workspace/contract';
import { useCreateWebhook } from '../data/webhooks.ts';
import { allEvents } from '../design/event-choice.tsx';
import { Form } from '../design/form.tsx';
import { SecretPanel, type ShownSecret } from '../design/secret-panel.tsx';
import { isWebhookWish, WebhookFields, type WebhookWish } from '../design/webhook-fields.tsx';
import { webhookMessages } from '../messages/access.ts';
import { paths } from '../paths.ts';

const text = webhookMessages;

export function shownWebhook(created: CreatedWebhook): ShownSecret {
  return {
    title: text.ready,
    lead: text.readyLead,
    beside: [],
    label: text.secret,
    secret: created.secret,
    done: text.secretDone,
    href: paths.webhook(created.id),
  };
}

export function NewWebhookPage() {
  const create = useCreateWebhook();
  const [wish, setWish] = useState<WebhookWish>({ url: '', eventTypes: allEvents });
  const [isChecked, setChecked] = useState(false);

  function submit(): void {
    setChecked(true);
    if (isWebhookWish(wish)) create.mutate({ url: wish.url.trim(), eventTypes: [...wish.eventTypes] });
  }

  return (
    <Page title={text.newTitle} description={text.newLead} crumbs={[{ label: text.title, href: paths.webhooks }]}>
      {create.data === undefined ? (
        <Section>
          <Form
            submit={text.submit}
            onSubmit={submit}
            isPending={create.isPending}
            error={create.error}
            cancelHref={paths.webhooks}
          >
            <WebhookFields wish={wish} isChecked={isChecked} isNew onChange={setWish} />
          </Form>
        </Section>
      ) : (
        <SecretPanel shown={shownWebhook(create.data)} />
      )}
    </Page>
  );
}

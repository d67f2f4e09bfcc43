import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { Page, Section, useConfirm, useToasts, useUnsavedGuard } from '@joinery/ui';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { WebhookView } from '@joinery/workspace/contract';
import { useChangeWebhook, useDeleteWebhook, useRotateWebhook } from '../data/webhooks.ts';
import { allEvents } from '../design/event-choice.tsx';
import { Form } from '../design/form.tsx';
import { SecretPanel } from '../design/secret-panel.tsx';
import { KnownWebhook } from '../design/webhook.tsx';
import { isWebhookWish, WebhookFields, type WebhookWish } from '../design/webhook-fields.tsx';
import { webhookMessages } from '../messages/access.ts';
import { paths } from '../paths.ts';
import { shownWebhook } from './new-webhook.tsx';

const text = webhookMessages;

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export function WebhookSettingsPage() {
  const { id } = useParams({ from: '/console/administration/integrations/webhooks/$id/settings' });
  const rotate = useRotateWebhook(id);
  if (rotate.data !== undefined) {
    return (
      <Page title={rotate.data.url} crumbs={[{ label: text.title, href: paths.webhooks }]}>
        <SecretPanel shown={shownWebhook(rotate.data)} />
      </Page>
    );
  }
  return (
    <KnownWebhook id={id}>
      {(webhook) => (
        <>
          <WebhookForm webhook={webhook} />
          <Actions webhook={webhook} rotate={rotate} />
        </>
      )}
    </KnownWebhook>
  );
}

function wishOf(webhook: WebhookView): WebhookWish {
  return { url: webhook.url, eventTypes: allEvents.filter((event) => webhook.eventTypes.includes(event)) };
}

function WebhookForm({ webhook }: { webhook: WebhookView }) {
  const change = useChangeWebhook(webhook.id);
  const toasts = useToasts();
  const [wish, setWish] = useState<WebhookWish>();
  const [isChecked, setChecked] = useState(false);
  const shown = wish ?? wishOf(webhook);
  useUnsavedGuard(wish !== undefined && JSON.stringify(wish) !== JSON.stringify(wishOf(webhook)));

  function submit(): void {
    setChecked(true);
    if (!isWebhookWish(shown)) return;
    change.mutate(
      { url: shown.url.trim(), eventTypes: [...shown.eventTypes] },
      {
        onSuccess: () => {
          setWish(undefined);
          toasts.success(text.saved);
        },
      },
    );
  }

  return (
    <Section>
      <Form submit={text.save} onSubmit={submit} isPending={change.isPending} error={change.error}>
        <WebhookFields wish={shown} isChecked={isChecked} onChange={setWish} />
      </Form>
    </Section>
  );
}

function Actions({ webhook, rotate }: { webhook: WebhookView; rotate: ReturnType<typeof useRotateWebhook> }) {
  const styles = useStyles();
  const confirm = useConfirm();
  const toasts = useToasts();
  const navigate = useNavigate();
  const change = useChangeWebhook(webhook.id);
  const remove = useDeleteWebhook(webhook.id);

  async function askSwitch(): Promise<void> {
    const yes =
      !webhook.enabled ||
      (await confirm({ title: text.switchOffTitle, consequences: text.switchOffText, action: text.switchOff }));
    if (!yes) return;
    change.mutate(
      { enabled: !webhook.enabled },
      {
        onSuccess: ({ enabled }) => toasts.success(enabled ? text.switchedOn : text.switchedOff),
        onError: (error) => toasts.failure(text.switchFailed, error),
      },
    );
  }

  async function askRotate(): Promise<void> {
    const yes = await confirm({
      title: text.rotateTitle,
      consequences: text.rotateText,
      action: text.rotateSubmit,
      isDangerous: true,
    });
    if (yes) rotate.mutate(undefined, { onError: (error) => toasts.failure(text.rotateFailed, error) });
  }

  async function askRemove(): Promise<void> {
    const yes = await confirm({
      title: text.removeTitle,
      consequences: (
        <>
          <p>{webhook.url}</p>
          <p>{text.removeText}</p>
        </>
      ),
      action: text.remove,
      isDangerous: true,
    });
    if (!yes) return;
    try {
      // The page goes with what it shows; what follows does not.
      await remove.mutateAsync(undefined);
      toasts.success(text.removeDone);
      void navigate({ to: paths.webhooks });
    } catch (error) {
      toasts.failure(text.removeFailed, error);
    }
  }

  return (
    <Section>
      <div className={styles.actions}>
        <Button onClick={() => void askSwitch()} disabledFocusable={change.isPending}>
          {webhook.enabled ? text.switchOff : text.switchOn}
        </Button>
        <Button onClick={() => void askRotate()} disabledFocusable={rotate.isPending}>
          {text.rotate}
        </Button>
        <Button onClick={() => void askRemove()} disabledFocusable={remove.isPending}>
          {text.remove}
        </Button>
      </div>
    </Section>
  );
}

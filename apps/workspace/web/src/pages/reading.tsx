import { Field, Switch, Text } from '@fluentui/react-components';
import { QueryView, Section, useToasts, useUnsavedGuard } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TenantSettingsView } from '@joinery/workspace/contract';
import { settingsQuery, useSaveSettings } from '../data/settings.ts';
import { Form } from '../design/form.tsx';
import { RulesFrame } from '../design/rules-page.tsx';
import { settingsMessages } from '../messages/administration.ts';

const text = settingsMessages;

/** How strictly the requests of provisioning clients are read. */
export function ReadingPage() {
  const query = useQuery(settingsQuery);
  return (
    <RulesFrame>
      <Section>
        <QueryView query={query}>{(settings) => <ReadingForm saved={settings} />}</QueryView>
      </Section>
    </RulesFrame>
  );
}

function ReadingForm({ saved }: { saved: TenantSettingsView }) {
  const save = useSaveSettings();
  const toasts = useToasts();
  const [edited, setEdited] = useState<TenantSettingsView>();
  const draft = edited ?? saved;
  const { strict, acceptUnknownMembers } = draft;
  useUnsavedGuard(strict !== saved.strict || acceptUnknownMembers !== saved.acceptUnknownMembers);

  function submit(): void {
    save.mutate(draft, {
      onSuccess: () => {
        setEdited(undefined);
        toasts.success(text.saved);
      },
    });
  }

  return (
    <Form submit={text.save} onSubmit={submit} isPending={save.isPending} error={save.error}>
      <Text>{text.text}</Text>
      <Field
        hint={text.strictHint}
        {...(strict ? { validationState: 'warning' as const, validationMessage: text.strictWarning } : {})}
      >
        <Switch
          label={text.strict}
          checked={strict}
          onChange={(_, { checked }) => setEdited({ ...draft, strict: checked })}
        />
      </Field>
      <Field hint={text.acceptUnknownMembersHint}>
        <Switch
          label={text.acceptUnknownMembers}
          checked={acceptUnknownMembers}
          onChange={(_, { checked }) => setEdited({ ...draft, acceptUnknownMembers: checked })}
        />
      </Field>
    </Form>
  );
}

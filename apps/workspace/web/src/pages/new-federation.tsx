import { Field, Input, Textarea } from '@fluentui/react-components';
import { Page, Section, useToasts } from '@joinery/ui';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAddFederation } from '../data/oauth.ts';
import { Form } from '../design/form.tsx';
import { linesOf } from '../design/lines.ts';
import { crumbsOf, KnownClient } from '../design/oauth-client.tsx';
import { oauthMessages } from '../messages/access.ts';
import { paths } from '../paths.ts';

const text = oauthMessages;
const audiencesMax = 10;

export function NewFederationPage() {
  const { id } = useParams({ from: '/console/administration/integrations/oauth-clients/$id/new-federation' });
  return (
    <KnownClient id={id}>
      {(client) => (
        <Page title={text.federationTitle(client.name)} description={text.federationLead} crumbs={crumbsOf(client)}>
          <Section>
            <FederationForm id={id} />
          </Section>
        </Page>
      )}
    </KnownClient>
  );
}

const isSecureAddress = (value: string): boolean => URL.canParse(value) && new URL(value).protocol === 'https:';

function FederationForm({ id }: { id: string }) {
  const add = useAddFederation(id);
  const navigate = useNavigate();
  const toasts = useToasts();
  const [wish, setWish] = useState({ issuer: '', jwksUrl: '', subject: '', audiences: '' });
  const [isChecked, setChecked] = useState(false);
  const audiences = linesOf(wish.audiences);
  const faults = {
    issuer: wish.issuer.trim().startsWith('https://') ? undefined : text.issuerInvalid,
    jwksUrl: isSecureAddress(wish.jwksUrl.trim()) ? undefined : text.jwksUrlInvalid,
    subject: wish.subject.trim() === '' ? text.subjectMissing : undefined,
    audiences: audiences.length === 0 || audiences.length > audiencesMax ? text.audiencesMissing : undefined,
  };
  const faultOf = (name: keyof typeof faults) =>
    isChecked && faults[name] !== undefined ? { validationMessage: faults[name] } : {};
  const change =
    (name: keyof typeof wish) =>
    (_: unknown, { value }: { value: string }) => {
      setWish({ ...wish, [name]: value });
    };

  function submit(): void {
    setChecked(true);
    if (Object.values(faults).some((fault) => fault !== undefined)) return;
    add.mutate(
      {
        issuer: wish.issuer.trim(),
        jwksUrl: wish.jwksUrl.trim(),
        subject: wish.subject.trim(),
        audiences: [...audiences],
      },
      {
        onSuccess: () => {
          toasts.success(text.federationDone);
          void navigate({ to: paths.oauthClient(id) });
        },
      },
    );
  }

  return (
    <Form
      submit={text.addFederation}
      onSubmit={submit}
      isPending={add.isPending}
      error={add.error}
      cancelHref={paths.oauthClient(id)}
    >
      <Field label={text.issuer} hint={text.issuerHint} required {...faultOf('issuer')}>
        <Input autoFocus autoComplete="off" value={wish.issuer} onChange={change('issuer')} />
      </Field>
      <Field label={text.jwksUrl} hint={text.jwksUrlHint} required {...faultOf('jwksUrl')}>
        <Input autoComplete="off" value={wish.jwksUrl} onChange={change('jwksUrl')} />
      </Field>
      <Field label={text.subject} hint={text.subjectHint} required {...faultOf('subject')}>
        <Input autoComplete="off" value={wish.subject} onChange={change('subject')} />
      </Field>
      <Field label={text.audiences} hint={text.audiencesHint} required {...faultOf('audiences')}>
        <Textarea resize="vertical" rows={3} value={wish.audiences} onChange={change('audiences')} />
      </Field>
    </Form>
  );
}

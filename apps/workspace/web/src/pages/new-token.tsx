import { Field, Input } from '@fluentui/react-components';
import { ApiError, Page, QueryView, Section, useNow } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '@joinery/workspace/contract';
import { tenantQuery } from '../data/tenant.ts';
import { useCreateToken } from '../data/tokens.ts';
import { AccessChoice, scopesOf, type Access } from '../design/access-choice.tsx';
import { ExpiryChoice, expiryDefault, expiryOf } from '../design/expiry-choice.tsx';
import { Form } from '../design/form.tsx';
import { SecretPanel, shownToken } from '../design/secret-panel.tsx';
import { tokenMessages } from '../messages/tokens.ts';
import { paths } from '../paths.ts';

const text = tokenMessages;
const nameLengthMax = 100;

export function NewTokenPage() {
  const query = useQuery(tenantQuery);
  const create = useCreateToken();
  return (
    <Page title={text.newTitle} description={text.newLead} crumbs={[{ label: text.title, href: paths.tokens }]}>
      {create.data === undefined ? (
        <Section>
          <QueryView query={query}>{(tenant) => <NewTokenForm tenant={tenant} create={create} />}</QueryView>
        </Section>
      ) : (
        <SecretPanel shown={shownToken(create.data)} />
      )}
    </Page>
  );
}

function isAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function NewTokenForm({ tenant, create }: { tenant: Tenant; create: ReturnType<typeof useCreateToken> }) {
  const now = useNow();
  const [name, setName] = useState('');
  const [audience, setAudience] = useState(tenant.tenantUrl);
  const [access, setAccess] = useState<Access>('write');
  const [expiry, setExpiry] = useState(expiryDefault);
  const [isChecked, setChecked] = useState(false);
  const isTaken = create.error instanceof ApiError && create.error.code === 'workspace.token_name_taken';
  const nameProblem = isTaken ? text.nameTaken : isChecked && name.trim() === '' ? text.nameMissing : undefined;

  function submit(): void {
    setChecked(true);
    const expires = expiryOf(expiry, Date.now());
    if (name.trim() === '' || !isAddress(audience.trim()) || expires === undefined) return;
    const wish = { name: name.trim(), audience: audience.trim(), scopes: scopesOf(access) };
    create.mutate({ ...wish, expires: expires.toISOString() });
  }

  return (
    <Form
      submit={text.submit}
      onSubmit={submit}
      isPending={create.isPending}
      error={isTaken ? undefined : create.error}
      cancelHref={paths.tokens}
    >
      <Field
        label={text.nameLabel}
        hint={text.nameHint}
        required
        {...(nameProblem === undefined ? {} : { validationMessage: nameProblem })}
      >
        <Input
          autoFocus
          autoComplete="off"
          maxLength={nameLengthMax}
          value={name}
          onChange={(_, { value }) => {
            setName(value);
            if (create.isError) create.reset();
          }}
        />
      </Field>
      <AudienceField value={audience} tenantUrl={tenant.tenantUrl} isChecked={isChecked} onChange={setAudience} />
      <AccessChoice access={access} onChange={setAccess} />
      <ExpiryChoice wish={expiry} now={now} isChecked={isChecked} onChange={setExpiry} />
    </Form>
  );
}

function AudienceField({
  value,
  tenantUrl,
  isChecked,
  onChange,
}: {
  value: string;
  tenantUrl: string;
  isChecked: boolean;
  onChange: (value: string) => void;
}) {
  const address = value.trim();
  const problem =
    isChecked && !isAddress(address)
      ? ({ validationState: 'error', validationMessage: text.audienceInvalid } as const)
      : address !== tenantUrl && isAddress(address)
        ? ({ validationState: 'warning', validationMessage: text.audienceOther } as const)
        : {};
  return (
    <Field label={text.audienceLabel} hint={text.audienceHint} required {...problem}>
      <Input autoComplete="off" value={value} onChange={(_, data) => onChange(data.value)} />
    </Field>
  );
}

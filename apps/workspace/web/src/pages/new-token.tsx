import {
  Button,
  Field,
  Input,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Radio,
  RadioGroup,
  tokens as theme,
} from '@fluentui/react-components';
import { ApiError, errorText, LinkButton, Page, QueryView, Section, useNow } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { NewToken, Tenant } from '@joinery/workspace/contract';
import { tenantQuery } from '../data/tenant.ts';
import { useCreateToken } from '../data/tokens.ts';
import { ExpiryChoice, expiryDefault, expiryOf } from '../design/expiry-choice.tsx';
import { SecretPanel } from '../design/secret-panel.tsx';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = messages.tokens;
const nameLengthMax = 100;

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: theme.spacingVerticalL, maxWidth: '560px' },
  actions: { display: 'flex', flexWrap: 'wrap', gap: theme.spacingHorizontalS },
});

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
        <SecretPanel created={create.data} />
      )}
    </Page>
  );
}

function isAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function NewTokenForm({ tenant, create }: { tenant: Tenant; create: ReturnType<typeof useCreateToken> }) {
  const styles = useStyles();
  const now = useNow();
  const [name, setName] = useState('');
  const [audience, setAudience] = useState(tenant.tenantUrl);
  const [access, setAccess] = useState('write');
  const [expiry, setExpiry] = useState(expiryDefault);
  const [isChecked, setChecked] = useState(false);
  const isTaken = create.error instanceof ApiError && create.error.code === 'workspace.token_name_taken';
  const nameProblem = isTaken ? text.nameTaken : isChecked && name.trim() === '' ? text.nameMissing : undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setChecked(true);
    const expires = expiryOf(expiry, Date.now());
    if (name.trim() === '' || !isAddress(audience.trim()) || expires === undefined || create.isPending) return;
    const scopes: NewToken['scopes'] = access === 'write' ? ['scim.read', 'scim.write'] : ['scim.read'];
    create.mutate({ name: name.trim(), audience: audience.trim(), scopes, expires: expires.toISOString() });
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {create.isError && !isTaken && (
        <MessageBar layout="multiline" intent="error" role="alert">
          <MessageBarBody>{errorText(create.error)}</MessageBarBody>
        </MessageBar>
      )}
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
      <Field label={text.scopesLabel}>
        <RadioGroup value={access} onChange={(_, { value }) => setAccess(value)}>
          <Radio value="write" label={text.scopesReadWrite} />
          <Radio value="read" label={text.scopesReadOnly} />
        </RadioGroup>
      </Field>
      <ExpiryChoice wish={expiry} now={now} isChecked={isChecked} onChange={setExpiry} />
      <div className={styles.actions}>
        <Button type="submit" appearance="primary" disabledFocusable={create.isPending}>
          {text.submit}
        </Button>
        <LinkButton href={paths.tokens}>{messages.cancel}</LinkButton>
      </div>
    </form>
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

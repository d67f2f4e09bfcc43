import { Field, Input, Select } from '@fluentui/react-components';
import { ApiError, Page, Section } from '@joinery/ui';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useCreateClient } from '../data/oauth.ts';
import { AccessChoice, scopesOf, type Access } from '../design/access-choice.tsx';
import { Form } from '../design/form.tsx';
import { oauthMessages } from '../messages/access.ts';
import { tokenMessages } from '../messages/tokens.ts';
import { paths } from '../paths.ts';

const text = oauthMessages;
const nameLengthMax = 100;
const lifeHours = [1, 2, 4, 6] as const;

export function NewOAuthClientPage() {
  const create = useCreateClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [access, setAccess] = useState<Access>('write');
  const [hours, setHours] = useState('1');
  const [isChecked, setChecked] = useState(false);
  const isTaken = create.error instanceof ApiError && create.error.code === 'workspace.client_name_taken';
  const problem = isTaken ? text.nameTaken : isChecked && name.trim() === '' ? tokenMessages.nameMissing : undefined;

  function submit(): void {
    setChecked(true);
    if (name.trim() === '') return;
    create.mutate(
      { name: name.trim(), scopes: scopesOf(access), accessTokenSeconds: Number(hours) * 3600 },
      { onSuccess: ({ id }) => void navigate({ to: paths.oauthClient(id), replace: true }) },
    );
  }

  return (
    <Page title={text.newTitle} description={text.newLead} crumbs={[{ label: text.title, href: paths.oauthClients }]}>
      <Section>
        <Form
          submit={text.create}
          onSubmit={submit}
          isPending={create.isPending}
          error={isTaken ? undefined : create.error}
          cancelHref={paths.oauthClients}
        >
          <Field
            label={tokenMessages.nameLabel}
            hint={text.nameHint}
            required
            {...(problem === undefined ? {} : { validationMessage: problem })}
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
          <AccessChoice access={access} onChange={setAccess} />
          <Field label={text.lifeLabel} hint={text.lifeHint}>
            <Select value={hours} onChange={(_, { value }) => setHours(value)}>
              {lifeHours.map((one) => (
                <option key={one} value={one}>
                  {text.lifeHours(one)}
                </option>
              ))}
            </Select>
          </Field>
        </Form>
      </Section>
    </Page>
  );
}

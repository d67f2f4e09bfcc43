import {
  Button,
  Field,
  Input,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components';
import { errorText, FrontPage, LinkButton, useUrlState } from '@joinery/ui';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useSetUp } from '../data/session.ts';
import { setUpMessages } from '../messages/set-up.ts';
import { messages } from '../messages/messages.ts';

const passwordLengthMin = 12;
const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

/** The page behind the one-time link for the first administrator of a tenant. */
export function SetUpPage() {
  const [{ token }] = useUrlState(['token']);
  const text = setUpMessages;
  return (
    <FrontPage name={messages.name} title={text.title} description={text.lead}>
      {token === '' ? <NoToken /> : <SetUpForm token={token} />}
    </FrontPage>
  );
}

function NoToken() {
  const text = setUpMessages;
  return (
    <>
      <MessageBar layout="multiline" intent="warning">
        <MessageBarBody>
          <MessageBarTitle>{text.noToken}</MessageBarTitle> {text.noTokenHint}
        </MessageBarBody>
      </MessageBar>
      <LinkButton href="/">{text.toSignIn}</LinkButton>
    </>
  );
}

function SetUpForm({ token }: { token: string }) {
  const styles = useStyles();
  const text = setUpMessages;
  const setUp = useSetUp();
  const navigate = useNavigate();
  const [email, setEmail] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [password, setPassword] = useState('');
  const [isChecked, setChecked] = useState(false);
  const isEmail = /^[^@\s]+@[^@\s]+$/.test(email.trim());
  const missing = Math.max(0, passwordLengthMin - password.length);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setChecked(true);
    if (!isEmail || missing > 0 || setUp.isPending) return;
    const name = displayName.trim();
    setUp.mutate(
      { token, email: email.trim(), password, ...(name === '' ? {} : { displayName: name }) },
      { onSuccess: () => void navigate({ to: '/overview', replace: true }) },
    );
  }

  return (
    <>
      {setUp.isError && (
        <MessageBar layout="multiline" intent="error" role="alert">
          <MessageBarBody>{errorText(setUp.error)}</MessageBarBody>
        </MessageBar>
      )}
      <form className={styles.form} onSubmit={submit} noValidate>
        <Field label={text.email} required {...(isChecked && !isEmail ? { validationMessage: text.emailInvalid } : {})}>
          <Input
            type="email"
            autoComplete="username"
            autoFocus
            value={email}
            onChange={(_, { value }) => setEmail(value)}
          />
        </Field>
        <Field label={text.displayName}>
          <Input autoComplete="name" value={displayName} onChange={(_, { value }) => setDisplayName(value)} />
        </Field>
        <Field
          label={text.password}
          required
          hint={text.passwordHint}
          {...(isChecked && missing > 0 ? { validationMessage: text.passwordShort(missing) } : {})}
        >
          <Input
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={(_, { value }) => setPassword(value)}
          />
        </Field>
        <Button type="submit" appearance="primary" disabledFocusable={setUp.isPending}>
          {text.submit}
        </Button>
      </form>
    </>
  );
}

import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { errorText, FrontPage } from '@joinery/ui';
import { useState, type FormEvent } from 'react';
import { useSignIn } from '../data/session.ts';
import { messages } from '../messages/messages.ts';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

/** Shown in place of whatever page was asked for, so that the address stays. */
export function SignInPage({ hasExpired }: { hasExpired: boolean }) {
  const styles = useStyles();
  const text = messages.signIn;
  const signIn = useSignIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!signIn.isPending) signIn.mutate({ email, password }, { onError: () => setPassword('') });
  }

  return (
    <FrontPage name={messages.name} title={text.title} description={text.lead}>
      {hasExpired && !signIn.isError && (
        <MessageBar layout="multiline" intent="info">
          <MessageBarBody>{text.expired}</MessageBarBody>
        </MessageBar>
      )}
      {signIn.isError && (
        <MessageBar layout="multiline" intent="error" role="alert">
          <MessageBarBody>{errorText(signIn.error)}</MessageBarBody>
        </MessageBar>
      )}
      <form className={styles.form} onSubmit={submit}>
        <Field label={text.email} required>
          <Input
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            value={email}
            onChange={(_, { value }) => setEmail(value)}
          />
        </Field>
        <Field label={text.password} required>
          <Input
            type="password"
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(_, { value }) => setPassword(value)}
          />
        </Field>
        <Button type="submit" appearance="primary" disabledFocusable={signIn.isPending}>
          {text.submit}
        </Button>
      </form>
    </FrontPage>
  );
}

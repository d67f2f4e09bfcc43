import { product } from '@joinery/base';
import { Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { errorText, FrontPage } from '@joinery/ui';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { setUp } from '../data/session.ts';
import { messages } from '../messages.ts';

const m = messages.setUp;

/** `/setup#token=…`: the token stands after the `#`, so that no server or proxy logs it. */
export function SetUpPage() {
  const router = useRouter();
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '');
  const [given, setGiven] = useState({ email: '', displayName: '', password: '', repeated: '' });
  const isUnequal = given.repeated !== '' && given.repeated !== given.password;
  const entry = useMutation({
    mutationFn: () => setUp({ token, email: given.email, displayName: given.displayName, password: given.password }),
    onSuccess: () => router.history.replace('/'),
  });
  const field = (name: keyof typeof given, type: string, autoComplete: string) => (
    <Input
      type={type === 'password' ? 'password' : type === 'email' ? 'email' : 'text'}
      required
      autoComplete={autoComplete}
      value={given[name]}
      {...(type === 'password' ? { minLength: 8 } : {})}
      onChange={(_, { value }) => setGiven({ ...given, [name]: value })}
    />
  );
  return (
    <FrontPage name={`${product.name} ${messages.app}`} title={m.title} description={m.description}>
      {token === '' ? (
        <MessageBar intent="warning">
          <MessageBarBody>{m.noToken}</MessageBarBody>
        </MessageBar>
      ) : (
        <form
          style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}
          onSubmit={(event) => {
            event.preventDefault();
            if (given.password === given.repeated) entry.mutate();
          }}
        >
          {entry.isError && (
            <MessageBar intent="error">
              <MessageBarBody>{errorText(entry.error)}</MessageBarBody>
            </MessageBar>
          )}
          <Field label={m.displayName}>{field('displayName', 'text', 'name')}</Field>
          <Field label={messages.signIn.email}>{field('email', 'email', 'username')}</Field>
          <Field label={m.password} hint={m.passwordHint}>
            {field('password', 'password', 'new-password')}
          </Field>
          <Field label={m.repeat} {...(isUnequal ? { validationMessage: m.unequal } : {})}>
            {field('repeated', 'password', 'new-password')}
          </Field>
          <Button type="submit" appearance="primary" disabled={entry.isPending || isUnequal}>
            {m.submit}
          </Button>
        </form>
      )}
    </FrontPage>
  );
}

import { product } from '@joinery/base';
import { Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { ApiError, errorText, FrontPage, useUrlState } from '@joinery/ui';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { signIn } from '../data/session.ts';
import { messages } from '../messages.ts';

const m = messages.signIn;

export function SignInPage() {
  const router = useRouter();
  const [{ from }] = useUrlState(['from']);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const entry = useMutation({
    mutationFn: () => signIn(email, password),
    onSuccess: () => router.history.push(ownAddress(from)),
  });
  return (
    <FrontPage name={`${product.name} ${messages.app}`} title={m.title}>
      <form
        style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}
        onSubmit={(event) => {
          event.preventDefault();
          entry.mutate();
        }}
      >
        {entry.isError && (
          <MessageBar intent="error">
            <MessageBarBody>
              {entry.error instanceof ApiError && entry.error.status === 401 ? m.failed : errorText(entry.error)}
            </MessageBarBody>
          </MessageBar>
        )}
        <Field label={m.email}>
          <Input
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(_, { value }) => setEmail(value)}
          />
        </Field>
        <Field label={m.password}>
          <Input
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(_, { value }) => setPassword(value)}
          />
        </Field>
        <Button type="submit" appearance="primary" disabled={entry.isPending}>
          {m.submit}
        </Button>
      </form>
    </FrontPage>
  );
}

/** Only addresses of this console: never another site's, whatever the link says. */
function ownAddress(from: string): string {
  const url = new URL(from === '' ? '/' : from, location.origin);
  return url.origin === location.origin ? `${url.pathname}${url.search}${url.hash}` : '/';
}

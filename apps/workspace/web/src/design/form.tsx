import { Button, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { errorText, LinkButton } from '@joinery/ui';
import type { FormEvent, ReactNode } from 'react';
import { messages } from '../messages/messages.ts';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, maxWidth: '560px' },
  wide: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, maxWidth: '880px' },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export interface FormProps {
  /** The verb of the button; undefined: there is nothing to send. */
  readonly submit: string | undefined;
  readonly onSubmit: () => void;
  readonly isPending: boolean;
  /** Why the last attempt failed; undefined also when a field says so. */
  readonly error?: unknown;
  /** Where the reader goes who gives up. */
  readonly cancelHref?: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** Fields, one under another, with what went wrong above and the buttons below. */
export function Form({ submit, onSubmit, isPending, error, cancelHref, isWide = false, children }: FormProps) {
  const styles = useStyles();
  function send(event: FormEvent): void {
    event.preventDefault();
    if (!isPending && submit !== undefined) onSubmit();
  }
  return (
    <form className={isWide ? styles.wide : styles.form} onSubmit={send} noValidate>
      {error !== undefined && error !== null && (
        <MessageBar layout="multiline" intent="error" role="alert">
          <MessageBarBody>{errorText(error)}</MessageBarBody>
        </MessageBar>
      )}
      {children}
      <div className={styles.actions}>
        {submit !== undefined && (
          <Button type="submit" appearance="primary" disabledFocusable={isPending}>
            {submit}
          </Button>
        )}
        {cancelHref !== undefined && <LinkButton href={cancelHref}>{messages.cancel}</LinkButton>}
      </div>
    </form>
  );
}

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  MessageBar,
  MessageBarBody,
  tokens as theme,
} from '@fluentui/react-components';
import { CopyField, Section } from '@joinery/ui';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { CreatedToken } from '@joinery/workspace/contract';
import { tokenMessages } from '../messages/tokens.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = messages.secret;

const useStyles = makeStyles({
  fields: { display: 'flex', flexDirection: 'column', gap: theme.spacingVerticalL, maxWidth: '720px' },
  actions: { display: 'flex', flexWrap: 'wrap', gap: theme.spacingHorizontalS },
  heading: { outline: 'none' },
});

export interface ShownSecret {
  readonly title: string;
  readonly lead: string;
  /** Copied together with the secret. */
  readonly beside: readonly { readonly label: string; readonly value: string }[];
  readonly label: string;
  readonly secret: string;
  /** What the reader says before leaving. */
  readonly done: string;
  /** Where the reader goes then. */
  readonly href: string;
}

/** The one time that a secret is shown. Leaving asks first, until it was copied or the reader says that it is stored. */
export function SecretPanel({ shown }: { shown: ShownSecret }) {
  const styles = useStyles();
  const navigate = useNavigate();
  const isStored = useRef(false);
  const warning = useRef<HTMLDivElement>(null);
  const blocker = useBlocker({
    shouldBlockFn: () => !isStored.current,
    enableBeforeUnload: () => !isStored.current,
    withResolver: true,
  });
  useEffect(() => warning.current?.focus(), []);

  function store(): void {
    isStored.current = true;
  }

  function finish(): void {
    store();
    void navigate({ to: shown.href });
  }

  return (
    <Section title={shown.title}>
      <div ref={warning} tabIndex={-1} className={styles.heading}>
        <MessageBar layout="multiline" intent="warning">
          <MessageBarBody>{shown.lead}</MessageBarBody>
        </MessageBar>
      </div>
      <div className={styles.fields}>
        {shown.beside.map(({ label, value }) => (
          <CopyField key={label} label={label} value={value} />
        ))}
        <CopyField label={shown.label} value={shown.secret} hint={text.hint} onCopied={store} />
        <div className={styles.actions}>
          <Button appearance="primary" onClick={finish}>
            {shown.done}
          </Button>
        </div>
      </div>
      {blocker.status === 'blocked' && <LeaveDialog onStay={blocker.reset} onLeave={blocker.proceed} />}
    </Section>
  );
}

/** A token with the Tenant URL beside it. */
export function shownToken(created: CreatedToken): ShownSecret {
  const { secretTitle, secretLead, secret, secretDone } = tokenMessages;
  return {
    title: secretTitle(created.name),
    lead: secretLead,
    beside: [{ label: messages.overview.tenantUrl, value: created.tenantUrl }],
    label: secret,
    secret: created.token,
    done: secretDone,
    href: paths.tokens,
  };
}

function LeaveDialog({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => open || onStay()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{text.leaveTitle}</DialogTitle>
          <DialogContent>{text.leaveText}</DialogContent>
          <DialogActions>
            <Button onClick={onLeave}>{text.leaveGo}</Button>
            <Button appearance="primary" onClick={onStay}>
              {text.leaveStay}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

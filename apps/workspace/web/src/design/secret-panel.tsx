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
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = messages.tokens;

const useStyles = makeStyles({
  fields: { display: 'flex', flexDirection: 'column', gap: theme.spacingVerticalL, maxWidth: '720px' },
  actions: { display: 'flex', flexWrap: 'wrap', gap: theme.spacingHorizontalS },
  heading: { outline: 'none' },
});

/** The one time that a secret is shown. Leaving asks first, until the reader says that it is stored. */
export function SecretPanel({ created }: { created: CreatedToken }) {
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

  function finish(): void {
    isStored.current = true;
    void navigate({ to: paths.tokens });
  }

  return (
    <Section title={text.secretTitle(created.name)}>
      <div ref={warning} tabIndex={-1} className={styles.heading}>
        <MessageBar layout="multiline" intent="warning">
          <MessageBarBody>{text.secretLead}</MessageBarBody>
        </MessageBar>
      </div>
      <div className={styles.fields}>
        <CopyField label={messages.overview.tenantUrl} value={created.tenantUrl} />
        <CopyField label={text.secret} value={created.token} hint={text.secretWarning} />
        <div className={styles.actions}>
          <Button appearance="primary" onClick={finish}>
            {text.secretDone}
          </Button>
        </div>
      </div>
      {blocker.status === 'blocked' && <LeaveDialog onStay={blocker.reset} onLeave={blocker.proceed} />}
    </Section>
  );
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

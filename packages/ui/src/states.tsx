import { Button, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import { BoxRegular, ErrorCircleRegular, LockClosedRegular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { ApiError } from './api-error.ts';
import { errorText } from './error-text.ts';
import { uiMessages } from './messages.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    textAlign: 'center',
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalL}`,
  },
  icon: { fontSize: '40px', color: tokens.colorNeutralForeground3 },
  text: { color: tokens.colorNeutralForeground2, maxWidth: '52ch', overflowWrap: 'anywhere' },
});

interface StateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

function State({ icon, title, children, action }: StateProps) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      <span className={styles.icon} aria-hidden>
        {icon}
      </span>
      <Text as="h2" size={400} weight="semibold" align="center" style={{ margin: 0 }}>
        {title}
      </Text>
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {action}
    </div>
  );
}

/** A list or page with nothing in it: what would be here, and how it comes here. */
export function EmptyState(props: StateProps) {
  return <State {...props} icon={props.icon ?? <BoxRegular />} />;
}

export function LoadingState({ label = uiMessages.loading }: { label?: string }) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      <Spinner label={label} labelPosition="below" />
    </div>
  );
}

/** What went wrong, in words, with a way on. A refusal for lack of a role shows `NoPermission`. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error instanceof ApiError && error.status === 403) return <NoPermission />;
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <div role="alert">
      <State
        icon={<ErrorCircleRegular />}
        title={uiMessages.errors.title}
        action={onRetry && <Button onClick={onRetry}>{uiMessages.retry}</Button>}
      >
        {errorText(error)}
        {requestId !== undefined && (
          <Text block align="center" size={200} style={{ marginTop: 8 }}>
            {uiMessages.requestId(requestId)}
          </Text>
        )}
      </State>
    </div>
  );
}

export function NoPermission({ role }: { role?: string }) {
  return (
    <State icon={<LockClosedRegular />} title={uiMessages.noPermission.title}>
      {uiMessages.noPermission.text(role)}
    </State>
  );
}

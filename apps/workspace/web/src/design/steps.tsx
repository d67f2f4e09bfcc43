import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { CheckmarkCircleFilled } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { messages } from '../messages/messages.ts';

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  step: {
    display: 'grid',
    gridTemplateColumns: '32px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalM,
    paddingBottom: tokens.spacingVerticalL,
    ':last-child': { paddingBottom: 0 },
  },
  mark: {
    width: '28px',
    height: '28px',
    boxSizing: 'border-box',
    borderRadius: tokens.borderRadiusCircular,
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    fontWeight: tokens.fontWeightSemibold,
  },
  done: { border: 'none', fontSize: '28px', color: tokens.colorStatusSuccessForeground1 },
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0, paddingTop: '3px' },
  title: { margin: 0 },
});

export interface Step {
  readonly title: string;
  /** Undefined: nobody can tell. */
  readonly isDone?: boolean | undefined;
  readonly content: ReactNode;
}

/** What to do, one thing after another, with ticks. */
export function Steps({ steps, level }: { steps: readonly Step[]; level: 'h2' | 'h3' }) {
  const styles = useStyles();
  return (
    <ol className={styles.list}>
      {steps.map((step, index) => (
        <li key={step.title} className={styles.step}>
          {step.isDone === true ? (
            <span className={mergeClasses(styles.mark, styles.done)}>
              <CheckmarkCircleFilled aria-label={messages.overview.done} />
            </span>
          ) : (
            <span className={styles.mark} aria-hidden>
              {index + 1}
            </span>
          )}
          <div className={styles.body}>
            <Text as={level} size={400} weight="semibold" className={styles.title}>
              {step.title}
            </Text>
            {step.content}
          </div>
        </li>
      ))}
    </ol>
  );
}

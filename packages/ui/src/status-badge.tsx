import { Badge, makeStyles } from '@fluentui/react-components';
import {
  CheckmarkCircleFilled,
  CircleRegular,
  ErrorCircleFilled,
  InfoFilled,
  WarningFilled,
} from '@fluentui/react-icons';
import type { ReactElement } from 'react';

export type Tone = 'success' | 'warning' | 'danger' | 'informative' | 'subtle';

const icons: Readonly<Record<Tone, ReactElement>> = {
  success: <CheckmarkCircleFilled />,
  warning: <WarningFilled />,
  danger: <ErrorCircleFilled />,
  informative: <InfoFilled />,
  subtle: <CircleRegular />,
};

/** A state in a word, with an icon so that color is not its only sign. */
export function StatusBadge({ tone, children }: { tone: Tone; children: string }) {
  const styles = useStyles();
  return (
    <Badge
      appearance="tint"
      color={tone === 'subtle' ? 'subtle' : tone}
      icon={icons[tone]}
      size="large"
      className={styles.root ?? ''}
    >
      {children}
    </Badge>
  );
}

const useStyles = makeStyles({ root: { whiteSpace: 'nowrap' } });

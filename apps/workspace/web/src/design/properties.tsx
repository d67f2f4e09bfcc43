import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  list: {
    display: 'grid',
    gridTemplateColumns: 'minmax(140px, 240px) minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalL,
    margin: 0,
    '@media (max-width: 639.98px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  name: {
    color: tokens.colorNeutralForeground2,
    paddingTop: tokens.spacingVerticalS,
    overflowWrap: 'anywhere',
  },
  value: {
    margin: 0,
    paddingTop: tokens.spacingVerticalS,
    overflowWrap: 'anywhere',
    minWidth: 0,
    '@media (max-width: 639.98px)': { paddingTop: 0 },
  },
});

/** Names and values of one object. */
export function Properties({ children }: { children: ReactNode }) {
  const styles = useStyles();
  return <dl className={styles.list}>{children}</dl>;
}

export function Property({ name, children }: { name: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  );
}

import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
  },
});

/** Search and filters above a list. */
export function FilterBar({ children }: { children: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.root} role="search">
      {children}
    </div>
  );
}

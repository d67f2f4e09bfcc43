import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  second: {
    display: 'block',
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightRegular,
  },
});

/** What a row is about, and what tells it apart from others of the name. */
export function TwoLines({ first, second }: { first: ReactNode; second: ReactNode }) {
  const styles = useStyles();
  return (
    <>
      {first}
      <span className={styles.second}>{second}</span>
    </>
  );
}

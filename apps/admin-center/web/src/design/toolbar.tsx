import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

/** Filters and buttons above a list. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className={useStyles().root}>{children}</div>;
}

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    '& > .fui-SearchBox': { flexGrow: 1, minWidth: '180px' },
  },
});

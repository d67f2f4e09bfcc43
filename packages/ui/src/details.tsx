import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useRouterState } from '@tanstack/react-router';
import { Page, type PageProps } from './page.tsx';
import { uiMessages } from './messages.ts';
import { useFollow } from './route-link.tsx';

export interface DetailsTab {
  readonly label: string;
  /** The tab's own address: a tab is a deep link. */
  readonly href: string;
}

/** A page about one object: heading and tabs; `children` is the tab of the present address. */
export function Details({ tabs, children, ...page }: PageProps & { readonly tabs: readonly DetailsTab[] }) {
  const styles = useStyles();
  const follow = useFollow();
  const path = useRouterState({ select: (state) => state.location.pathname });
  // The tab whose address is the longest beginning of the present one: pages below a tab belong to it.
  const current = tabs
    .map((tab) => tab.href)
    .filter((href) => path === href || path.startsWith(`${href}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  return (
    <Page {...page}>
      <nav aria-label={uiMessages.sections} className={styles.tabs}>
        {tabs.map((tab) => {
          const isCurrent = tab.href === current;
          return (
            <a
              key={tab.href}
              href={tab.href}
              onClick={follow(tab.href)}
              className={mergeClasses(styles.tab, isCurrent && styles.current)}
              {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
            >
              {tab.label}
            </a>
          );
        })}
      </nav>
      {children}
    </Page>
  );
}

const useStyles = makeStyles({
  tabs: {
    display: 'flex',
    flexWrap: 'wrap',
    rowGap: tokens.spacingVerticalXXS,
    columnGap: tokens.spacingHorizontalXS,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  tab: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    borderBottom: '3px solid transparent',
    borderRadius: `${tokens.borderRadiusMedium} ${tokens.borderRadiusMedium} 0 0`,
    ':hover': { background: tokens.colorSubtleBackgroundHover, color: tokens.colorNeutralForeground1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    borderBottomColor: tokens.colorCompoundBrandStroke,
  },
});

import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  mergeClasses,
  OverlayDrawer,
  Text,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular, NavigationRegular, PersonCircleRegular } from '@fluentui/react-icons';
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { uiMessages } from './messages.ts';
import { useFollow } from './route-link.tsx';
import { ThemeSwitch } from './theme.tsx';

export interface NavigationEntry {
  readonly label: string;
  readonly href: string;
  readonly icon: ReactElement;
}

export interface NavigationGroup {
  readonly title?: string;
  readonly entries: readonly NavigationEntry[];
}

export interface AppFrameProps {
  /** The console's name in the header. */
  readonly name: string;
  /** The tenant or organization beside it. */
  readonly place?: string;
  readonly navigation: readonly NavigationGroup[];
  readonly user: { readonly name: string; readonly detail?: string };
  readonly onSignOut: () => void;
  readonly children: ReactNode;
}

/** Header, navigation and content. Below 960 px the navigation folds into a drawer. */
export function AppFrame({ name, place, navigation, user, onSignOut, children }: AppFrameProps) {
  const styles = useStyles();
  const [isOpen, setIsOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const shownPath = useRef(path);
  useEffect(() => {
    setIsOpen(false);
    if (shownPath.current === path) return;
    shownPath.current = path;
    // What had the focus may have gone with the page before, as a dialog does; the keyboard goes on in the new one.
    if (document.activeElement === document.body) main.current?.focus();
  }, [path]);
  return (
    <div className={styles.root}>
      <a
        href="#content"
        className={styles.skip}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {uiMessages.skipToContent}
      </a>
      <header className={styles.header}>
        <span className={styles.burger}>
          <Button
            appearance="subtle"
            icon={<NavigationRegular />}
            aria-label={uiMessages.openNavigation}
            aria-expanded={isOpen}
            onClick={() => setIsOpen(true)}
          />
        </span>
        <Text weight="semibold" size={400} className={styles.name}>
          {name}
        </Text>
        {place !== undefined && <Text className={styles.place}>{place}</Text>}
        <span className={styles.fill} />
        <ThemeSwitch />
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button appearance="subtle" icon={<PersonCircleRegular />} aria-label={uiMessages.account(user.name)} />
          </MenuTrigger>
          <MenuPopover>
            <div className={styles.account}>
              <Text weight="semibold" block>
                {user.name}
              </Text>
              {user.detail !== undefined && <Text size={200}>{user.detail}</Text>}
            </div>
            <MenuList>
              <MenuItem onClick={onSignOut}>{uiMessages.signOut}</MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      </header>
      <nav aria-label={uiMessages.navigation} className={styles.side}>
        <NavigationList navigation={navigation} path={path} />
      </nav>
      <OverlayDrawer position="start" open={isOpen} onOpenChange={(_, { open }) => setIsOpen(open)}>
        <DrawerHeader>
          <DrawerHeaderTitle
            action={
              <Button
                appearance="subtle"
                icon={<DismissRegular />}
                aria-label={uiMessages.closeNavigation}
                onClick={() => setIsOpen(false)}
              />
            }
          >
            {name}
          </DrawerHeaderTitle>
        </DrawerHeader>
        <DrawerBody>
          <nav aria-label={uiMessages.navigation}>
            <NavigationList navigation={navigation} path={path} />
          </nav>
        </DrawerBody>
      </OverlayDrawer>
      <main id="content" ref={main} tabIndex={-1} className={styles.main}>
        {children}
      </main>
    </div>
  );
}

function NavigationList({ navigation, path }: { navigation: readonly NavigationGroup[]; path: string }) {
  const styles = useStyles();
  const follow = useFollow();
  const current = currentHref(navigation, path);
  return navigation.map((group) => (
    <div key={group.title ?? ''} className={styles.group}>
      {group.title !== undefined && (
        <Text block size={200} weight="semibold" className={styles.groupTitle}>
          {group.title}
        </Text>
      )}
      <ul className={styles.list}>
        {group.entries.map(({ href, icon, label }) => (
          <li key={href}>
            <a
              href={href}
              onClick={follow(href)}
              className={mergeClasses(styles.entry, href === current && styles.current)}
              {...(href === current ? { 'aria-current': 'page' as const } : {})}
            >
              <span aria-hidden className={styles.icon}>
                {icon}
              </span>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </div>
  ));
}

/** The entry whose address is the longest part of the present one. */
function currentHref(navigation: readonly NavigationGroup[], path: string): string | undefined {
  return navigation
    .flatMap((group) => group.entries.map((entry) => entry.href))
    .filter((href) => path === href || (href !== '/' && path.startsWith(`${href}/`)))
    .toSorted((a, b) => b.length - a.length)[0];
}

const narrow = '@media (max-width: 959.98px)';

const useStyles = makeStyles({
  root: {
    minHeight: '100vh',
    display: 'grid',
    gridTemplateColumns: '272px minmax(0, 1fr)',
    gridTemplateRows: '48px minmax(0, 1fr)',
    [narrow]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  skip: {
    position: 'absolute',
    top: '-100px',
    left: tokens.spacingHorizontalM,
    zIndex: 10,
    padding: tokens.spacingHorizontalM,
    background: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForegroundLink,
    ':focus': { top: tokens.spacingVerticalS },
  },
  header: {
    gridColumn: '1 / -1',
    position: 'sticky',
    top: 0,
    zIndex: 5,
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `0 ${tokens.spacingHorizontalM}`,
    background: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  burger: { display: 'none', [narrow]: { display: 'inline' } },
  name: { whiteSpace: 'nowrap' },
  place: {
    color: tokens.colorNeutralForeground2,
    borderLeft: `1px solid ${tokens.colorNeutralStroke1}`,
    paddingLeft: tokens.spacingHorizontalS,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    minWidth: 0,
    '@media (max-width: 639.98px)': { display: 'none' },
  },
  fill: { flexGrow: 1 },
  account: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    maxWidth: '260px',
    overflowWrap: 'anywhere',
  },
  side: {
    position: 'sticky',
    top: '48px',
    alignSelf: 'start',
    height: 'calc(100vh - 48px)',
    overflowY: 'auto',
    boxSizing: 'border-box',
    padding: tokens.spacingHorizontalS,
    background: tokens.colorNeutralBackground1,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    [narrow]: { display: 'none' },
  },
  group: { marginBottom: tokens.spacingVerticalM },
  groupTitle: {
    color: tokens.colorNeutralForeground3,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
  },
  list: { listStyle: 'none', margin: 0, padding: 0 },
  entry: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    borderLeft: '3px solid transparent',
    ':hover': { background: tokens.colorSubtleBackgroundHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    fontWeight: tokens.fontWeightSemibold,
    background: tokens.colorSubtleBackgroundSelected,
    borderLeftColor: tokens.colorCompoundBrandStroke,
  },
  icon: { display: 'inline-flex', fontSize: '20px' },
  main: {
    minWidth: 0,
    boxSizing: 'border-box',
    width: '100%',
    maxWidth: '1440px',
    padding: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalXXL}`,
    outline: 'none',
    '@media (max-width: 639.98px)': { padding: tokens.spacingHorizontalM },
  },
});

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useEffect, type ReactNode } from 'react';
import { uiMessages } from './messages.ts';
import { RouteLink } from './route-link.tsx';

export interface Crumb {
  readonly label: string;
  readonly href: string;
}

export interface PageProps {
  readonly title: string;
  /** One sentence that says what the page is for. */
  readonly description?: ReactNode;
  readonly crumbs?: readonly Crumb[];
  /** Badges beside the title. */
  readonly status?: ReactNode;
  /** Buttons of the page. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

let appName = '';

/** The console's own name, the last part of every window title. */
export function setAppName(name: string): void {
  appName = name;
}

/** Heading, actions and content of one page; the heading is the window's title too. */
export function Page({ title, description, crumbs = [], status, actions, children }: PageProps) {
  const styles = useStyles();
  useEffect(() => {
    document.title = appName === '' ? title : `${title} – ${appName}`;
  }, [title]);
  return (
    <div className={styles.root}>
      {crumbs.length > 0 && (
        <nav aria-label={uiMessages.breadcrumbs}>
          <ol className={styles.crumbs}>
            {crumbs.map((crumb) => (
              <li key={crumb.href} className={styles.crumb}>
                <RouteLink href={crumb.href}>{crumb.label}</RouteLink>
                <span aria-hidden>›</span>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className={styles.heading}>
        <div className={styles.title}>
          <Text as="h1" size={600} weight="semibold" className={styles.h1}>
            {title}
          </Text>
          {status}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {description !== undefined && <div className={styles.description}>{description}</div>}
      {children}
    </div>
  );
}

/** A titled box of a page. */
export function Section({
  title,
  description,
  actions,
  children,
}: {
  title?: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const styles = useStyles();
  return (
    <section className={styles.section} {...(title === undefined ? {} : { 'aria-label': title })}>
      {(title !== undefined || actions !== undefined) && (
        <div className={styles.heading}>
          {title !== undefined && (
            <Text as="h2" size={400} weight="semibold" className={styles.h1}>
              {title}
            </Text>
          )}
          {actions !== undefined && <div className={styles.actions}>{actions}</div>}
        </div>
      )}
      {description !== undefined && <div className={styles.description}>{description}</div>}
      {children}
    </section>
  );
}

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minWidth: 0 },
  crumbs: {
    display: 'flex',
    flexWrap: 'wrap',
    listStyle: 'none',
    margin: 0,
    padding: 0,
    gap: tokens.spacingHorizontalS,
  },
  crumb: {
    display: 'flex',
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground3,
    overflowWrap: 'anywhere',
  },
  heading: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalM,
  },
  title: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM, minWidth: 0 },
  h1: { margin: 0, overflowWrap: 'anywhere' },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, marginInlineStart: 'auto' },
  description: { color: tokens.colorNeutralForeground2, maxWidth: '80ch' },
  section: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    minWidth: 0,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL}`,
    background: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    '@media (max-width: 639.98px)': { padding: tokens.spacingHorizontalM },
  },
});

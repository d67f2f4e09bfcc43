import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useEffect, type ReactNode } from 'react';
import { ThemeSwitch } from './theme.tsx';

/** A page outside the frame: sign-in, set-up. */
export function FrontPage({
  name,
  title,
  description,
  children,
}: {
  /** The console's name, above the title. */
  name: string;
  title: string;
  description?: ReactNode;
  children: ReactNode;
}) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${title} – ${name}`;
  }, [title, name]);
  return (
    <div className={styles.root}>
      <header className={styles.corner}>
        <ThemeSwitch />
      </header>
      <main className={styles.card}>
        <Text size={300} className={styles.muted}>
          {name}
        </Text>
        <Text as="h1" size={600} weight="semibold" style={{ margin: 0 }}>
          {title}
        </Text>
        {description !== undefined && <div className={styles.muted}>{description}</div>}
        {children}
      </main>
    </div>
  );
}

const useStyles = makeStyles({
  root: {
    minHeight: '100vh',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    boxSizing: 'border-box',
    padding: tokens.spacingHorizontalM,
  },
  corner: { position: 'absolute', top: tokens.spacingVerticalS, right: tokens.spacingHorizontalS },
  card: {
    width: '100%',
    maxWidth: '420px',
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalXXL,
    background: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow8,
  },
  muted: { color: tokens.colorNeutralForeground2 },
});

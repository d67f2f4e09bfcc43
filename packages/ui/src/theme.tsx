import {
  Button,
  FluentProvider,
  makeStaticStyles,
  Menu,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  webDarkTheme,
  webLightTheme,
  type Theme,
} from '@fluentui/react-components';
import { DarkThemeRegular } from '@fluentui/react-icons';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { uiMessages } from './messages.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';

const storageKey = 'joinery-theme';
const choices: readonly ThemeChoice[] = ['system', 'light', 'dark'];

interface ThemeState {
  readonly choice: ThemeChoice;
  readonly isDark: boolean;
  choose(choice: ThemeChoice): void;
}

const ThemeContext = createContext<ThemeState>({ choice: 'system', isDark: false, choose() {} });

/** A list of long options must not push a field out of its form, nor a long name a message out of the page. */
const useStaticStyles = makeStaticStyles({
  body: { margin: 0 },
  '.fui-Field': { gridTemplateColumns: 'minmax(0, 1fr)', overflowWrap: 'anywhere' },
  '.fui-MessageBarBody': { minWidth: 0, overflowWrap: 'anywhere' },
});

/** Light or dark: the system's until the reader chooses; the choice stays in this browser. */
export function ConsoleTheme({ children }: { children: ReactNode }) {
  useStaticStyles();
  const [choice, setChoice] = useState<ThemeChoice>(readChoice);
  const systemIsDark = useSystemIsDark();
  const isDark = choice === 'dark' || (choice === 'system' && systemIsDark);
  const theme: Theme = isDark ? darkTheme : webLightTheme;
  useEffect(() => {
    document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
    document.body.style.background = theme.colorNeutralBackground2;
  }, [isDark, theme]);
  const state = useMemo(
    () => ({
      choice,
      isDark,
      choose(next: ThemeChoice) {
        setChoice(next);
        saveChoice(next);
      },
    }),
    [choice, isDark],
  );
  return (
    <ThemeContext.Provider value={state}>
      <FluentProvider theme={theme} style={{ minHeight: '100vh', background: theme.colorNeutralBackground2 }}>
        {children}
      </FluentProvider>
    </ThemeContext.Provider>
  );
}

/** The library's dark foregrounds for links and errors are short of the 4.5 : 1 that small text needs on raised backgrounds. */
const darkTheme: Theme = {
  ...webDarkTheme,
  colorBrandForegroundLink: '#62abf5',
  colorBrandForeground1: '#62abf5',
  colorStatusDangerForeground1: '#eb8f93',
};

export function useThemeChoice(): ThemeState {
  return useContext(ThemeContext);
}

/** The button in the header that switches the theme. */
export function ThemeSwitch() {
  const { choice, choose } = useThemeChoice();
  return (
    <Menu
      checkedValues={{ theme: [choice] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const next = choices.find((one) => one === checkedItems[0]);
        if (next) choose(next);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<DarkThemeRegular />} aria-label={uiMessages.theme.label} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {choices.map((one) => (
            <MenuItemRadio key={one} name="theme" value={one}>
              {uiMessages.theme[one]}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function useSystemIsDark(): boolean {
  const query = useMemo(() => window.matchMedia('(prefers-color-scheme: dark)'), []);
  const [isDark, setIsDark] = useState(query.matches);
  useEffect(() => {
    const follow = () => setIsDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, [query]);
  return isDark;
}

// A browser may refuse storage; the theme then follows the system.
function readChoice(): ThemeChoice {
  try {
    const saved = localStorage.getItem(storageKey);
    return choices.find((one) => one === saved) ?? 'system';
  } catch {
    return 'system';
  }
}

function saveChoice(choice: ThemeChoice): void {
  try {
    localStorage.setItem(storageKey, choice);
  } catch {
    // Lasts until the page is closed.
  }
}

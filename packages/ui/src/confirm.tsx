import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';
import { uiMessages } from './messages.ts';

export interface Confirmation {
  /** The question, e.g. "Remove 3 assignments?". */
  readonly title: string;
  /** What will happen, to how many, and whether it can be undone. */
  readonly consequences: ReactNode;
  /** The verb of the button, e.g. "Remove". */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** The reader types this text first; for what can't be undone. */
  readonly typeToConfirm?: string;
}

type Ask = (confirmation: Confirmation) => Promise<boolean>;

const ConfirmContext = createContext<Ask>(() => Promise.resolve(false));

/** `if (await confirm({…}))`: asks the reader, says what will happen, answers whether to go on. */
export function useConfirm(): Ask {
  return useContext(ConfirmContext);
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ confirmation: Confirmation; answer: (yes: boolean) => void }>();
  const ask = useCallback<Ask>((confirmation) => new Promise((answer) => setAsked({ confirmation, answer })), []);
  const settle = (yes: boolean) => {
    asked?.answer(yes);
    setAsked(undefined);
  };
  return (
    <ConfirmContext.Provider value={ask}>
      {children}
      {asked && <ConfirmDialog confirmation={asked.confirmation} onSettle={settle} />}
    </ConfirmContext.Provider>
  );
}

/** The dialog itself, for pages that keep their own state. */
export function ConfirmDialog({
  confirmation: { title, consequences, action, isDangerous = false, typeToConfirm },
  onSettle,
}: {
  confirmation: Confirmation;
  onSettle: (yes: boolean) => void;
}) {
  const styles = useStyles();
  const [typed, setTyped] = useState('');
  const isReady = typeToConfirm === undefined || typed.trim() === typeToConfirm;
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => open || onSettle(false)}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady) onSettle(true);
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>
              <div>{consequences}</div>
              {typeToConfirm !== undefined && (
                <Field label={`“${typeToConfirm}”`}>
                  <Input value={typed} onChange={(_, { value }) => setTyped(value)} autoComplete="off" />
                </Field>
              )}
            </DialogContent>
            <DialogActions>
              <Button onClick={() => onSettle(false)}>{uiMessages.cancel}</Button>
              <Button
                type="submit"
                appearance="primary"
                disabled={!isReady}
                className={isDangerous && isReady ? styles.danger : ''}
              >
                {action}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, overflowWrap: 'anywhere' },
  danger: {
    background: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': { background: tokens.colorStatusDangerBackground3Hover, color: tokens.colorNeutralForegroundOnBrand },
    ':hover:active': {
      background: tokens.colorStatusDangerBackground3Pressed,
      color: tokens.colorNeutralForegroundOnBrand,
    },
  },
});

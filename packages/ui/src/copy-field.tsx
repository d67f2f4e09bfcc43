import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { CheckmarkRegular, CopyRegular, EyeOffRegular, EyeRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import { uiMessages } from './messages.ts';
import { useToasts } from './toast.tsx';

/** A value to take elsewhere: read-only, selectable, with a copy button. A secret starts hidden. */
export function CopyField({
  label,
  value,
  hint,
  isSecret = false,
  onCopied,
}: {
  label: string;
  value: string;
  hint?: string;
  isSecret?: boolean;
  onCopied?: () => void;
}) {
  const styles = useStyles();
  const [isHidden, setIsHidden] = useState(isSecret);
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      {(field) => (
        <div className={styles.row}>
          <Input
            {...field}
            readOnly
            className={styles.input ?? ''}
            type={isHidden ? 'password' : 'text'}
            value={value}
            onFocus={(event) => event.target.select()}
          />
          {isSecret && (
            <Button
              icon={isHidden ? <EyeRegular /> : <EyeOffRegular />}
              aria-label={isHidden ? uiMessages.show : uiMessages.hide}
              onClick={() => setIsHidden(!isHidden)}
            />
          )}
          <CopyButton label={label} value={value} {...(onCopied === undefined ? {} : { onCopied })} />
        </div>
      )}
    </Field>
  );
}

/** Copies a text and says so for two seconds. `text`: written on the button; else it has an icon only. */
export function CopyButton({
  label,
  value,
  text,
  onCopied,
}: {
  label: string;
  value: string;
  text?: string;
  onCopied?: () => void;
}) {
  const toasts = useToasts();
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () =>
    writeClipboard(value).then(
      () => {
        setIsCopied(true);
        onCopied?.();
      },
      () => toasts.info(uiMessages.copyRefused),
    );
  return (
    <Button
      icon={isCopied ? <CheckmarkRegular /> : <CopyRegular />}
      aria-label={isCopied ? uiMessages.copied : uiMessages.copyNamed(label)}
      title={isCopied ? uiMessages.copied : uiMessages.copyNamed(label)}
      onClick={() => void copy()}
    >
      {text !== undefined && isCopied ? uiMessages.copied : text}
    </Button>
  );
}

/** `navigator.clipboard` is absent on plain http other than localhost. */
async function writeClipboard(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error(uiMessages.copyRefused);
}

const useStyles = makeStyles({
  row: { display: 'flex', gap: tokens.spacingHorizontalXS },
  input: { flexGrow: 1, minWidth: 0 },
});

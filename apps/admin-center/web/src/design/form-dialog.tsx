import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  MessageBar,
  MessageBarBody,
} from '@fluentui/react-components';
import { errorText, uiMessages } from '@joinery/ui';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';

/** A dialog that asks for something and sends it; a failure stays in the dialog, with what was typed. */
export function FormDialog({
  title,
  action,
  isReady = true,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  action: string;
  isReady?: boolean;
  /** Throws what the API said; the dialog closes when it does not. */
  onSubmit: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}) {
  const sending = useMutation({ mutationFn: onSubmit, onSuccess: onClose });
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady) sending.mutate();
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}>
              {sending.isError && (
                <MessageBar intent="error" layout="multiline">
                  <MessageBarBody>{errorText(sending.error)}</MessageBarBody>
                </MessageBar>
              )}
              {children}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{uiMessages.cancel}</Button>
              <Button type="submit" appearance="primary" disabled={!isReady || sending.isPending}>
                {action}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

import { Toast, ToastBody, Toaster, ToastTitle, useId, useToastController } from '@fluentui/react-components';
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { errorText } from './error-text.ts';

export interface Toasts {
  success(title: string, text?: string): void;
  info(title: string, text?: string): void;
  /** The error in words, below what failed. */
  failure(title: string, error: unknown): void;
}

const none = () => {};
const ToastContext = createContext<Toasts>({ success: none, info: none, failure: none });

export function useToasts(): Toasts {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const toasterId = useId('toaster');
  const { dispatchToast } = useToastController(toasterId);
  const toasts = useMemo<Toasts>(() => {
    const show = (intent: 'success' | 'info' | 'error', title: string, text?: string) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{title}</ToastTitle>
          {text !== undefined && text !== '' && <ToastBody>{text}</ToastBody>}
        </Toast>,
        {
          // Nothing in it takes input; as a stop of the Tab key it would hold the focus until it leaves.
          root: { tabIndex: -1 },
          intent,
          timeout: intent === 'error' ? 12_000 : 4_000,
          pauseOnHover: true,
        },
      );
    return {
      success: (title, text) => show('success', title, text),
      info: (title, text) => show('info', title, text),
      failure: (title, error) => show('error', title, errorText(error)),
    };
  }, [dispatchToast]);
  return (
    <ToastContext.Provider value={toasts}>
      {children}
      <Toaster toasterId={toasterId} position="bottom-end" />
    </ToastContext.Provider>
  );
}

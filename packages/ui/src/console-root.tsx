import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConfirmProvider } from './confirm.tsx';
import { ConsoleTheme } from './theme.tsx';
import { ToastProvider } from './toast.tsx';

/** Draws a console into `#root` with everything that the shared parts need around it. */
export function renderConsole(queryClient: QueryClient, console: ReactNode): void {
  const element = document.getElementById('root');
  if (!element) throw new Error('invariant broken: the page has no #root');
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ConsoleTheme>
          <ToastProvider>
            <ConfirmProvider>{console}</ConfirmProvider>
          </ToastProvider>
        </ConsoleTheme>
      </QueryClientProvider>
    </StrictMode>,
  );
}

import { useBlocker } from '@tanstack/react-router';
import { useConfirm } from './confirm.tsx';
import { uiMessages } from './messages.ts';

/** While `isChanged`, leaving the page asks first; another filter or preview in the same address does not. */
export function useUnsavedGuard(isChanged: boolean): void {
  const confirm = useConfirm();
  useBlocker({
    disabled: !isChanged,
    enableBeforeUnload: isChanged,
    shouldBlockFn: async ({ current, next }) =>
      current.pathname !== next.pathname &&
      !(await confirm({
        title: uiMessages.unsaved.title,
        consequences: uiMessages.unsaved.text,
        action: uiMessages.unsaved.leave,
      })),
  });
}

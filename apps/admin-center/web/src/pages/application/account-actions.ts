import type { ComparedAccount, SelectedAccounts } from '@joinery/graph-api/contract';
import { useConfirm, useToasts } from '@joinery/ui';
import { useState } from 'react';
import { actOn, countAccounts, setIgnored, type AccountAction, type AccountChoice } from '../../data/drift.ts';
import { messages } from '../../messages.ts';

const m = messages.identities;

const words = {
  repair: { title: m.repairTitle, text: m.repairText, verb: m.repair },
  adopt: { title: m.adoptTitle, text: m.adoptText, verb: m.adopt },
} as const;

/** What can be done about accounts; each asks first, with how many people it concerns. */
export function useAccountActions(jobId: string, comparisonId: string, onDone: () => void) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const [isPending, setIsPending] = useState(false);

  async function attempt(work: () => Promise<void>): Promise<void> {
    setIsPending(true);
    try {
      await work();
    } catch (error) {
      toasts.failure(m.failed, error);
    } finally {
      setIsPending(false);
    }
  }

  async function askAndAct(
    action: AccountAction,
    { users, groups }: SelectedAccounts,
    of: readonly string[] | AccountChoice,
  ): Promise<void> {
    if (users + groups === 0) {
      toasts.success(m.nobody);
      return;
    }
    const { title, text, verb } = words[action];
    const isSure = await confirm({
      title: title(users, groups),
      consequences: text(users, groups),
      action: verb,
      isDangerous: action === 'repair',
    });
    if (!isSure) return;
    const done = await actOn(jobId, comparisonId, action, of);
    toasts.success(m.queuedText(done.users, done.groups));
    onDone();
  }

  return {
    isPending,
    act: (action: AccountAction, accounts: readonly ComparedAccount[]) =>
      void attempt(() =>
        askAndAct(
          action,
          {
            users: accounts.filter((one) => one.type === 'User').length,
            groups: accounts.filter((one) => one.type === 'Group').length,
          },
          accounts.map((one) => one.id),
        ),
      ),
    actOnAll: (action: AccountAction, choice: AccountChoice) =>
      void attempt(async () => askAndAct(action, await countAccounts(jobId, comparisonId, action, choice), choice)),
    ignore: (isIgnored: boolean, accounts: readonly ComparedAccount[]) =>
      void attempt(async () => {
        const ids = accounts.map((one) => one.id);
        const count = await setIgnored(jobId, comparisonId, isIgnored, ids);
        toasts.success(isIgnored ? m.ignored(count) : m.unignored(count));
        onDone();
      }),
  };
}

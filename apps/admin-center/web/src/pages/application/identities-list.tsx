import type { ComparedAccount, Comparison } from '@joinery/graph-api/contract';
import {
  Button,
  Checkbox,
  Link,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Text,
} from '@fluentui/react-components';
import { MoreHorizontalRegular } from '@fluentui/react-icons';
import {
  EmptyState,
  EntityList,
  RouteLink,
  SearchField,
  StatusBadge,
  useKeysetPages,
  useUrlState,
  type Column,
  type Tone,
} from '@joinery/ui';
import { useEffect, useState } from 'react';
import { queryClient } from '../../data/api.ts';
import { accountPages, type AccountAction, type AccountTab } from '../../data/drift.ts';
import { AccountPanel } from '../../design/account-panel.tsx';
import { Choice } from '../../design/log-table.tsx';
import { Toolbar } from '../../design/toolbar.tsx';
import { messages } from '../../messages.ts';
import { useAccountActions } from './account-actions.ts';

const m = messages.identities;

/** The action that a tab offers. */
const offered: Readonly<Partial<Record<AccountTab, AccountAction>>> = {
  assigned: 'adopt',
  changed: 'repair',
  missing: 'repair',
};
const verbs: Readonly<Record<AccountAction, { readonly one: string; readonly all: string }>> = {
  repair: { one: m.repair, all: m.repairAll },
  adopt: { one: m.adopt, all: m.adoptAll },
};

/** Can the action be carried out on the account? The server decides again. */
function canHave(action: AccountAction | undefined, account: ComparedAccount): boolean {
  if (action === undefined || account.action?.state === 'queued') return false;
  if (action === 'repair') return account.isLinked;
  return !account.isLinked && account.isInScope && account.problem === null;
}

interface ListProps {
  readonly jobId: string;
  readonly comparison: Comparison;
  readonly tab: AccountTab;
  readonly canEdit: boolean;
}

/** The accounts of one class, with what can be done about them. */
export function AccountList({ jobId, comparison, tab, canEdit }: ListProps) {
  const [{ search, type, account: open }, setFilters] = useUrlState(['search', 'type', 'account']);
  const [selected, setSelected] = useState<ReadonlyMap<string, ComparedAccount>>(new Map());
  const choice = { tab, type, search };
  const pages = useKeysetPages<ComparedAccount>({
    key: ['accounts', comparison.id, choice],
    load: accountPages(jobId, comparison.id, choice),
  });
  // What is worked on moves from one class to another.
  const figures = JSON.stringify([comparison.counts, comparison.ignored, comparison.queued]);
  useEffect(() => {
    void queryClient.invalidateQueries({ queryKey: ['accounts', comparison.id] });
  }, [comparison.id, figures]);
  const actions = useAccountActions(jobId, comparison.id, () => setSelected(new Map()));
  const action = offered[tab];
  const toggle = (row: ComparedAccount) => {
    const next = new Map(selected);
    if (!next.delete(row.id)) next.set(row.id, row);
    setSelected(next);
  };
  const columns: readonly Column<ComparedAccount>[] = [
    ...(canEdit
      ? [
          {
            id: 'select',
            header: m.columns.select,
            hideHeader: true,
            width: '3rem',
            render: (row: ComparedAccount) => (
              <Checkbox
                aria-label={m.select(row.displayName)}
                checked={selected.has(row.id)}
                onChange={() => toggle(row)}
              />
            ),
          },
        ]
      : []),
    {
      id: 'name',
      header: m.columns.name,
      render: (row) => (
        <Link as="button" onClick={() => setFilters({ account: row.id })}>
          {row.displayName}
        </Link>
      ),
    },
    { id: 'type', header: m.columns.type, width: '5rem', wideOnly: true, render: (row) => m.typeNames[row.type] },
    ...(tab === 'local' ? [] : [{ id: 'source', header: m.columns.source, render: sourceLink }]),
    { id: 'found', header: m.columns.found, render: (row) => <Found account={row} /> },
    { id: 'state', header: m.columns.state, width: '8rem', render: (row) => <ActionState account={row} /> },
    ...(canEdit
      ? [
          {
            id: 'actions',
            header: messages.actions,
            hideHeader: true,
            width: '4rem',
            render: (row: ComparedAccount) => (
              <RowMenu
                account={row}
                action={canHave(action, row) ? action : undefined}
                onAct={(of) => actions.act(of, [row])}
                onIgnore={() => actions.ignore(!row.isIgnored, [row])}
                onShow={() => setFilters({ account: row.id })}
              />
            ),
          },
        ]
      : []),
  ];
  const chosen = [...selected.values()];
  const able = chosen.filter((row) => canHave(action, row));
  return (
    <>
      <Toolbar>
        <SearchField label={m.search} value={search} onSearch={(text) => setFilters({ search: text })} />
        <Choice label={m.type} value={type} options={m.types} onChange={(value) => setFilters({ type: value })} />
        {canEdit && action !== undefined && (
          <Button disabled={actions.isPending} onClick={() => actions.actOnAll(action, choice)}>
            {verbs[action].all}
          </Button>
        )}
        {chosen.length > 0 && (
          <>
            <Text aria-live="polite">{m.selected(chosen.length)}</Text>
            {action !== undefined && (
              <Button
                appearance="primary"
                disabled={actions.isPending || able.length === 0}
                onClick={() => actions.act(action, able)}
              >
                {verbs[action].one}
              </Button>
            )}
            <Button disabled={actions.isPending} onClick={() => actions.ignore(tab !== 'ignored', chosen)}>
              {tab === 'ignored' ? m.unignore : m.ignore}
            </Button>
          </>
        )}
      </Toolbar>
      <EntityList
        label={m.list}
        columns={columns}
        pages={pages}
        rowId={(row) => row.id}
        empty={<EmptyState title={search === '' ? (m.nothing[tab] ?? '') : m.noMatch} />}
      />
      {open !== '' && (
        <AccountPanel
          jobId={jobId}
          comparisonId={comparison.id}
          id={open}
          onClose={() => setFilters({ account: '' })}
        />
      )}
    </>
  );
}

function sourceLink({ source, type }: ComparedAccount) {
  if (source === null) return '–';
  return <RouteLink href={`/${type === 'User' ? 'users' : 'groups'}/${source.id}`}>{source.displayName}</RouteLink>;
}

/** What there is to say of the account, in few words. */
function Found({ account }: { account: ComparedAccount }) {
  const { differences, members, problem, isLinked, source } = account;
  if (problem !== null) return <StatusBadge tone="warning">{m.problems[problem] ?? problem}</StatusBadge>;
  const words = [
    ...(isLinked ? differences.map((one) => one.attribute) : []),
    ...(members && members.missing + members.added > 0 ? [m.members(members.missing, members.added)] : []),
  ];
  if (words.length > 0) return <>{words.join(', ')}</>;
  if (source === null) return <>–</>;
  return <>{isLinked ? m.linked : m.notLinked}</>;
}

const tones: Readonly<Record<string, Tone>> = { queued: 'informative', succeeded: 'success', failed: 'danger' };

function ActionState({ account: { action } }: { account: ComparedAccount }) {
  if (action === null) return <>–</>;
  return <StatusBadge tone={tones[action.state] ?? 'subtle'}>{m.states[action.state] ?? action.state}</StatusBadge>;
}

function RowMenu({
  account,
  action,
  onAct,
  onIgnore,
  onShow,
}: {
  account: ComparedAccount;
  action: AccountAction | undefined;
  onAct: (action: AccountAction) => void;
  onIgnore: () => void;
  onShow: () => void;
}) {
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          size="small"
          icon={<MoreHorizontalRegular />}
          aria-label={m.more(account.displayName)}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={onShow}>{m.show}</MenuItem>
          {action !== undefined && <MenuItem onClick={() => onAct(action)}>{verbs[action].one}</MenuItem>}
          <MenuItem onClick={onIgnore}>{account.isIgnored ? m.unignore : m.ignore}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

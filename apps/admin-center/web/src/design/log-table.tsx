import type { ProvisioningLogEntry } from '@joinery/graph-api/contract';
import { Button, Link, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Select } from '@fluentui/react-components';
import { ArrowClockwiseRegular, ArrowDownloadRegular } from '@fluentui/react-icons';
import {
  DateTime,
  EmptyState,
  EntityList,
  SearchField,
  StatusBadge,
  useKeysetPages,
  useToasts,
  useUrlState,
  type Column,
  type Tone,
} from '@joinery/ui';
import { useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { pagesOf } from '../data/collection.ts';
import { downloadLog, logFilter, type LogFormat } from '../data/logs.ts';
import { messages } from '../messages.ts';
import { LogPanel } from './log-panel.tsx';
import { Toolbar } from './toolbar.tsx';

const m = messages.logs;

const tones: Readonly<Record<string, Tone>> = {
  success: 'success',
  failure: 'danger',
  skipped: 'subtle',
  warning: 'warning',
};

export function OutcomeBadge({ outcome }: { outcome: string }) {
  return <StatusBadge tone={tones[outcome] ?? 'subtle'}>{m.statuses[outcome] ?? outcome}</StatusBadge>;
}

const names = ['search', 'date', 'status', 'action', 'cycle', 'entry', 'tab'] as const;

/** The provisioning log of one application, or of all; filters and the open entry stand in the address. */
export function LogTable({ servicePrincipalId }: { servicePrincipalId?: string }) {
  const [filters, setFilters] = useUrlState(names);
  const { search, date, status, action, cycle } = filters;
  // The beginning of "the last 24 hours" is fixed while the filter is, so that paging does not begin anew.
  const filter = useMemo(
    () => logFilter({ search, date, status, action, cycle, servicePrincipalId }, Date.now()),
    [search, date, status, action, cycle, servicePrincipalId],
  );
  const pages = useKeysetPages<ProvisioningLogEntry>({
    key: ['logs', filter],
    load: pagesOf('/v1.0/auditLogs/provisioning', { $filter: filter }),
  });
  const columns: readonly Column<ProvisioningLogEntry>[] = [
    {
      id: 'identity',
      header: m.columns.identity,
      render: (row) => (
        <Link as="button" onClick={() => setFilters({ entry: row.id })}>
          {row.sourceIdentity.displayName || row.sourceIdentity.id}
        </Link>
      ),
    },
    { id: 'date', header: m.columns.date, width: '12rem', render: (row) => <DateTime value={row.activityDateTime} /> },
    {
      id: 'action',
      header: m.columns.action,
      width: '8rem',
      render: (row) => m.actions[row.provisioningAction] ?? row.provisioningAction,
    },
    ...(servicePrincipalId === undefined
      ? [
          {
            id: 'application',
            header: m.columns.application,
            render: (row: ProvisioningLogEntry) => row.servicePrincipal.displayName,
          },
        ]
      : []),
    {
      id: 'status',
      header: m.columns.status,
      width: '9rem',
      render: (row) => <OutcomeBadge outcome={row.provisioningStatusInfo.status} />,
    },
  ];
  return (
    <>
      <Toolbar>
        <SearchField label={m.search} value={search} onSearch={(text) => setFilters({ search: text })} />
        <Choice label={m.date} value={date} options={m.dates} onChange={(value) => setFilters({ date: value })} />
        <Choice
          label={m.status}
          value={status}
          options={{ '': m.anyStatus, ...m.statuses }}
          onChange={(value) => setFilters({ status: value })}
        />
        <Choice
          label={m.action}
          value={action}
          options={{ '': m.anyAction, ...m.actions }}
          onChange={(value) => setFilters({ action: value })}
        />
        {cycle !== '' && (
          <Button size="small" onClick={() => setFilters({ cycle: '' })}>
            {`${m.cycle}: ${cycle.slice(0, 8)} ×`}
          </Button>
        )}
        <DownloadMenu filter={filter} />
        <Button icon={<ArrowClockwiseRegular />} appearance="subtle" onClick={pages.retry}>
          {m.refresh}
        </Button>
      </Toolbar>
      <EntityList
        label={m.title}
        columns={columns}
        pages={pages}
        rowId={(row) => row.id}
        empty={<EmptyState title={m.empty}>{m.emptyText}</EmptyState>}
      />
      {filters.entry !== '' && (
        <LogPanel
          id={filters.entry}
          tab={filters.tab}
          onTab={(tab) => setFilters({ tab })}
          onClose={() => setFilters({ entry: '', tab: '' })}
        />
      )}
    </>
  );
}

export function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: Readonly<Record<string, string>>;
  onChange: (value: string) => void;
}) {
  return (
    <Select aria-label={label} value={value} onChange={(_, data) => onChange(data.value)}>
      {Object.entries(options).map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </Select>
  );
}

function DownloadMenu({ filter }: { filter: string | undefined }) {
  const toasts = useToasts();
  const download = useMutation({
    mutationFn: (format: LogFormat) => downloadLog(filter, format),
    onError: (error) => toasts.failure(m.download, error),
  });
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<ArrowDownloadRegular />} disabled={download.isPending}>
          {download.isPending ? m.downloading : m.download}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => download.mutate('csv')}>{m.csv}</MenuItem>
          <MenuItem onClick={() => download.mutate('json')}>{m.json}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

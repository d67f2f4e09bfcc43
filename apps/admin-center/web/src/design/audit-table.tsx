import type { DirectoryAudit } from '@joinery/graph-api/contract';
import { Link, Text } from '@fluentui/react-components';
import {
  DateTime,
  EmptyState,
  EntityList,
  QueryView,
  SidePanel,
  StatusBadge,
  useKeysetPages,
  useUrlState,
  type Column,
} from '@joinery/ui';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../data/api.ts';
import { pagesOf, quoteText } from '../data/collection.ts';
import { messages } from '../messages.ts';
import { Facts } from './facts.tsx';
import { ModifiedProperties } from './log-panel.tsx';
import { Choice } from './log-table.tsx';
import { Toolbar } from './toolbar.tsx';

const m = messages.audit;

const auditEntryQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit-entry', id],
    queryFn: () => api.get<DirectoryAudit>(`/v1.0/auditLogs/directoryAudits/${id}`),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The audit log, all of it or what concerns one object. */
export function AuditTable({ targetId }: { targetId?: string }) {
  const [{ category, entry }, setFilters] = useUrlState(['category', 'entry']);
  const clauses = [
    ...(targetId === undefined ? [] : [`targetResources/any(t:t/id eq ${quoteText(targetId)})`]),
    ...(category === '' ? [] : [`category eq ${quoteText(category)}`]),
  ];
  const pages = useKeysetPages<DirectoryAudit>({
    key: ['audit', ...clauses],
    load: pagesOf('/v1.0/auditLogs/directoryAudits', { $filter: clauses.join(' and ') }),
  });
  const columns: readonly Column<DirectoryAudit>[] = [
    {
      id: 'activity',
      header: m.columns.activity,
      render: (row) => (
        <Link as="button" onClick={() => setFilters({ entry: row.id })}>
          {row.activityDisplayName}
        </Link>
      ),
    },
    { id: 'date', header: m.columns.date, width: '12rem', render: (row) => <DateTime value={row.activityDateTime} /> },
    { id: 'by', header: m.columns.by, render: initiator },
    { id: 'target', header: m.columns.target, render: (row) => row.targetResources[0]?.displayName || '–' },
    { id: 'result', header: m.columns.result, width: '8rem', render: (row) => <ResultBadge entry={row} /> },
  ];
  return (
    <>
      <Toolbar>
        <Choice
          label={m.category}
          value={category}
          options={{ '': m.any, ...m.categories }}
          onChange={(value) => setFilters({ category: value })}
        />
      </Toolbar>
      <EntityList
        label={m.title}
        columns={columns}
        pages={pages}
        rowId={(row) => row.id}
        empty={<EmptyState title={m.empty}>{m.emptyText}</EmptyState>}
      />
      {entry !== '' && <AuditPanel id={entry} onClose={() => setFilters({ entry: '' })} />}
    </>
  );
}

function initiator(row: DirectoryAudit): string {
  return row.initiatedBy.user?.displayName ?? row.initiatedBy.app?.displayName ?? m.service;
}

function ResultBadge({ entry }: { entry: DirectoryAudit }) {
  return (
    <StatusBadge tone={entry.result === 'success' ? 'success' : 'danger'}>
      {entry.result === 'success' ? m.success : m.failure}
    </StatusBadge>
  );
}

function AuditPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(auditEntryQuery(id));
  return (
    <SidePanel title={m.panel} onClose={onClose}>
      <QueryView query={query}>
        {(entry) => (
          <div style={{ display: 'grid', gap: 16 }}>
            <Facts
              facts={[
                [m.columns.activity, entry.activityDisplayName],
                [m.columns.date, <DateTime key="t" value={entry.activityDateTime} />],
                [m.columns.by, initiator(entry)],
                [m.category, m.categories[entry.category] ?? entry.category],
                [m.columns.result, <ResultBadge key="r" entry={entry} />],
                [m.reason, entry.resultReason === '' ? undefined : entry.resultReason],
              ]}
            />
            {entry.targetResources.map((target) => (
              <div key={target.id} role="group" aria-label={`${target.type} ${target.displayName}`}>
                <Text block weight="semibold" style={{ overflowWrap: 'anywhere' }}>
                  {target.type}: {target.displayName || target.id}
                </Text>
                {target.modifiedProperties.length > 0 && <ModifiedProperties properties={target.modifiedProperties} />}
              </div>
            ))}
          </div>
        )}
      </QueryView>
    </SidePanel>
  );
}

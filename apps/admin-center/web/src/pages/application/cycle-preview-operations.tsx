import type { Preview, PreviewMember, PreviewOperation } from '@joinery/graph-api/contract';
import { Link, makeStyles, Text, tokens } from '@fluentui/react-components';
import {
  EmptyState,
  EntityList,
  EntityTable,
  QueryView,
  RouteLink,
  SearchField,
  Section,
  SidePanel,
  StatusBadge,
  useKeysetPages,
  useUrlState,
  type Column,
  type Tone,
} from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { memberPages, operationFilter, operationPages, operationQuery } from '../../data/previews.ts';
import { Facts } from '../../design/facts.tsx';
import { Choice } from '../../design/log-table.tsx';
import { Toolbar } from '../../design/toolbar.tsx';
import { messages } from '../../messages.ts';

const m = messages.cyclePreview;

const actionTones: Readonly<Record<PreviewOperation['action'], Tone>> = {
  create: 'success',
  update: 'informative',
  disable: 'warning',
  delete: 'danger',
  skip: 'subtle',
};
const outcomeTones: Readonly<Record<string, Tone>> = {
  done: 'success',
  failed: 'danger',
  changed: 'warning',
  skipped: 'subtle',
};

function ActionBadge({ operation: { action, error } }: { operation: PreviewOperation }) {
  if (error !== null) return <StatusBadge tone="danger">{m.figures.failed}</StatusBadge>;
  return <StatusBadge tone={actionTones[action]}>{m.figures[action]}</StatusBadge>;
}

function OutcomeBadge({ outcome }: { outcome: string }) {
  return <StatusBadge tone={outcomeTones[outcome] ?? 'subtle'}>{m.applied[outcome] ?? outcome}</StatusBadge>;
}

const whyOf = ({ reason, error }: PreviewOperation): string =>
  error === null ? (m.why[reason] ?? reason) : (m.why[error.code] ?? error.code);

const names = ['search', 'action', 'type', 'applied', 'operation'] as const;

/** What would be done to each object; filters and the open operation stand in the address. */
export function OperationList({ jobId, preview }: { jobId: string; preview: Preview }) {
  const [filters, setFilters] = useUrlState(names);
  const filter = operationFilter(filters);
  const wasApplied = preview.application !== null;
  const pages = useKeysetPages<PreviewOperation>({
    key: ['preview-operations', jobId, preview.id, filter ?? '', preview.application?.state ?? ''],
    load: operationPages(jobId, preview.id, filter),
  });
  const columns: readonly Column<PreviewOperation>[] = [
    {
      id: 'name',
      header: m.columns.name,
      render: (row) => (
        <Link as="button" onClick={() => setFilters({ operation: row.objectId })}>
          {row.displayName}
        </Link>
      ),
    },
    { id: 'type', header: m.columns.type, width: '6rem', render: (row) => m.typeNames[row.objectType] },
    { id: 'action', header: m.columns.action, width: '9rem', render: (row) => <ActionBadge operation={row} /> },
    { id: 'why', header: m.columns.why, render: whyOf },
    {
      id: 'changes',
      header: m.columns.changes,
      width: '14rem',
      render: (row) => m.changes(row.changes.length, row.members) || '–',
    },
    ...(wasApplied
      ? [
          {
            id: 'outcome',
            header: m.columns.outcome,
            width: '9rem',
            render: (row: PreviewOperation) => (row.applied ? <OutcomeBadge outcome={row.applied.outcome} /> : '–'),
          },
        ]
      : []),
  ];
  return (
    <Section title={m.list}>
      <Toolbar>
        <SearchField label={m.search} value={filters.search} onSearch={(search) => setFilters({ search })} />
        <Choice
          label={m.action}
          value={filters.action}
          options={{ '': m.anyAction, ...m.figures }}
          onChange={(action) => setFilters({ action })}
        />
        <Choice label={m.type} value={filters.type} options={m.types} onChange={(type) => setFilters({ type })} />
        {wasApplied && (
          <Choice
            label={m.outcome}
            value={filters.applied}
            options={{ '': m.anyOutcome, ...m.applied }}
            onChange={(applied) => setFilters({ applied })}
          />
        )}
      </Toolbar>
      <EntityList
        label={m.list}
        columns={columns}
        pages={pages}
        rowId={(row) => row.objectId}
        empty={<EmptyState title={m.noRows}>{m.noRowsText}</EmptyState>}
      />
      {filters.operation !== '' && (
        <OperationPanel
          jobId={jobId}
          previewId={preview.id}
          objectId={filters.operation}
          onClose={() => setFilters({ operation: '' })}
        />
      )}
    </Section>
  );
}

function OperationPanel(props: { jobId: string; previewId: string; objectId: string; onClose: () => void }) {
  const operation = useQuery(operationQuery(props.jobId, props.previewId, props.objectId));
  return (
    <SidePanel title={m.panel} onClose={props.onClose}>
      <QueryView query={operation}>
        {(shown) => (shown ? <Operation {...props} operation={shown} /> : <EmptyState title={m.noRows} />)}
      </QueryView>
    </SidePanel>
  );
}

function Operation({ jobId, previewId, operation }: { jobId: string; previewId: string; operation: PreviewOperation }) {
  const styles = useStyles();
  const { applied, error, members } = operation;
  const kind = operation.objectType === 'User' ? 'users' : 'groups';
  return (
    <div className={styles.root}>
      <div className={styles.heading}>
        <Text weight="semibold" size={400} className={styles.name}>
          {operation.displayName}
        </Text>
        <ActionBadge operation={operation} />
      </div>
      <Facts
        facts={[
          [m.columns.type, m.typeNames[operation.objectType]],
          [m.columns.why, whyOf(operation)],
          [m.problem, error?.message],
          [m.target, operation.targetId ?? (operation.action === 'create' ? m.created : '–')],
          [
            m.source,
            <RouteLink key="source" href={`/${kind}/${operation.objectId}`}>
              {operation.displayName}
            </RouteLink>,
          ],
          [m.columns.outcome, applied ? <OutcomeBadge key="o" outcome={applied.outcome} /> : undefined],
          [m.outcomeDetail, applied?.detail ?? undefined],
        ]}
      />
      <Text as="h3" weight="semibold" className={styles.title}>
        {m.attributes}
      </Text>
      <Differences changes={operation.changes} />
      {members.added + members.removed > 0 && (
        <>
          <Text as="h3" weight="semibold" className={styles.title}>
            {m.members}
          </Text>
          <Members jobId={jobId} previewId={previewId} objectId={operation.objectId} />
        </>
      )}
    </div>
  );
}

type Change = PreviewOperation['changes'][number];

const valueText = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

function Differences({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <Text>{m.noAttributes}</Text>;
  return (
    <EntityTable<Change>
      label={m.attributes}
      rows={changes}
      rowId={(change) => change.attribute}
      empty={m.noAttributes}
      columns={[
        { id: 'name', header: m.attribute.name, render: (change) => change.attribute },
        { id: 'old', header: m.attribute.old, render: (change) => valueText(change.old) },
        {
          id: 'new',
          header: m.attribute.new,
          render: ({ reference, new: value }) =>
            reference === null ? (
              valueText(value)
            ) : (
              <RouteLink href={`/users/${reference.id}`}>{reference.displayName ?? reference.id}</RouteLink>
            ),
        },
      ]}
    />
  );
}

function Members({ jobId, previewId, objectId }: { jobId: string; previewId: string; objectId: string }) {
  const pages = useKeysetPages<PreviewMember>({
    key: ['preview-members', jobId, previewId, objectId],
    load: memberPages(jobId, previewId, objectId),
  });
  return (
    <EntityList<PreviewMember>
      label={m.members}
      pages={pages}
      rowId={(row) => row.id}
      empty={<EmptyState title={m.noRows} />}
      columns={[
        { id: 'name', header: m.member.name, render: (row) => row.displayName ?? row.id },
        {
          id: 'operation',
          header: m.member.operation,
          width: '8rem',
          render: (row) => (
            <StatusBadge tone={row.operation === 'add' ? 'success' : 'warning'}>
              {m.memberOperations[row.operation]}
            </StatusBadge>
          ),
        },
      ]}
    />
  );
}

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    paddingBottom: tokens.spacingVerticalXL,
  },
  heading: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
  },
  name: { overflowWrap: 'anywhere' },
  title: { margin: 0 },
});

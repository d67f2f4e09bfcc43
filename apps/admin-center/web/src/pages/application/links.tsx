import type { Link as LinkRow } from '@joinery/graph-api/contract';
import { Button, Link, Text } from '@fluentui/react-components';
import { LinkDismissRegular } from '@fluentui/react-icons';
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
  useConfirm,
  useKeysetPages,
  useToasts,
  useUrlState,
  type Column,
} from '@joinery/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useAddressPart } from '../../data/address.ts';
import { deleteLink, linkPages, linkQuery } from '../../data/drift.ts';
import { useJob } from '../../data/jobs.ts';
import { useHasRole } from '../../data/session.ts';
import { Facts } from '../../design/facts.tsx';
import { Choice } from '../../design/log-table.tsx';
import { Toolbar } from '../../design/toolbar.tsx';
import { messages } from '../../messages.ts';

const m = messages.links;
const types = messages.identities;

/** Which object of the directory is which account of the application. */
export function LinksTab() {
  const id = useAddressPart('id');
  const job = useJob(id);
  return (
    <QueryView query={job}>
      {(overview) =>
        overview ? (
          <Links jobId={overview.job.id} />
        ) : (
          <EmptyState title={m.empty}>{messages.application.notConfiguredText}</EmptyState>
        )
      }
    </QueryView>
  );
}

function Links({ jobId }: { jobId: string }) {
  const [{ search, type, link: open }, setFilters] = useUrlState(['search', 'type', 'link']);
  const canEdit = useHasRole('Cloud Application Administrator');
  const pages = useKeysetPages<LinkRow>({
    key: ['links', jobId, search, type],
    load: linkPages(jobId, { search, type }),
  });
  const columns: readonly Column<LinkRow>[] = [
    {
      id: 'name',
      header: m.columns.name,
      render: (row) => (
        <Link as="button" onClick={() => setFilters({ link: row.sourceId })}>
          {row.displayName}
        </Link>
      ),
    },
    { id: 'type', header: m.columns.type, width: '5rem', render: (row) => types.typeNames[row.type] },
    { id: 'target', header: m.columns.target, wideOnly: true, render: (row) => row.targetId },
    { id: 'state', header: m.columns.state, width: '8rem', render: (row) => <State link={row} /> },
    ...(canEdit
      ? [
          {
            id: 'delete',
            header: messages.actions,
            hideHeader: true,
            width: '4rem',
            render: (row: LinkRow) => <DeleteButton jobId={jobId} link={row} />,
          },
        ]
      : []),
  ];
  const isFiltered = search !== '' || type !== '';
  return (
    <Section description={m.description}>
      <Toolbar>
        <SearchField label={m.search} value={search} onSearch={(text) => setFilters({ search: text })} />
        <Choice
          label={types.type}
          value={type}
          options={types.types}
          onChange={(value) => setFilters({ type: value })}
        />
      </Toolbar>
      <EntityList
        label={m.list}
        columns={columns}
        pages={pages}
        rowId={(row) => row.sourceId}
        empty={isFiltered ? <EmptyState title={m.noMatch} /> : <EmptyState title={m.empty}>{m.emptyText}</EmptyState>}
      />
      {open !== '' && <LinkPanel jobId={jobId} sourceId={open} onClose={() => setFilters({ link: '' })} />}
    </Section>
  );
}

function State({ link: { state } }: { link: LinkRow }) {
  return <StatusBadge tone={state === 'active' ? 'success' : 'subtle'}>{m.states[state] ?? state}</StatusBadge>;
}

function DeleteButton({ jobId, link }: { jobId: string; link: LinkRow }) {
  const confirm = useConfirm();
  const toasts = useToasts();
  const remove = useMutation({
    mutationFn: () => deleteLink(jobId, link.sourceId),
    onSuccess: () => toasts.success(m.deleted(link.displayName)),
    onError: (error) => toasts.failure(m.failed, error),
  });
  const ask = async () => {
    const isSure = await confirm({
      title: m.deleteTitle(link.displayName),
      consequences: m.deleteText,
      action: m.action,
      isDangerous: true,
    });
    if (isSure) remove.mutate();
  };
  return (
    <Button
      appearance="subtle"
      icon={<LinkDismissRegular />}
      aria-label={m.delete(link.displayName)}
      disabled={remove.isPending}
      onClick={() => void ask()}
    />
  );
}

function LinkPanel({ jobId, sourceId, onClose }: { jobId: string; sourceId: string; onClose: () => void }) {
  const link = useQuery(linkQuery(jobId, sourceId));
  return (
    <SidePanel title={m.panel.title} onClose={onClose}>
      <QueryView query={link}>{(shown) => <LinkFacts link={shown} />}</QueryView>
    </SidePanel>
  );
}

type Exported = NonNullable<LinkRow['exported']>[number];

function LinkFacts({ link }: { link: LinkRow }) {
  return (
    <div style={{ display: 'grid', gap: 16, paddingBottom: 24 }}>
      <Facts
        facts={[
          [
            m.columns.name,
            <RouteLink key="source" href={`/${link.type === 'User' ? 'users' : 'groups'}/${link.sourceId}`}>
              {link.displayName}
            </RouteLink>,
          ],
          [m.columns.type, types.typeNames[link.type]],
          [m.panel.sourceId, link.sourceId],
          [m.panel.targetId, link.targetId],
          [m.columns.state, <State key="state" link={link} />],
        ]}
      />
      <Text as="h3" weight="semibold" style={{ margin: 0 }}>
        {m.panel.exported}
      </Text>
      <EntityTable<Exported>
        label={m.panel.exported}
        rows={link.exported ?? []}
        rowId={(one) => one.name}
        empty={<Text>{m.panel.nothing}</Text>}
        columns={[
          { id: 'attribute', header: m.panel.attribute, render: (one) => one.name },
          { id: 'value', header: m.panel.value, render: (one) => one.value },
        ]}
      />
    </div>
  );
}

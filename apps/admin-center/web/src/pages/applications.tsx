import type { ServicePrincipal } from '@joinery/graph-api/contract';
import {
  EmptyState,
  EntityList,
  LinkButton,
  Page,
  RelativeTime,
  RouteLink,
  SearchField,
  Section,
  useKeysetPages,
  useUrlState,
  type Column,
} from '@joinery/ui';
import { AddRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { pagesOf, searchWords } from '../data/collection.ts';
import { allJobsQuery, useLiveJobs } from '../data/jobs.ts';
import { useHasRole } from '../data/session.ts';
import { entryCount, HealthBadge } from '../design/health-badge.tsx';
import { messages } from '../messages.ts';

const m = messages.applications;

export function ApplicationsPage() {
  const [{ search }, setFilters] = useUrlState(['search']);
  const canEdit = useHasRole('Cloud Application Administrator');
  const { data: jobs } = useQuery(allJobsQuery);
  useLiveJobs();
  const pages = useKeysetPages<ServicePrincipal>({
    key: ['applications', search],
    load: pagesOf('/v1.0/servicePrincipals', { $search: searchWords(search), $count: true }),
  });
  const add = canEdit && (
    <LinkButton href="/gallery" appearance="primary" icon={<AddRegular />}>
      {m.add}
    </LinkButton>
  );
  const columns: readonly Column<ServicePrincipal>[] = [
    {
      id: 'name',
      header: m.columns.name,
      render: (row) => <RouteLink href={`/enterprise-applications/${row.id}`}>{row.displayName}</RouteLink>,
    },
    {
      id: 'health',
      header: m.columns.health,
      width: '12rem',
      render: (row) => <HealthBadge overview={jobs?.get(row.id)} />,
    },
    {
      id: 'last',
      header: m.columns.last,
      width: '10rem',
      render: (row) => <RelativeTime value={jobs?.get(row.id)?.last?.ended} otherwise={messages.never} />,
    },
    {
      id: 'objects',
      header: m.columns.objects,
      width: '13rem',
      render: (row) => m.objects(entryCount(jobs?.get(row.id), 'User'), entryCount(jobs?.get(row.id), 'Group')),
    },
    {
      id: 'errors',
      header: m.columns.errors,
      width: '6rem',
      align: 'end',
      render: (row) => (jobs?.get(row.id)?.escrows ?? 0).toLocaleString(),
    },
  ];
  return (
    <Page title={m.title} description={m.description} actions={add}>
      <Section>
        <SearchField label={m.search} value={search} onSearch={(text) => setFilters({ search: text })} />
        <EntityList
          label={m.title}
          columns={columns}
          pages={pages}
          rowId={(row) => row.id}
          empty={
            search === '' ? (
              <EmptyState title={m.empty} action={add}>
                {m.emptyText}
              </EmptyState>
            ) : (
              <EmptyState title={m.noMatch} />
            )
          }
        />
      </Section>
    </Page>
  );
}

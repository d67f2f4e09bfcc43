import { Badge } from '@fluentui/react-components';
import {
  EmptyState,
  EntityList,
  LinkButton,
  Page,
  RouteLink,
  Section,
  useUrlState,
  durationText,
  type Column,
} from '@joinery/ui';
import type { LoggedRequest } from '@joinery/workspace/contract';
import { useRequests } from '../data/requests.ts';
import { LiveBadge, RequestStatus } from '../design/badges.tsx';
import { ChoiceFilter } from '../design/choice-filter.tsx';
import { clockText } from '../design/clock-text.ts';
import { FilterBar } from '../design/filter-bar.tsx';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';
import { RequestPanel } from './request-panel.tsx';

const text = messages.requests;

function columnsOf(failed: boolean): readonly Column<LoggedRequest>[] {
  return [
    {
      id: 'time',
      header: text.time,
      width: '200px',
      render: (request) => (
        <RouteLink href={paths.request(request.id, failed)}>
          <time dateTime={request.at}>{clockText(request.at)}</time>
        </RouteLink>
      ),
    },
    {
      id: 'request',
      header: text.request,
      render: (request) => `${request.method} ${request.path}`,
    },
    {
      id: 'status',
      header: text.status,
      width: '190px',
      render: (request) => (
        <>
          <RequestStatus status={request.status} />
          {request.tolerated.length > 0 && (
            <>
              {' '}
              <Badge appearance="outline" color="informative" size="large">
                {text.toleratedBadge}
              </Badge>
            </>
          )}
        </>
      ),
    },
    {
      id: 'token',
      header: text.token,
      width: '180px',
      wideOnly: true,
      render: (request) => request.token ?? messages.none,
    },
    {
      id: 'duration',
      header: text.duration,
      width: '90px',
      align: 'end',
      wideOnly: true,
      render: (request) => durationText(request.durationMs),
    },
  ];
}

const choices = [
  { value: '', label: messages.all },
  { value: 'true', label: text.failedOnly },
];
const columns = { all: columnsOf(false), failed: columnsOf(true) };

export function RequestsPage() {
  const [{ failed, request }, setFilter] = useUrlState(['failed', 'request']);
  const isFailed = failed === 'true';
  const pages = useRequests(isFailed);
  return (
    <Page title={text.title} description={text.lead} status={<LiveBadge />}>
      <Section>
        <FilterBar>
          <ChoiceFilter
            label={text.show}
            value={isFailed ? 'true' : ''}
            choices={choices}
            onChoose={(failed) => setFilter({ failed })}
          />
        </FilterBar>
        <EntityList
          label={text.caption}
          columns={isFailed ? columns.failed : columns.all}
          rowId={(row) => row.id}
          pages={pages}
          empty={
            isFailed ? (
              <EmptyState title={text.noneFailed}>{text.noneFailedHint}</EmptyState>
            ) : (
              <EmptyState
                title={text.empty}
                action={<LinkButton href={paths.guide}>{messages.people.emptyAction}</LinkButton>}
              >
                {text.emptyHint}
              </EmptyState>
            )
          }
        />
      </Section>
      {request !== '' && <RequestPanel id={request} onClose={() => setFilter({ request: '' })} />}
    </Page>
  );
}

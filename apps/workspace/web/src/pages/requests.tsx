import { Badge, Button, Field, Input } from '@fluentui/react-components';
import {
  durationText,
  EmptyState,
  EntityList,
  LinkButton,
  Page,
  RouteLink,
  Section,
  useUrlState,
  type Column,
} from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { LoggedRequest } from '@joinery/workspace/contract';
import { oauthQuery } from '../data/oauth.ts';
import { useRequests } from '../data/requests.ts';
import { tokensQuery } from '../data/tokens.ts';
import { LiveBadge, RequestStatus } from '../design/badges.tsx';
import { clockText } from '../design/clock-text.ts';
import { FilterBar } from '../design/filter-bar.tsx';
import { SelectFilter } from '../design/select-filter.tsx';
import { requestMessages } from '../messages/requests.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';
import { RequestPanel } from './request-panel.tsx';

const text = requestMessages;

/** `linkOf`: the address of a request beside the list as it is filtered now. */
function columnsOf(linkOf: (id: string) => string): readonly Column<LoggedRequest>[] {
  return [
    {
      id: 'time',
      header: text.time,
      width: '170px',
      render: (request) => (
        <RouteLink href={linkOf(request.id)}>
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
      width: '110px',
      render: (request) => (
        <>
          <RequestStatus status={request.status} />{' '}
          {request.tolerated.length > 0 && (
            <Badge appearance="outline" color="informative">
              {text.toleratedBadge}
            </Badge>
          )}
        </>
      ),
    },
    {
      id: 'token',
      header: text.token,
      width: '140px',
      wideOnly: true,
      render: (request) => request.token ?? messages.none,
    },
    {
      id: 'duration',
      header: text.duration,
      width: '80px',
      align: 'end',
      wideOnly: true,
      render: (request) => durationText(request.durationMs),
    },
  ];
}

const choicesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([value, label]) => ({ value, label }));

const statuses = choicesOf(text.statuses);
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ value: method, label: method }));
const dates = [...choicesOf(text.dates), { value: 'day', label: text.onDay }];
const filterNames = ['status', 'method', 'token', 'date'] as const;
const noFilter = { status: '', method: '', token: '', date: '' };

/** What the address says, as far as it is one of the choices. */
function useFilter() {
  const [{ request, ...raw }, setState] = useUrlState([...filterNames, 'request']);
  const isDay = raw.date === 'day' || /^\d{4}-\d{2}-\d{2}$/.test(raw.date);
  const filter = {
    status: statuses.some(({ value }) => value === raw.status) ? raw.status : '',
    method: methods.some(({ value }) => value === raw.method) ? raw.method : '',
    token: raw.token.slice(0, 100),
    date: isDay || dates.some(({ value }) => value === raw.date) ? raw.date : '',
  };
  return { filter, isDay, request, setState };
}

export function RequestsPage() {
  const { filter, isDay, request, setState } = useFilter();
  const pages = useRequests(filter);
  const { status, method, token, date } = filter;
  const columns = useMemo(() => {
    const address = new URLSearchParams(Object.entries({ status, method, token, date }).filter(([, it]) => it !== ''));
    return columnsOf((id) => `${paths.requests}?${new URLSearchParams([...address, ['request', id]])}`);
  }, [status, method, token, date]);
  const isFiltered = [status, method, token, date].some((one) => one !== '');
  return (
    <Page title={text.title} description={text.lead} status={<LiveBadge />}>
      <Section>
        <FilterBar>
          <SelectFilter
            label={text.filters.status}
            any={text.filters.any}
            value={status}
            choices={statuses}
            onChoose={(status) => setState({ status })}
          />
          <SelectFilter
            label={text.filters.method}
            any={text.filters.any}
            value={method}
            choices={methods}
            onChoose={(method) => setState({ method })}
          />
          <TokenFilter value={token} onChoose={(token) => setState({ token })} />
          <SelectFilter
            label={text.filters.date}
            any={text.anyDate}
            value={isDay ? 'day' : date}
            choices={dates}
            onChoose={(date) => setState({ date })}
          />
          {isDay && (
            <Field label={text.day}>
              <Input
                type="date"
                value={date === 'day' ? '' : date}
                onChange={(_, { value }) => setState({ date: value === '' ? 'day' : value })}
              />
            </Field>
          )}
        </FilterBar>
        <EntityList
          label={text.caption}
          columns={columns}
          rowId={(row) => row.id}
          pages={pages}
          empty={
            isFiltered ? (
              <EmptyState
                title={status === 'failed' ? text.noneFailed : text.noneFound}
                action={<Button onClick={() => setState(noFilter)}>{text.clear}</Button>}
              >
                {status === 'failed' && method + token + date === '' ? text.noneFailedHint : text.noneFoundHint}
              </EmptyState>
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
      {request !== '' && <RequestPanel id={request} onClose={() => setState({ request: '' })} />}
    </Page>
  );
}

/** Names of tokens and OAuth clients; a rotated token has the name of the one that took its place. */
function TokenFilter({ value, onChoose }: { value: string; onChoose: (name: string) => void }) {
  const tokens = useQuery(tokensQuery).data?.tokens ?? [];
  const clients = useQuery(oauthQuery).data?.clients ?? [];
  const names = new Set([...tokens, ...clients].map(({ name }) => name));
  if (value !== '') names.add(value);
  return (
    <SelectFilter
      label={text.filters.token}
      any={text.filters.any}
      value={value}
      choices={[...names].toSorted((a, b) => a.localeCompare(b)).map((name) => ({ value: name, label: name }))}
      onChoose={onChoose}
    />
  );
}

import { queryOptions } from '@tanstack/react-query';
import { useKeysetPages, type KeysetPages } from '@joinery/ui';
import type { LoggedRequest, RequestList } from '@joinery/workspace/contract';
import { api } from './api.ts';

/** Texts of the page's address, '' where nothing is chosen. */
export interface RequestFilter {
  /** `failed`, or a class such as `4xx`. */
  readonly status: string;
  readonly method: string;
  /** Name of a token or OAuth client. */
  readonly token: string;
  /** Hours until now, or a day of the reader's calendar as YYYY-MM-DD. */
  readonly date: string;
}

const hourMs = 3_600_000;

function timesOf(date: string): { since?: string; until?: string } {
  if (/^\d{1,3}$/.test(date)) return { since: new Date(Date.now() - Number(date) * hourMs).toISOString() };
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return {};
  const at = (dayOfMonth: number): string => new Date(year, month - 1, dayOfMonth).toISOString();
  return { since: at(day), until: at(day + 1) };
}

export function useRequests(filter: RequestFilter): KeysetPages<LoggedRequest> {
  const { status, method, token, date } = filter;
  return useKeysetPages({
    key: ['requests', 'list', status, method, token, date],
    load: async (cursor, signal) => {
      const statuses = status === 'failed' ? { failed: true } : { status };
      const query = { cursor, method, token, ...statuses, ...timesOf(date) };
      const { requests, next } = await api.get<RequestList>('/api/requests', { query, signal });
      return { rows: requests, next: next ?? undefined };
    },
  });
}

export const latestRequestsQuery = queryOptions({
  queryKey: ['requests', 'latest'],
  queryFn: ({ signal }) => api.get<RequestList>('/api/requests', { query: { limit: 5 }, signal }),
});

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ['request', id],
    queryFn: ({ signal }) => api.get<LoggedRequest>(`/api/requests/${encodeURIComponent(id)}`, { signal }),
    staleTime: Infinity,
  });

import { queryOptions } from '@tanstack/react-query';
import { useKeysetPages, type KeysetPages } from '@joinery/ui';
import type { LoggedRequest, RequestList } from '@joinery/workspace/contract';
import { api } from './api.ts';

export function useRequests(failed: boolean): KeysetPages<LoggedRequest> {
  return useKeysetPages({
    key: ['requests', 'list', failed],
    load: async (cursor, signal) => {
      const query = { cursor, failed: failed ? true : undefined };
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

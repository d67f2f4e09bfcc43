import { queryOptions } from '@tanstack/react-query';
import { useKeysetPages, type KeysetPages } from '@joinery/ui';
import type { User, UserDetails, UserList } from '@joinery/workspace/contract';
import { api } from './api.ts';

export interface PeopleFilter {
  readonly search: string;
  readonly active: boolean | undefined;
}

export function usePeople({ search, active }: PeopleFilter): KeysetPages<User> {
  return useKeysetPages({
    key: ['people', 'list', search, active ?? null],
    load: async (cursor, signal) => {
      const { users, total, next } = await api.get<UserList>('/api/users', {
        query: { search, active, cursor },
        signal,
      });
      return { rows: users, total, next: next ?? undefined };
    },
  });
}

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', 'one', id],
    queryFn: ({ signal }) => api.get<UserDetails>(`/api/users/${encodeURIComponent(id)}`, { signal }),
  });

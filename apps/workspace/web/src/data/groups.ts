import { queryOptions } from '@tanstack/react-query';
import { useKeysetPages, type KeysetPages } from '@joinery/ui';
import type { Group, GroupDetails, GroupList, Member, MemberList } from '@joinery/workspace/contract';
import { api } from './api.ts';

export function useGroups(search: string): KeysetPages<Group> {
  return useKeysetPages({
    key: ['groups', 'list', search],
    load: async (cursor, signal) => {
      const { groups, total, next } = await api.get<GroupList>('/api/groups', { query: { search, cursor }, signal });
      return { rows: groups, total, next: next ?? undefined };
    },
  });
}

export const groupQuery = (id: string) =>
  queryOptions({
    queryKey: ['groups', 'one', id],
    queryFn: ({ signal }) => api.get<GroupDetails>(`/api/groups/${encodeURIComponent(id)}`, { signal }),
  });

export function useMembers(id: string): KeysetPages<Member> {
  return useKeysetPages({
    key: ['groups', 'members', id],
    load: async (cursor, signal) => {
      const path = `/api/groups/${encodeURIComponent(id)}/members`;
      const { members, total, next } = await api.get<MemberList>(path, { query: { cursor }, signal });
      return { rows: members, total, next: next ?? undefined };
    },
  });
}

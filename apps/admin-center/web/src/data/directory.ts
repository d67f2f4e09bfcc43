import type { Group, User } from '@joinery/graph-api/contract';
import { queryOptions } from '@tanstack/react-query';
import { api, queryClient } from './api.ts';
import { searchWords, type Collection } from './collection.ts';

export interface DirectoryObject {
  readonly id: string;
  readonly displayName?: string | null;
  readonly userPrincipalName?: string;
  readonly kind: 'User' | 'Group';
}

const found = 10;

/** Users and groups by the beginning of a name, for pickers. */
export const objectSearchQuery = (text: string, kinds: readonly DirectoryObject['kind'][] = ['User', 'Group']) =>
  queryOptions({
    queryKey: ['object-search', text, kinds],
    queryFn: async ({ signal }) => {
      const query = { $top: found, $search: searchWords(text), $select: 'id,displayName,userPrincipalName' };
      const groupQuery = { ...query, $select: 'id,displayName' };
      const [groups, users] = await Promise.all([
        kinds.includes('Group')
          ? api.get<Collection<Group>>('/v1.0/groups', { query: groupQuery, signal })
          : { value: [] },
        kinds.includes('User') ? api.get<Collection<User>>('/v1.0/users', { query, signal }) : { value: [] },
      ]);
      return [
        ...groups.value.map((group): DirectoryObject => ({ ...group, kind: 'Group' })),
        ...users.value.map((user): DirectoryObject => ({ ...user, kind: 'User' })),
      ];
    },
    staleTime: 2_000,
  });

export const userFields = [
  'displayName',
  'userPrincipalName',
  'givenName',
  'surname',
  'mail',
  'jobTitle',
  'department',
  'city',
  'employeeId',
  'mobilePhone',
] as const;

export type UserRecord = User & { readonly employeeId?: string | null };

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['user', id],
    queryFn: () =>
      api.get<UserRecord>(`/v1.0/users/${id}`, {
        query: { $select: [...userFields, 'accountEnabled', 'createdDateTime'].join(',') },
      }),
  });

export const groupQuery = (id: string) =>
  queryOptions({ queryKey: ['group', id], queryFn: () => api.get<Group>(`/v1.0/groups/${id}`) });

/** How many members a group has. */
export const memberCountQuery = (id: string) =>
  queryOptions({
    queryKey: ['members', id, 'count'],
    queryFn: async () => {
      const page = await api.get<Collection<unknown>>(`/v1.0/groups/${id}/members`, {
        query: { $top: 1, $count: true },
      });
      return page['@odata.count'];
    },
  });

/** How many users or groups the directory holds. */
export const directoryCountQuery = (kind: 'users' | 'groups') =>
  queryOptions({
    queryKey: [kind, 'count'],
    queryFn: async () => {
      const page = await api.get<Collection<unknown>>(`/v1.0/${kind}`, { query: { $top: 1, $count: true } });
      return page['@odata.count'] ?? 0;
    },
  });

export function objectReference(id: string): { '@odata.id': string } {
  return { '@odata.id': `${location.origin}/v1.0/directoryObjects/${id}` };
}

export async function renewDirectory(): Promise<void> {
  await Promise.all(
    ['users', 'groups', 'user', 'group', 'members', 'deleted', 'object-search'].map((key) =>
      queryClient.invalidateQueries({ queryKey: [key] }),
    ),
  );
}

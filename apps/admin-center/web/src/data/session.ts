import type { Me, Organization } from '@joinery/graph-api/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, queryClient } from './api.ts';

export type Role = Me['role'];

const ranks: readonly Role[] = ['Reports Reader', 'Cloud Application Administrator', 'Global Administrator'];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    const me = await api.get<Me>('/joinery/me');
    api.setCsrfToken(me.csrfToken ?? undefined);
    return me;
  },
  staleTime: 60_000,
  retry: false,
});

export const organizationQuery = queryOptions({
  queryKey: ['organization'],
  queryFn: () => api.get<Organization>('/joinery/organization'),
  staleTime: 300_000,
});

/** Whether the reader may do what needs this role; the server decides again on each request. */
export function useHasRole(least: Role): boolean {
  const { data } = useQuery(meQuery);
  return data !== undefined && ranks.indexOf(data.role) >= ranks.indexOf(least);
}

export async function signIn(email: string, password: string): Promise<void> {
  begin(await api.post<Me>('/joinery/session', { email, password }));
}

export async function setUp(given: {
  token: string;
  email: string;
  displayName: string;
  password: string;
}): Promise<void> {
  begin(await api.post<Me>('/joinery/setup', given));
}

export async function signOut(): Promise<void> {
  await api.delete('/joinery/session');
  api.setCsrfToken(undefined);
  queryClient.clear();
}

function begin(me: Me): void {
  queryClient.clear();
  api.setCsrfToken(me.csrfToken ?? undefined);
  queryClient.setQueryData(meQuery.queryKey, me);
}

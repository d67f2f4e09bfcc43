import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  CreatedSecret,
  FederationView,
  NewFederation,
  NewOAuthClient,
  NewSecret,
  OAuthClientList,
  OAuthClientView,
} from '@joinery/workspace/contract';
import { api } from './api.ts';

export const oauthQuery = queryOptions({
  queryKey: ['oauth'],
  queryFn: ({ signal }) => api.get<OAuthClientList>('/api/oauth/clients', { signal }),
});

const clientPath = (id: string): string => `/api/oauth/clients/${encodeURIComponent(id)}`;

/** Clients are read again after every change; an answer that holds a secret goes into no cache. */
function useOAuthChange<Wish, Answer>(change: (wish: Wish) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: oauthQuery.queryKey }),
  });
}

export const useCreateClient = () =>
  useOAuthChange((wish: NewOAuthClient) => api.post<OAuthClientView>('/api/oauth/clients', wish));

export const useDeleteClient = (id: string) => useOAuthChange(() => api.delete(clientPath(id)));

export const useAddSecret = (id: string) =>
  useOAuthChange((wish: NewSecret) => api.post<CreatedSecret>(`${clientPath(id)}/secrets`, wish));

export const useAddFederation = (id: string) =>
  useOAuthChange((wish: NewFederation) => api.post<FederationView>(`${clientPath(id)}/federations`, wish));

export const useRevokeGrant = (id: string, kind: 'secrets' | 'federations') =>
  useOAuthChange((grantId: string) => api.delete(`${clientPath(id)}/${kind}/${encodeURIComponent(grantId)}`));

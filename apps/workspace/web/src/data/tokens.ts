import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreatedToken, NewToken, Rotation, Token, TokenList } from '@joinery/workspace/contract';
import { api } from './api.ts';

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => api.get<TokenList>('/api/tokens', { signal }),
});

/** Requests with it are accepted now. */
export function isUsable(token: Token): boolean {
  return token.state === 'active' || token.state === 'ending';
}

/** Created or replaced; the answer holds the secret and goes into no cache. */
export function useCreateToken() {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (wish: NewToken) => api.post<CreatedToken>('/api/tokens', wish),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}

export function useRotateToken(id: string) {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (rotation: Rotation) =>
      api.post<CreatedToken>(`/api/tokens/${encodeURIComponent(id)}/rotate`, rotation),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}

export function useRevokeToken(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(`/api/tokens/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}

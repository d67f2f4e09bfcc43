import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Rules, TenantSettingsView } from '@joinery/workspace/contract';
import { api } from './api.ts';

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: ({ signal }) => api.get<Rules>('/api/rules', { signal }),
});

export function useSaveRules() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (rules: Rules) => api.put<Rules>('/api/rules', rules),
    onSuccess: (saved) => queries.setQueryData(rulesQuery.queryKey, saved),
  });
}

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => api.get<TenantSettingsView>('/api/settings', { signal }),
});

export function useSaveSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (settings: TenantSettingsView) => api.put<TenantSettingsView>('/api/settings', settings),
    onSuccess: (saved) => queries.setQueryData(settingsQuery.queryKey, saved),
  });
}

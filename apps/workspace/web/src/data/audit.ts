import { queryOptions } from '@tanstack/react-query';
import { useKeysetPages, type KeysetPages } from '@joinery/ui';
import type { AuditEntryView, AuditList } from '@joinery/workspace/contract';
import { api } from './api.ts';

export function useAudit(): KeysetPages<AuditEntryView> {
  return useKeysetPages({
    key: ['audit'],
    load: async (cursor, signal) => {
      const { entries, next } = await api.get<AuditList>('/api/audit', { query: { cursor }, signal });
      return { rows: entries, next: next ?? undefined };
    },
  });
}

export const auditEntryQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit-entry', id],
    queryFn: ({ signal }) => api.get<AuditEntryView>(`/api/audit/${encodeURIComponent(id)}`, { signal }),
    staleTime: Infinity,
  });

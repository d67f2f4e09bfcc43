import type { Exchange, Exchanges } from '@joinery/graph-api/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

export const exchangesQuery = (entryId: string) =>
  queryOptions({
    queryKey: ['exchanges', entryId],
    queryFn: async (): Promise<readonly Exchange[]> =>
      (await api.get<Exchanges>(`/joinery/auditLogs/provisioning/${entryId}/exchanges`)).value,
    staleTime: Number.POSITIVE_INFINITY,
  });

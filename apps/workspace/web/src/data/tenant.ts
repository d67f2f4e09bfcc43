import { queryOptions } from '@tanstack/react-query';
import type { Tenant } from '@joinery/workspace/contract';
import { api } from './api.ts';

export const tenantQuery = queryOptions({
  queryKey: ['tenant'],
  queryFn: ({ signal }) => api.get<Tenant>('/api/tenant', { signal }),
});

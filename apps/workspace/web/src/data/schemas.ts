import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Definition, ResourceTypeList, SchemaList } from '@joinery/workspace/contract';
import { api } from './api.ts';

export const extensionsQuery = queryOptions({
  queryKey: ['schemas', 'extensions'],
  queryFn: ({ signal }) => api.get<SchemaList>('/api/schemas', { signal }),
});

export const resourceTypesQuery = queryOptions({
  queryKey: ['schemas', 'resource-types'],
  queryFn: ({ signal }) => api.get<ResourceTypeList>('/api/resource-types', { signal }),
});

/** What a definition is of; both have the same routes. */
export type DefinitionKind = 'extension' | 'resource-type';

const roots: Readonly<Record<DefinitionKind, string>> = {
  extension: '/api/schemas',
  'resource-type': '/api/resource-types',
};

function useDefinitionChange<Wish>(change: (wish: Wish) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['schemas'] }),
  });
}

/** A new one, or the one of `id` (URN of an extension, name of a resource type) as it should be. */
export const useSaveDefinition = (kind: DefinitionKind, id: string | undefined) =>
  useDefinitionChange((definition: Definition) =>
    id === undefined
      ? api.post(roots[kind], definition)
      : api.put(`${roots[kind]}/${encodeURIComponent(id)}`, definition),
  );

export const useRemoveDefinition = (kind: DefinitionKind, id: string) =>
  useDefinitionChange(() => api.delete(`${roots[kind]}/${encodeURIComponent(id)}`));

import type {
  Preview,
  PreviewMember,
  PreviewOperation,
  PreviewOperations,
  Previews,
} from '@joinery/graph-api/contract';
import { queryOptions } from '@tanstack/react-query';
import { api, queryClient } from './api.ts';
import { pagesOf, quoteText } from './collection.ts';

const path = (jobId: string) => `/joinery/jobs/${jobId}/previews`;
const operationsPath = (jobId: string, previewId: string) => `${path(jobId)}/${previewId}/operations`;

const busyMs = 1_000;
const quietMs = 30_000;

/** Is it being made or applied? */
export function isUnderWay({ state, application }: Preview): boolean {
  const applying = application?.state;
  return state === 'notStarted' || state === 'running' || applying === 'requested' || applying === 'running';
}

/** Newest first. */
export const previewsQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['previews', jobId],
    queryFn: async () => (await api.get<Previews>(path(jobId))).value,
    refetchInterval: ({ state }) => ((state.data ?? []).some(isUnderWay) ? busyMs : quietMs),
  });

const renew = (jobId: string) => queryClient.invalidateQueries({ queryKey: previewsQuery(jobId).queryKey });

export async function makePreview(jobId: string): Promise<Preview> {
  const preview = await api.post<Preview>(path(jobId));
  await renew(jobId);
  return preview;
}

export async function deletePreview(jobId: string, id: string): Promise<void> {
  await api.delete(`${path(jobId)}/${id}`);
  await renew(jobId);
}

export async function applyPreview(jobId: string, id: string, allowDeletes: boolean): Promise<void> {
  await api.post<Preview>(`${path(jobId)}/${id}/apply`, { allowDeletes });
  await renew(jobId);
}

export interface OperationChoice {
  readonly search: string;
  /** An action, `failed`, or '' for all. */
  readonly action: string;
  readonly type: string;
  /** What became of it. */
  readonly applied: string;
}

export function operationFilter({ search, action, type, applied }: OperationChoice): string | undefined {
  const words = search.trim();
  const parts = [
    ...(action === 'failed' ? ['failed eq true'] : action === '' ? [] : [`action eq '${action}' and failed eq false`]),
    ...(type === '' ? [] : [`objectType eq '${type}'`]),
    ...(applied === '' ? [] : [`applied/outcome eq '${applied}'`]),
    ...(words === '' ? [] : [`contains(displayName,${quoteText(words)})`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

export function operationPages(jobId: string, previewId: string, filter: string | undefined) {
  return pagesOf<PreviewOperation>(operationsPath(jobId, previewId), { $filter: filter });
}

export function memberPages(jobId: string, previewId: string, objectId: string) {
  return pagesOf<PreviewMember>(`${operationsPath(jobId, previewId)}/${objectId}/members`);
}

export const operationQuery = (jobId: string, previewId: string, objectId: string) =>
  queryOptions({
    queryKey: ['preview-operation', jobId, previewId, objectId],
    queryFn: async () => {
      const query = { $filter: `objectId eq ${quoteText(objectId)}` };
      const { value } = await api.get<PreviewOperations>(operationsPath(jobId, previewId), { query });
      return value[0] ?? null;
    },
  });

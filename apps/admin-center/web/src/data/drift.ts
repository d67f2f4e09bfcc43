import type {
  AccountClass,
  AccountSelection,
  ComparedAccount,
  Comparison,
  Comparisons,
  IgnoredAccounts,
  Link,
  SelectedAccounts,
} from '@joinery/graph-api/contract';
import { queryOptions } from '@tanstack/react-query';
import { api, queryClient } from './api.ts';
import { pagesOf, searchWords } from './collection.ts';

export type AccountAction = 'repair' | 'adopt';
/** The tabs: the classes, and what is ignored of them. */
export type AccountTab = AccountClass | 'ignored';
export const accountTabs: readonly AccountTab[] = ['local', 'unassigned', 'assigned', 'changed', 'missing', 'ignored'];

const path = (jobId: string) => `/joinery/jobs/${jobId}/comparisons`;
const accountsPath = (jobId: string, comparisonId: string) => `${path(jobId)}/${comparisonId}/accounts`;

const busyMs = 1_500;
const quietMs = 30_000;

/** Is anything going on that changes what is shown? */
export function isBusy(comparisons: readonly Comparison[]): boolean {
  return comparisons.some((one) => one.state === 'running' || one.queued > 0);
}

/** Newest first: a running one, the last that came to its end, one that failed since. */
export const comparisonsQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['comparisons', jobId],
    queryFn: async () => (await api.get<Comparisons>(path(jobId))).value,
    refetchInterval: ({ state }) => (isBusy(state.data ?? []) ? busyMs : quietMs),
  });

export interface AccountChoice {
  readonly tab: AccountTab;
  readonly type: string;
  readonly search: string;
}

/** What a choice is to the API, beside the ids of single accounts. */
function chosen({ tab, type, search }: AccountChoice): Omit<AccountSelection, 'ids'> {
  const words = search.trim();
  return {
    ...(tab === 'ignored' ? {} : { class: tab }),
    ...(type === 'User' || type === 'Group' ? { type } : {}),
    ...(words === '' ? {} : { search: words }),
  };
}

export function accountPages(jobId: string, comparisonId: string, choice: AccountChoice) {
  const { class: ofClass, type } = chosen(choice);
  return pagesOf<ComparedAccount>(accountsPath(jobId, comparisonId), {
    class: ofClass,
    type,
    ignored: choice.tab === 'ignored' ? 'true' : undefined,
    $search: choice.search.trim() === '' ? undefined : choice.search.trim(),
  });
}

export const accountQuery = (jobId: string, comparisonId: string, id: string) =>
  queryOptions({
    queryKey: ['accounts', comparisonId, 'one', id],
    queryFn: () => api.get<ComparedAccount>(`${accountsPath(jobId, comparisonId)}/${id}`),
  });

/** How many the action would be carried out on, of all that the choice finds. */
export function countAccounts(
  jobId: string,
  comparisonId: string,
  action: AccountAction,
  choice: AccountChoice,
): Promise<SelectedAccounts> {
  const { class: ofClass, type, search } = chosen(choice);
  return api.get<SelectedAccounts>(`${accountsPath(jobId, comparisonId)}/count`, {
    query: { action, class: ofClass, type, $search: search },
  });
}

export async function actOn(
  jobId: string,
  comparisonId: string,
  action: AccountAction,
  of: readonly string[] | AccountChoice,
): Promise<SelectedAccounts> {
  const body = 'tab' in of ? chosen(of) : { ids: [...of] };
  const selected = await api.post<SelectedAccounts>(`${accountsPath(jobId, comparisonId)}/${action}`, body);
  await renew(jobId);
  return selected;
}

export async function setIgnored(
  jobId: string,
  comparisonId: string,
  isIgnored: boolean,
  ids: readonly string[],
): Promise<number> {
  const name = isIgnored ? 'ignore' : 'unignore';
  const { accounts } = await api.post<IgnoredAccounts>(`${accountsPath(jobId, comparisonId)}/${name}`, { ids });
  await renew(jobId);
  return accounts;
}

export async function startComparison(jobId: string): Promise<void> {
  await api.post<Comparison>(path(jobId));
  await renew(jobId);
}

export async function cancelComparison(jobId: string, id: string): Promise<void> {
  await api.post(`${path(jobId)}/${id}/cancel`);
  await renew(jobId);
}

export async function renew(jobId: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['comparisons', jobId] });
  await queryClient.invalidateQueries({ queryKey: ['accounts'] });
}

const linksPath = (jobId: string) => `/joinery/jobs/${jobId}/links`;

export function linkPages(jobId: string, choice: { readonly type: string; readonly search: string }) {
  return pagesOf<Link>(linksPath(jobId), {
    type: choice.type === '' ? undefined : choice.type,
    $search: searchWords(choice.search) === '' ? undefined : choice.search.trim(),
  });
}

export const linkQuery = (jobId: string, sourceId: string) =>
  queryOptions({
    queryKey: ['links', jobId, 'one', sourceId],
    queryFn: () => api.get<Link>(`${linksPath(jobId)}/${sourceId}`),
  });

export async function deleteLink(jobId: string, sourceId: string): Promise<void> {
  await api.delete(`${linksPath(jobId)}/${sourceId}`);
  await queryClient.invalidateQueries({ queryKey: ['links', jobId] });
}

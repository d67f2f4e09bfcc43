import type {
  Cycles,
  Job,
  JobOverview,
  JobOverviews,
  JobSettings,
  JobSettingsChange,
  Secrets,
} from '@joinery/graph-api/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, queryClient } from './api.ts';

const jobsPath = (servicePrincipalId: string) => `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs`;

/** The application's provisioning job with its status, null while it has none. Live through `useLiveJobs`. */
export const jobQuery = (servicePrincipalId: string) =>
  queryOptions({
    queryKey: ['job', servicePrincipalId],
    queryFn: async () => {
      const jobs = await api.get<JobOverviews>('/joinery/jobs', { query: { servicePrincipalId } });
      return jobs.value[0] ?? null;
    },
    refetchInterval: 30_000,
  });

export const allJobsQuery = queryOptions({
  queryKey: ['jobs'],
  queryFn: async () => {
    const { value } = await api.get<JobOverviews>('/joinery/jobs');
    return new Map(value.map((overview) => [overview.servicePrincipalId, overview]));
  },
  refetchInterval: 60_000,
});

export const cyclesQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['cycles', jobId],
    queryFn: () => api.get<Cycles>(`/joinery/jobs/${jobId}/cycles`, { query: { $top: 10 } }),
  });

export const settingsQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['settings', jobId],
    queryFn: () => api.get<JobSettings>(`/joinery/jobs/${jobId}/settings`),
  });

export const secretsQuery = (servicePrincipalId: string) =>
  queryOptions({
    queryKey: ['secrets', servicePrincipalId],
    queryFn: async () => {
      const { value } = await api.get<Secrets>(`/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/secrets`);
      return new Map(value.map(({ key, value: text }) => [key, text]));
    },
  });

export function useJob(servicePrincipalId: string) {
  return useQuery(jobQuery(servicePrincipalId));
}

/**
 * Follows jobs by server-sent events while mounted: one application's, or all. The browser reconnects by itself; after a
 * refusal (signed out, server restarting) we do.
 */
export function useLiveJobs(servicePrincipalId?: string): 'live' | 'connecting' {
  const [state, setState] = useState<'live' | 'connecting'>('connecting');
  useEffect(() => {
    const query = servicePrincipalId === undefined ? '' : `?servicePrincipalId=${servicePrincipalId}`;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(`/joinery/events${query}`);
      source.addEventListener('open', () => setState('live'));
      source.addEventListener('job', (event: MessageEvent<string>) => keepOverview(JSON.parse(event.data)));
      source.addEventListener('error', () => {
        setState('connecting');
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, 5_000);
      });
    };
    open();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [servicePrincipalId]);
  return state;
}

function keepOverview(overview: JobOverview): void {
  const { servicePrincipalId } = overview;
  const before = queryClient.getQueryData(jobQuery(servicePrincipalId).queryKey);
  queryClient.setQueryData(jobQuery(servicePrincipalId).queryKey, overview);
  queryClient.setQueryData(allJobsQuery.queryKey, (jobs) => jobs && new Map([...jobs, [servicePrincipalId, overview]]));
  if (before && before.last?.id !== overview.last?.id) {
    void queryClient.invalidateQueries({ queryKey: ['cycles', overview.job.id] });
    void queryClient.invalidateQueries({ queryKey: ['logs'] });
  }
}

/** The application's job; makes it from the template where there is none yet. */
export async function ensureJob(servicePrincipalId: string, templateId: string): Promise<string> {
  const existing = await queryClient.fetchQuery(jobQuery(servicePrincipalId));
  if (existing) return existing.job.id;
  const made = await api.post<Job>(jobsPath(servicePrincipalId), { templateId });
  await refresh(servicePrincipalId);
  return made.id;
}

/** Throws with the target's answer in words. `secrets` undefined: the saved ones. */
export function testConnection(
  servicePrincipalId: string,
  jobId: string,
  secrets?: ReadonlyMap<string, string>,
): Promise<void> {
  const body = secrets ? { credentials: pairs(secrets) } : { useSavedCredentials: true };
  return api.post(`${jobsPath(servicePrincipalId)}/${jobId}/validateCredentials`, body);
}

export async function saveSecrets(servicePrincipalId: string, secrets: ReadonlyMap<string, string>): Promise<void> {
  await api.put(`/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/secrets`, { value: pairs(secrets) });
  await queryClient.invalidateQueries({ queryKey: ['secrets', servicePrincipalId] });
}

export async function saveSettings(jobId: string, change: JobSettingsChange): Promise<void> {
  await api.patch(`/joinery/jobs/${jobId}/settings`, change);
  await queryClient.invalidateQueries({ queryKey: ['settings', jobId] });
}

export async function control(servicePrincipalId: string, jobId: string, action: 'start' | 'pause'): Promise<void> {
  await api.post(`${jobsPath(servicePrincipalId)}/${jobId}/${action}`);
  await refresh(servicePrincipalId);
}

/** `scopes` as Graph's `resetScope`; empty: what the portal's "Restart provisioning" resets. */
export async function restart(servicePrincipalId: string, jobId: string, scopes = ''): Promise<void> {
  await api.post(`${jobsPath(servicePrincipalId)}/${jobId}/restart`, { criteria: { resetScope: scopes } });
  await refresh(servicePrincipalId);
}

export function refresh(servicePrincipalId: string): Promise<unknown> {
  return Promise.all([
    queryClient.invalidateQueries({ queryKey: ['job', servicePrincipalId] }),
    queryClient.invalidateQueries({ queryKey: ['jobs'] }),
  ]);
}

function pairs(secrets: ReadonlyMap<string, string>): { key: string; value: string }[] {
  return [...secrets].map(([key, value]) => ({ key, value }));
}

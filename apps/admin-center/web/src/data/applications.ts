import type {
  ApplicationServicePrincipal,
  ApplicationTemplates,
  ServicePrincipal,
  Templates,
} from '@joinery/graph-api/contract';
import { queryOptions } from '@tanstack/react-query';
import { api, queryClient } from './api.ts';

export const applicationQuery = (id: string) =>
  queryOptions({
    queryKey: ['application', id],
    queryFn: () => api.get<ServicePrincipal>(`/v1.0/servicePrincipals/${id}`),
  });

export const galleryQuery = queryOptions({
  queryKey: ['gallery'],
  queryFn: () => api.get<ApplicationTemplates>('/v1.0/applicationTemplates'),
  staleTime: 300_000,
});

/** What the application's job can be made from; the first is its gallery entry's own. */
export const templatesQuery = (id: string) =>
  queryOptions({
    queryKey: ['templates', id],
    queryFn: () => api.get<Templates>(`/v1.0/servicePrincipals/${id}/synchronization/templates`),
    staleTime: 300_000,
  });

/** Adds an application of the gallery; the answer is the id of its service principal. */
export async function addApplication(templateId: string, displayName: string): Promise<string> {
  const made = await api.post<ApplicationServicePrincipal>(`/v1.0/applicationTemplates/${templateId}/instantiate`, {
    displayName,
  });
  await queryClient.invalidateQueries({ queryKey: ['applications'] });
  return made.servicePrincipal.id;
}

export async function deleteApplication(id: string): Promise<void> {
  await api.delete(`/v1.0/servicePrincipals/${id}`);
  await queryClient.invalidateQueries({ queryKey: ['applications'] });
}

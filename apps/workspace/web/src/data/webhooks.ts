import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useKeysetPages, type KeysetPages } from '@joinery/ui';
import type {
  CreatedWebhook,
  DeliveryList,
  DeliveryView,
  NewWebhook,
  WebhookChange,
  WebhookList,
  WebhookView,
} from '@joinery/workspace/contract';
import { api } from './api.ts';

/** Deliveries go out by themselves, without a sign of it on the way that tells of requests. */
const refreshMs = 5_000;

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks', 'list'],
  queryFn: ({ signal }) => api.get<WebhookList>('/api/webhooks', { signal }),
  refetchInterval: refreshMs,
});

const webhookPath = (id: string): string => `/api/webhooks/${encodeURIComponent(id)}`;

export function useDeliveries(id: string): KeysetPages<DeliveryView> {
  return useKeysetPages({
    key: ['webhooks', 'deliveries', id],
    load: async (cursor, signal) => {
      const path = `${webhookPath(id)}/deliveries`;
      const { deliveries, next } = await api.get<DeliveryList>(path, { query: { cursor }, signal });
      return { rows: deliveries, next: next ?? undefined };
    },
    refetchMs: refreshMs,
  });
}

function useWebhookChange<Wish, Answer>(change: (wish: Wish) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  });
}

export const useCreateWebhook = () =>
  useWebhookChange((wish: NewWebhook) => api.post<CreatedWebhook>('/api/webhooks', wish));

export const useChangeWebhook = (id: string) =>
  useWebhookChange((wish: WebhookChange) => api.patch<WebhookView>(webhookPath(id), wish));

export const useRotateWebhook = (id: string) =>
  useWebhookChange(() => api.post<CreatedWebhook>(`${webhookPath(id)}/rotate`));

export const useDeleteWebhook = (id: string) => useWebhookChange(() => api.delete(webhookPath(id)));

export const useRedeliver = (id: string) =>
  useWebhookChange((deliveryId: string) =>
    api.post(`${webhookPath(id)}/deliveries/${encodeURIComponent(deliveryId)}/redeliver`),
  );

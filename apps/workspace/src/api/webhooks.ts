import type { Delivery, Webhook } from '@joinery/store/workspace';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import {
  CreatedWebhookSchema,
  DeliveryListSchema,
  NewWebhookSchema,
  PageQuerySchema,
  WebhookChangeSchema,
  WebhookListSchema,
  WebhookSchema,
  type DeliverySchema,
  type NewWebhook,
  type PageQuery,
  type WebhookChange,
} from '../contract.ts';
import { invalidInput, notFound, WorkspaceError } from '../errors.ts';
import { eventTypes } from '../events/event-types.ts';
import { secretOf } from '../events/signature.ts';
import { readOutgoingUrl } from '../outgoing.ts';
import type { ApiContext } from './context.ts';
import { limitDefault } from './page.ts';
import { callerOf } from './session.ts';

type OfWebhook = { readonly Params: { readonly id: string } };

function presentWebhook(webhook: Webhook): Static<typeof WebhookSchema> {
  return {
    id: webhook.id,
    url: webhook.url,
    eventTypes: [...webhook.eventTypes],
    created: webhook.created.toISOString(),
    enabled: webhook.disabled === undefined,
    disabledReason: webhook.disabled?.reason ?? null,
  };
}

function presentDelivery(delivery: Delivery): Static<typeof DeliverySchema> {
  return {
    id: delivery.id,
    event: delivery.event,
    created: delivery.created.toISOString(),
    state: delivery.state,
    attempts: delivery.attempts,
    nextAttempt: delivery.state === 'waiting' ? delivery.nextAttempt.toISOString() : null,
    lastStatus: delivery.lastStatus ?? null,
    lastError: delivery.lastError ?? null,
  };
}

function keyOf(context: ApiContext): Uint8Array {
  if (context.secretKey !== undefined) return context.secretKey;
  const message = 'Webhooks need a key for their signatures; the operator sets JOINERY_SECRET_KEY.';
  throw new WorkspaceError(409, 'workspace.no_secret_key', message);
}

function presentCreated(context: ApiContext, webhook: Webhook): Static<typeof CreatedWebhookSchema> {
  return { ...presentWebhook(webhook), secret: secretOf(keyOf(context), webhook) };
}

function registerDeliveries(app: FastifyInstance, context: ApiContext): void {
  app.get<OfWebhook & { Querystring: PageQuery }>(
    '/api/webhooks/:id/deliveries',
    { schema: { querystring: PageQuerySchema, response: { 200: DeliveryListSchema } } },
    async (request) => {
      const { tenantId } = callerOf(request);
      const { cursor, limit = limitDefault } = request.query;
      if ((await context.webhooks.get(tenantId, request.params.id)) === undefined)
        throw notFound('A webhook of this id');
      const read = await context.webhooks.deliveries(tenantId, request.params.id, cursor, limit + 1);
      const deliveries = read.slice(0, limit);
      const next = read.length > limit ? (deliveries.at(-1)?.id ?? null) : null;
      return { deliveries: deliveries.map(presentDelivery), next };
    },
  );

  app.post<{ Params: { id: string; deliveryId: string } }>(
    '/api/webhooks/:id/deliveries/:deliveryId/redeliver',
    async (request, reply) => {
      const { id, deliveryId } = request.params;
      if (!(await context.webhooks.redeliver(callerOf(request).tenantId, id, deliveryId))) {
        throw notFound('A delivery of this id');
      }
      return reply.status(202).send();
    },
  );
}

/** Webhooks of the tenant and what was delivered to them. */
export function registerWebhooks(app: FastifyInstance, context: ApiContext): void {
  app.get('/api/webhooks', { schema: { response: { 200: WebhookListSchema } } }, async (request) => {
    const webhooks = await context.webhooks.list(callerOf(request).tenantId);
    return { webhooks: webhooks.map(presentWebhook) };
  });

  app.post<{ Body: NewWebhook }>(
    '/api/webhooks',
    { schema: { body: NewWebhookSchema, response: { 201: CreatedWebhookSchema } } },
    async (request, reply) => {
      keyOf(context);
      const url = readOutgoingUrl(request.body.url, 'The URL', context.allowedHosts).href;
      const wanted = request.body.eventTypes ?? eventTypes;
      const webhook = await context.webhooks.create(callerOf(request).tenantId, { url, eventTypes: wanted });
      if (webhook === undefined) throw invalidInput('The tenant has twenty webhooks; delete one first.');
      void reply.status(201);
      return presentCreated(context, webhook);
    },
  );

  app.patch<OfWebhook & { Body: WebhookChange }>(
    '/api/webhooks/:id',
    { schema: { body: WebhookChangeSchema, response: { 200: WebhookSchema } } },
    async (request) => {
      const { url, ...rest } = request.body;
      const checked = url === undefined ? {} : { url: readOutgoingUrl(url, 'The URL', context.allowedHosts).href };
      const { tenantId } = callerOf(request);
      const webhook = await context.webhooks.change(tenantId, request.params.id, { ...rest, ...checked });
      if (webhook === undefined) throw notFound('A webhook of this id');
      return presentWebhook(webhook);
    },
  );

  app.post<OfWebhook>(
    '/api/webhooks/:id/rotate',
    { schema: { response: { 200: CreatedWebhookSchema } } },
    async (request) => {
      keyOf(context);
      const webhook = await context.webhooks.rotateSecret(callerOf(request).tenantId, request.params.id);
      if (webhook === undefined) throw notFound('A webhook of this id');
      return presentCreated(context, webhook);
    },
  );

  app.delete<OfWebhook>('/api/webhooks/:id', async (request, reply) => {
    const isDeleted = await context.webhooks.delete(callerOf(request).tenantId, request.params.id);
    if (!isDeleted) throw notFound('A webhook of this id');
    return reply.status(204).send();
  });

  registerDeliveries(app, context);
}

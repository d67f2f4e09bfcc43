import type { JsonObject } from '@joinery/base';
import type { AuditEntry } from '@joinery/store/workspace';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  AuditEntrySchema,
  AuditListSchema,
  PageQuerySchema,
  type AuditEntryView,
  type PageQuery,
} from '../contract.ts';
import { notFound } from '../errors.ts';
import type { ApiContext } from './context.ts';
import { limitDefault } from './page.ts';
import { callerOf } from './session.ts';

interface Action {
  readonly name: string;
  /** What of the body is kept; nothing when left out. Bodies of these hold no secret. */
  readonly keepsBody?: true;
  readonly keepsQuery?: true;
}

/** Every route of the management API that changes something, by method and path. */
const auditedActions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['DELETE /api/session', { name: 'session.end' }],
  ['POST /api/tokens', { name: 'token.create', keepsBody: true }],
  ['POST /api/tokens/:id/rotate', { name: 'token.rotate', keepsBody: true }],
  ['DELETE /api/tokens/:id', { name: 'token.revoke' }],
  ['POST /api/oauth/clients', { name: 'oauth-client.create', keepsBody: true }],
  ['DELETE /api/oauth/clients/:id', { name: 'oauth-client.revoke' }],
  ['POST /api/oauth/clients/:id/secrets', { name: 'oauth-client.add-secret', keepsBody: true }],
  ['DELETE /api/oauth/clients/:id/secrets/:grantId', { name: 'oauth-client.revoke-secret' }],
  ['POST /api/oauth/clients/:id/federations', { name: 'oauth-client.add-federation', keepsBody: true }],
  ['DELETE /api/oauth/clients/:id/federations/:grantId', { name: 'oauth-client.revoke-federation' }],
  ['PUT /api/rules', { name: 'rules.change', keepsBody: true }],
  ['PUT /api/settings', { name: 'settings.change', keepsBody: true }],
  ['POST /api/schemas', { name: 'schema.add', keepsBody: true }],
  ['PUT /api/schemas/:urn', { name: 'schema.change', keepsBody: true }],
  ['DELETE /api/schemas/:urn', { name: 'schema.remove', keepsQuery: true }],
  ['POST /api/resource-types', { name: 'resource-type.add', keepsBody: true }],
  ['PUT /api/resource-types/:name', { name: 'resource-type.change', keepsBody: true }],
  ['DELETE /api/resource-types/:name', { name: 'resource-type.remove', keepsQuery: true }],
  ['POST /api/users', { name: 'user.create' }],
  // The address of a webhook may hold a secret of its receiver.
  ['POST /api/webhooks', { name: 'webhook.create' }],
  ['PATCH /api/webhooks/:id', { name: 'webhook.change' }],
  ['POST /api/webhooks/:id/rotate', { name: 'webhook.rotate' }],
  ['DELETE /api/webhooks/:id', { name: 'webhook.delete' }],
  ['POST /api/webhooks/:id/deliveries/:deliveryId/redeliver', { name: 'webhook.redeliver' }],
]);

const bodyLengthMax = 64 * 1024;

interface Target {
  readonly id: string | undefined;
  readonly name: string | undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value.slice(0, 600) : undefined);

/** What the path names, else what the answer says was made. */
function targetOf(request: FastifyRequest, payload: unknown): Target {
  const made = (typeof payload === 'object' && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>;
  const params = request.params as Readonly<Record<string, unknown>>;
  const named = params['id'] ?? params['urn'] ?? params['name'];
  const name = made['name'] ?? made['userName'];
  return { id: textOf(named ?? made['id'] ?? made['name']), name: textOf(name) };
}

function detailOf({ keepsBody, keepsQuery }: Action, { body, query }: FastifyRequest): JsonObject | undefined {
  if (keepsQuery === true) return JSON.parse(JSON.stringify(query)) as JsonObject;
  if (keepsBody !== true || typeof body !== 'object' || body === null) return undefined;
  const text = JSON.stringify(body);
  return text.length > bodyLengthMax ? { omitted: `${text.length} characters` } : (JSON.parse(text) as JsonObject);
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Writes an entry for every request to routes registered from now on that changed something, before the answer goes out: a
 * change whose entry cannot be written is answered as a failure. A route that changes something must have its action.
 */
export function auditChanges(app: FastifyInstance, context: ApiContext): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (safeMethods.has(one) || auditedActions.has(`${one} ${url}`)) continue;
      throw new Error(`invariant broken: ${one} ${url} has no action for the audit log`);
    }
  });
  const made = new WeakMap<FastifyRequest, unknown>();
  app.addHook('preSerialization', async (request, _reply, payload) => {
    made.set(request, payload);
    return payload;
  });
  app.addHook('onSend', async (request, reply) => {
    const action = auditedActions.get(`${request.method} ${request.routeOptions.url ?? ''}`);
    if (action === undefined || reply.statusCode >= 300) return;
    const { tenantId, administrator } = callerOf(request);
    const { id, name } = targetOf(request, made.get(request));
    await context.audit.append(tenantId, {
      actor: administrator.email,
      action: action.name,
      targetId: id,
      targetName: name,
      detail: detailOf(action, request),
    });
  });
}

function presentEntry(entry: AuditEntry): AuditEntryView {
  return {
    id: entry.id,
    at: entry.at.toISOString(),
    actor: entry.actor,
    action: entry.action,
    targetId: entry.targetId ?? null,
    targetName: entry.targetName ?? null,
    detail: entry.detail ?? null,
  };
}

export function registerAudit(app: FastifyInstance, context: ApiContext): void {
  app.get<{ Querystring: PageQuery }>(
    '/api/audit',
    { schema: { querystring: PageQuerySchema, response: { 200: AuditListSchema } } },
    async (request) => {
      const { cursor, limit = limitDefault } = request.query;
      const read = await context.audit.list(callerOf(request).tenantId, { before: cursor, limit: limit + 1 });
      const entries = read.slice(0, limit);
      return {
        entries: entries.map(presentEntry),
        next: read.length > limit ? (entries.at(-1)?.id ?? null) : null,
      };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/api/audit/:id',
    { schema: { response: { 200: AuditEntrySchema } } },
    async (request) => {
      const found = await context.audit.find(callerOf(request).tenantId, request.params.id);
      if (found === undefined) throw notFound('An entry of this id');
      return presentEntry(found);
    },
  );
}

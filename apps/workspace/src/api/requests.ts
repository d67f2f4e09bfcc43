import type { FastifyInstance } from 'fastify';
import type { TenantId } from '@joinery/base';
import type { RequestLogEntry } from '@joinery/service-provider';
import {
  RequestListSchema,
  RequestQuerySchema,
  RequestSchema,
  type LoggedRequest,
  type RequestQuery,
} from '../contract.ts';
import { notFound } from '../errors.ts';
import type { ApiContext } from './context.ts';
import { limitDefault } from './page.ts';
import { callerOf } from './session.ts';

type StoredEntry = RequestLogEntry & { readonly id: string };

async function presentRequests(
  context: ApiContext,
  tenantId: TenantId,
  entries: readonly StoredEntry[],
): Promise<LoggedRequest[]> {
  const [tokens, clients] = await Promise.all([context.credentials.list(tenantId), context.oauth.list(tenantId)]);
  const names = new Map([...tokens, ...clients].map(({ id, name }) => [id, name]));
  return entries.map((entry) => ({
    id: entry.id,
    at: entry.at.toISOString(),
    requestId: entry.requestId,
    method: entry.method,
    path: entry.path,
    status: entry.status,
    durationMs: entry.durationMs,
    token: entry.credentialId === undefined ? null : (names.get(entry.credentialId) ?? null),
    errorCode: entry.errorCode ?? null,
    errorDetail: entry.errorDetail ?? null,
    tolerated: [...entry.tolerated],
    operations:
      entry.operations?.map(({ errorCode, ...operation }) => ({ ...operation, errorCode: errorCode ?? null })) ?? null,
  }));
}

/** `409` is that status, `4xx` its class. */
function statusesOf(status: string): { readonly from: number; readonly to: number } {
  const from = Number(status.replace('xx', '00'));
  return { from, to: status.endsWith('xx') ? from + 99 : from };
}

/** A name may have belonged to several tokens, one after the other. */
async function credentialsNamed(context: ApiContext, tenantId: TenantId, name: string): Promise<readonly string[]> {
  const [tokens, clients] = await Promise.all([context.credentials.list(tenantId), context.oauth.list(tenantId)]);
  return [...tokens, ...clients].filter((one) => one.name === name).map(({ id }) => id);
}

/** The position just after an entry, so that a page of one holds it. Undefined when the id is none of the log. */
function positionAfter(id: string): string | undefined {
  const [, at, number] = /^(\d{1,15})-(\d{1,17})$/.exec(id) ?? [];
  return at === undefined || number === undefined ? undefined : `${at}-${BigInt(number) + 1n}`;
}

/** The request log: what the provisioning client asked and what it was answered. */
export function registerRequests(app: FastifyInstance, context: ApiContext): void {
  app.get<{ Querystring: RequestQuery }>(
    '/api/requests',
    { schema: { querystring: RequestQuerySchema, response: { 200: RequestListSchema } } },
    async (request) => {
      const { tenantId } = callerOf(request);
      const { cursor, limit, failed, status, method, token, since, until } = request.query;
      const page = await context.requestLog.list(tenantId, {
        before: cursor,
        limit: limit ?? limitDefault,
        failedOnly: failed ?? false,
        method,
        status: status === undefined ? undefined : statusesOf(status),
        credentialIds: token === undefined ? undefined : await credentialsNamed(context, tenantId, token),
        since: since === undefined ? undefined : new Date(since),
        until: until === undefined ? undefined : new Date(until),
      });
      return {
        requests: await presentRequests(context, tenantId, page.entries),
        next: page.next ?? null,
      };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/api/requests/:id',
    { schema: { response: { 200: RequestSchema } } },
    async (request) => {
      const { tenantId } = callerOf(request);
      const { id } = request.params;
      const before = positionAfter(id);
      const page = { before, limit: 1, failedOnly: false };
      const entries = before === undefined ? [] : (await context.requestLog.list(tenantId, page)).entries;
      const [found] = await presentRequests(
        context,
        tenantId,
        entries.filter((entry) => entry.id === id),
      );
      if (found === undefined) throw notFound('A request of this id');
      return found;
    },
  );
}

import type { FastifyInstance } from 'fastify';
import { RequestListSchema, RequestQuerySchema, type RequestQuery } from '../contract.ts';
import type { ApiContext } from './context.ts';
import { limitDefault } from './page.ts';
import { callerOf } from './session.ts';

/** The request log: what the provisioning client asked and what it was answered. */
export function registerRequests(app: FastifyInstance, context: ApiContext): void {
  app.get<{ Querystring: RequestQuery }>(
    '/api/requests',
    { schema: { querystring: RequestQuerySchema, response: { 200: RequestListSchema } } },
    async (request) => {
      const { tenantId } = callerOf(request);
      const { cursor, limit, failed } = request.query;
      const page = await context.requestLog.list(tenantId, {
        before: cursor,
        limit: limit ?? limitDefault,
        failedOnly: failed ?? false,
      });
      const names = new Map((await context.credentials.list(tenantId)).map(({ id, name }) => [id, name]));
      return {
        requests: page.entries.map((entry) => ({
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
        })),
        next: page.next ?? null,
      };
    },
  );
}

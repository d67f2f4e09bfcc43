import type { FastifyInstance } from 'fastify';
import { ChangeListSchema, ChangeQuerySchema, type ChangeQuery } from '../contract.ts';
import { changesForgotten } from '../errors.ts';
import { eventTypeOf } from '../events/event.ts';
import type { ApiContext } from './context.ts';
import { callerOf } from './session.ts';

const limitDefault = 100;

/** The tenant's change feed, oldest first: who goes on from `next` misses nothing and reads nothing twice. */
export function registerChanges(app: FastifyInstance, context: ApiContext): void {
  app.get<{ Querystring: ChangeQuery }>(
    '/api/changes',
    { schema: { querystring: ChangeQuerySchema, response: { 200: ChangeListSchema } } },
    async (request) => {
      const { after, limit } = request.query;
      const { tenantId } = callerOf(request);
      const forgotten = (await context.changeFeed.forgottenUpTo(tenantId)) ?? '0';
      if (after !== undefined && BigInt(after) < BigInt(forgotten)) throw changesForgotten();
      const changes = await context.changeFeed.read(tenantId, after, limit ?? limitDefault);
      return {
        changes: changes.map((change) => ({
          sequence: change.sequence,
          at: change.at.toISOString(),
          event: eventTypeOf(change),
          resourceType: change.type,
          id: change.resourceId,
          actor: change.actor,
        })),
        next: changes.at(-1)?.sequence ?? after ?? forgotten,
      };
    },
  );
}

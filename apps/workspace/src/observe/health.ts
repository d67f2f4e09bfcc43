import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';

/** `/livez`: the process answers. `/readyz`: the database does too. `/metrics`: Prometheus text. */
export function registerHealth(
  app: FastifyInstance,
  options: { readonly isReady: () => Promise<boolean>; readonly metrics: Metrics },
): void {
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const ready = await options.isReady();
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ok' : 'database unavailable' });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.contentType).send(await options.metrics.print()),
  );
}

import { randomUUID } from 'node:crypto';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

export interface ServerOptions {
  readonly log: Logger;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly trustProxy: boolean;
  readonly metrics: Metrics;
  readonly isReady: () => Promise<boolean>;
}

const readyTimeoutMs = 5000;

/** The HTTP server with what every answer has, `/livez`, `/readyz` and `/metrics`; routes are registered onto it. */
export function createServer(options: ServerOptions): FastifyInstance {
  const common = {
    loggerInstance: options.log,
    trustProxy: options.trustProxy,
    genReqId: () => randomUUID(),
    // One line per request, at its end; see the hook below.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 400 },
    requestTimeout: 120_000,
  };
  // The TLS server is of another type than the plain one; to everything that follows they are the same.
  const server = (options.tls
    ? Fastify({ ...common, https: { ...options.tls } })
    : Fastify(common)) as unknown as FastifyInstance;

  server.addHook('onSend', async (request, reply) => {
    reply.headers({
      'request-id': request.id,
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
    });
    if (options.tls) reply.header('Strict-Transport-Security', 'max-age=31536000');
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    options.metrics.answered({ method: request.method, route, status, seconds: reply.elapsedTime / 1000 });
    if (route === '/livez' || route === '/readyz' || route === '/metrics') return;
    request.log.info({ req: request, status, durationMs: Math.round(reply.elapsedTime) }, 'request');
  });

  server.get('/livez', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const isReady = await withinTime(options.isReady());
    return reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'database unavailable' });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.contentType).send(await options.metrics.print()),
  );
  return server;
}

async function withinTime(check: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), readyTimeoutMs);
  });
  try {
    return await Promise.race([check, late]);
  } finally {
    clearTimeout(timer);
  }
}

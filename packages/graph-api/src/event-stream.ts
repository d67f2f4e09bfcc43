import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphApi } from './api.ts';
import { authenticateRequest } from './authentication/request.ts';
import { tooManyRequests } from './errors.ts';
import { presentOverview } from './present/job.ts';
import { readServicePrincipal } from './routes/job-overview.ts';

/** One application is watched closely, the list of all of them at leisure: each look costs one query per job. */
const lookMs = { one: 1_000, all: 5_000 } as const;
const keepAliveMs = 20_000;
/** A stream ends after this; the browser reconnects and is authenticated anew. */
const streamMsMax = 10 * 60_000;
const streamsMax = 500;

/**
 * `GET /joinery/events`: server-sent events. `job` carries a `JobOverview` whenever the job's status differs from the last
 * one sent; the first look sends every job. `?servicePrincipalId=` watches one application.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function registerEventStream(scope: FastifyInstance, api: GraphApi): void {
  const streams = new Set<AbortController>();
  scope.addHook('preClose', async () => {
    for (const stream of streams) stream.abort();
  });
  scope.get('/events', async (request, reply) => {
    await authenticateRequest(api, request);
    const servicePrincipalId = readServicePrincipal(new URL(request.url, 'http://center').searchParams);
    if (streams.size >= streamsMax) throw tooManyRequests('Too many consoles watch at once.', 30);
    const stream = new AbortController();
    streams.add(stream);
    request.raw.on('close', () => stream.abort());
    reply.hijack();
    try {
      await send(api, { request, reply, servicePrincipalId, signal: stream.signal });
    } finally {
      streams.delete(stream);
      reply.raw.end();
    }
  });
}

interface Stream {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly servicePrincipalId: ReturnType<typeof readServicePrincipal>;
  readonly signal: AbortSignal;
}

async function send(api: GraphApi, { request, reply, servicePrincipalId, signal }: Stream): Promise<void> {
  const began = api.clock.now();
  const sent = new Map<string, string>();
  let quietSince = began;
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  reply.raw.write('retry: 2000\n\n');
  while (!signal.aborted && api.clock.now() - began < streamMsMax) {
    try {
      for (const job of await api.jobs.list(servicePrincipalId)) {
        const overview = await presentOverview(api, job);
        const text = JSON.stringify(overview);
        // The time of looking is no news.
        const news = JSON.stringify({
          ...overview,
          job: { ...overview.job, status: { ...overview.job.status, progress: 0 } },
        });
        if (sent.get(job.id) === news) continue;
        sent.set(job.id, news);
        quietSince = api.clock.now();
        reply.raw.write(`event: job\ndata: ${text}\n\n`);
      }
    } catch (error) {
      // The browser comes back in two seconds; by then the database may be there again.
      request.log.warn({ err: error }, 'an event stream ended');
      return;
    }
    if (api.clock.now() - quietSince > keepAliveMs) {
      quietSince = api.clock.now();
      reply.raw.write(': still here\n\n');
    }
    await api.clock.sleep(servicePrincipalId === undefined ? lookMs.all : lookMs.one, signal).catch(() => {
      // Aborted: the loop's condition ends it.
    });
  }
}

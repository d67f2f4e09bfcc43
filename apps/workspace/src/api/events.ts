import type { FastifyInstance } from 'fastify';
import { WorkspaceError } from '../errors.ts';
import type { ApiContext } from './context.ts';
import { LiveMarks } from './live-marks.ts';
import { callerOf } from './session.ts';

const streamsPerTenantMax = 200;
const heartbeatMs = 15_000;
/** Then the browser connects again, and its session is looked at again. */
const lifeMs = 5 * 60_000;
const reconnectMs = 2_000;

/** `GET /api/events`: server-sent events for pages that follow what happens. */
export function registerEvents(app: FastifyInstance, context: ApiContext): void {
  const live = new LiveMarks(context);
  const ends = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of ends) end();
  });

  app.get('/api/events', (request, reply) => {
    const { tenantId } = callerOf(request);
    if (live.listenersOf(tenantId) >= streamsPerTenantMax) {
      const message = `More than ${streamsPerTenantMax} consoles follow this tenant; close some of them.`;
      throw new WorkspaceError(429, 'workspace.too_many_streams', message, 60);
    }
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    });
    stream.write(`retry: ${reconnectMs}\n\n`);
    const stopListening = live.listen(tenantId, (marks) => {
      stream.write(`event: marks\ndata: ${JSON.stringify(marks)}\n\n`);
    });
    const heartbeat = setInterval(() => stream.write(': still here\n\n'), heartbeatMs).unref();
    const life = setTimeout(() => stream.end(), lifeMs).unref();
    const end = (): void => void stream.end();
    ends.add(end);
    stream.on('close', () => {
      stopListening();
      clearInterval(heartbeat);
      clearTimeout(life);
      ends.delete(end);
    });
    stream.on('error', () => stream.destroy());
  });
}

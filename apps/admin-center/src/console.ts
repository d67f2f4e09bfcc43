import { join } from 'node:path';
import { loadConsoleFiles } from '@joinery/ui/serve';
import type { FastifyInstance } from 'fastify';

const built = join(import.meta.dirname, '../web/dist');

/** Serves the web console on every address that is not the API's. Without a build there is no console. */
export async function registerConsole(server: FastifyInstance, folder: string = built): Promise<void> {
  const files = await loadConsoleFiles(folder);
  if (!files) {
    server.log.warn({ folder }, 'the console is not built; only the API is served');
    return;
  }
  server.setNotFoundHandler(async (request, reply) => {
    const found =
      request.method === 'GET' || request.method === 'HEAD'
        ? files.answer({
            path: request.url.split('?', 1)[0] ?? '/',
            accept: request.headers.accept ?? '',
            encoding: String(request.headers['accept-encoding'] ?? ''),
          })
        : undefined;
    if (!found) return reply.status(404).send({ error: { code: 'NotFound', message: 'There is nothing here.' } });
    if (request.headers['if-none-match'] === found.headers['etag'])
      return reply.status(304).headers(found.headers).send();
    return reply.status(200).headers(found.headers).send(found.body);
  });
}

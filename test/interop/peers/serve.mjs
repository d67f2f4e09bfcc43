// Serves one peer on a free port of loopback and tells the process that started it where.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

/** The bearer token of this run, for peers that let the application choose it. */
export const token = randomBytes(24).toString('base64url');

/** `prepare` answers the path of the SCIM base URL; it knows the origin, since some peers want it when they are made. */
export function serve(listener, prepare, ownToken = token) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1', async () => {
    const origin = `http://127.0.0.1:${server.address().port}`;
    const path = await prepare(origin);
    process.send({ tenantUrl: origin + path, token: ownToken });
  });
  process.on('disconnect', () => process.exit(0));
}

import { openHttpConnection, type HttpConnection } from '../lib/http-connection.ts';
import { readAnswer, requestOf, type Observed, type Step } from './entra-requests.ts';
import type { MixTarget } from './mix.ts';

export interface HttpTarget extends MixTarget {
  close(): void;
}

/** A SCIM server at `tenantUrl`, over as many keep-alive connections as there are requests in flight. */
export function httpTarget(name: string, tenantUrl: string, token: string): HttpTarget {
  const { origin, pathname } = new URL(tenantUrl);
  const headers = { authorization: `Bearer ${token}`, accept: 'application/scim+json' };
  const free: HttpConnection[] = [];
  const all: HttpConnection[] = [];
  return {
    name,
    async send(step: Step): Promise<Observed | undefined> {
      let connection = free.pop();
      if (connection === undefined) {
        connection = openHttpConnection(origin, headers);
        all.push(connection);
      }
      try {
        const request = requestOf(step);
        const { status, text } = await connection.request(request.method, pathname + request.path, request.body);
        return readAnswer(step, request, status, text);
      } finally {
        free.push(connection);
      }
    },
    close() {
      for (const connection of all) connection.close();
    },
  };
}

/**
 * A SCIM target that answers every request after a fixed time and keeps nothing: what it takes of the machine does not depend on how
 * much it was sent. It has no objects to list, makes an id for each POST and says yes to every PATCH.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { programOptions, serveProgram } from '../lib/program.ts';

export interface SlowTargetOptions {
  readonly latencyMs: number;
}

export interface SlowTargetReady {
  readonly tenantUrl: string;
}

/** Since the last `takeCounts`. */
export interface TargetCounts {
  readonly requests: number;
  /** By method and resource type, like `POST /Users`. */
  readonly byKind: Readonly<Record<string, number>>;
  readonly inFlightMax: number;
  /** From the head of a request until its answer was written, on average: the fixed time and what a busy machine adds. */
  readonly meanMs: number;
}

const { latencyMs } = programOptions<SlowTargetOptions>();
const headers = { 'content-type': 'application/scim+json' };
const messages = 'urn:ietf:params:scim:api:messages:2.0';
const config = JSON.stringify({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: 1000 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [],
});
const none = JSON.stringify({
  schemas: [`${messages}:ListResponse`],
  totalResults: 0,
  startIndex: 1,
  itemsPerPage: 0,
  Resources: [],
});

let requests = 0;
let inFlight = 0;
let inFlightMax = 0;
let answeredMs = 0;
let byKind = new Map<string, number>();
let ids = 0;
/** Texts that somebody waits to see in a request, until it has been answered. */
const awaited = new Map<string, (at: number) => void>();

function answer(method: string, path: string, body: string, response: ServerResponse): void {
  const send = (status: number, text?: string): void => {
    response
      .writeHead(status, text === undefined ? {} : { ...headers, 'content-length': Buffer.byteLength(text) })
      .end(text);
  };
  if (path.endsWith('/ServiceProviderConfig')) return send(200, config);
  if (method === 'GET') return send(200, none);
  if (method === 'DELETE' || method === 'PATCH') return send(204);
  ids += 1;
  return send(201, JSON.stringify({ ...(JSON.parse(body) as object), id: `target-${process.pid}-${ids}` }));
}

const server = createServer((message, response) => {
  const chunks: Buffer[] = [];
  const begun = performance.now();
  const due = begun + latencyMs;
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('end', () => {
    const { method = 'GET', url = '/' } = message;
    const path = url.split('?', 1)[0] ?? '/';
    requests += 1;
    inFlight += 1;
    inFlightMax = Math.max(inFlightMax, inFlight);
    const kind = `${method} /${path.split('/')[3] ?? ''}`;
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    const body = Buffer.concat(chunks).toString('utf8');
    const finish = (): void => {
      inFlight -= 1;
      answer(method, path, body, response);
      answeredMs += performance.now() - begun;
      for (const [text, seen] of awaited) if (body.includes(text)) seen(Date.now());
    };
    const wait = due - performance.now();
    if (wait <= 0) finish();
    else setTimeout(finish, wait);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  serveProgram(
    { tenantUrl: `http://127.0.0.1:${port}/scim/v2` } satisfies SlowTargetReady,
    {
      takeCounts(): TargetCounts {
        const counts = { requests, inFlightMax, byKind: Object.fromEntries(byKind), meanMs: answeredMs / requests };
        requests = 0;
        inFlightMax = 0;
        answeredMs = 0;
        byKind = new Map();
        return counts;
      },
      /** Resolves with the time at which a request that holds the text had been answered. */
      whenAnswered: (text: string) =>
        new Promise<number>((resolve) => {
          awaited.set(text, (at) => {
            awaited.delete(text);
            resolve(at);
          });
        }),
    },
    async () => {
      server.closeAllConnections();
      server.close();
    },
  );
});

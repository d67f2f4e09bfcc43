import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  /** Decoded path and query below `/scim/v2`. */
  readonly path: string;
  /** As it came. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly text: string;
}

export type ScriptedAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      /** Sent as it is. */
      readonly text?: string;
    }
  /** Reads the request and closes the connection. */
  | 'lost'
  /** Reads the request and never answers. */
  | 'silent';

export interface ScriptedServer {
  readonly origin: string;
  readonly tenantUrl: string;
  readonly host: string;
  readonly requests: RecordedRequest[];
  close(): Promise<void>;
}

/** A server that records what it is sent and answers from a script; `answer` is asked once per request. */
export async function startScriptedServer(
  answer: (request: RecordedRequest, index: number) => ScriptedAnswer | Promise<ScriptedAnswer>,
): Promise<ScriptedServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer((message, response) => {
    void readRequest(message).then(async (request) => {
      requests.push(request);
      play(await answer(request, requests.length - 1), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    tenantUrl: `${origin}/scim/v2`,
    host: `127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(message: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = message.url ?? '';
  const isJson = (message.headers['content-type'] ?? '').includes('json');
  return {
    method: message.method ?? '',
    path: decodeURIComponent(url.replace(/^\/scim\/v2/, '')),
    url,
    headers: message.headers,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
    text,
  };
}

function play(answer: ScriptedAnswer, response: ServerResponse): void {
  if (answer === 'silent') return;
  if (answer === 'lost') {
    response.destroy();
    return;
  }
  const text = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
  const type = answer.text === undefined ? { 'content-type': 'application/scim+json' } : {};
  response.writeHead(answer.status, { ...type, ...answer.headers }).end(text);
}

export const emptyList: ScriptedAnswer = {
  status: 200,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 0, Resources: [] },
};

export function scimError(status: number, detail?: string, scimType?: string): ScriptedAnswer {
  return {
    status,
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail, scimType },
  };
}

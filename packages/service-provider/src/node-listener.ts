import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, ScimRequest } from './exchange.ts';

/** What `createServiceProvider` makes; a web `Request` is a `ScimRequest`. */
export interface ScimHandler {
  (request: ScimRequest): Promise<Response>;
  /** The same without a web `Response`, for servers that write status, headers and text (or chunks) themselves. */
  answer(request: ScimRequest): Promise<Answer>;
}

function toScimRequest(message: IncomingMessage, origin: string): ScimRequest {
  const url = message.url ?? '/';
  return {
    method: message.method ?? 'GET',
    // Absolute-form and other targets than a path name nothing here; `/` is not found.
    url: url.startsWith('/') ? origin + url : `${origin}/`,
    headers: {
      get(name) {
        const value = message.headers[name];
        return value === undefined ? null : typeof value === 'string' ? value : value.join(', ');
      },
    },
    // Left undestroyed when the reader stops early, since the refusal goes out over the same socket.
    body: message.iterator({ destroyOnReturn: false }),
  };
}

async function send(answer: Answer, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, text, chunks } = answer;
  // A body that nobody read would be taken for the next request of the connection.
  const isRead = message.complete || message.readableEnded;
  response.writeHead(status, {
    ...headers,
    ...(text === undefined ? {} : { 'content-length': Buffer.byteLength(text) }),
    ...(isRead ? {} : { connection: 'close' }),
  });
  if (chunks === undefined) response.end(text);
  // Waits for a slow reader; a failure destroys the response, and the client misses the last chunk.
  else await pipeline(Readable.from(chunks, { highWaterMark: 1 }), response);
}

/**
 * Serves a handler from `node:http` or `node:https`: `createServer(toNodeListener(handler, { baseUrl }))`. Nothing may have
 * read the body before. URLs are resolved against `baseUrl`, never against the Host header.
 */
export function toNodeListener(
  handler: ScimHandler,
  options: { readonly baseUrl: string },
): (message: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { origin } = new URL(options.baseUrl);
  return async (message, response) => {
    try {
      await send(await handler.answer(toScimRequest(message, origin)), message, response);
    } catch {
      // The handler never rejects; what is left is a connection that is gone.
      response.destroy();
    }
  };
}

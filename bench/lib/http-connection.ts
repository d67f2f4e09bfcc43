/**
 * An HTTP/1.1 client of a load generator: one keep-alive connection with one request at a time, and as little work per request
 * as reading an answer takes, so that the generator does not measure itself. Not for use outside `bench/`.
 */
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  /** The whole body as UTF-8. */
  readonly text: string;
}

export interface HttpConnection {
  request(method: string, path: string, body?: string): Promise<HttpAnswer>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Parsed {
  readonly answer: HttpAnswer;
  readonly closes: boolean;
}

const headEnd = Buffer.from('\r\n\r\n');

function readChunked(buffer: Buffer, start: number): string | undefined {
  const pieces: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = buffer.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(buffer.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (buffer.length < next) return undefined;
    if (size === 0) return Buffer.concat(pieces).toString('utf8');
    pieces.push(buffer.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

/** Undefined while the answer is not whole. `isOver`: the server has closed, which ends a body without a length. */
function parseAnswer(buffer: Buffer, isOver: boolean): Parsed | undefined {
  const end = buffer.indexOf(headEnd);
  if (end === -1) return undefined;
  const head = buffer.toString('latin1', 0, end);
  const status = Number(head.slice(9, 12));
  const lower = head.toLowerCase();
  const closes = lower.includes('\r\nconnection: close');
  const start = end + headEnd.length;
  const length = /\r\ncontent-length: *(\d+)/.exec(lower)?.[1];
  if (length !== undefined) {
    const stop = start + Number(length);
    return buffer.length < stop
      ? undefined
      : { answer: { status, text: buffer.toString('utf8', start, stop) }, closes };
  }
  if (lower.includes('\r\ntransfer-encoding: chunked')) {
    const text = readChunked(buffer, start);
    return text === undefined ? undefined : { answer: { status, text }, closes };
  }
  if (status === 204 || status === 304) return { answer: { status, text: '' }, closes };
  return isOver ? { answer: { status, text: buffer.toString('utf8', start) }, closes: true } : undefined;
}

/** Connects when the first request is sent, and again after the server closed. */
export function openHttpConnection(origin: string, headers: Readonly<Record<string, string>>): HttpConnection {
  const { hostname, port, host } = new URL(origin);
  const common = Object.entries({ host, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  let socket: Socket | undefined;
  let received: Buffer = Buffer.alloc(0);
  let waiting: Waiting | undefined;

  function settle(isOver: boolean): void {
    const parsed = parseAnswer(received, isOver);
    if (parsed === undefined) return;
    const { resolve } = waiting ?? {};
    waiting = undefined;
    received = Buffer.alloc(0);
    if (parsed.closes) {
      socket?.destroy();
      socket = undefined;
    }
    resolve?.(parsed.answer);
  }

  function open(): Socket {
    const opened = connect({ host: hostname, port: Number(port), noDelay: true });
    opened.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      settle(false);
    });
    const onEnd = (error?: Error): void => {
      if (socket !== opened) return;
      socket = undefined;
      settle(true);
      waiting?.reject(error ?? new Error(`${host} closed the connection before it answered`));
      waiting = undefined;
      received = Buffer.alloc(0);
    };
    opened.on('error', onEnd);
    opened.on('close', () => onEnd());
    return opened;
  }

  return {
    request(method, path, body) {
      if (waiting !== undefined) throw new Error('one request at a time on a connection');
      socket ??= open();
      const text = body ?? '';
      const content =
        body === undefined
          ? ''
          : `content-type: application/scim+json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`;
      socket.write(`${method} ${path} HTTP/1.1\r\n${common}${content}\r\n${text}`);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      });
    },
    close() {
      const open = socket;
      socket = undefined;
      open?.destroy();
    },
  };
}

import { invalidSyntax, payloadTooLarge, unsupportedMediaType, type ScimError } from '@joinery/scim';
import type { Exchange, ScimRequest, Step } from '../exchange.ts';
import { checkDepth } from './check-depth.ts';
import { findContradiction } from './find-contradiction.ts';

const mediaTypes: ReadonlySet<string> = new Set(['application/scim+json', 'application/json']);

function checkMediaType(header: string | null): void {
  // A missing type is tolerated when the body parses.
  if (header === null) return;
  const [type = '', ...parameters] = header.toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const utf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (mediaTypes.has(type.trim()) && utf8) return;
  throw unsupportedMediaType({ detail: 'Send the body as application/scim+json or application/json in UTF-8.' });
}

interface Limit {
  readonly bytes: number;
  readonly detail: string;
}

function tooLarge({ detail }: Limit): ScimError {
  return payloadTooLarge({ detail });
}

async function readBytes(request: ScimRequest, limit: Limit): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limit.bytes) throw tooLarge(limit);
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit.bytes) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
}

/** Parses a body as JSON text in UTF-8, with or without byte order mark. A name given twice in one object with different
 * values is refused, since parsers do not agree which counts. */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) throw invalidSyntax({ detail: 'The request needs a JSON body.' });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidSyntax({ detail: 'The body is not valid UTF-8.' });
  }
  if (!checkDepth(text)) throw invalidSyntax({ detail: 'The body is nested too deeply.' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold personal data.
    throw invalidSyntax({ detail: 'The body is not valid JSON.' });
  }
  const name = findContradiction(text, value);
  if (name === undefined) return value;
  throw invalidSyntax({ detail: `The body gives "${name.slice(0, 100)}" twice in one object, with different values.` });
}

async function read(exchange: Exchange, limit: Limit): Promise<undefined> {
  checkMediaType(exchange.request.headers.get('content-type'));
  exchange.body = parseJson(await readBytes(exchange.request, limit));
}

/** Media type, size, encoding and syntax of the body: 415, 413, 400 `invalidSyntax`. */
export const readBody: Step = (exchange) => {
  const bytes = exchange.provider.options.bodyBytesMax;
  return read(exchange, {
    bytes,
    detail: `The body is larger than ${bytes} bytes; send the change in several requests.`,
  });
};

/** The same with the limit of bulk requests; the detail states it (RFC 7644 §3.7.4). */
export const readBulkBody: Step = (exchange) => {
  const bytes = exchange.provider.options.bulkBytesMax;
  return read(exchange, { bytes, detail: `The size of the bulk request exceeds the maxPayloadSize (${bytes}).` });
};

import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';

export interface TlsFiles {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

/** Long filters arrive in URLs; the service provider answers 414 above its own limit. */
const headerBytesMax = 64 * 1024;
/** A PUT of 100,000 members over a slow line. */
const requestTimeoutMs = 5 * 60_000;

/**
 * Whether a request target belongs to the SCIM service provider: everything whose first segment is `scim` in any
 * spelling. The service provider decodes and judges the path again, in the path of its own check of credentials; the
 * management API has no route below `/scim`, so a wrong answer here is a 404 there and never a way around.
 */
export function isScimTarget(target: string): boolean {
  const first = /^\/*([^/?#]*)/.exec(target)?.[1] ?? '';
  if (first.length > 40) return false;
  try {
    return decodeURIComponent(first).toLowerCase() === 'scim';
  } catch {
    // Badly encoded: no path of ours.
    return false;
  }
}

/**
 * One server for both: SCIM requests go to `scim` untouched, with their body unread; the rest to Fastify. TLS 1.2 and
 * 1.3, since provisioning clients may know only the older one.
 */
export function createServer(options: {
  readonly scim: RequestListener;
  readonly tls: TlsFiles | undefined;
  readonly log: FastifyBaseLogger;
}): FastifyInstance {
  return Fastify({
    loggerInstance: options.log,
    // Of requests we count and log what fails; addresses and paths of console users stay out of the log.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1024 * 1024,
    trustProxy: false,
    // URNs of schemas stand in paths.
    routerOptions: { maxParamLength: 600 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array' } },
    serverFactory(fastify): Server {
      const listener: RequestListener = (message, answer) => {
        if (isScimTarget(message.url ?? '/')) options.scim(message, answer);
        else fastify(message, answer);
      };
      const settings = { maxHeaderSize: headerBytesMax, requestTimeout: requestTimeoutMs };
      return options.tls === undefined
        ? createHttpServer(settings, listener)
        : createHttpsServer({ ...settings, ...options.tls, minVersion: 'TLSv1.2' }, listener);
    },
  });
}

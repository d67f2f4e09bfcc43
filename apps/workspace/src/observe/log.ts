import { pino, type DestinationStream, type Logger } from 'pino';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

const causesMax = 5;

function describeError(error: unknown, causesLeft: number): unknown {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const isLast = error.cause === undefined || causesLeft === 0;
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    stack: error.stack,
    ...(isLast ? {} : { cause: describeError(error.cause, causesLeft - 1) }),
  };
}

/** Log lines as JSON on stderr; credentials in headers and bodies never reach them. */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: [
          'authorization',
          'cookie',
          'token',
          'password',
          '*.authorization',
          '*.cookie',
          '*.token',
          '*.password',
          'req.headers.authorization',
          'req.headers.cookie',
          'req.headers["x-csrf-token"]',
          'res.headers["set-cookie"]',
        ],
        censor: '[redacted]',
      },
      serializers: {
        // Chosen fields only: what a database adds to its errors quotes values.
        err: (error: unknown) => describeError(error, causesMax),
        // Paths without query: queries hold filters, and filters hold people.
        req: (request: { method?: string; url?: string }) => ({
          method: request.method,
          path: request.url?.split('?')[0],
        }),
      },
    },
    destination ?? pino.destination(2),
  );
}

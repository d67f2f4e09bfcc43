import { pino, type DestinationStream, type Logger } from 'pino';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Names of everything that must not be readable in a log, wherever it stands in an object. */
const secretNames = [
  'authorization',
  'cookie',
  'password',
  'adminPassword',
  'token',
  'csrfToken',
  'secret',
  'clientSecret',
  'client_secret',
  'access_token',
  'secretKey',
  'SecretToken',
  'smtpUrl',
];

/** JSON lines on stderr; stdout belongs to the commands' results. */
export function createLog(level: LogLevel, destination: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: [
          ...secretNames,
          ...secretNames.map((name) => `*.${name}`),
          ...secretNames.map((name) => `*.*.${name}`),
          'req.headers["x-csrf-token"]',
          'res.headers["set-cookie"]',
        ],
        censor: '[redacted]',
      },
      serializers: {
        err: pino.stdSerializers.err,
        // The path without its query: filters hold names of people.
        req: (request: { method?: string; url?: string }) => ({
          method: request.method,
          path: request.url?.split('?', 1)[0],
        }),
        res: (response: { statusCode?: number }) => ({ status: response.statusCode }),
      },
    },
    destination,
  );
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { presentError } from './error-table.ts';
import type { Answer } from './route.ts';

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  for (const [name, value] of answer.headers ?? []) reply.header(name, value);
  reply.status(answer.status).header('Cache-Control', 'no-store');
  return answer.body === undefined ? reply.send() : reply.send(answer.body);
}

/** Graph's error body, for whatever was thrown. @see https://learn.microsoft.com/graph/errors */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const presented = presentError(error);
  if (presented.status >= 500) request.log.error({ err: error }, 'request failed');
  if (presented.retryAfterSeconds !== undefined) reply.header('Retry-After', String(presented.retryAfterSeconds));
  if (presented.status === 401) {
    reply.header('WWW-Authenticate', 'Bearer');
  }
  return reply
    .status(presented.status)
    .header('Cache-Control', 'no-store')
    .send(errorBody(request, presented.code, presented.joineryCode, presented.message));
}

export function errorBody(request: FastifyRequest, code: string, joineryCode: string, message: string) {
  return {
    error: {
      code,
      message,
      innerError: {
        code: joineryCode,
        'request-id': request.id,
        date: new Date().toISOString(),
      },
    },
  };
}

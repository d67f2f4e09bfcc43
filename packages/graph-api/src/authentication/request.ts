import type { FastifyRequest } from 'fastify';
import type { GraphApi } from '../api.ts';
import { authenticate, sessionCookie, type Authenticated } from './authenticate.ts';

/** Throws `graph.unauthenticated`, `graph.forbidden`. */
export function authenticateRequest(api: GraphApi, request: FastifyRequest): Promise<Authenticated> {
  const csrfToken = request.headers['x-csrf-token'];
  return authenticate(api, {
    authorization: request.headers.authorization,
    cookie: request.cookies[sessionCookie],
    csrfToken: typeof csrfToken === 'string' ? csrfToken : undefined,
    changesState: request.method !== 'GET' && request.method !== 'HEAD',
  });
}

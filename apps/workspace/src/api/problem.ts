import { STATUS_CODES } from 'node:http';
import { JoineryError } from '@joinery/base';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../contract.ts';
import { WorkspaceError } from '../errors.ts';

/** Errors of the ports, as this API shows them. */
const statusOfCode: ReadonlyMap<string, number> = new Map([
  ['workspace.token_name_taken', 409],
  ['workspace.client_name_taken', 409],
  ['workspace.schema_in_use', 409],
  ['scim.uniqueness', 409],
  ['scim.invalid_value', 400],
  ['workspace.tenant_name_taken', 409],
  ['workspace.email_taken', 409],
  ['store.unavailable', 503],
]);

interface Shown {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly retryAfterSeconds: number | undefined;
}

function show(error: FastifyError | JoineryError | Error, requestId: string): Shown {
  const none = { retryAfterSeconds: undefined };
  if (error instanceof WorkspaceError) {
    return {
      status: error.status,
      code: error.code,
      detail: error.message,
      retryAfterSeconds: error.retryAfterSeconds,
    };
  }
  if (error instanceof JoineryError) {
    const status = statusOfCode.get(error.code);
    if (status !== undefined) {
      return { status, code: error.code, detail: error.message, retryAfterSeconds: status === 503 ? 5 : undefined };
    }
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  // Fastify's own refusals: input that does not fit the schema, no JSON, too large, wrong media type.
  if (status !== undefined && status >= 400 && status < 500) {
    return { status, code: 'workspace.invalid_input', detail: error.message, ...none };
  }
  return {
    status: 500,
    code: 'workspace.internal',
    detail: `The request failed inside the server; its log has the reason under request ${requestId}.`,
    ...none,
  };
}

/** Every failure of the management API as an RFC 9457 problem with a stable code. */
export function sendProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code, detail, retryAfterSeconds } = show(error, request.id);
  if (status >= 500) request.log.error({ err: error }, 'management API failed');
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  const problem: Problem = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code };
  return reply.status(status).type('application/problem+json').send(problem);
}

import type { FastifyInstance } from 'fastify';
import type { GraphApi } from './api.ts';
import { issueAccessToken } from './authentication/token-endpoint.ts';
import { sendAnswer } from './send.ts';

const formBytesMax = 16 * 1024;

/** `POST /{tenantId}/oauth2/v2.0/token`, a form as RFC 6749 §4.4.2 wants it; its errors are §5.2's. */
export function registerTokenEndpoint(scope: FastifyInstance, api: GraphApi): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formBytesMax },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
  scope.setErrorHandler((error, request, reply) => {
    const status =
      error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
    const isTheirs = status >= 400 && status < 500;
    if (!isTheirs) request.log.error({ err: error }, 'token request failed');
    return reply
      .status(isTheirs ? 400 : 500)
      .header('Cache-Control', 'no-store')
      .send({
        error: isTheirs ? 'invalid_request' : 'server_error',
        error_description: isTheirs
          ? 'Send the parameters as application/x-www-form-urlencoded.'
          : 'The service failed to answer this request.',
      });
  });
  scope.post<{ Params: { tenant: string } }>('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const answer = await issueAccessToken(api, {
      tenant: request.params.tenant,
      form,
      authorization: request.headers.authorization,
      address: request.ip,
    });
    return sendAnswer(reply, answer);
  });
}

import { JoineryError } from '@joinery/base';
import { ConnectorError } from '@joinery/connector-kit';
import { expect, test } from 'vitest';
import { presentError } from './error-table.ts';
import { badRequest, notFound, tooManyRequests, unauthenticated } from './errors.ts';

test.each([
  [badRequest('x'), 400, 'Request_BadRequest'],
  [notFound('user', 'x'), 404, 'Request_ResourceNotFound'],
  [unauthenticated('x'), 401, 'InvalidAuthenticationToken'],
  [new JoineryError({ code: 'graph.forbidden', message: 'x' }), 403, 'Authorization_RequestDenied'],
  [
    new JoineryError({ code: 'directory.already_exists', message: 'x' }),
    409,
    'Request_MultipleObjectsWithSameKeyValue',
  ],
  [new JoineryError({ code: 'connector.invalid_tenant_url', message: 'x' }), 400, 'Request_BadRequest'],
  [new JoineryError({ code: 'provisioning.object_busy', message: 'x' }), 409, 'Conflict'],
  [new JoineryError({ code: 'provisioning.comparison_running', message: 'x' }), 409, 'Conflict'],
  [new JoineryError({ code: 'store.unavailable', message: 'x' }), 503, 'Service_Unavailable'],
  [new JoineryError({ code: 'directory.whatever_comes', message: 'x' }), 400, 'Request_BadRequest'],
])('%s', (error, status, code) => {
  expect(presentError(error)).toMatchObject({ status, code, message: error.message });
});

test('too many requests say when to come again', () => {
  expect(presentError(tooManyRequests('x', 12))).toMatchObject({ status: 429, retryAfterSeconds: 12 });
});

test("a target's error keeps what the target answered", () => {
  const error = new ConnectorError({
    code: 'connector.unauthorized',
    message: 'The target answered 401 Unauthorized.',
    scope: 'job',
    logCode: 'Unauthorized',
    status: 401,
  });
  expect(presentError(error)).toMatchObject({ status: 400, code: 'Unauthorized', message: error.message });
});

test('an unexpected error shows nothing of itself', () => {
  const presented = presentError(new Error('relation "secrets" does not exist'));
  expect(presented).toMatchObject({ status: 500, code: 'Service_InternalServerError' });
  expect(JSON.stringify(presented)).not.toContain('secrets');
  expect(presentError('text')).toMatchObject({ status: 500 });
});

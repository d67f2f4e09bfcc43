import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError, type Target } from '@joinery/connector-kit';
import { createFakeClock } from '@joinery/connector-kit/contract';
import { aTarget, groupType, userType } from './a-target.ts';
import {
  emptyList,
  scimError,
  startScriptedServer,
  type ScriptedAnswer,
  type ScriptedServer,
} from './scripted-server.ts';

const incompatible = 'SystemForCrossDomainIdentityManagementServiceIncompatible';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function answering(...answers: readonly ScriptedAnswer[]): Promise<{ server: ScriptedServer; target: Target }> {
  const server = await startScriptedServer((_, index) => answers[index] ?? answers.at(-1) ?? emptyList);
  const target = aTarget(server, { clock: createFakeClock() });
  closers.push(server.close, () => target.close());
  return { server, target };
}

const calls = {
  find: (target: Target) => target.find(userType, { attribute: 'userName', value: 'b.jensen@example.com' }),
  get: (target: Target) => target.get(userType, 'u1'),
  create: (target: Target) => target.create(userType, new Map([['userName', 'b.jensen@example.com']])),
  update: (target: Target) => target.update(userType, 'u1', [{ attribute: 'title', operation: 'replace', value: 'x' }]),
  delete: (target: Target) => target.delete(userType, 'u1'),
};

async function failureOf(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectorError)) throw new Error(`no ConnectorError: ${String(error)}`);
  return error;
}

describe('answers that are errors (facts §7.4)', () => {
  it.each<[number, string | undefined, keyof typeof calls, Partial<ConnectorError>]>([
    [
      400,
      undefined,
      'create',
      { code: 'connector.rejected', logCode: 'BadRequest', scope: 'object', retry: 'after-change' },
    ],
    [400, 'invalidPath', 'update', { logCode: 'SchemaAttributeNotFound', scope: 'object' }],
    [400, 'uniqueness', 'create', { logCode: 'Conflict', scope: 'object' }],
    [401, undefined, 'update', { code: 'connector.unauthorized', logCode: 'Unauthorized', scope: 'job' }],
    [403, undefined, 'update', { logCode: 'InsufficientRights', scope: 'object' }],
    [404, undefined, 'find', { code: 'connector.not_scim_endpoint', logCode: incompatible, scope: 'job' }],
    [404, undefined, 'create', { code: 'connector.not_scim_endpoint', logCode: incompatible, scope: 'object' }],
    [405, undefined, 'delete', { logCode: 'MethodNotAllowed', scope: 'object' }],
    [
      409,
      'uniqueness',
      'create',
      { code: 'connector.conflict', logCode: 'Conflict', scope: 'object', outcomeUnknown: false },
    ],
    [409, 'uniqueness', 'update', { logCode: 'Conflict', scope: 'object' }],
    [412, undefined, 'update', { code: 'connector.precondition_failed', scope: 'object', retry: 'later' }],
    [413, undefined, 'update', { code: 'connector.too_large', scope: 'object' }],
    [422, undefined, 'create', { logCode: 'UnprocessableEntity', scope: 'object' }],
    [
      500,
      undefined,
      'update',
      { logCode: 'InternalServerError', scope: 'object', retry: 'later', outcomeUnknown: false },
    ],
    [500, undefined, 'create', { logCode: 'InternalServerError', scope: 'object', outcomeUnknown: true }],
    [504, undefined, 'create', { logCode: 'InternalServerError', outcomeUnknown: true }],
    [501, undefined, 'create', { logCode: 'NotImplemented', outcomeUnknown: false }],
    [301, undefined, 'find', { code: 'connector.redirect', logCode: incompatible, scope: 'job' }],
  ])('%i %s to %s', async (status, scimType, call, expected) => {
    const { target } = await answering(scimError(status, 'what the target says', scimType));
    expect(await failureOf(calls[call](target))).toMatchObject({ ...expected, status });
  });

  it('404 to an id is a value, not an error', async () => {
    const { target } = await answering(scimError(404));
    expect(await calls.get(target)).toBeUndefined();
    expect(await calls.update(target)).toBe(false);
    expect(await calls.delete(target)).toBe(false);
    expect(await target.changeMembers(groupType, 'g1', ['u1'], [])).toBe(false);
  });

  it('says method, path, status and the detail of the target, and neither the value asked for nor the token', async () => {
    const { target } = await answering(scimError(400, 'bad filter, you sent Bearer secret-token-1\u0007\nreally'));
    const { message } = await failureOf(calls.find(target));
    expect(message).toBe(
      'GET /Users?filter=userName eq "…" was answered with 400, "bad filter, you sent Bearer *** really". ' +
        'Check the values and mappings of this object.',
    );
  });

  it('cuts a long detail', async () => {
    const { target } = await answering(scimError(400, 'x'.repeat(100_000)));
    expect((await failureOf(calls.create(target))).message.length).toBeLessThan(700);
  });

  it('every failure of Test Connection concerns the job', async () => {
    const { target } = await answering(scimError(403));
    expect(await failureOf(target.test(userType, 'userName'))).toMatchObject({
      scope: 'job',
      logCode: 'InsufficientRights',
    });
  });
});

describe('answers that are not SCIM', () => {
  const html = { status: 200, headers: { 'content-type': 'text/html' }, text: '<!DOCTYPE html><html>sign in</html>' };
  const cases: [string, ScriptedAnswer, keyof typeof calls, string][] = [
    ['a web page', html, 'find', 'is a web page, not JSON'],
    ['a web page for an update', html, 'update', 'not a JSON object'],
    ['a web page for a deletion', html, 'delete', 'not a JSON object'],
    ['no body', { status: 200, text: '' }, 'find', 'has no body'],
    ['broken JSON', { status: 200, text: '{"Resources":[' }, 'find', 'not a JSON object'],
    ['an array', { status: 200, text: '[]' }, 'find', 'not a JSON object'],
    ['no Resources', { status: 200, body: { totalResults: 1 } }, 'find', 'not a ListResponse'],
    ['Resources that are no list', { status: 200, body: { Resources: {} } }, 'find', 'not a ListResponse'],
    ['a resource that is text', { status: 200, body: { totalResults: 1, Resources: ['x'] } }, 'find', 'not a resource'],
    [
      'a resource without id',
      { status: 200, body: { totalResults: 1, Resources: [{ userName: 'b.jensen@example.com' }] } },
      'find',
      'without a usable id',
    ],
    ['an id that climbs the path', { status: 201, body: { id: '..' } }, 'create', 'without a usable id'],
    ['no id on create', { status: 201, body: { userName: 'x' } }, 'create', 'without a usable id'],
    ['another object than asked for', { status: 200, body: { id: 'u2' } }, 'get', 'is another object'],
    ['a deep body', { status: 200, text: `${'{"a":'.repeat(100)}1${'}'.repeat(100)}` }, 'get', 'not a JSON object'],
    [
      'an object that the filter excludes',
      { status: 200, body: { totalResults: 1, Resources: [{ id: '1', userName: 'someone.else' }] } },
      'find',
      'the filter was ignored',
    ],
  ];
  it.each(cases)('%s', async (_, answer, call, words) => {
    const { target } = await answering(answer);
    const error = await failureOf(calls[call](target));
    expect(error).toMatchObject({ logCode: incompatible, outcomeUnknown: call === 'create' });
    expect(error.message).toContain(words);
  });

  it('a body beyond 8 MiB is not read to its end', async () => {
    const { target } = await answering({ status: 200, text: 'x'.repeat(9 * 1024 * 1024) });
    expect(await failureOf(calls.get(target))).toMatchObject({ logCode: incompatible });
  });

  it('Test Connection fails when the target ignores the filter', async () => {
    const { target } = await answering({
      status: 200,
      body: { totalResults: 1, Resources: [{ id: '1', userName: 'a' }] },
    });
    expect(await failureOf(target.test(userType, 'userName'))).toMatchObject({ scope: 'job', logCode: incompatible });
  });

  it('listing stops when the target ignores startIndex', async () => {
    const page = { status: 200, body: { totalResults: 10, Resources: [{ id: '1', userName: 'a' }] } };
    const { target } = await answering({ status: 404 }, page);
    const { next } = await target.list(userType, undefined);
    expect(await failureOf(target.list(userType, next))).toMatchObject({ logCode: incompatible });
  });

  it('tolerates a byte order mark, names in another case, a total as text and an id as number', async () => {
    const { target } = await answering({
      status: 200,
      text: '\uFEFF{"totalresults":"1","resources":[{"ID":7,"USERNAME":"B.Jensen@example.com"}]}',
    });
    expect((await calls.find(target)).map(({ id }) => id)).toEqual(['7']);
  });

  it('redirects are not followed', async () => {
    const other = await answering(emptyList);
    const { target } = await answering({
      status: 307,
      headers: { location: `${other.server.tenantUrl}/Users` },
      text: '',
    });
    const error = await failureOf(calls.find(target));
    expect(error.message).toContain(`it points to ${other.server.host}`);
    expect(other.server.requests).toEqual([]);
  });
});

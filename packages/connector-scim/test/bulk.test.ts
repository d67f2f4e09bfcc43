import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError, recordBulkExchanges, type BulkOperation, type Exchange } from '@joinery/connector-kit';
import { createFakeClock } from '@joinery/connector-kit/contract';
import type { ScimTargetOptions } from '@joinery/connector-scim';
import { aTarget, groupType, userType } from './a-target.ts';
import {
  emptyList,
  scimError,
  startScriptedServer,
  type RecordedRequest,
  type ScriptedAnswer,
} from './scripted-server.ts';
import { startWorkspaceServer } from './workspace-server.ts';

// RFC 7644 §3.7, POST /Bulk, and what targets make of it.

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly bulkId: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
type Result = Readonly<Record<string, unknown>>;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const config: ScriptedAnswer = {
  status: 200,
  body: { bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_000_000 } },
};

const sentIn = (request: RecordedRequest) => (request.body as { Operations: readonly Sent[] }).Operations;

/** The answer of a target that carries everything out. */
function success({ method, path, bulkId, data }: Sent): Result {
  const location = `https://app.example/scim/v2${path}`;
  if (method === 'POST') {
    const id = `id-${String(data?.['userName'] ?? data?.['displayName'])}`;
    return { method, bulkId, status: '201', location: `${location}/${id}` };
  }
  return { method, bulkId, status: method === 'DELETE' ? '204' : '200', location };
}

/** JSON leaves out what is undefined. */
const nameless = (result: Result): Result => ({ ...result, bulkId: undefined });

const bulkResponse = (results: readonly Result[]): ScriptedAnswer => ({
  status: 200,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'], Operations: results },
});

/** `answer` is asked for each POST /Bulk; everything else is carried out. */
async function setUp(
  answer: (sent: readonly Sent[], index: number) => ScriptedAnswer,
  change: Partial<ScimTargetOptions> = {},
) {
  let bulks = 0;
  const server = await startScriptedServer((request) => {
    if (request.path === '/ServiceProviderConfig') return config;
    if (request.path === '/Bulk') return answer(sentIn(request), bulks++);
    if (request.path === '/Users/u1' && request.method === 'GET') return { status: 200, body: { id: 'u1' } };
    if (request.method === 'GET') return emptyList;
    if (request.method === 'DELETE') return { status: 204 };
    const { userName = 'patched' } = request.body as { readonly userName?: string };
    return { status: request.method === 'POST' ? 201 : 200, body: { id: `single-${userName}` } };
  });
  const target = aTarget(server, { bulk: true, clock: createFakeClock(), ...change });
  closers.push(server.close, () => target.close());
  const paths = () => server.requests.map(({ method, path }) => `${method} ${path}`).filter((one) => one[0] !== 'G');
  return { server, target, paths };
}

const create = (userName: string): BulkOperation => ({
  kind: 'create',
  type: userType,
  values: new Map([['userName', userName]]),
});
const update = (id: string): BulkOperation => ({
  kind: 'update',
  type: userType,
  id,
  changes: [{ attribute: 'title', operation: 'replace', value: 'Guide', old: 'Driver' }],
});
const remove = (id: string): BulkOperation => ({ kind: 'delete', type: userType, id });
const three: readonly BulkOperation[] = [create('ann'), update('u1'), remove('u2')];

describe('is used', () => {
  it('where it is announced and switched on, in dialect rfc, and never with more than 100 operations', async () => {
    const { target } = await setUp(() => bulkResponse([]));
    expect((await target.describe()).bulk).toEqual({ operationsMax: 100, payloadBytesMax: 1_000_000 });
    for (const change of [{ bulk: false }, { dialect: 'entra' }, { dialect: 'entra-062020' }] as const) {
      const other = await setUp(() => bulkResponse([]), change);
      expect((await other.target.describe()).bulk).toBeUndefined();
      await other.target.bulk(three);
      expect(other.paths().toSorted()).toEqual(['DELETE /Users/u2', 'PATCH /Users/u1', 'POST /Users']);
    }
  });

  it.each([
    [undefined],
    [{}],
    [{ supported: false, maxOperations: 100, maxPayloadSize: 1_000 }],
    [{ supported: 'true', maxOperations: 100, maxPayloadSize: 1_000 }],
    [{ supported: true, maxOperations: 1, maxPayloadSize: 1_000 }],
    [{ supported: true, maxOperations: 0, maxPayloadSize: 0 }],
  ])('not where the configuration says %j', async (bulk) => {
    const server = await startScriptedServer(() => ({ status: 200, body: { bulk } }));
    const target = aTarget(server, { bulk: true });
    closers.push(server.close, () => target.close());
    expect((await target.describe()).bulk).toBeUndefined();
  });
});

describe('the request', () => {
  it('has method, path, bulkId and the bodies of single requests, and no failOnErrors', async () => {
    const { server, target } = await setUp((sent) => bulkResponse(sent.map(success)));
    const group: BulkOperation = {
      kind: 'create',
      type: groupType,
      values: new Map([['displayName', 'Sales']]),
      memberIds: ['u1', 'u2'],
    };
    const outcomes = await target.bulk([...three, group]);
    expect(outcomes).toMatchObject([{ id: 'id-ann' }, true, true, { id: 'id-Sales' }]);
    const bulk = server.requests.filter(({ path }) => path === '/Bulk');
    expect(bulk).toHaveLength(1);
    expect(bulk[0]!.body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        {
          method: 'POST',
          path: '/Users',
          bulkId: expect.any(String),
          data: { schemas: [userType.name], userName: 'ann' },
        },
        {
          method: 'PATCH',
          path: '/Users/u1',
          bulkId: expect.any(String),
          data: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [{ op: 'replace', path: 'title', value: 'Guide' }],
          },
        },
        { method: 'DELETE', path: '/Users/u2', bulkId: expect.any(String) },
        {
          method: 'POST',
          path: '/Groups',
          bulkId: expect.any(String),
          data: { schemas: [groupType.name], displayName: 'Sales', members: [{ value: 'u1' }, { value: 'u2' }] },
        },
      ],
    });
    expect(new Set(sentIn(bulk[0]!).map(({ bulkId }) => bulkId)).size).toBe(4);
  });

  it('is split by the bytes that the target takes', async () => {
    const server = await startScriptedServer((request) =>
      request.path === '/Bulk'
        ? bulkResponse(sentIn(request).map(success))
        : { status: 200, body: { bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 4_000 } } },
    );
    const target = aTarget(server, { bulk: true });
    closers.push(server.close, () => target.close());
    const outcomes = await target.bulk(Array.from({ length: 100 }, (_, index) => create(`user-${index}-ÅÄÖ`)));
    expect(outcomes.map((one) => (one as { id?: string }).id)).toEqual(
      Array.from({ length: 100 }, (_, index) => `id-user-${index}-ÅÄÖ`),
    );
    const bulks = server.requests.filter(({ path }) => path === '/Bulk');
    expect(bulks.length).toBeGreaterThan(1);
    for (const { text } of bulks) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_000);
  });

  it('leaves out what is nothing to send, what cannot be written, and a group with more members than one request takes', async () => {
    const { target, paths } = await setUp((sent) => bulkResponse(sent.map(success)), {
      limits: { concurrency: 4, timeoutMs: 30_000, membersPerRequestMax: 2 },
    });
    const members = ['u1', 'u2', 'u3'];
    const outcomes = await target.bulk([
      { kind: 'update', type: userType, id: 'u1', changes: [] },
      { kind: 'update', type: userType, id: 'u2', changes: [{ attribute: 'active', operation: 'replace', value: 'maybe' }] }, // prettier-ignore
      { kind: 'create', type: groupType, values: new Map([['displayName', 'Sales']]), memberIds: members },
      update('u3'),
      update('u4'),
    ]);
    expect(outcomes).toMatchObject([true, { logCode: 'InvalidValue' }, { id: 'single-patched' }, true, true]);
    expect(paths()).toEqual(['POST /Bulk', 'POST /Groups', 'PATCH /Groups/single-patched']);
  });

  it('is not made for one operation', async () => {
    const { target, paths } = await setUp(() => bulkResponse([]));
    expect(await target.bulk([create('ann')])).toMatchObject([{ id: 'single-ann' }]);
    expect(paths()).toEqual(['POST /Users']);
  });
});

describe('the answers', () => {
  it.each<[number | string | object, string | undefined, BulkOperation, object | true]>([
    ['201', undefined, create('ann'), { id: 'id-ann' }],
    [201, undefined, create('ann'), { id: 'id-ann' }],
    [{ code: '201' }, undefined, create('ann'), { id: 'id-ann' }],
    ['409', 'uniqueness', create('ann'), { code: 'connector.conflict', logCode: 'Conflict', outcomeUnknown: false }],
    ['400', undefined, create('ann'), { code: 'connector.rejected', logCode: 'BadRequest' }],
    ['400', 'invalidPath', update('u1'), { logCode: 'SchemaAttributeNotFound', scope: 'object' }],
    ['403', undefined, update('u1'), { logCode: 'InsufficientRights', scope: 'object' }],
    ['401', undefined, update('u1'), { logCode: 'Unauthorized', scope: 'job' }],
    ['404', undefined, update('u1'), { code: 'connector.not_found', status: 404, scope: 'object' }],
    ['404', undefined, remove('u1'), true],
    ['412', undefined, update('u1'), { code: 'connector.precondition_failed', retry: 'later' }],
    ['500', undefined, create('ann'), { logCode: 'InternalServerError', outcomeUnknown: true }],
    ['500', undefined, update('u1'), { logCode: 'InternalServerError', outcomeUnknown: false }],
  ])('%j %s is what it would be alone', async (status, scimType, operation, expected) => {
    const { target } = await setUp((sent) =>
      bulkResponse([
        { ...success(sent[0]!), status, ...(scimType === undefined ? {} : { response: { scimType, detail: 'no' } }) },
        success(sent[1]!),
      ]),
    );
    const [outcome, other] = await target.bulk([operation, update('u9')]);
    if (expected === true) expect(outcome).toBe(true);
    else expect(outcome).toMatchObject(expected);
    expect(other).toBe(true);
  });

  it('name the operation, and what the target says of it', async () => {
    const { target } = await setUp((sent) =>
      bulkResponse(
        sent.map((one) => ({ ...success(one), status: '400', response: { detail: 'no, Bearer secret-token-1' } })),
      ),
    );
    const [outcome] = await target.bulk([create('ann'), update('u1')]);
    expect((outcome as ConnectorError).message).toBe(
      'POST /Users in a bulk request was answered with 400, "no, Bearer ***". Check the values and mappings of this object.',
    );
  });

  it('may come in any order: they are known by bulkId, else by method and location', async () => {
    const { target } = await setUp((sent) => {
      const results = sent.map(success).toReversed();
      return bulkResponse(results.map((one) => (one['method'] === 'POST' ? one : nameless(one))));
    });
    const operations = [create('ann'), remove('u1'), update('u1'), create('ben'), update('u2')];
    expect(await target.bulk(operations)).toMatchObject([{ id: 'id-ann' }, true, true, { id: 'id-ben' }, true]);
  });

  it('show the resource: its id and values count, and an ignored change is told', async () => {
    const { target } = await setUp((sent) =>
      bulkResponse([
        { ...success(sent[0]!), response: { id: 'shown', userName: 'Ann' } },
        { ...success(sent[1]!), response: { id: 'u1', title: 'Driver' } },
      ]),
    );
    const [created, ignored] = await target.bulk([create('ann'), update('u1')]);
    expect(created).toEqual({ id: 'shown', values: new Map([['userName', 'Ann']]) });
    expect(ignored).toMatchObject({ code: 'connector.change_ignored' });
  });

  it.each<[string, (result: Result) => readonly Result[]]>([
    ['is missing', () => []],
    ['has no status', (result) => [{ ...result, status: undefined }]],
    ['has a status that is none', (result) => [{ ...result, status: 'created' }]],
    ['has the bulkId of no operation', (result) => [{ ...result, bulkId: 'other' }]],
  ])('where one %s, a creation is looked for and everything else goes alone', async (_, change) => {
    const { target, paths } = await setUp((sent) =>
      bulkResponse(sent.flatMap((one, index) => (index < 2 ? change(success(one)) : [success(one)]))),
    );
    const [created, updated, deleted] = await target.bulk(three);
    const common = { code: 'connector.no_bulk_answer', scope: 'object', retry: 'later' };
    expect(created).toMatchObject({ ...common, outcomeUnknown: true });
    expect(updated).toMatchObject({ ...common, outcomeUnknown: false });
    expect(deleted).toBe(true);
    expect(target.takeRemarks?.()).toMatchObject([{ code: 'BulkNotUsable' }]);
    await target.bulk([create('ben'), create('cleo')]);
    expect(paths()).toEqual(['POST /Bulk', 'POST /Users', 'POST /Users']);
  });

  it('a creation without bulkId is never guessed', async () => {
    const { target } = await setUp((sent) => bulkResponse(sent.map(success).map(nameless)));
    const outcomes = await target.bulk([create('ann'), create('ben')]);
    expect(outcomes).toMatchObject([{ outcomeUnknown: true }, { outcomeUnknown: true }]);
  });

  it.each<[string, ScriptedAnswer]>([
    ['a web page', { status: 200, text: '<html>' }],
    ['cut JSON', { status: 200, text: '{"Operations":[{"method":"POST","bulkId":"1","status":"201","loc' }],
    ['no body', { status: 204 }],
    ['no list', { status: 200, body: { Operations: {} } }],
  ])('of %s: each is looked for, and what follows goes alone', async (_, answer) => {
    const { target, paths } = await setUp(() => answer);
    const outcomes = await target.bulk(three);
    expect(outcomes).toMatchObject([
      { code: 'connector.no_bulk_answer', outcomeUnknown: true },
      { code: 'connector.no_bulk_answer', outcomeUnknown: false },
      { code: 'connector.no_bulk_answer', outcomeUnknown: false },
    ]);
    expect(await target.bulk([create('ben'), update('u3')])).toMatchObject([{ id: 'single-ben' }, true]);
    expect(paths()[0]).toBe('POST /Bulk');
    expect(paths().slice(1).toSorted()).toEqual(['PATCH /Users/u3', 'POST /Users']);
  });

  it.each(['429', '503'])('%s of one operation: it is sent again alone, the others are done', async (status) => {
    const { target, paths } = await setUp((sent) =>
      bulkResponse(sent.map((one, index) => (index === 0 ? { ...success(one), status } : success(one)))),
    );
    expect(await target.bulk(three)).toMatchObject([{ id: 'single-ann' }, true, true]);
    expect(paths()).toEqual(['POST /Bulk', 'POST /Users']);
  });

  it('noTarget of a filtered path: the missing element is added, as alone', async () => {
    const { server, target } = await setUp((sent) =>
      bulkResponse(
        sent.map((one, index) =>
          index === 0 ? { ...success(one), status: '400', response: { scimType: 'noTarget' } } : success(one),
        ),
      ),
    );
    const change = { attribute: 'emails[type eq "work"].value', operation: 'replace', value: 'a@example.com' } as const;
    const operation: BulkOperation = { kind: 'update', type: userType, id: 'u1', changes: [change] };
    expect(await target.bulk([operation, update('u2')])).toEqual([true, true]);
    expect(server.requests.at(-1)).toMatchObject({
      method: 'PATCH',
      path: '/Users/u1',
      body: { Operations: [{ op: 'add', path: 'emails', value: [{ type: 'work', value: 'a@example.com' }] }] },
    });
  });
});

describe('the whole request', () => {
  it.each<[number, string | undefined]>([
    [413, undefined],
    [400, 'Too many operations: at most 2.'],
  ])('%i %s: it is sent in halves, and later ones are no larger', async (status, detail) => {
    const { server, target } = await setUp((sent) =>
      sent.length > 2 ? scimError(status, detail) : bulkResponse(sent.map(success)),
    );
    const eight = Array.from({ length: 8 }, (_, index) => create(`u${index}`));
    const outcomes = await target.bulk(eight);
    expect(outcomes.map((one) => (one as { id: string }).id)).toEqual(eight.map((_, index) => `id-u${index}`));
    const sizes = () => server.requests.filter(({ path }) => path === '/Bulk').map((one) => sentIn(one).length);
    expect(sizes()).toEqual([8, 4, 2, 2, 2, 2]);
    await target.bulk(eight.slice(0, 4));
    expect(sizes().slice(6)).toEqual([2, 2]);
  });

  it('413 whatever its size: everything goes alone', async () => {
    const { target, paths } = await setUp(() => scimError(413));
    expect(await target.bulk(three)).toMatchObject([{ id: 'single-ann' }, true, true]);
    expect(paths().filter((one) => one === 'POST /Bulk').length).toBeLessThanOrEqual(2);
  });

  it.each([400, 403, 404, 405, 409, 501])('%i: everything goes alone, for good', async (status) => {
    const { target, paths } = await setUp(() => scimError(status, 'no bulk'));
    expect(await target.bulk(three)).toMatchObject([{ id: 'single-ann' }, true, true]);
    expect(await target.bulk(three)).toMatchObject([{ id: 'single-ann' }, true, true]);
    expect(paths().filter((one) => one === 'POST /Bulk')).toHaveLength(1);
    expect(paths()).toHaveLength(7);
    expect(target.takeRemarks?.()).toEqual([
      { code: 'BulkNotUsable', message: expect.stringContaining(String(status)) },
    ]);
  });

  it.each([429, 503])('%i with Retry-After: it is sent again after that time', async (status) => {
    const clock = createFakeClock();
    const { server, target } = await setUp(
      (sent, index) =>
        index === 0 ? { status, headers: { 'retry-after': '7' }, body: {} } : bulkResponse(sent.map(success)),
      { clock },
    );
    const outcomes = target.bulk(three);
    await clock.sleeping(7_000);
    expect(server.requests.filter(({ path }) => path === '/Bulk')).toHaveLength(1);
    await clock.advance(7_000);
    expect(await outcomes).toMatchObject([{ id: 'id-ann' }, true, true]);
    const bulks = server.requests.filter(({ path }) => path === '/Bulk');
    expect(bulks).toHaveLength(2);
    expect(bulks[1]!.body).toEqual(bulks[0]!.body);
  });

  it.each([500, 502, 504])('%i: creations are looked for, the others tried later', async (status) => {
    const { target, paths } = await setUp(() => scimError(status));
    expect(await target.bulk(three)).toMatchObject([
      { logCode: 'InternalServerError', status, outcomeUnknown: true },
      { logCode: 'InternalServerError', status, outcomeUnknown: false },
      { logCode: 'InternalServerError', status, outcomeUnknown: false },
    ]);
    expect(paths()).toEqual(['POST /Bulk']);
  });

  it('a lost answer: never sent again with a creation in it, which is looked for', async () => {
    const { target, paths } = await setUp(() => 'lost');
    expect(await target.bulk(three)).toMatchObject([
      { code: 'connector.unreachable', scope: 'object', outcomeUnknown: true },
      { code: 'connector.unreachable', scope: 'object', outcomeUnknown: false },
      { code: 'connector.unreachable', scope: 'object', outcomeUnknown: false },
    ]);
    expect(paths()).toEqual(['POST /Bulk']);
  });

  it('a lost answer to changes only: sent again', async () => {
    const clock = createFakeClock();
    const { target, paths } = await setUp((sent, index) => (index === 0 ? 'lost' : bulkResponse(sent.map(success))), {
      clock,
      random: () => 1,
    });
    const outcomes = target.bulk([update('u1'), remove('u2')]);
    await clock.sleeping(500);
    await clock.advance(500);
    expect(await outcomes).toEqual([true, true]);
    expect(paths()).toEqual(['POST /Bulk', 'POST /Bulk']);
  });

  it('no answer in time: creations are looked for, and later requests are half as large', async () => {
    const { server, target } = await setUp(
      (sent, index) => (index === 0 ? 'silent' : bulkResponse(sent.map(success))),
      { limits: { concurrency: 4, timeoutMs: 2_000 } },
    );
    const four = ['a', 'b', 'c', 'd'].map(create);
    expect(await target.bulk(four)).toMatchObject(
      four.map(() => ({ code: 'connector.timeout', outcomeUnknown: true })),
    );
    expect((await target.bulk(four)).every((one) => typeof one === 'object' && 'id' in one)).toBe(true);
    const sizes = server.requests.filter(({ path }) => path === '/Bulk').map((one) => sentIn(one).length);
    expect(sizes).toEqual([4, 2, 2]);
  });

  it('401: the whole job', async () => {
    const { target } = await setUp(() => scimError(401));
    expect(await target.bulk(three)).toMatchObject(three.map(() => ({ logCode: 'Unauthorized', scope: 'job' })));
  });
});

describe('exchanges', () => {
  it('of a large request are shown in parts that are whole', async () => {
    const { target } = await setUp((sent) => bulkResponse(sent.map(success)));
    const many = Array.from({ length: 100 }, (_, index): BulkOperation => ({
      kind: 'create',
      type: userType,
      values: new Map([
        ['userName', `user${index}`],
        ['title', `${index}-`.padEnd(500, 'x')],
      ]),
    }));
    const shown = many.map((): Exchange[] => []);
    await recordBulkExchanges(
      shown.map((into) => (exchange) => void into.push(exchange)),
      () => target.bulk(many),
    );
    for (const [index, own] of shown.entries()) {
      expect(own).toHaveLength(1);
      expect(own[0]).toMatchObject({ method: 'POST', status: 200 });
      const parsed = [own[0]!.requestBody, own[0]!.responseBody].map((body) => JSON.parse(body!) as object);
      expect(parsed).toMatchObject([
        { Operations: [{ method: 'POST', data: { userName: `user${index}` } }] },
        { Operations: [{ status: '201', location: `https://app.example/scim/v2/Users/id-user${index}` }] },
      ]);
      for (const { Operations: operations } of parsed as { Operations: unknown[] }[])
        expect(operations).toHaveLength(1);
    }
  });

  it('of single requests after a refused bulk are those of the own object', async () => {
    const { target } = await setUp(() => scimError(501));
    const shown = three.map((): Exchange[] => []);
    await recordBulkExchanges(
      shown.map((into) => (exchange) => void into.push(exchange)),
      () => target.bulk(three),
    );
    const own = shown.map((exchanges) => exchanges.map(({ method, url }) => `${method} ${new URL(url).pathname}`));
    expect(own).toEqual([
      ['POST /scim/v2/Bulk', 'POST /scim/v2/Users'],
      ['POST /scim/v2/Bulk', 'PATCH /scim/v2/Users/u1'],
      ['POST /scim/v2/Bulk', 'DELETE /scim/v2/Users/u2'],
    ]);
  });

  it('show a whole answer that is about all operations, and that none came', async () => {
    for (const [answer, expected] of [
      [scimError(500, 'all is lost'), { status: 500, responseBody: expect.stringContaining('all is lost') }],
      ['lost', { status: undefined, responseBody: undefined, failure: expect.any(String) }],
    ] as const) {
      const { target } = await setUp(() => answer);
      const shown: Exchange[] = [];
      await recordBulkExchanges([(one) => shown.push(one)], () => target.bulk(three));
      expect(shown[0]).toMatchObject({ ...expected, requestBody: expect.stringContaining('ann') });
    }
  });
});

describe('our own workspace', () => {
  it('a connection that is cut after the commit: the creation is looked for and found', async () => {
    await using workspace = await startWorkspaceServer();
    const target = aTarget(workspace, { bulk: true, authentication: { kind: 'bearer', token: workspace.token } });
    closers.push(() => target.close());
    workspace.losesAnswer = ({ path }) => path === '/Bulk';
    const outcomes = await target.bulk([create('ann@example.com'), create('ben@example.com')]);
    expect(outcomes).toMatchObject([
      { code: 'connector.unreachable', scope: 'object', outcomeUnknown: true },
      { code: 'connector.unreachable', scope: 'object', outcomeUnknown: true },
    ]);
    const { users } = await workspace.contents();
    expect(users.map(({ userName }) => userName).toSorted()).toEqual(['ann@example.com', 'ben@example.com']);
    const [found] = await target.find(userType, { attribute: 'userName', value: 'ann@example.com' });
    expect(found?.id).toBe(users.find(({ userName }) => userName === 'ann@example.com')?.id);
  });
});

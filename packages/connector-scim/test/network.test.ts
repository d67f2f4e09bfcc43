import { afterEach, describe, expect, it } from 'vitest';
import { ConnectorError, sendWhile, type Target } from '@joinery/connector-kit';
import { createFakeClock } from '@joinery/connector-kit/contract';
import type { ScimExchange, ScimTargetOptions } from '@joinery/connector-scim';
import { aTarget, groupType, userType } from './a-target.ts';
import {
  emptyList,
  scimError,
  startScriptedServer,
  type RecordedRequest,
  type ScriptedAnswer,
} from './scripted-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setUp(
  answer: (request: RecordedRequest, index: number) => ScriptedAnswer,
  change: Partial<ScimTargetOptions> = {},
) {
  const clock = createFakeClock();
  const server = await startScriptedServer(answer);
  const target = aTarget(server, { clock, random: () => 1, ...change });
  closers.push(server.close, () => target.close());
  return { clock, server, target };
}

function inTurn(...answers: readonly ScriptedAnswer[]) {
  return (_: RecordedRequest, index: number) => answers[index] ?? emptyList;
}

const find = (target: Target) => target.find(userType, { attribute: 'userName', value: 'bjensen' });
const create = (target: Target) => target.create(userType, new Map([['userName', 'bjensen']]));
const caught = (call: Promise<unknown>) => call.catch((error: unknown) => error as ConnectorError);

describe('rate limits of the target', () => {
  it.each([
    ['429 with seconds', scimError(429), '17', 17_000],
    ['503 with seconds', scimError(503), '5', 5000],
    ['429 with a date', scimError(429), new Date(1_700_000_060_000).toUTCString(), 60_000],
    ['429 that asks for a day is waited for five minutes', scimError(429), '86400', 300_000],
    ['429 without Retry-After backs off', scimError(429), undefined, 500],
  ])('%s', async (_, answer, retryAfter, waitMs) => {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const { clock, server, target } = await setUp(
      inTurn({ ...(answer as object), status: (answer as { status: number }).status, headers }),
    );
    const result = find(target);
    await clock.sleeping(waitMs);
    expect(server.requests).toHaveLength(1);
    await clock.advance(waitMs);
    expect(await result).toEqual([]);
    expect(target.requestCount).toBe(2);
  });

  it('a create is repeated after 429, because it was not carried out', async () => {
    const { clock, server, target } = await setUp(
      inTurn({ status: 429, headers: { 'retry-after': '1' } }, { status: 201, body: { id: 'u1' } }),
    );
    const result = create(target);
    await clock.sleeping(1000);
    await clock.advance(1000);
    expect((await result).id).toBe('u1');
    expect(server.requests).toHaveLength(2);
  });

  it.each([429, 503])(
    'what is not wanted any more when the wait after %i is over is not sent again',
    async (status) => {
      let isWanted = true;
      const { clock, server, target } = await setUp(() => ({ status, headers: { 'retry-after': '40' } }));
      const result = sendWhile(
        () => isWanted,
        () => caught(create(target)),
      );
      await clock.sleeping(40_000);
      isWanted = false;
      await clock.advance(40_000);
      expect(await result).toMatchObject({ code: 'connector.withdrawn', scope: 'object', outcomeUnknown: false });
      expect(server.requests).toHaveLength(1);
    },
  );

  it('a target that never stops answering 429 is one failed object, with the time to try again', async () => {
    const { clock, server, target } = await setUp(() => ({ status: 429, headers: { 'retry-after': '2' } }));
    const result = caught(find(target));
    for (let count = 0; count < 9; count += 1) {
      await clock.sleeping(2000);
      await clock.advance(2000);
    }
    expect(await result).toMatchObject({
      logCode: 'TooManyRequests',
      scope: 'object',
      retry: 'later',
      retryAfterSeconds: 2,
    });
    expect(server.requests).toHaveLength(10);
  });
});

describe('lost and late answers', () => {
  it('a create whose answer is lost is not repeated, and its outcome is unknown', async () => {
    const { server, target } = await setUp((request) => (request.method === 'POST' ? 'lost' : emptyList));
    expect(await caught(create(target))).toMatchObject({
      code: 'connector.unreachable',
      logCode: 'WebExceptionProtocolError',
      scope: 'object',
      outcomeUnknown: true,
    });
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('a create that is answered too late is a Timeout with unknown outcome', async () => {
    const { target } = await setUp((request) => (request.method === 'POST' ? 'silent' : emptyList), {
      limits: { concurrency: 4, timeoutMs: 2_000 },
    });
    expect(await caught(create(target))).toMatchObject({
      code: 'connector.timeout',
      logCode: 'Timeout',
      scope: 'object',
      outcomeUnknown: true,
    });
  });

  it('a query is repeated after connection trouble', async () => {
    const { clock, server, target } = await setUp(inTurn('lost', 'lost'));
    const result = find(target);
    await clock.sleeping(500);
    await clock.advance(500);
    await clock.sleeping(1000);
    await clock.advance(1000);
    expect(await result).toEqual([]);
    expect(server.requests).toHaveLength(3);
  });

  it('trouble with one object stays with the object while the Test Connection query is answered', async () => {
    const { clock, server, target } = await setUp((request) =>
      request.path.startsWith('/Users/') ? 'lost' : emptyList,
    );
    const result = caught(target.get(userType, 'u1'));
    await clock.sleeping(500);
    await clock.advance(500);
    await clock.sleeping(1000);
    await clock.advance(1000);
    expect(await result).toMatchObject({ logCode: 'WebExceptionProtocolError', scope: 'object' });
    expect(server.requests.at(-1)?.path).toMatch(/^\/Users\?filter=userName eq "[0-9a-f-]{36}"$/);
  });

  it('trouble that the Test Connection query has too concerns the job', async () => {
    const { clock, target } = await setUp(() => 'lost');
    const result = caught(target.get(userType, 'u1'));
    await clock.sleeping(500);
    await clock.advance(500);
    await clock.sleeping(1000);
    await clock.advance(1000);
    expect(await result).toMatchObject({ code: 'connector.unreachable', scope: 'job' });
  });

  it('a create that could not be sent has a known outcome', async () => {
    const { clock, server, target } = await setUp(inTurn());
    await server.close();
    const result = caught(create(target));
    await clock.sleeping(500);
    await clock.advance(500);
    await clock.sleeping(1000);
    await clock.advance(1000);
    expect(await result).toMatchObject({ code: 'connector.unreachable', scope: 'job', outcomeUnknown: false });
  });

  it('close ends a request that is under way', async () => {
    const { server, target } = await setUp(() => 'silent');
    const result = caught(find(target));
    await new Promise<void>((resolve) => {
      const poll = () => (server.requests.length > 0 ? resolve() : setImmediate(poll));
      poll();
    });
    await target.close();
    expect(await result).toMatchObject({ code: 'connector.closed' });
  });
});

describe('too many members', () => {
  const ids = Array.from({ length: 10 }, (_, index) => `u${index}`);

  it.each([
    ['413', scimError(413)],
    ['400 tooMany', scimError(400, 'no', 'tooMany')],
    ['400 with words', scimError(400, 'Request exceeds the maximum of 3 changes')],
  ])('%s: the batch is halved until the target takes it', async (_, refusal) => {
    const taken: string[] = [];
    const { target } = await setUp((request) => {
      const [operation] = (request.body as { Operations: { value: { value: string }[] }[] }).Operations;
      const members = operation!.value.map(({ value }) => value);
      if (members.length > 3) return refusal;
      taken.push(...members);
      return { status: 204 };
    });
    expect(await target.changeMembers(groupType, 'g1', ids, [])).toBe(true);
    expect(taken).toEqual(ids);
  });

  it('a 413 for a single member is an error', async () => {
    const { target } = await setUp(() => scimError(413));
    expect(await caught(target.changeMembers(groupType, 'g1', ['u1'], []))).toMatchObject({
      code: 'connector.too_large',
    });
  });

  it('additions and removals share requests of the size allowed', async () => {
    const { server, target } = await setUp(() => ({ status: 204 }), {
      limits: { concurrency: 1, timeoutMs: 30_000, membersPerRequestMax: 3 },
    });
    await target.changeMembers(groupType, 'g1', ['a', 'b'], ['c', 'd"e']);
    expect(server.requests.map(({ body }) => (body as { Operations: unknown }).Operations)).toEqual([
      [
        { op: 'add', path: 'members', value: [{ value: 'a' }, { value: 'b' }] },
        { op: 'remove', path: 'members[value eq "c"]' },
      ],
      [{ op: 'remove', path: 'members[value eq "d\\"e"]' }],
    ]);
  });
});

describe('the exchange view', () => {
  it('shows request and answer without the token', async () => {
    const seen: ScimExchange[] = [];
    const { target } = await setUp(() => scimError(400, 'token secret-token-1 is odd'), {
      onExchange: (one) => seen.push(one),
    });
    await caught(create(target));
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain('secret-token-1');
    expect(seen[0]).toMatchObject({ method: 'POST', status: 400, failure: undefined });
    expect(JSON.parse(seen[0]!.requestBody!)).toMatchObject({ userName: 'bjensen' });
    expect(seen[0]!.requestHeaders).toContainEqual(['authorization', 'Bearer ***']);
  });

  it('shows why no answer came', async () => {
    const seen: ScimExchange[] = [];
    const { target } = await setUp((request) => (request.method === 'POST' ? 'lost' : emptyList), {
      onExchange: (one) => seen.push(one),
    });
    await caught(create(target));
    expect(seen[0]).toMatchObject({ method: 'POST', status: undefined });
    expect(seen[0]!.failure).not.toBe('');
  });
});

import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '@joinery/testkit';
import { core, createScimClient, enterprise, unique } from './client.ts';
import { call, postJson, sessionOf, signIn, type ConsoleSession } from './console.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

let running: TestWorkspace;
let url: string;
let session: ConsoleSession;
/** Of another tenant. */
let stranger: ConsoleSession;

beforeAll(async () => {
  running = await aWorkspace();
  ({ url } = running.workspace);
  session = await signIn(url);
  const { setupUrl } = await running.createTenant('Fabrikam');
  const token = new URL(setupUrl ?? '').searchParams.get('token');
  const body = { token, email: 'admin@fabrikam.example', password: 'another long password' };
  stranger = sessionOf(url, await postJson(`${url}/api/setup`, body));
});
afterAll(() => running.stop());

describe('details', () => {
  test('a person has all attributes and the groups, direct or not', async () => {
    const userName = unique('ada');
    const attributes = {
      userName,
      name: { givenName: 'Ada' },
      emails: [{ value: 'ada@contoso.example', type: 'work' }],
      [enterprise]: { department: 'Engineering' },
    };
    const id = await running.scim.create('/Users', { schemas: [core, enterprise], ...attributes });
    const inner = await running.scim.create('/Groups', { displayName: unique('inner'), members: [{ value: id }] });
    const outer = await running.scim.create('/Groups', { displayName: unique('outer'), members: [{ value: inner }] });
    const { status, body } = await session.get(`/api/users/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, userName, active: true, managedBy: 'scim', attributes });
    const groups = body['groups'] as { id: string; direct: boolean }[];
    expect(new Map(groups.map((group) => [group.id, group.direct]))).toEqual(
      new Map([
        [inner, true],
        [outer, false],
      ]),
    );
    expect((await stranger.get(`/api/users/${id}`)).status).toBe(404);
    expect((await session.get(`/api/users/${inner}`)).status).toBe(404);
  });

  test('a group has its attributes and the number of its members, which come in pages', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 3; index++) {
      ids.push(await running.scim.create('/Users', { userName: unique('member') }));
    }
    const displayName = unique('Paged');
    const members = ids.map((value) => ({ value }));
    const id = await running.scim.create('/Groups', { displayName, externalId: 'ext-1', members });
    const { body } = await session.get(`/api/groups/${id}`);
    expect(body).toMatchObject({ id, displayName, members: 3, attributes: { displayName, externalId: 'ext-1' } });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await session.get(`/api/groups/${id}/members?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.body['total']).toBe(3);
      seen.push(...(page.body['members'] as { id: string }[]).map((member) => member.id));
      cursor = page.body['next'] as string | null;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect((await session.get(`/api/groups/${id}/members?cursor=nonsense`)).status).toBe(400);
    expect((await stranger.get(`/api/groups/${id}`)).status).toBe(404);
    expect((await session.get('/api/groups/nothing')).status).toBe(404);
  });

  test('one request of the log is found by its id, in its tenant only', async () => {
    await running.scim.get('/Users/never-there');
    const failed = await waitFor(async () => {
      const { requests } = (await session.get('/api/requests?failed=true')).body as { requests: { id: string }[] };
      return requests[0];
    });
    expect((await session.get(`/api/requests/${failed.id}`)).body).toEqual(failed);
    expect((await stranger.get(`/api/requests/${failed.id}`)).status).toBe(404);
    for (const id of ['1-1', 'nonsense', '99999999999999999-1']) {
      expect((await session.get(`/api/requests/${id}`)).status, id).toBe(404);
    }
  });
});

test('an account made here is not said to be managed by SCIM until a provisioning client has written it', async () => {
  const userName = unique('local');
  const { body } = await session.send('POST', '/api/users', { userName });
  const id = String(body['id']);
  const group = await running.scim.create('/Groups', { displayName: unique('local'), members: [{ value: id }] });
  const shown = async () => {
    const { users } = (await session.get(`/api/users?search=${userName}`)).body as { users: { managedBy: string }[] };
    const { members } = (await session.get(`/api/groups/${group}/members`)).body as {
      members: { managedBy: string }[];
    };
    const one = (await session.get(`/api/users/${id}`)).body as { managedBy: string };
    return [...users, ...members, one].map(({ managedBy }) => managedBy);
  };
  expect(await shown()).toEqual(['workspace', 'workspace', 'workspace']);
  const patched = await running.scim.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'Engineer' });
  expect(patched.status).toBe(200);
  expect(await shown()).toEqual(['scim', 'scim', 'scim']);
});

describe('filters of the request log', () => {
  test('by status, method, token and time, each alone and together', async () => {
    const name = unique('filtered');
    const { body } = await session.send('POST', '/api/tokens', { name, expires: '2098-01-01T00:00:00Z' });
    const other = createScimClient(running.tenantUrl, String(body['token']));
    const id = await other.create('/Users', { userName: unique('filtered') });
    await other.get(`/Users/${id}`);
    await other.get('/Users/not-there');
    const find = async (query: string) => {
      const answer = await session.get(`/api/requests?token=${name}${query}`);
      expect(answer.status, query).toBe(200);
      const { requests } = answer.body as { requests: { method: string; status: number; at: string }[] };
      return requests;
    };
    const shown = async (query: string) => (await find(query)).map(({ method, status }) => `${method} ${status}`);
    await waitFor(async () => ((await find('')).length === 3 ? true : undefined));
    expect(await shown('')).toEqual(['GET 404', 'GET 200', 'POST 201']);
    expect(await shown('&method=GET')).toEqual(['GET 404', 'GET 200']);
    expect(await shown('&status=2xx')).toEqual(['GET 200', 'POST 201']);
    expect(await shown('&status=404')).toEqual(['GET 404']);
    expect(await shown('&status=5xx')).toEqual([]);
    expect(await shown('&failed=true&method=POST')).toEqual([]);
    const at = (await find('&method=POST'))[0]?.at ?? '';
    expect(await shown(`&since=${at}&method=POST`)).toEqual(['POST 201']);
    expect(await shown(`&until=${at}`)).toEqual([]);
    expect((await session.get(`/api/requests?token=${unique('nobody')}`)).body['requests']).toEqual([]);
    expect((await stranger.get(`/api/requests?token=${name}`)).body['requests']).toEqual([]);
    for (const wrong of ['status=abc', 'method=get', 'since=yesterday']) {
      expect((await session.get(`/api/requests?${wrong}`)).status, wrong).toBe(400);
    }
  });

  test('pages of a filtered log hold what passes, and end', async () => {
    const name = unique('paged');
    const { body } = await session.send('POST', '/api/tokens', { name, expires: '2098-01-01T00:00:00Z' });
    const other = createScimClient(running.tenantUrl, String(body['token']));
    for (let round = 0; round < 3; round++) {
      await other.get('/Users/not-there');
      await other.get('/Users?count=0');
    }
    const page = async (cursor: string) => {
      const answer = await session.get(`/api/requests?token=${name}&status=4xx&limit=2${cursor}`);
      return answer.body as { requests: unknown[]; next: string | null };
    };
    await waitFor(async () => {
      const { requests } = (await session.get(`/api/requests?token=${name}`)).body as { requests: unknown[] };
      return requests.length === 6 ? true : undefined;
    });
    const first = await page('');
    expect(first.requests).toHaveLength(2);
    const second = await page(`&cursor=${first.next}`);
    expect([second.requests.length, second.next]).toEqual([1, null]);
  });
});

describe('the audit log', () => {
  test('an entry is found by its id, in its tenant only', async () => {
    const { body } = await session.get('/api/audit?limit=1');
    const [entry] = body['entries'] as { id: string }[];
    expect((await session.get(`/api/audit/${entry?.id}`)).body).toEqual(entry);
    expect((await stranger.get(`/api/audit/${entry?.id}`)).status).toBe(404);
    expect((await session.get('/api/audit/nonsense')).status).toBe(404);
  });

  test('a last page that is just full names no next one', async () => {
    const { body } = await session.get('/api/audit?limit=200');
    const all = body['entries'] as unknown[];
    const exact = await session.get(`/api/audit?limit=${all.length}`);
    expect(exact.body).toEqual({ entries: all, next: null });
  });
});

describe('filters of people', () => {
  test('people are shown by state; who has none is active', async () => {
    const family = unique('State');
    const person = (active?: boolean) =>
      running.scim.create('/Users', {
        userName: unique('state'),
        name: { familyName: family },
        ...(active === undefined ? {} : { active }),
      });
    const [on, off, none] = [await person(true), await person(false), await person()];
    const ids = async (query: string) => {
      const { body } = await session.get(`/api/users?search=${family}${query}`);
      return (body['users'] as { id: string }[]).map(({ id }) => id).toSorted();
    };
    expect(await ids('&active=true')).toEqual([on, none].toSorted());
    expect(await ids('&active=false')).toEqual([off]);
    expect(await ids('')).toEqual([on, off, none].toSorted());
  });
});

interface Events extends Disposable {
  readonly status: number;
  readonly type: string;
  /** What the events named `marks` said so far. */
  readonly marks: readonly { requests: string; tokens: string }[];
  readonly hasEnded: boolean;
}

function follow(cookie: string): Promise<Events> {
  return new Promise((resolve, reject) => {
    const message = httpRequest(`${url}/api/events`, { headers: { cookie } }, (answer) => {
      let text = '';
      let hasEnded = false;
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        hasEnded = true;
      });
      answer.on('error', () => {});
      resolve({
        status: answer.statusCode ?? 0,
        type: answer.headers['content-type'] ?? '',
        get marks() {
          const lines = text.matchAll(/^event: marks\ndata: (.*)$/gm);
          return [...lines].map(([, json]) => JSON.parse(json ?? '') as { requests: string; tokens: string });
        },
        get hasEnded() {
          return hasEnded;
        },
        [Symbol.dispose]: () => message.destroy(),
      });
    });
    message.on('error', reject);
    message.end();
  });
}

describe('events', () => {
  test('need a session', async () => {
    expect((await call(`${url}/api/events`, {})).status).toBe(401);
  });

  test('tell of requests and of the use of tokens, of the own tenant only', async () => {
    using events = await follow(session.cookie);
    using others = await follow(stranger.cookie);
    expect([events.status, events.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await waitFor(() => events.marks.length > 0 && others.marks.length > 0);
    const before = events.marks.at(-1);
    const created = await session.send('POST', '/api/tokens', {
      name: unique('live'),
      expires: '2099-12-31T00:00:00Z',
    });
    await waitFor(() => events.marks.at(-1)?.tokens !== before?.tokens);
    const between = events.marks.at(-1);
    await createScimClient(running.tenantUrl, String(created.body['token'])).get('/Users?count=1');
    await waitFor(() => {
      const now = events.marks.at(-1);
      return now?.requests !== between?.requests && now?.tokens !== between?.tokens;
    });
    expect(others.marks).toEqual([{ requests: '', tokens: others.marks[0]?.tokens }]);
  });

  test('end when the server stops, which does not wait for them', async () => {
    const other = await aWorkspace();
    const inOther = await signIn(other.workspace.url);
    const answer = await fetch(`${other.workspace.url}/api/events`, { headers: { cookie: inOther.cookie } });
    await Promise.all([other.stop(), answer.text()]);
  });
});

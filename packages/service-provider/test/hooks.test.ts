import { forbidden, readSchemaExtension } from '@joinery/scim';
import { describe, expect, test } from 'vitest';
import type { CompletedWrite, Hooks, PlannedWrite } from '../src/index.ts';
import { aService } from './service.ts';

const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const patch = (...operations: readonly object[]): object => ({ Operations: operations });

/** A service whose hooks note what they are told. */
async function aNoting(hooks: Hooks = {}) {
  const planned: PlannedWrite[] = [];
  const completed: CompletedWrite[] = [];
  const service = await aService({
    hooks: {
      ...hooks,
      before(write, signal) {
        planned.push(write);
        return hooks.before?.(write, signal);
      },
      after(write, signal) {
        completed.push(write);
        return hooks.after?.(write, signal);
      },
    },
  });
  return { ...service, planned, completed };
}

test('every write is told before and after, reads are not', async () => {
  const { send, planned, completed } = await aNoting();
  const user = await send('POST', '/Users', { body: { userName: 'ada' } });
  const id = String(user.body['id']);
  await send('PUT', `/Users/${id}`, { body: { userName: 'Ada' } });
  await send('PATCH', `/Users/${id}`, { body: patch({ op: 'add', path: 'title', value: 'Countess' }) });
  const members = [{ value: id }];
  const group = await send('POST', '/Groups', { body: { displayName: 'Team', members } });
  await send('PATCH', `/Groups/${group.body['id']}`, { body: patch({ op: 'remove', path: 'members' }) });
  await send('GET', `/Users/${id}`);
  await send('GET', '/Users');
  await send('DELETE', `/Users/${id}`);
  await send('POST', '/Bulk', {
    body: {
      schemas: [bulkRequest],
      Operations: ['a', 'b'].map((name) => ({
        method: 'POST',
        path: '/Users',
        bulkId: name,
        data: { userName: name },
      })),
    },
  });
  const expected = [
    ['create', 'User'],
    ['update', 'User'],
    ['update', 'User'],
    ['create', 'Group'],
    ['update', 'Group'],
    ['delete', 'User'],
    ['create', 'User'],
    ['create', 'User'],
  ];
  expect(planned.map(({ operation, resourceType }) => [operation, resourceType])).toEqual(expected);
  expect(completed.map(({ operation, resourceType }) => [operation, resourceType])).toEqual(expected);
  expect(planned[2]).toMatchObject({ current: { id, version: 2 }, attributes: { userName: 'Ada', title: 'Countess' } });
  expect(completed[2]).toMatchObject({ current: { version: 2 }, resource: { id, version: 3 } });
  expect(planned[3]?.members).toEqual([{ kind: 'add', members: [{ value: id, type: undefined }] }]);
  expect(planned[4]).toMatchObject({ attributes: undefined, members: [{ kind: 'clear' }] });
  expect(completed[5]).toMatchObject({ current: { id }, resource: undefined });
});

test('a write that changes nothing, and one that is refused, is not told afterwards', async () => {
  const { send, completed } = await aNoting();
  const { body } = await send('POST', '/Users', { body: { userName: 'ada' } });
  completed.length = 0;
  await send('PATCH', `/Users/${body['id']}`, { body: patch({ op: 'replace', path: 'userName', value: 'ada' }) });
  const stale = { body: patch({ op: 'add', path: 'title', value: 'x' }), headers: { 'if-match': 'W/"7"' } };
  expect((await send('PATCH', `/Users/${body['id']}`, stale)).status).toBe(412);
  expect((await send('POST', '/Users', { body: { userName: 'ADA' } })).status).toBe(409);
  expect((await send('DELETE', '/Users/nobody')).status).toBe(404);
  expect(completed).toEqual([]);
});

describe('before', () => {
  test('refuses with its own error, on every way to write, and nothing is stored', async () => {
    const refuse = (): never => {
      throw forbidden({ detail: 'The books are closed.' });
    };
    let isClosed = false;
    const { send } = await aNoting({ before: () => (isClosed ? refuse() : undefined) });
    const { body } = await send('POST', '/Users', { body: { userName: 'ada' } });
    const at = `/Users/${body['id']}`;
    isClosed = true;
    const answers = [
      await send('POST', '/Users', { body: { userName: 'alan' } }),
      await send('PUT', at, { body: { userName: 'grace' } }),
      await send('PATCH', at, { body: patch({ op: 'replace', path: 'title', value: 'x' }) }),
      await send('DELETE', at),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(403);
      expect(answer.body['detail']).toBe('The books are closed.');
    }
    const operations = [
      { method: 'POST', path: '/Users', bulkId: 'b', data: { userName: 'bulk' } },
      { method: 'DELETE', path: at },
    ];
    const bulk = await send('POST', '/Bulk', { body: { schemas: [bulkRequest], Operations: operations } });
    expect(bulk.body['Operations']).toMatchObject([{ status: '403' }, { status: '403' }]);
    expect((await send('GET', '/Users')).body).toMatchObject({ totalResults: 1, Resources: [{ userName: 'ada' }] });
  });

  test('changes what is stored, and what it answers must fit the schema', async () => {
    const { send } = await aNoting({
      before: ({ attributes }) => {
        if (attributes?.['title'] === 'nameless') return { attributes: { title: 'nameless' } };
        return { attributes: { ...attributes, title: 'Hooked' } };
      },
    });
    const made = await send('POST', '/Users', { body: { userName: 'ada' } });
    expect(made.body['title']).toBe('Hooked');
    const refused = await send('PATCH', `/Users/${made.body['id']}`, {
      body: patch({ op: 'replace', path: 'title', value: 'nameless' }),
    });
    expect([refused.status, refused.body['scimType']]).toEqual([400, 'invalidValue']);
    expect((await send('GET', `/Users/${made.body['id']}`)).body['title']).toBe('Hooked');
  });

  test('a value that it sets is as unique as one that a client sends', async () => {
    const urn = 'urn:example:x:Badge';
    const definition = {
      id: urn,
      name: 'Badge',
      resourceType: 'User',
      attributes: [{ name: 'no', uniqueness: 'server' }],
    };
    const extension = readSchemaExtension(definition, { extensions: [], resourceTypes: [] });
    const settings = { extensions: [extension], resourceTypes: [], isStrict: false, acceptsUnknownMembers: false };
    const service = await aService({
      settings: { get: () => Promise.resolve(settings) },
      hooks: { before: ({ attributes }) => ({ attributes: { ...attributes, [urn]: { no: 'same' } } }) },
    });
    expect((await service.send('POST', '/Users', { body: { userName: 'ada' } })).status).toBe(201);
    const second = await service.send('POST', '/Users', { body: { userName: 'alan' } });
    expect([second.status, second.body['scimType']]).toEqual([409, 'uniqueness']);
  });

  test('is refused as unavailable when it takes too long, is told to stop, and nothing is stored', async () => {
    let isStopped = false;
    const { send } = await aNoting({
      timeoutMs: 20,
      before: (_write, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            isStopped = true;
            resolve();
          });
        }),
    });
    const answer = await send('POST', '/Users', { body: { userName: 'ada' } });
    expect([answer.status, answer.headers.get('retry-after'), isStopped]).toEqual([503, '5', true]);
    expect((await send('GET', '/Users')).body['totalResults']).toBe(0);
  });

  test('that fails is a failure of the service provider, which shows nothing of it', async () => {
    const { send, failures } = await aNoting({
      before: () => {
        throw new Error('password=hunter2');
      },
    });
    const answer = await send('POST', '/Users', { body: { userName: 'ada' } });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('hunter2');
    expect(failures).toHaveLength(1);
  });

  test('is asked again when the resource was changed while it decided', async () => {
    const seen: unknown[] = [];
    let interfere: (() => Promise<unknown>) | undefined;
    const { send, resources } = await aNoting({
      async before({ operation, current }) {
        if (operation !== 'update') return;
        seen.push(current?.version);
        await interfere?.();
      },
    });
    const { body } = await send('POST', '/Users', { body: { userName: 'ada' } });
    const id = String(body['id']);
    const row = resources.rows.get(id);
    interfere = () => {
      interfere = undefined;
      const change = () => ({ attributes: { userName: 'ada', active: true, nickName: 'meanwhile' } });
      const nothing = { members: false, groups: false };
      const actor = { credentialId: undefined, display: 'other' };
      return resources.update(row?.tenantId ?? ('' as never), 'User', id, change, nothing, actor);
    };
    const answer = await send('PATCH', `/Users/${id}`, { body: patch({ op: 'add', path: 'title', value: 'x' }) });
    expect(answer.body).toMatchObject({ nickName: 'meanwhile', title: 'x' });
    expect(seen).toEqual([1, 2]);
  });
});

test('what fails after a write is reported, and the write stands', async () => {
  const { send, failures } = await aNoting({
    after: () => {
      throw new Error('the mail server is away');
    },
  });
  const answer = await send('POST', '/Users', { body: { userName: 'ada' } });
  expect(answer.status).toBe(201);
  expect(failures).toMatchObject([{ message: 'the mail server is away' }]);
  expect((await send('GET', '/Users')).body['totalResults']).toBe(1);
});

test('members changed by twenty at once are all there', async () => {
  const { send } = await aNoting();
  const group = await send('POST', '/Groups', { body: { displayName: 'Team' } });
  const users = await Promise.all(
    Array.from({ length: 20 }, (_, n) => send('POST', '/Users', { body: { userName: `u${n}` } })),
  );
  const at = `/Groups/${group.body['id']}`;
  const answers = await Promise.all(
    users.map(({ body }) =>
      send('PATCH', at, { body: patch({ op: 'add', path: 'members', value: [{ value: body['id'] }] }) }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(users.map(() => 204));
  expect((await send('GET', at)).body['members']).toHaveLength(20);
});

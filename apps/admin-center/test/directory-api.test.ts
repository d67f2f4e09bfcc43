import * as contract from '@joinery/graph-api/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aCenter,
  aGroup,
  aUser,
  objectAddress,
  readAll,
  type Caller,
  type TestCenter,
  type Answered,
} from './center.ts';

let center: TestCenter;
let admin: Caller;
const nowhere = '00000000-0000-0000-0000-00000000abcd';

beforeAll(async () => {
  center = await aCenter();
  ({ admin } = center);
});
afterAll(() => center[Symbol.asyncDispose]());

/** The Graph error body with this status and code. */
async function expectError(method: string, path: string, body: unknown, status: number, code: string) {
  const error = await admin.call(method, path, { status, answer: contract.ErrorBody }, body);
  expect(error.error.code).toBe(code);
  return error.error.message;
}

describe('users', () => {
  test('a user is created, read by id and by userPrincipalName, changed and deleted', async () => {
    const created = await admin.call('POST', '/v1.0/users', { status: 201, answer: contract.User }, {
      accountEnabled: true,
      displayName: 'Adele Vance',
      mailNickname: 'AdeleV',
      userPrincipalName: 'AdeleV@contoso.com',
      passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
      businessPhones: ['+46 8 123'],
      onPremisesExtensionAttributes: { extensionAttribute3: 'three' },
    }); // prettier-ignore
    // The default properties of Graph's "Get a user".
    expect(Object.keys(created).filter((key) => !key.startsWith('@')).toSorted()).toEqual([
      'businessPhones', 'displayName', 'givenName', 'id', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation',
      'preferredLanguage', 'surname', 'userPrincipalName',
    ]); // prettier-ignore
    const byName = await admin.call('GET', '/v1.0/users/adelev@CONTOSO.com', { status: 200, answer: contract.User });
    expect(byName).toMatchObject({ id: created.id, businessPhones: ['+46 8 123'], mail: null });

    await admin.call(
      'PATCH',
      `/v1.0/users/${created.id}`,
      { status: 204 },
      { jobTitle: 'Partner', accountEnabled: false },
    );
    const select = '$select=jobTitle,accountEnabled,onPremisesExtensionAttributes,createdDateTime';
    const selected = await admin.call('GET', `/beta/users/${created.id}?${select}`, { status: 200 });
    expect(selected).toMatchObject({
      jobTitle: 'Partner',
      accountEnabled: false,
      onPremisesExtensionAttributes: { extensionAttribute3: 'three', extensionAttribute1: null },
    });
    expect(selected).not.toHaveProperty('displayName');
    await admin.call('PATCH', `/v1.0/users/${created.id}`, { status: 204 }, { jobTitle: null });
    expect((await admin.request('GET', `/v1.0/users/${created.id}`)).body.jobTitle).toBeNull();

    await admin.call('DELETE', `/v1.0/users/${created.id}`, { status: 204 });
    await expectError('GET', `/v1.0/users/${created.id}`, undefined, 404, 'Request_ResourceNotFound');
  });

  test.each([
    [{ displayName: 'x' }, /userPrincipalName/],
    [{ displayName: '', userPrincipalName: 'x@contoso.com' }, /displayName/],
    [{ displayName: 'x', userPrincipalName: 'no-domain' }, /userPrincipalName/],
    [{ displayName: 'x', userPrincipalName: 'x@contoso.com', shoeSize: '44' }, /shoeSize/],
    [{ displayName: 'x', userPrincipalName: 'x@contoso.com', jobTitle: 5 }, /jobTitle/],
    [{ displayName: 'x', userPrincipalName: 'x@contoso.com', jobTitle: { a: 1 } }, /jobTitle/],
    [{ displayName: 'x', userPrincipalName: 'x@contoso.com', accountEnabled: 'yes' }, /accountEnabled/],
    [{ displayName: 'x', userPrincipalName: 'x@contoso.com', onPremisesSyncEnabled: true }, /read-only/],
    [
      { displayName: 'x', userPrincipalName: 'x@contoso.com', 'manager@odata.bind': 'https://x/users/nobody' },
      /nobody/,
    ],
    [[], /body/],
  ])('POST refuses %j', async (body, message) => {
    expect(await expectError('POST', '/v1.0/users', body, 400, 'Request_BadRequest')).toMatch(message);
  });

  test('a userPrincipalName is taken once', async () => {
    const user = await aUser(admin);
    const body = { displayName: 'x', userPrincipalName: user.userPrincipalName.toUpperCase() };
    const message = await expectError('POST', '/v1.0/users', body, 409, 'Request_MultipleObjectsWithSameKeyValue');
    expect(message).toContain('userPrincipalName');
  });

  test('malformed JSON, a poisoned key and a wrong content type are refused', async () => {
    const send = (body: string, type = 'application/json') =>
      fetch(`${center.url}/v1.0/users`, {
        method: 'POST',
        headers: { 'content-type': type, authorization: `Bearer ${token}` },
        body,
      });
    const { token } = await center.client('Global Administrator');
    expect((await send('{"a":')).status).toBe(400);
    expect((await send('{"__proto__":{"role":"x"},"displayName":"x","userPrincipalName":"p@x.y"}')).status).toBe(400);
    expect((await send('a=b', 'application/x-www-form-urlencoded')).status).toBe(415);
  });

  test('lists page, count, filter, search, sort and select', async () => {
    for (const name of ['Zed', 'Ykaterina', 'Xena']) {
      await aUser(admin, { displayName: `${name} Page`, department: 'Paging' });
    }
    const filter = encodeURIComponent("department eq 'Paging'");
    const first = await admin.call('GET', `/v1.0/users?$filter=${filter}&$orderby=displayName&$top=2&$count=true&$select=displayName`, { status: 200, answer: contract.Users }); // prettier-ignore
    expect(first['@odata.count']).toBe(3);
    expect(first.value).toEqual([
      { id: expect.any(String), displayName: 'Xena Page' },
      { id: expect.any(String), displayName: 'Ykaterina Page' },
    ]);
    const second = await admin.call('GET', first['@odata.nextLink']!, { status: 200, answer: contract.Users });
    expect(second.value).toEqual([{ id: expect.any(String), displayName: 'Zed Page' }]);
    expect(second['@odata.nextLink']).toBeUndefined();
    const searched = await admin.call('GET', '/v1.0/users?$search="displayName:ykat"', { status: 200 });
    expect(searched.value.map((user: { displayName: string }) => user.displayName)).toEqual(['Ykaterina Page']);
    const all = await readAll(admin, '/v1.0/users?$top=1');
    expect(new Set(all.map((user) => user.id)).size).toBe(all.length);
  });

  test.each(['$filter=nonsense', '$top=0', '$expand=manager', '$orderby=jobTitle', "$filter=endswith(mail,'x')", '$skiptoken=junk'])(
    'GET /users refuses %s',
    async (query) => {
      await expectError('GET', `/v1.0/users?${query}`, undefined, 400, 'Request_BadRequest');
    },
  ); // prettier-ignore

  test('the manager is set, read, listed by reports and removed', async () => {
    const boss = await aUser(admin);
    const user = await aUser(admin, { 'manager@odata.bind': `https://graph.microsoft.com/v1.0/users/${boss.id}` });
    const manager = await admin.call('GET', `/v1.0/users/${user.id}/manager`, { status: 200, answer: contract.DirectoryObject }); // prettier-ignore
    expect(manager).toMatchObject({ '@odata.type': '#microsoft.graph.user', id: boss.id });
    const reports = await admin.call('GET', `/v1.0/users/${boss.id}/directReports`, { status: 200, answer: contract.DirectoryObjects }); // prettier-ignore
    expect(reports.value.map(({ id }) => id)).toEqual([user.id]);
    expect((await admin.request('GET', `/v1.0/users/${user.id}/manager/$ref`)).body['@odata.id']).toContain(boss.id);

    await admin.call('DELETE', `/v1.0/users/${user.id}/manager/$ref`, { status: 204 });
    await expectError('GET', `/v1.0/users/${user.id}/manager`, undefined, 404, 'Request_ResourceNotFound');
    await admin.call(
      'PUT',
      `/v1.0/users/${user.id}/manager/$ref`,
      { status: 204 },
      { '@odata.id': objectAddress(boss.id) },
    );
    const reference = { '@odata.id': objectAddress(nowhere) };
    await expectError('PUT', `/v1.0/users/${user.id}/manager/$ref`, reference, 400, 'Request_BadRequest');
    await expectError('PUT', `/v1.0/users/${user.id}/manager/$ref`, { '@odata.id': 'x' }, 400, 'Request_BadRequest');
    await expectError('PUT', `/v1.0/users/${nowhere}/manager/$ref`, reference, 404, 'Request_ResourceNotFound');
  });

  test.each(['GET', 'PATCH', 'DELETE'])('%s of a user who does not exist is 404', async (method) => {
    const body = method === 'PATCH' ? {} : undefined;
    for (const id of [nowhere, 'nobody@contoso.com', '..%2Fgroups', "'; drop table directory_object; --"]) {
      await expectError(method, `/v1.0/users/${encodeURIComponent(id)}`, body, 404, 'Request_ResourceNotFound');
    }
  });
});

describe('groups', () => {
  test('a group is created with members, changed and deleted', async () => {
    const [one, two, three] = [await aUser(admin), await aUser(admin), await aGroup(admin)];
    const group = await admin.call('POST', '/v1.0/groups', { status: 201, answer: contract.Group }, {
      displayName: 'Consultants', mailEnabled: false, mailNickname: 'c', securityEnabled: true, description: 'All',
      'members@odata.bind': [objectAddress(one.id)],
    }); // prettier-ignore
    await admin.call('PATCH', `/v1.0/groups/${group.id}`, { status: 204 }, {
      description: null, displayName: 'Experts',
      'members@odata.bind': [objectAddress(two.id), `https://graph.microsoft.com/v1.0/groups/${three.id}`],
    }); // prettier-ignore
    const read = await admin.call('GET', `/v1.0/groups/${group.id}`, { status: 200, answer: contract.Group });
    expect(read).toMatchObject({ displayName: 'Experts', description: null, securityEnabled: true });
    const members = await admin.call('GET', `/v1.0/groups/${group.id}/members?$count=true`, { status: 200, answer: contract.DirectoryObjects }); // prettier-ignore
    expect(members['@odata.count']).toBe(3);
    expect(new Set(members.value.map(({ id }) => id))).toEqual(new Set([one.id, two.id, three.id]));
    const memberOf = await admin.call('GET', `/v1.0/users/${two.id}/memberOf`, { status: 200, answer: contract.DirectoryObjects }); // prettier-ignore
    expect(memberOf.value).toMatchObject([{ '@odata.type': '#microsoft.graph.group', displayName: 'Experts' }]);
    await admin.call('DELETE', `/v1.0/groups/${group.id}`, { status: 204 });
    await expectError('GET', `/v1.0/groups/${group.id}`, undefined, 404, 'Request_ResourceNotFound');
  });

  test('members are added and removed one by one', async () => {
    const [group, user] = [await aGroup(admin), await aUser(admin)];
    const path = `/v1.0/groups/${group.id}/members`;
    await admin.call('POST', `${path}/$ref`, { status: 204 }, { '@odata.id': objectAddress(user.id) });
    await admin.call('DELETE', `${path}/${user.id}/$ref`, { status: 204 });
    await expectError('DELETE', `${path}/${user.id}/$ref`, undefined, 404, 'Request_ResourceNotFound');
    await expectError('DELETE', `${path}/x/$ref`, undefined, 404, 'Request_ResourceNotFound');
    await expectError('POST', `${path}/$ref`, { '@odata.id': objectAddress(nowhere) }, 400, 'Request_BadRequest');
    await expectError('POST', `${path}/$ref`, {}, 400, 'Request_BadRequest');
    await expectError('POST', `${path}/$ref`, { '@odata.id': objectAddress(group.id) }, 400, 'Request_BadRequest');
    const many = Array.from({ length: 21 }, () => objectAddress(user.id));
    await expectError('PATCH', `/v1.0/groups/${group.id}`, { 'members@odata.bind': many }, 400, 'Request_BadRequest');
  });

  test('a group needs a name', async () => {
    await expectError('POST', '/v1.0/groups', { displayName: '' }, 400, 'Request_BadRequest');
    await expectError('POST', '/v1.0/groups', { displayName: 'x', size: 5 }, 400, 'Request_BadRequest');
  });
});

test('the recycle bin restores and purges', async () => {
  const [leaver, gone, group] = [await aUser(admin), await aUser(admin), await aGroup(admin)];
  for (const user of [leaver, gone]) await admin.call('DELETE', `/v1.0/users/${user.id}`, { status: 204 });
  await admin.call('DELETE', `/v1.0/groups/${group.id}`, { status: 204 });
  const bin = '/v1.0/directory/deletedItems';
  const users = await readAll(admin, `${bin}/microsoft.graph.user?$top=1`);
  expect(users.map(({ id }) => id)).toEqual(expect.arrayContaining([leaver.id, gone.id]));
  expect(users[0].deletedDateTime).toEqual(expect.any(String));
  expect((await readAll(admin, `${bin}/microsoft.graph.group`)).map(({ id }) => id)).toContain(group.id);

  const restored = await admin.call('POST', `${bin}/${leaver.id}/restore`, { status: 200, answer: contract.DirectoryObject }); // prettier-ignore
  expect(restored).toMatchObject({ '@odata.type': '#microsoft.graph.user', id: leaver.id });
  expect((await admin.request('GET', `/v1.0/users/${leaver.id}`)).status).toBe(200);
  await admin.call('DELETE', `${bin}/${gone.id}`, { status: 204 });
  for (const id of [gone.id, leaver.id]) {
    await expectError('POST', `${bin}/${id}/restore`, undefined, 404, 'Request_ResourceNotFound');
  }
});

test('a name that was taken meanwhile can not be restored over', async () => {
  const user = await aUser(admin);
  await admin.call('DELETE', `/v1.0/users/${user.id}`, { status: 204 });
  await aUser(admin, { userPrincipalName: user.userPrincipalName });
  await expectError('POST', `/v1.0/directory/deletedItems/${user.id}/restore`, undefined, 409, 'Request_MultipleObjectsWithSameKeyValue'); // prettier-ignore
});

describe('delta', () => {
  /** Reads to the delta link. */
  async function readDelta(start: string) {
    const value = [];
    let next: string | undefined = start;
    let delta = '';
    while (next !== undefined) {
      const page: Answered = await admin.call('GET', next, { status: 200 });
      value.push(...page.value);
      next = page['@odata.nextLink'];
      delta = page['@odata.deltaLink'] ?? '';
    }
    return { value, delta };
  }

  test('users: everything, then what changed, then what is gone', async () => {
    const [one, two] = [await aUser(admin), await aUser(admin)];
    const first = await readDelta('/v1.0/users/delta?$select=displayName&$top=3');
    expect(first.value.map(({ id }) => id)).toEqual(expect.arrayContaining([one.id, two.id]));
    expect((await readDelta(first.delta)).value).toEqual([]);

    await admin.call('PATCH', `/v1.0/users/${one.id}`, { status: 204 }, { displayName: 'Changed' });
    await admin.call('DELETE', `/v1.0/users/${two.id}`, { status: 204 });
    const second = await readDelta(first.delta);
    expect(second.value).toEqual(
      expect.arrayContaining([
        { id: one.id, displayName: 'Changed' },
        { id: two.id, '@removed': { reason: 'changed' } },
      ]),
    );
    expect(second.value).toHaveLength(2);
    await admin.call('DELETE', `/v1.0/directory/deletedItems/${two.id}`, { status: 204 });
    expect((await readDelta(second.delta)).value).toEqual([{ id: two.id, '@removed': { reason: 'deleted' } }]);
  });

  test('a token from before the changes that are kept sends the caller back to the beginning', async () => {
    const first = await readDelta('/v1.0/users/delta');
    await aUser(admin);
    await aUser(admin);
    await center.database.query({
      text: 'delete from directory_change where sequence < (select max(sequence) from directory_change)',
    });
    await expectError('GET', first.delta, undefined, 410, 'syncStateNotFound');
    expect((await readDelta((await readDelta('/v1.0/users/delta')).delta)).value).toEqual([]);
  });

  test('groups: members come in and go out', async () => {
    const [stays, leaves, comes] = [await aUser(admin), await aUser(admin), await aUser(admin)];
    const group = await aGroup(admin, { 'members@odata.bind': [stays, leaves].map(({ id }) => objectAddress(id)) });
    const first = await readDelta('/v1.0/groups/delta');
    const listed = first.value.find(({ id }) => id === group.id);
    expect(listed['members@delta'].map((member: { id: string }) => member.id).toSorted()).toEqual([stays.id, leaves.id].toSorted()); // prettier-ignore
    await admin.call(
      'POST',
      `/v1.0/groups/${group.id}/members/$ref`,
      { status: 204 },
      { '@odata.id': objectAddress(comes.id) },
    );
    await admin.call('DELETE', `/v1.0/groups/${group.id}/members/${leaves.id}/$ref`, { status: 204 });
    const [changed, ...others] = (await readDelta(first.delta)).value;
    expect(others).toEqual([]);
    const type = '#microsoft.graph.user';
    expect(changed).toMatchObject({ id: group.id });
    expect(changed['members@delta']).toEqual(
      expect.arrayContaining([
        { '@odata.type': type, id: comes.id },
        { '@odata.type': type, id: leaves.id, '@removed': { reason: 'deleted' } },
      ]),
    );
  });

  test('groups: members beyond a page follow under the id of the group', async () => {
    const members = [];
    for (let count = 0; count < 205; count++) members.push(await aUser(admin));
    const group = await aGroup(admin);
    for (let from = 0; from < members.length; from += 20) {
      const bind = members.slice(from, from + 20).map(({ id }) => objectAddress(id));
      await admin.call('PATCH', `/v1.0/groups/${group.id}`, { status: 204 }, { 'members@odata.bind': bind });
    }
    const { value } = await readDelta('/v1.0/groups/delta');
    const ids = value
      .filter(({ id }) => id === group.id)
      .flatMap((part) => part['members@delta'].map((member: { id: string }) => member.id));
    expect(new Set(ids)).toEqual(new Set(members.map(({ id }) => id)));
    expect(ids).toHaveLength(205);
  });

  test('a foreign token is refused', async () => {
    await expectError('GET', '/v1.0/users/delta?$deltatoken=latest', undefined, 400, 'Request_BadRequest');
  });
});

test('an address that is not there is a Graph 404', async () => {
  const error = await admin.call('GET', '/v1.0/unicorns', { status: 404, answer: contract.ErrorBody });
  expect(error.error.code).toBe('Request_ResourceNotFound');
  const reply = await admin.request('GET', '/v1.0/unicorns');
  expect(reply.body.error.innerError['request-id']).toBe(reply.headers.get('request-id'));
});

import assert from 'node:assert/strict';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Send = (method: string, path: string, body?: unknown) => Promise<Answer>;

export function createSend(baseUrl: string, token: string | undefined): Send {
  return async (method, path, body) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
}

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const coreGroup = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patch = (...operations: readonly object[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

/** What Microsoft Entra ID sends for one user and one group, from the first question to the deletion. */
export async function walkEntraDialogue(send: Send): Promise<void> {
  const question = `/Users?filter=${encodeURIComponent('userName eq "ada@contoso.com"')}`;
  const nobody = await send('GET', question);
  assert.deepEqual([nobody.status, nobody.body['totalResults']], [200, 0]);

  const user = await send('POST', '/Users', {
    schemas: [core],
    externalId: '58342554-38d6-4ec8-948c-50044d0a33fd',
    userName: 'ada@contoso.com',
    active: true,
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    meta: { resourceType: 'User' },
  });
  assert.equal(user.status, 201);
  const id = String(user.body['id']);
  assert.ok(user.headers.get('location')?.endsWith(`/Users/${id}`));
  assert.equal((await send('GET', question)).body['totalResults'], 1);

  const made = await send(
    'PATCH',
    `/Users/${id}`,
    patch({ op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Stockholm' }),
  );
  assert.deepEqual(made.body['addresses'], [{ type: 'work', locality: 'Stockholm' }]);
  const disabled = await send('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value: 'False' }));
  assert.deepEqual([disabled.status, disabled.body['active']], [200, false]);

  const group = await send('POST', '/Groups', { schemas: [coreGroup], displayName: 'Engineering' });
  assert.equal(group.status, 201);
  const at = `/Groups/${String(group.body['id'])}`;
  const member = [{ $ref: null, value: id }];
  assert.equal((await send('PATCH', at, patch({ op: 'Add', path: 'members', value: member }))).status, 204);
  const members = (await send('GET', at)).body['members'] as readonly { readonly value: string }[];
  assert.deepEqual(
    members.map(({ value }) => value),
    [id],
  );
  assert.equal((await send('GET', `${at}?excludedAttributes=members`)).body['members'], undefined);
  assert.equal((await send('PATCH', at, patch({ op: 'Remove', path: 'members', value: [{ value: id }] }))).status, 204);
  assert.equal((await send('GET', at)).body['members'], undefined);

  for (const path of [at, `/Users/${id}`]) {
    assert.equal((await send('DELETE', path)).status, 204);
    assert.equal((await send('GET', path)).status, 404);
  }
}

/** 401 with a challenge, whatever the route and spelling, for no token and for a wrong one. */
export async function checkRefusals(baseUrl: string): Promise<void> {
  for (const token of [undefined, 'wrong', `joinery_${'0'.repeat(40)}`]) {
    for (const path of ['/Users', '/Groups/x', '/Schemas', '/Nothing', '/%55sers', '/Users/']) {
      const answer = await createSend(baseUrl, token)('GET', path);
      assert.equal(answer.status, 401, path);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer /);
      assert.equal(answer.body['status'], '401');
    }
  }
}

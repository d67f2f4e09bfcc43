/**
 * Single questions to a SCIM server beyond the mix, each with the one right answer of the RFC or of what provisioning clients
 * need. The answer is a sentence that says what is wrong, or nothing.
 */
import { openHttpConnection } from '../lib/http-connection.ts';
import { newUserOf, userNameOf } from './entra-requests.ts';

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

type Send = (method: string, path: string, body?: unknown) => Promise<Answer>;

interface Objects {
  readonly send: Send;
  /** A new user; answers the id. */
  newUser(key: string): Promise<string>;
  /** Without members; answers the id. */
  newGroup(key: string): Promise<string>;
  memberIds(groupId: string): Promise<readonly unknown[]>;
}

type Probe = (objects: Objects) => Promise<string | undefined>;

const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
const filter = (text: string): string => `/Users?filter=${encodeURIComponent(text)}`;
const patchOf = (...operations: readonly object[]): object => ({ schemas, Operations: operations });
const listOf = ({ body }: Answer): readonly Record<string, unknown>[] =>
  Array.isArray(body['Resources']) ? (body['Resources'] as readonly Record<string, unknown>[]) : [];

/** Two members, one of whom `remove` takes away: the other one stays. */
async function afterRemoval(
  objects: Objects,
  key: string,
  name: string,
  remove: (objects: Objects, group: string, first: string) => Promise<unknown>,
): Promise<string | undefined> {
  const [first, second] = [await objects.newUser(`probe-${key}-1`), await objects.newUser(`probe-${key}-2`)];
  const group = await objects.newGroup(`probe-${key}`);
  const both = [{ value: first }, { value: second }];
  await objects.send('PATCH', `/Groups/${group}`, patchOf({ op: 'add', path: 'members', value: both }));
  if ((await objects.memberIds(group)).length !== 2)
    return 'GET of a group does not show the members that a PATCH added';
  await remove(objects, group, first);
  const left = await objects.memberIds(group);
  return left.length === 1 && left[0] === second ? undefined : `${name} leaves ${left.length}`;
}

const probes: readonly Probe[] = [
  async ({ send }) => {
    const { status } = await send('GET', '/ServiceProviderConfig');
    return status === 200 ? undefined : `GET /ServiceProviderConfig answers ${status} (RFC 7644 §4)`;
  },
  async ({ send, newUser }) => {
    await newUser('probe-and');
    const found = listOf(await send('GET', filter(`userName eq "${userNameOf('probe-and')}" and active eq false`)));
    return found.length === 0 ? undefined : 'a filter `userName eq … and active eq false` finds an active user';
  },
  async ({ send, newUser }) => {
    const id = await newUser('probe-case');
    const found = listOf(await send('GET', filter(`userName eq "${userNameOf('probe-case').toUpperCase()}"`)));
    return found[0]?.['id'] === id
      ? undefined
      : 'a look-up by userName in other letter case finds nobody (userName is not caseExact)';
  },
  async ({ send, newUser }) => {
    await newUser('probe-email');
    const found = listOf(
      await send('GET', filter('emails[type eq "work"].value eq "user.probe-email@contoso.example"')),
    );
    return found.length === 1
      ? undefined
      : 'a look-up by work e-mail, which Entra can match by, does not find the user';
  },
  async ({ send, newUser }) => {
    await newUser('probe-twice');
    const again = { ...newUserOf('probe-twice'), userName: userNameOf('probe-twice').toUpperCase() };
    const { status } = await send('POST', '/Users', again);
    return status === 409 ? undefined : `a second user with the same userName is answered ${status} instead of 409`;
  },
  async ({ send }) => {
    const { status } = await send('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      active: true,
    });
    return status === 400 ? undefined : `a user without userName is answered ${status} instead of 400`;
  },
  async ({ send }) => {
    const { status } = await send('PATCH', '/Users/unknown', patchOf({ op: 'replace', path: 'title', value: 'x' }));
    return status === 404 ? undefined : `PATCH of an unknown user is answered ${status} instead of 404`;
  },
  async ({ send, newUser }) => {
    const id = await newUser('probe-proto');
    const other = await newUser('probe-bystander');
    await send('PATCH', `/Users/${id}`, patchOf({ op: 'add', path: '__proto__.polluted', value: 'yes' }));
    await send('PATCH', `/Users/${id}`, patchOf({ op: 'add', value: { ['__proto__.polluted']: 'yes' } }));
    await send('PATCH', `/Users/${id}`, patchOf({ op: 'add', path: 'constructor.prototype.polluted', value: 'yes' }));
    const { status, body } = await send('GET', `/Users/${other}`);
    return status === 200 && !JSON.stringify(body).includes('polluted')
      ? undefined
      : 'a PATCH of one user with a path through `__proto__` shows in another user';
  },
  async ({ send, newUser }) => {
    const id = await newUser('probe-two');
    await send('PATCH', `/Users/${id}`, patchOf({ op: 'Replace', value: { title: 'both', 'name.givenName': 'Both' } }));
    const { body } = await send('GET', `/Users/${id}`);
    const name = body['name'] as { givenName?: unknown } | undefined;
    return body['title'] === 'both' && name?.givenName === 'Both'
      ? undefined
      : 'a PATCH without path whose value has `name.givenName` as a key does not change it';
  },
  async (objects) =>
    afterRemoval(objects, 'path', 'removing one of two members by `members[value eq …]`', ({ send }, group, first) =>
      send('PATCH', `/Groups/${group}`, patchOf({ op: 'remove', path: `members[value eq "${first}"]` })),
    ),
  async (objects) =>
    afterRemoval(objects, 'value', 'removing one of two members as Entra does', ({ send }, group, first) =>
      send('PATCH', `/Groups/${group}`, patchOf({ op: 'Remove', path: 'members', value: [{ value: first }] })),
    ),
  async (objects) =>
    afterRemoval(objects, 'delete', 'deleting one of two members', ({ send }, _group, first) =>
      send('DELETE', `/Users/${first}`),
    ),
  async ({ send, newUser }) => {
    const id = await newUser('probe-gone');
    await send('DELETE', `/Users/${id}`);
    const { status } = await send('GET', `/Users/${id}`);
    return status === 404 ? undefined : `a deleted user is answered ${status} instead of 404`;
  },
];

/** What the server answers wrongly, in words. */
export async function probe(tenantUrl: string, token: string): Promise<readonly string[]> {
  const { origin, pathname } = new URL(tenantUrl);
  const connection = openHttpConnection(origin, { authorization: `Bearer ${token}` });
  const send: Send = async (method, path, body) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await connection.request(method, pathname + path, text);
    try {
      return { status: answer.status, body: JSON.parse(answer.text) as Answer['body'] };
    } catch {
      // No body, or none of JSON: the status says enough.
      return { status: answer.status, body: {} };
    }
  };
  const objects: Objects = {
    send,
    newUser: async (key) => String((await send('POST', '/Users', newUserOf(key))).body['id']),
    async newGroup(key) {
      const { body } = await send('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: `Group ${key}`,
      });
      return String(body['id']);
    },
    async memberIds(groupId) {
      const { body } = await send('GET', `/Groups/${groupId}`);
      const members = Array.isArray(body['members']) ? (body['members'] as readonly { value?: unknown }[]) : [];
      return members.map(({ value }) => value);
    },
  };
  const wrong = new Set<string>();
  for (const one of probes) {
    const sentence = await one(objects).catch((error: unknown) => `a request was not answered: ${String(error)}`);
    if (sentence !== undefined) wrong.add(sentence);
  }
  connection.close();
  return [...wrong];
}

import type { Population } from './people.ts';

interface Server {
  readonly tenantUrl: string;
  readonly token: string;
}

/** A sentence, and what it is about. */
export interface Wrong {
  readonly kind: 'user' | 'group' | 'members';
  readonly text: string;
}

/** What is wrong in the server compared with what should stand there, read by plain SCIM requests. */
export async function readBack(
  server: Server,
  { people, groups }: Population,
  profile: 'entra' | 'efficient',
): Promise<readonly Wrong[]> {
  const wrong: Wrong[] = [];
  const say = (text: string): void => void wrong.push({ kind: 'user', text });
  const users = await readAll(
    server,
    'Users',
    'userName',
    [...people.values()].map((one) => one.userName),
  );
  const idOf = new Map<string, string>();
  for (const [rowId, expected] of people) {
    const found = users.filter((user) => user['userName'] === expected.userName);
    const [user] = found;
    if (user === undefined || found.length > 1) {
      say(`${expected.userName} is there ${found.length} times`);
      continue;
    }
    idOf.set(rowId, String(user['id']));
    const name = objectOf(user['name']);
    const address = listOf(user['addresses']).find((one) => one['type'] === 'work') ?? {};
    const values = {
      givenName: [name['givenName'], expected.givenName],
      familyName: [name['familyName'], expected.familyName],
      title: [user['title'], expected.title],
      city: [address['locality'], expected.city],
      active: [user['active'], expected.active],
    };
    for (const [attribute, [shown, wanted]] of Object.entries(values)) {
      // Profile entra never clears a value, as Entra does not.
      const isKept = wanted === '' && profile === 'entra';
      const isEmpty = wanted === '' && (shown === undefined || shown === null || shown === '');
      if (shown !== wanted && !isKept && !isEmpty)
        say(`${attribute} of a user is ${JSON.stringify(shown)} instead of ${JSON.stringify(wanted)}`);
    }
  }
  if (users.length > people.size) say(`${users.length} users instead of ${people.size}`);
  return [...wrong, ...(await groupsBack(server, groups, idOf))];
}

async function groupsBack(
  server: Server,
  groups: Population['groups'],
  idOf: ReadonlyMap<string, string>,
): Promise<readonly Wrong[]> {
  const wrong: Wrong[] = [];
  const say = (kind: Wrong['kind'], text: string): void => void wrong.push({ kind, text });
  const present = await readAll(server, 'Groups', 'displayName', [...groups.keys()]);
  for (const [name, members] of groups) {
    const found = present.filter((group) => group['displayName'] === name);
    const [group] = found;
    if (group === undefined || found.length > 1) {
      say('group', `${name} is there ${found.length} times`);
      continue;
    }
    const whole = await read(server, `/Groups/${encodeURIComponent(String(group['id']))}`);
    const shown = listOf(whole['members'])
      .map((member) => String(member['value']))
      .sort();
    const wanted = [...members].map((id) => idOf.get(id) ?? '').sort();
    if (shown.length === 0 && wanted.length > 0) say('members', 'groups show no members');
    else if (shown.join() !== wanted.join())
      say('members', `${name} has ${shown.length} members instead of ${wanted.length}`);
  }
  if (present.length > groups.size) say('group', `${present.length} groups instead of ${groups.size}`);
  return wrong;
}

type Resource = Readonly<Record<string, unknown>>;

const objectOf = (value: unknown): Resource => (typeof value === 'object' && value !== null ? (value as Resource) : {});
const listOf = (value: unknown): readonly Resource[] => (Array.isArray(value) ? value.map(objectOf) : []);

async function read({ tenantUrl, token }: Server, path: string): Promise<Resource> {
  const response = await fetch(tenantUrl + path, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/scim+json' },
  });
  return response.ok ? objectOf(await response.json().catch(() => undefined)) : {};
}

/**
 * All resources by startIndex, and by name those that the listing leaves out: some servers ignore startIndex, or count no further
 * than a page.
 */
async function readAll(
  server: Server,
  endpoint: 'Users' | 'Groups',
  attribute: 'userName' | 'displayName',
  names: readonly string[],
): Promise<readonly Resource[]> {
  const found = new Map<string, Resource>();
  const keep = (answer: Resource): void => {
    for (const resource of listOf(answer['Resources'])) found.set(String(resource['id']), resource);
  };
  for (let before = -1; before < found.size;) {
    before = found.size;
    keep(await read(server, `/${endpoint}?startIndex=${found.size + 1}&count=100`));
  }
  const listed = new Set([...found.values()].map((resource) => resource[attribute]));
  for (const name of names.filter((one) => !listed.has(one))) {
    const filter = encodeURIComponent(`${attribute} eq ${JSON.stringify(name)}`);
    keep(await read(server, `/${endpoint}?filter=${filter}`));
  }
  return [...found.values()];
}

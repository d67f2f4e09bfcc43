import type { Caller } from '../halves.ts';
import { assign, scim, type Application, type ScimGroup, type ScimUser } from '../provisioning.ts';
import type { Installation } from './installation.ts';

/*
 * Who is in the directory and in the target before the cycle, and what the target must hold after it. Every group is
 * assigned; a user is in one group or two. One user in a hundred is disabled (never created), one in fifty has an account in
 * the target already (adopted, not doubled). Beside them stand people who are in no group, accounts that nobody in the
 * directory has, and accounts of people who are not assigned: none of these may change.
 */

export const usersPerGroup = 100;
const lanes = 8;
const cities = ['Lund', 'Malmö', 'Göteborg', 'Umeå', 'Kiruna'] as const;
const titles = ['Tester', 'Developer', 'Manager'] as const;

export interface Expected {
  /** What a user's account holds, by objectId; the key is its externalId. */
  readonly users: ReadonlyMap<string, string>;
  /** objectIds of the members by the group's objectId. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  /** Accounts and groups out of scope as the target shows them, by target id. */
  readonly untouched: ReadonlyMap<string, string>;
  readonly adopted: ReadonlySet<string>;
}

export type Target = ReturnType<typeof scim> & { post(endpoint: 'Users' | 'Groups', body: object): Promise<string> };

/** The workspace's SCIM endpoint, also for what others made there. */
export function targetAt(tenantUrl: string, token: string): Target {
  return {
    ...scim(tenantUrl, token),
    async post(endpoint, body) {
      const response = await fetch(`${tenantUrl}/${endpoint}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
        body: JSON.stringify(body),
      });
      if (response.status !== 201)
        throw new Error(`POST /${endpoint} answered ${response.status}: ${await response.text()}`);
      return ((await response.json()) as { id: string }).id;
    },
  };
}

/** Does `work` for 0 … count − 1, eight at a time; the results are in order. */
async function inLanes<T>(count: number, work: (index: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let index = next++; index < count; index = next++) results[index] = await work(index);
    }),
  );
  return results;
}

const isDisabled = (index: number): boolean => index % 100 === 99;
const isAdopted = (index: number): boolean => index % 50 === 7;

interface Values {
  readonly userName: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly title: string;
  readonly city: string;
}

function valuesOf(index: number): Values {
  return {
    userName: `user${index}@contoso.com`,
    givenName: `Given ${index}`,
    familyName: `Family ${index}`,
    title: titles[index % titles.length] ?? 'Tester',
    city: cities[index % cities.length] ?? 'Lund',
  };
}

const accountOf = (userName: string, title: string): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  title,
  active: true,
});

/** One line of all that the mappings write, for comparison. */
export function lineOf(user: ScimUser): string {
  const locality = user.addresses?.map((address) => `${address.type} ${address.locality}`).join('; ');
  return [user.userName, user.name?.givenName, user.name?.familyName, user.title, locality, user.active].join(' | ');
}

const expectedLine = (one: Values): string =>
  [one.userName, one.givenName, one.familyName, one.title, `work ${one.city}`, true].join(' | ');

export interface Place {
  readonly installation: Installation;
  readonly center: Caller;
  readonly application: Application;
  readonly target: Target;
}

/** Fills directory and target, and assigns every group but that of the people outside. */
export async function populate(place: Place, users: number): Promise<Expected> {
  const { center, application, target } = place;
  const groupCount = Math.ceil(users / usersPerGroup);
  const members = Array.from({ length: groupCount }, () => new Set<number>());
  const indexes = Array.from({ length: users }, (_, index) => index);
  for (const index of indexes) {
    members[index % groupCount]?.add(index);
    if (index % 3 === 0) members[(index * 7 + 1) % groupCount]?.add(index);
  }
  await place.installation.importFiles(usersCsv(users), groupsCsv(members));
  const idOfUser = await directoryIds(center, 'users', 'userPrincipalName');
  const idOfGroup = await directoryIds(center, 'groups', 'displayName');
  const idOf = (index: number): string => known(idOfUser, valuesOf(index).userName);
  await inLanes(groupCount, (index) => assign(center, application, known(idOfGroup, `Group ${index}`)));

  const adopted = indexes.filter(isAdopted);
  await inLanes(adopted.length, (one) =>
    target.post('Users', accountOf(valuesOf(adopted[one] ?? 0).userName, 'An older title')),
  );
  const active = indexes.filter((index) => !isDisabled(index));
  const memberIds = members.map((group) => [...group].filter((index) => !isDisabled(index)).map(idOf));
  return {
    users: new Map(active.map((index) => [idOf(index), expectedLine(valuesOf(index))])),
    groups: new Map(memberIds.map((ids, index) => [known(idOfGroup, `Group ${index}`), new Set(ids)])),
    untouched: await accountsOutside(target, outsideOf(users)),
    adopted: new Set(adopted.map(idOf)),
  };
}

const outsideOf = (users: number): number => Math.ceil(users / 100);

function usersCsv(users: number): string {
  const rows = Array.from({ length: users }, (_, index) => {
    const one = valuesOf(index);
    const { userName, givenName, familyName, title, city } = one;
    return [`u${index}`, userName, givenName, familyName, title, city, !isDisabled(index)].join(',');
  });
  const outside = Array.from({ length: outsideOf(users) }, (_, index) =>
    [`o${index}`, `outside${index}@contoso.com`, 'Not', 'Assigned', 'Not assigned', 'Lund', true].join(','),
  );
  return ['id,userPrincipalName,givenName,surname,jobTitle,city,accountEnabled', ...rows, ...outside, ''].join('\n');
}

function groupsCsv(members: readonly ReadonlySet<number>[]): string {
  const rows = members.map(
    (group, index) => `g${index},Group ${index},${[...group].map((one) => `u${one}`).join(';')}`,
  );
  return ['id,displayName,members', ...rows, ''].join('\n');
}

function known(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`${name} is not in the directory`);
  return id;
}

async function directoryIds(
  center: Caller,
  collection: 'users' | 'groups',
  attribute: 'userPrincipalName' | 'displayName',
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  let next: string | undefined = `/v1.0/${collection}?$select=id,${attribute}&$top=999`;
  while (next !== undefined) {
    const page: { value: Record<string, string>[]; '@odata.nextLink'?: string } = await center.call('GET', next);
    for (const one of page.value) ids.set(one[attribute] ?? '', one['id'] ?? '');
    const link = page['@odata.nextLink'];
    next = link === undefined ? undefined : new URL(link).pathname + new URL(link).search;
  }
  return ids;
}

/** Accounts and a group that have nothing to do with the application, as the target shows them. */
async function accountsOutside(target: Target, count: number): Promise<ReadonlyMap<string, string>> {
  const accounts = await inLanes(count, async (index) => {
    await target.post('Users', accountOf(`outside${index}@contoso.com`, 'Local'));
    return target.post('Users', accountOf(`local${index}@fabrikam.com`, 'Local'));
  });
  await target.post('Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Locals',
    members: accounts.map((value) => ({ value })),
  });
  const untouched = new Map<string, string>();
  for (const user of await target.all<ScimUser>('Users'))
    if (user.title === 'Local') untouched.set(user.id, JSON.stringify(user));
  for (const group of await target.all<ScimGroup>('Groups')) untouched.set(group.id, JSON.stringify(group));
  return untouched;
}

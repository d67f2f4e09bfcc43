import type { Caller } from '../halves.ts';
import {
  assign,
  createGroup,
  createUser,
  scim,
  type Application,
  type ScimGroup,
  type ScimUser,
} from '../provisioning.ts';

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

export async function populate(
  center: Caller,
  application: Application,
  target: Target,
  users: number,
): Promise<Expected> {
  const groupCount = Math.ceil(users / usersPerGroup);
  const ids = await inLanes(users, async (index) => {
    const one = valuesOf(index);
    const more = {
      givenName: one.givenName,
      surname: one.familyName,
      jobTitle: one.title,
      city: one.city,
      accountEnabled: !isDisabled(index),
    };
    if (isAdopted(index)) await target.post('Users', accountOf(one.userName, 'An older title'));
    return (await createUser(center, `user${index}`, more)).id;
  });
  const members = Array.from({ length: groupCount }, () => new Set<string>());
  for (const [index, id] of ids.entries()) {
    members[index % groupCount]?.add(id);
    if (index % 3 === 0) members[(index * 7 + 1) % groupCount]?.add(id);
  }
  const groupIds = await inLanes(groupCount, async (index) => {
    const group = await createGroup(center, `Group ${index}`, [...(members[index] ?? [])]);
    await assign(center, application, group.id);
    return group.id;
  });
  const untouched = await populateOutside(center, target, Math.ceil(users / 100));
  const active = new Map(
    ids.flatMap((id, index) => (isDisabled(index) ? [] : [[id, expectedLine(valuesOf(index))] as const])),
  );
  return {
    users: active,
    groups: new Map(
      groupIds.map((id, index) => [id, new Set([...(members[index] ?? [])].filter((one) => active.has(one)))]),
    ),
    untouched,
    adopted: new Set(ids.filter((_, index) => isAdopted(index))),
  };
}

/** People and accounts that have nothing to do with the application. */
async function populateOutside(center: Caller, target: Target, count: number): Promise<ReadonlyMap<string, string>> {
  const accounts = await inLanes(count, async (index) => {
    await createUser(center, `outside${index}`, { jobTitle: 'Not assigned' });
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

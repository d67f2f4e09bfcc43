/** 32 clients patch one group and one user at the same time; a model of each client says what the end must be. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createScimClient, unique, type ScimClient } from './client.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

const clients = 32;
const operations = process.env['JOINERY_SOAK'] === undefined ? 1_500 : 5_000;
const membersPerClient = 3;

let running: TestWorkspace;
beforeAll(async () => {
  running = await aWorkspace({ rateLimit: { perSecond: 0, burst: 1 } });
});
afterAll(() => running.stop());

/** Numbers from 0 below `bound`, the same in every run. */
function sequence(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * bound);
  };
}

interface Model {
  readonly members: ReadonlySet<string>;
  readonly display: string | undefined;
  readonly changes: { readonly group: number; readonly user: number };
}

async function patchOften(
  scim: ScimClient,
  client: number,
  given: { readonly groupId: string; readonly userId: string; readonly own: readonly string[]; readonly count: number },
): Promise<Model> {
  const { groupId, userId, own, count } = given;
  const next = sequence(client + 1);
  const members = new Set<string>();
  const changes = { group: 0, user: 0 };
  let display: string | undefined;
  const element = `entitlements[value eq "client-${client}"]`;
  for (let n = 0; n < count; n++) {
    if (n % 2 === 0) {
      const id = own[next(own.length)] ?? '';
      const isAdding = next(2) === 0;
      const operation = isAdding
        ? { op: 'add', path: 'members', value: [{ value: id }] }
        : { op: 'remove', path: `members[value eq "${id}"]` };
      expect((await scim.patch(`/Groups/${groupId}`, operation)).status).toBe(204);
      if (isAdding !== members.has(id)) changes.group += 1;
      if (isAdding) members.add(id);
      else members.delete(id);
      continue;
    }
    const isRemoving = display !== undefined && next(4) === 0;
    const value = `display ${n}`;
    const operation = isRemoving
      ? { op: 'remove', path: element }
      : display === undefined
        ? { op: 'add', path: 'entitlements', value: [{ value: `client-${client}`, display: value }] }
        : { op: 'replace', path: `${element}.display`, value };
    expect((await scim.patch(`/Users/${userId}`, operation)).status).toBe(200);
    changes.user += 1;
    display = isRemoving ? undefined : value;
  }
  return { members, display, changes };
}

test(`${clients} clients in parallel lose no change of one group and one user in ${operations} operations`, async () => {
  const { scim } = running;
  const people = await Promise.all(
    Array.from({ length: clients * membersPerClient }, () => scim.create('/Users', { userName: unique('member') })),
  );
  const groupId = await scim.create('/Groups', { displayName: 'Shared' });
  const userId = await scim.create('/Users', { userName: 'shared' });
  const models = await Promise.all(
    Array.from({ length: clients }, (_, client) =>
      patchOften(createScimClient(running.tenantUrl, running.token), client, {
        groupId,
        userId,
        own: people.slice(client * membersPerClient, (client + 1) * membersPerClient),
        count: Math.ceil(operations / clients),
      }),
    ),
  );

  const group = (await scim.get(`/Groups/${groupId}`)).body as {
    members?: { value: string }[];
    meta: { version: string };
  };
  const expected = models.flatMap(({ members }) => [...members]);
  expect((group.members ?? []).map(({ value }) => value).toSorted()).toEqual(expected.toSorted());
  const moves = models.reduce((sum, { changes }) => sum + changes.group, 0);
  expect(group.meta.version).toBe(`W/"${1 + moves}"`);

  const user = (await scim.get(`/Users/${userId}`)).body as {
    entitlements?: { value: string; display: string }[];
    meta: { version: string };
  };
  const shown = new Map((user.entitlements ?? []).map(({ value, display }) => [value, display]));
  expect(shown.size).toBe(models.filter(({ display }) => display !== undefined).length);
  models.forEach(({ display }, client) => expect(shown.get(`client-${client}`)).toBe(display));
  expect(user.meta.version).toBe(`W/"${1 + models.reduce((sum, { changes }) => sum + changes.user, 0)}"`);
}, 1_200_000);

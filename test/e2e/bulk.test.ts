import { createTargetFactory, systemClock } from '@joinery/admin-center';
import { runCycle, type Cycle, type JobSettings } from '@joinery/provisioning';
import { expect, test } from 'vitest';
import {
  startWorkspaceServer,
  type Shown,
  type WorkspaceServer,
} from '../../packages/connector-scim/test/workspace-server.ts';
import { createWorld, names } from '../../packages/provisioning/test/world.ts';

// Cycles into the workspace's own SCIM endpoint over HTTP, with bulk requests (RFC 7644 §3.7) and without.

/** A directory with 60 assigned users, one the manager of ten, and three assigned groups. */
async function provisioning(workspace: WorkspaceServer, settings: Partial<JobSettings>) {
  const world = await createWorld({ template: 'scim', settings: { onLeavingScope: 'delete', ...settings } });
  const { servicePrincipalId, store } = world;
  await store.jobs.putSecrets(servicePrincipalId, new Map([['BaseAddress', workspace.tenantUrl], ['SecretToken', workspace.token]])); // prettier-ignore
  const targets = createTargetFactory({ allowedTargets: [workspace.host], clock: systemClock, random: Math.random });
  const [chief] = await world.users(['chief']);
  const users = [
    chief!,
    ...(await world.users(names('user', 59), (_, index) => (index < 10 ? { managerId: chief! } : {}))),
  ];
  const groups = [];
  for (const [index, name] of ['Lund', 'Oslo', 'Paris'].entries()) {
    groups.push(await world.group(name, users.slice(index * 10, index * 10 + 20)));
  }
  await world.assign(...users, ...groups);
  return {
    world,
    users,
    groups,
    cycle: (): Promise<Cycle> => runCycle({ ...world.ports, targets }, world.jobId),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** What is there, by names instead of ids. */
async function stateOf(workspace: WorkspaceServer) {
  const { users, groups } = await workspace.contents();
  const nameOf = new Map(users.map((user) => [user.id, user.userName]));
  const shown = (user: Shown) => ({ userName: user.userName, active: user.active, title: user.title });
  const byName = <T extends { readonly name: string | undefined }>(all: readonly T[]) =>
    all.toSorted((a, b) => String(a.name).localeCompare(String(b.name)));
  return {
    users: byName(users.map((user) => ({ name: user.userName, ...shown(user) }))),
    groups: byName(
      groups.map(({ displayName, members = [] }) => ({
        name: displayName,
        members: members.map(({ value }) => nameOf.get(value)).toSorted(),
      })),
    ),
  };
}

/** Updates, a disabled user, a deleted one, a new one, and other members. */
async function change({ world, users, groups }: Awaited<ReturnType<typeof provisioning>>): Promise<void> {
  const { directory } = world.store;
  for (const id of users.slice(20, 30))
    await directory.updateUser(id, { attributes: new Map([['jobTitle', 'Guide']]) });
  await directory.updateUser(users[40]!, { accountEnabled: false });
  await world.unassign(users[41]!);
  await world.unassign(users[42]!);
  const [late] = await world.users(['late']);
  await world.assign(late!);
  await directory.addMembers(groups[0]!, [late!, users[50]!]);
  await directory.removeMembers(groups[0]!, [users[1]!, users[2]!]);
}

test('an initial and an incremental cycle with bulk requests end in the state that single requests lead to', async () => {
  const states: unknown[] = [];
  const requests: number[] = [];
  for (const bulk of [true, false]) {
    await using workspace = await startWorkspaceServer();
    await using job = await provisioning(workspace, { bulk });
    expect(await job.cycle()).toMatchObject({
      kind: 'initial',
      state: 'succeeded',
      counts: { created: 63, failed: 0 },
    });
    requests.push(workspace.carried.length);
    states.push(await stateOf(workspace));
    await change(job);
    const before = workspace.carried.length;
    expect(await job.cycle()).toMatchObject({ kind: 'incremental', state: 'succeeded', counts: { created: 1, failed: 0 } }); // prettier-ignore
    states.push(await stateOf(workspace));
    const sent = workspace.carried.slice(before).filter(({ method }) => method !== 'GET');
    expect(sent.some(({ path }) => path === '/Bulk')).toBe(bulk);
  }
  const [initial, incremental, initialAlone, incrementalAlone] = states;
  expect(initial).toEqual(initialAlone);
  expect(incremental).toEqual(incrementalAlone);
  const { users, groups } = incremental as Awaited<ReturnType<typeof stateOf>>;
  expect(users).toHaveLength(59);
  expect(users.filter(({ title }) => title === 'Guide')).toHaveLength(10);
  expect(users.filter(({ active }) => active === false)).toHaveLength(1);
  expect(groups.find(({ name }) => name === 'Lund')?.members).toHaveLength(20);
  expect(requests[0]).toBeLessThan(requests[1]! / 4);
});

test('answers to bulk requests that are lost after the commit: nobody is there twice, and each operation is logged', async () => {
  await using workspace = await startWorkspaceServer();
  await using job = await provisioning(workspace, { bulk: true });
  workspace.losesAnswer = ({ path }) => path === '/Bulk';
  const first = await job.cycle();
  expect(first.counts.failed).toBe(0);
  expect(workspace.carried.filter(({ path }) => path === '/Bulk').length).toBeGreaterThanOrEqual(2);
  workspace.losesAnswer = () => false;
  let last = await job.cycle();
  expect(last.counts.failed).toBe(0);
  const { users, groups } = await stateOf(workspace);
  expect(users.map(({ name }) => name)).toEqual(
    [...names('user', 59), 'chief'].map((name) => `${name}@contoso.example`).toSorted((a, b) => a.localeCompare(b)),
  );
  expect(groups.map(({ name, members }) => [name, members.length])).toEqual([
    ['Lund', 20],
    ['Oslo', 20],
    ['Paris', 20],
  ]);

  // Each object has its entry, with what was sent for it and for nobody else.
  const { log } = job.world.store;
  const entries = (await job.world.log()).entries.filter(({ cycleId }) => cycleId === first.id);
  expect(new Set(entries.map(({ source }) => source.id))).toEqual(new Set([...job.users, ...job.groups]));
  const seventh = entries.find(({ source }) => source.displayName === 'user7')!;
  const [bulk] = (await log.listExchanges(seventh.id))!.filter(({ url }) => url.endsWith('/Bulk'));
  expect(bulk?.failure).toEqual(expect.any(String));
  expect(bulk?.requestBody).toContain('user7@contoso.example');
  expect(bulk?.requestBody?.match(/@contoso\.example/g)).toEqual(['@contoso.example']);

  // The same for changes: what failed unseen is found done, and done again where it was not.
  await change(job);
  let lost = 0;
  workspace.losesAnswer = ({ method, path }) => (path === '/Bulk' || method === 'PATCH') && (lost += 1) <= 6;
  last = await job.cycle();
  for (let round = 0; round < 3 && last.counts.failed > 0; round += 1) last = await job.cycle();
  expect(last.counts.failed).toBe(0);
  const after = await stateOf(workspace);
  expect(after.users).toHaveLength(59);
  expect(after.users.filter(({ title }) => title === 'Guide')).toHaveLength(10);
  expect(after.groups.find(({ name }) => name === 'Lund')?.members).toHaveLength(20);
  const all = (await job.world.log()).entries;
  for (const id of job.users.slice(20, 30)) {
    expect(all.filter(({ source }) => source.id === id).length).toBeGreaterThanOrEqual(2);
  }
});

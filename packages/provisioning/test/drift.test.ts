import { brandId, type ComparisonId } from '@joinery/base';
import { randomUUID } from 'node:crypto';
import { modelError } from '@joinery/testkit';
import { describe, expect, test } from 'vitest';
import { createDriftWorker } from '../src/drift/worker.ts';
import { runComparison } from '../src/drift/run-comparison.ts';
import {
  account,
  accountsOf,
  change,
  classesOf,
  compare,
  driftPorts,
  leaseMs,
  namesOf,
  settledWorld,
  work,
} from './drift-world.ts';
import { createWorld, names } from './world.ts';

describe('a comparison', () => {
  test('finds no difference in what was just provisioned', async () => {
    const { world } = await settledWorld();
    await using _ = world;
    const comparison = await compare(world);
    expect(comparison).toMatchObject({ state: 'succeeded', objects: { done: 7, total: 7 }, error: undefined });
    expect(await classesOf(world, comparison)).toEqual({
      local: [],
      unassigned: [],
      assigned: ['Everyone', ...names('user', 6)],
      changed: [],
      missing: [],
    });
  });

  test('sorts what was done behind its back', async () => {
    const { world } = await settledWorld();
    await using _ = world;
    await world.users(['stranger']);
    const [newcomer] = await world.users(['newcomer']);
    await world.assign(newcomer!);
    for (const name of ['robot', 'stranger', 'newcomer']) {
      world.target.plant('user', { userName: `${name}@contoso.example` });
    }
    change(world, 'user0', { title: 'Director' });
    world.target.vanish(account(world, 'user1').id);
    world.target.find1('group', 'displayName', 'Everyone')!.members.delete(account(world, 'user2').id);
    const comparison = await compare(world);
    expect(await classesOf(world, comparison)).toEqual({
      local: ['robot'],
      unassigned: ['stranger'],
      assigned: ['newcomer', 'user2', 'user3', 'user4', 'user5'],
      changed: ['Everyone', 'user0'],
      missing: ['user1'],
    });
    const [everyone, user0] = await accountsOf(world, comparison, 'changed');
    // User 1's membership went with the account, which is missing itself.
    expect(everyone).toMatchObject({ kind: 'group', members: { missing: 1, added: 0 }, differences: [] });
    expect(user0?.differences).toEqual([
      { attribute: 'title', exported: 'Consultant', old: 'Director', new: 'Consultant' },
    ]);
    expect((await accountsOf(world, comparison, 'assigned'))[0]).toMatchObject({ isLinked: false, isInScope: true });
    expect(await world.store.comparisons.counts(comparison.id)).toEqual({
      classes: { local: 1, unassigned: 1, assigned: 5, changed: 2, missing: 1 },
      ignored: 0,
      queued: 0,
    });
  });

  test('matches accounts by an expression, which the account discovery of Entra does not', async () => {
    await using world = await createWorld({
      schema: (schema) => ({
        ...schema,
        synchronizationRules: schema.synchronizationRules.map((rule) => ({
          ...rule,
          objectMappings: rule.objectMappings.map((mapping) => ({
            ...mapping,
            attributeMappings: mapping.attributeMappings.map((one) =>
              one.targetAttributeName === 'userName'
                ? {
                    ...one,
                    source: {
                      type: 'Function' as const,
                      name: 'Append',
                      expression: 'Append([userPrincipalName], ".app")',
                    },
                  }
                : one,
            ),
          })),
        })),
      }),
    });
    await world.users(['ann']);
    world.target.plant('user', { userName: 'ANN@contoso.example.app' });
    const comparison = await compare(world);
    expect(await accountsOf(world, comparison, 'unassigned')).toMatchObject([{ sourceName: 'ann', isLinked: false }]);
  });

  test('takes requests by the page, not by the object', async () => {
    const world = await createWorld({ target: { listPageSize: 500 } });
    await using _ = world;
    const users = await world.users(names('user', 5_000));
    await world.assign(await world.group('Everyone', users));
    await world.cycle({ pageSize: 500 });
    world.target.takeRequests();
    const comparison = await compare(world);
    expect(comparison.objects).toEqual({ done: 5_001, total: 5_001 });
    // Ten pages of users, one of groups, and the one group's members.
    expect(world.target.takeRequests()).toEqual({ list: 11, get: 1 });
    expect(comparison.requests).toBe(12);
    expect((await world.store.comparisons.counts(comparison.id)).classes).toMatchObject({
      assigned: 5_001,
      changed: 0,
    });
  }, 120_000);

  test('goes on after the last page when its worker is gone', async () => {
    const world = await createWorld({ target: { listPageSize: 5 } });
    await using _ = world;
    await world.assign(...(await world.users(names('user', 20))));
    await world.cycle();
    world.target.takeRequests();
    const id = brandId<ComparisonId>(randomUUID());
    await world.store.comparisons.start(world.jobId, id, undefined);
    const killed = (await world.store.comparisons.take('killed', leaseMs))!;
    const stop = new AbortController();
    world.target.fault = (request) => {
      if (request.method === 'list' && request.about === '10') stop.abort();
      return undefined;
    };
    await runComparison(driftPorts(world), killed, { leaseMs, since: world.clock.now(), signal: stop.signal });
    world.target.fault = undefined;
    // Three pages were asked for; what the third showed was written, or it is asked for again.
    expect(world.target.takeRequests()).toEqual({ list: 3 });
    expect((await world.store.comparisons.get(id))?.state).toBe('running');
    await work(world);
    const after = world.target.takeRequests()['list']!;
    // Of four pages of users and one of groups.
    expect(after).toBeLessThanOrEqual(3);
    expect((await world.store.comparisons.counts(id)).classes).toMatchObject({ assigned: 20, missing: 0 });
  });

  test('is another worker’s when the lease is lost: nothing more is written', async () => {
    const { world } = await settledWorld();
    await using _ = world;
    const id = brandId<ComparisonId>(randomUUID());
    await world.store.comparisons.start(world.jobId, id, undefined);
    const slow = (await world.store.comparisons.take('slow', leaseMs))!;
    expect(await world.store.comparisons.take('early', leaseMs)).toBeUndefined();
    world.clock.advance(leaseMs + 1);
    const other = await world.store.comparisons.take('other', leaseMs);
    expect(other?.comparison.id).toBe(id);
    const step = { stage: 'users', position: undefined, listed: 1, requests: 1 } as const;
    expect(await world.store.comparisons.commit(slow, step)).toBe(false);
    expect(await world.store.comparisons.renew(slow, leaseMs)).toBe(false);
    expect((await world.store.comparisons.get(id))?.requests).toBe(0);
    expect(await world.store.comparisons.commit(other!, step)).toBe(true);
  });

  test('fails when the target does not answer, and keeps what the last one found', async () => {
    const { world } = await settledWorld();
    await using _ = world;
    const first = await compare(world);

    world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
    const failed = await compare(world);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'Unauthorized' } });
    expect((await world.store.comparisons.list(world.jobId)).map((one) => one.id)).toEqual([failed.id, first.id]);
    expect(await accountsOf(world, first, 'assigned')).toHaveLength(7);
    expect((await world.job()).quarantine).toBeUndefined();
  });

  test('asks for who was not listed before calling them missing', async () => {
    const { world } = await settledWorld({ target: { listPageSize: 3 } });
    await using _ = world;
    // The listing moves while it is read: one account goes, and the first of the next page is passed over.
    const gone = [...world.target.objects.values()].find((one) => one.kind === 'user')!;
    world.target.fault = (request) => {
      if (request.method === 'list' && request.kind === 'user' && request.about === '3') world.target.vanish(gone.id);
      return undefined;
    };
    const comparison = await compare(world);
    world.target.fault = undefined;
    expect(await accountsOf(world, comparison, 'missing')).toEqual([]);
    expect(namesOf(await accountsOf(world, comparison, 'assigned'))).toEqual(
      expect.arrayContaining([...names('user', 6)]),
    );
    expect(world.target.takeRequests()).toMatchObject({ get: 2 });
  });

  test('runs as often as the job wants, or not at all', async () => {
    const { world } = await settledWorld();
    await using _ = world;
    const { comparisons, jobs } = world.store;
    const due = () => comparisons.startDue(new Date(world.clock.now()), randomUUID);
    const count = async () => (await comparisons.list(world.jobId)).length;
    await jobs.start(world.jobId);
    await due();
    expect(await count()).toBe(0);
    await jobs.updateSettings(world.jobId, { comparison: { enabled: true, intervalHours: 6 } });
    await due();
    await due();
    expect(await count()).toBe(1);
    await work(world);
    world.clock.advance(5 * 3_600_000);
    await due();
    expect(await comparisons.take('none', leaseMs)).toBeUndefined();
    world.clock.advance(3_600_001);
    await due();
    expect((await comparisons.list(world.jobId)).map((one) => one.state)).toEqual(['running', 'succeeded']);
    await jobs.pause(world.jobId);
  });

  test('is done by a worker that is told of it, and can be canceled', async () => {
    const { world } = await settledWorld();
    await using _ = world;
    const stop = new AbortController();
    const running = createDriftWorker(driftPorts(world), { workerId: 'drift' }).run(stop.signal);
    const id = brandId<ComparisonId>(randomUUID());
    await world.store.comparisons.start(world.jobId, id, undefined);
    await expect
      .poll(async () => (await world.store.comparisons.get(id))?.state, { timeout: 30_000 })
      .toBe('succeeded');
    stop.abort();
    await running;
    const second = brandId<ComparisonId>(randomUUID());
    await world.store.comparisons.start(world.jobId, second, undefined);
    await expect(world.store.comparisons.start(world.jobId, brandId(randomUUID()), undefined)).rejects.toMatchObject({
      code: 'provisioning.comparison_running',
    });
    expect(await world.store.comparisons.cancel(second)).toBe(true);
    expect(await world.store.comparisons.take('none', leaseMs)).toBeUndefined();
    expect((await world.store.comparisons.get(second))?.state).toBe('canceled');
  });
});

test('what is ignored stays so in later comparisons, until it is something else', async () => {
  const { world } = await settledWorld();
  await using _ = world;
  world.target.plant('user', { userName: 'robot@contoso.example' });
  change(world, 'user0', { title: 'Director' });
  const first = await compare(world);
  expect(await world.store.comparisons.setIgnored(first.id, true, { class: 'local' })).toBe(1);
  const [user0] = await accountsOf(world, first, 'changed');
  expect(await world.store.comparisons.setIgnored(first.id, true, { ids: [user0!.id] })).toBe(1);
  expect(await world.store.comparisons.countSelected(first.id, 'repair', { class: 'changed' })).toEqual({
    users: 0,
    groups: 0,
  });
  world.target.vanish(account(world, 'user0').id);
  const second = await compare(world);
  expect(await classesOf(world, second)).toMatchObject({ local: [], changed: [], missing: ['user0'] });
  expect(await world.store.comparisons.counts(second.id)).toMatchObject({ ignored: 1 });
  const ignored = await world.store.comparisons.listAccounts({ comparisonId: second.id, ignored: true, top: 10 });
  expect(namesOf(ignored.accounts)).toEqual(['robot']);
  await world.store.comparisons.setIgnored(second.id, false, { ids: ignored.accounts.map((one) => one.id) });
  expect(await classesOf(world, second)).toMatchObject({ local: ['robot'] });
});

test('pages of accounts go by name, with a search', async () => {
  const { world } = await settledWorld();
  await using _ = world;
  for (const name of ['100%_real', '1000_real', 'bot-b', 'Bot-a']) {
    world.target.plant('user', { userName: `${name}@contoso.example` });
  }
  const { id } = await compare(world);
  const seen: string[] = [];
  let skipToken: string | undefined;
  do {
    const page = await world.store.comparisons.listAccounts({
      comparisonId: id,
      class: 'local',
      ignored: false,
      top: 1,
      ...(skipToken === undefined ? {} : { skipToken }),
    });
    seen.push(...page.accounts.map((one) => one.displayName.split('@')[0]!));
    skipToken = page.next;
  } while (skipToken !== undefined);
  expect(seen).toEqual(['100%_real', '1000_real', 'Bot-a', 'bot-b']);
  const search = async (text: string) =>
    namesOf((await world.store.comparisons.listAccounts({ comparisonId: id, ignored: false, search: text, top: 10 })).accounts); // prettier-ignore
  expect(await search('0%_')).toEqual(['100%_real']);
  expect(await search('BOT')).toEqual(['Bot-a', 'bot-b']);
  expect(await search(account(world, 'user0').id)).toEqual(['user0']);
});

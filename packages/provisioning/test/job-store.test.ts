import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createCenterStore } from '@joinery/store/center';
import { modelError, waitFor } from '@joinery/testkit';
import { runCycle, type ResetScope } from '../src/index.ts';
import { holdCreates } from './workers.ts';
import { createWorld, names } from './world.ts';

describe('restart', () => {
  // entra-provisioning.md §2.6: what each reset scope clears.
  test.each<[string, readonly ResetScope[], { kind: string; links: number; escrows: number }]>([
    ['without a scope keeps the links only', [], { kind: 'initial', links: 3, escrows: 0 }],
    ['Watermark', ['Watermark'], { kind: 'initial', links: 3, escrows: 1 }],
    ['Escrows', ['Escrows'], { kind: 'incremental', links: 3, escrows: 0 }],
    ['Full clears the links too', ['Full'], { kind: 'initial', links: 0, escrows: 0 }],
    ['ForceDeletes keeps everything', ['ForceDeletes'], { kind: 'incremental', links: 3, escrows: 1 }],
  ])('%s', async (_, scopes, expected) => {
    await using world = await createWorld();
    await world.assign(...(await world.users(names('user', 4))));
    world.target.fault = (request) =>
      request.method === 'create' && request.about.startsWith('user2@')
        ? modelError('UnprocessableEntity', { status: 422 })
        : undefined;
    await world.cycle();
    await world.store.jobs.restart(world.jobId, scopes);
    const status = await world.store.jobs.status(world.jobId);
    expect(status).toMatchObject({ escrows: expected.escrows, synchronizedEntryCount: { users: expected.links } });
    expect((await world.job()).scheduleState).toBe('Active');
    world.target.fault = undefined;
    const cycle = await world.cycle();
    expect(cycle.kind).toBe(expected.kind);
    // Whatever was forgotten is matched again, never made twice.
    expect(world.target.count('user')).toBe(scopes[0] === 'Escrows' ? 3 : 4);
  });

  test('ends the running cycle; what its worker had in hand is found again', async () => {
    await using world = await createWorld({ target: { unique: { user: [], group: [] } } });
    await world.assign(...(await world.users(names('user', 150))));
    const creates = holdCreates(world);
    creates.letThrough(20);
    const running = runCycle(creates.ports, world.jobId, { pageSize: 10 });
    await waitFor(() => creates.held > 0);
    await world.store.jobs.restart(world.jobId, []);
    creates.letThrough(150);
    expect(await running).toMatchObject({ state: 'failed', error: { code: 'Restarted' } });
    const cycle = await world.cycle();
    expect(cycle).toMatchObject({ kind: 'initial', state: 'succeeded', counts: { failed: 0 } });
    expect(world.target.count('user')).toBe(150);
  });
});

test('a start that is asked for while a cycle runs is kept: the next cycle follows at once', async () => {
  await using world = await createWorld();
  await world.assign(...(await world.users(names('user', 100))));
  await world.store.jobs.start(world.jobId);
  const creates = holdCreates(world);
  const running = runCycle(creates.ports, world.jobId, { pageSize: 10 });
  await waitFor(() => creates.held > 0);
  world.clock.advance(1000);
  const asked = world.clock.now();
  await world.store.jobs.start(world.jobId);
  world.clock.advance(1000);
  creates.letThrough(100);
  await running;
  expect((await world.job()).nextRunAt?.getTime()).toBe(asked);
  // The one after it keeps to the interval.
  const next = await world.cycle();
  expect((await world.job()).nextRunAt?.getTime()).toBe(next.began.getTime() + 2_400_000);
});

describe('a changed schema', () => {
  test('is used by the next cycle, an initial one; the running one goes on with its own', async () => {
    await using world = await createWorld();
    await world.assign(...(await world.users(names('user', 100), () => ({ attributes: { department: 'Sales' } }))));
    const creates = holdCreates(world);
    const running = runCycle(creates.ports, world.jobId, { pageSize: 10 });
    await waitFor(() => creates.held > 0);
    const { schema } = await world.job();
    await world.store.jobs.putSchema(world.jobId, {
      ...schema,
      synchronizationRules: schema.synchronizationRules.map((rule) => ({
        ...rule,
        objectMappings: rule.objectMappings.map((mapping) => ({
          ...mapping,
          attributeMappings: mapping.attributeMappings.map((one) =>
            one.targetAttributeName === 'title'
              ? { ...one, source: { type: 'Attribute' as const, name: 'department', expression: '[department]' } }
              : one,
          ),
        })),
      })),
    });
    creates.letThrough(100);
    const first = await running;
    expect(first).toMatchObject({ state: 'succeeded', counts: { created: 100 } });
    const user = world.target.find1('user', 'userName', 'user99@contoso.example')!;
    expect(user.values.has('title')).toBe(false);
    const second = await world.cycle();
    expect(second).toMatchObject({ kind: 'initial', counts: { updated: 100, created: 0 } });
    expect(user.values.get('title')).toBe('Sales');
  });
});

describe('secrets', () => {
  test('are encrypted at rest, and of no use without the key', async () => {
    await using world = await createWorld();
    const secrets = new Map([
      ['BaseAddress', 'https://app.example/scim'],
      ['SecretToken', 'jwk_very_secret'],
    ]);
    await world.store.jobs.putSecrets(world.servicePrincipalId, secrets);
    expect(await world.store.jobs.getSecrets(world.servicePrincipalId)).toEqual(secrets);
    const rows = await world.database.query<{ text: string }>({
      text: `select encode(ciphertext, 'escape') as text from provisioning_secret`,
    });
    expect(rows[0]!.text).not.toContain('secret');
    const other = createCenterStore(world.database, {
      clock: world.clock,
      newId: randomUUID,
      secretKey: new Uint8Array(32).fill(8),
    });
    await expect(other.jobs.getSecrets(world.servicePrincipalId)).rejects.toMatchObject({
      code: 'provisioning.secret_key',
    });
  });
});

describe('the provisioning log', () => {
  test('pages by time without gaps, filters in SQL, and drops days past their time', async () => {
    await using world = await createWorld();
    await world.assign(...(await world.users(names('user', 25))));
    await world.cycle();
    const seen: string[] = [];
    let skipToken: string | undefined;
    do {
      const page = await world.store.log.list({
        descending: true,
        top: 10,
        ...(skipToken === undefined ? {} : { skipToken }),
      });
      seen.push(...page.entries.map((entry) => entry.id));
      skipToken = page.next;
    } while (skipToken !== undefined);
    expect(new Set(seen).size).toBe(25);
    const filtered = await world.store.log.list({
      filter: {
        kind: 'and',
        operands: [
          { kind: 'compare', attribute: 'sourceIdentity/displayName', operator: 'startswith', value: 'user1' },
          { kind: 'compare', attribute: 'provisioningStatusInfo/status', operator: 'eq', value: 'success' },
          { kind: 'compare', attribute: 'servicePrincipal/displayName', operator: 'eq', value: 'Cinode' },
          { kind: 'compare', attribute: 'activityDateTime', operator: 'ge', value: '2026-01-05T00:00:00Z' },
        ],
      },
      descending: false,
      top: 100,
    });
    expect(filtered.entries).toHaveLength(11);
    const entry = filtered.entries[0]!;
    expect(await world.store.log.get(entry.id)).toEqual(entry);
    expect(entry).toMatchObject({
      action: 'create',
      outcome: 'success',
      target: { type: expect.stringContaining('User') },
    });
    world.clock.advance(32 * 86_400_000);
    await world.store.cycles.maintain(new Date(world.clock.now()));
    expect((await world.log()).entries).toEqual([]);
  });
});

test('the status tells of cycles, counts and steady state', async () => {
  await using world = await createWorld();
  expect(await world.store.jobs.status(world.jobId)).toMatchObject({ code: 'NotConfigured', last: undefined });
  await world.store.jobs.putSecrets(world.servicePrincipalId, new Map([['SecretToken', 'x']]));
  expect(await world.store.jobs.status(world.jobId)).toMatchObject({ code: 'NotRun' });
  await world.assign(...(await world.users(names('user', 2))));
  await world.store.jobs.start(world.jobId);
  const first = await world.cycle();
  world.clock.advance(60_000);
  const second = await world.cycle();
  expect(await world.store.jobs.status(world.jobId)).toMatchObject({
    code: 'Active',
    running: undefined,
    last: { id: second.id },
    lastSuccessful: { id: second.id },
    lastSuccessfulWithExports: { id: first.id },
    countSuccessiveCompleteFailures: 0,
    steadyStateFirstAchieved: first.ended,
    steadyStateLastAchieved: second.ended,
    synchronizedEntryCount: { users: 2, groups: 0 },
  });
  expect((await world.store.jobs.listCycles(world.jobId, 10)).map((cycle) => cycle.id)).toEqual([second.id, first.id]);
});

test('links can be listed, found and dropped; a dropped one is matched again', async () => {
  await using world = await createWorld();
  const users = await world.users(names('user', 5));
  await world.assign(...users);
  await world.cycle();
  const page = await world.store.links.list({ jobId: world.jobId, top: 3 });
  expect(page.links).toHaveLength(3);
  const rest = await world.store.links.list({ jobId: world.jobId, top: 3, skipToken: page.next! });
  expect(rest).toMatchObject({ links: [{}, {}], next: undefined });
  const link = await world.store.links.find(world.jobId, users[0]!);
  expect(await world.store.links.find(world.jobId, link!.targetId)).toEqual(link);
  expect(await world.store.links.drop(world.jobId, users[0]!)).toBe(true);
  await world.store.jobs.restart(world.jobId, ['Watermark']);
  world.target.takeRequests();
  const cycle = await world.cycle();
  expect(cycle.counts).toMatchObject({ created: 0, skipped: 5 });
  expect((await world.store.links.find(world.jobId, users[0]!))!.targetId).toBe(link!.targetId);
});

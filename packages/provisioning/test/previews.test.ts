import type { ObjectId } from '@joinery/base';
import { modelError, waitFor } from '@joinery/testkit';
import { describe, expect, test } from 'vitest';
import { applyPreview, createWorker, previewCycle, type Preview, type PreviewOperation } from '../src/index.ts';
import { holdCreates, startWorker } from './workers.ts';
import { createWorld, names, type World } from './world.ts';

const writes = ['create', 'update', 'delete', 'members', 'bulk'];

/** Requests that change the target, since the last call. */
function sent(world: World): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(world.target.takeRequests()).filter(([method]) => writes.includes(method)));
}

async function operationsOf(world: World, preview: Preview): Promise<readonly PreviewOperation[]> {
  const { operations } = await world.store.previews.listOperations({ previewId: preview.id, filter: {}, top: 500 });
  return operations;
}

const shortly = (operations: readonly PreviewOperation[]): readonly string[] =>
  operations.map((one) => `${one.displayName} ${one.action} ${one.error?.code ?? one.reason}`).toSorted();

const counted = (preview: Preview): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { action, failed, count } of preview.counts) {
    const name = failed ? 'failed' : action;
    counts[name] = (counts[name] ?? 0) + count;
  }
  return counts;
};

/** Everything that is known of a job and its target, apart from previews. */
async function stateOf(world: World): Promise<unknown> {
  const tables = await Promise.all(
    [
      `select l.* from provisioning_link l join provisioning_job j on j.key = l.job_key and j.id = $1 order by source_id`,
      `select m.* from provisioning_member m join provisioning_job j on j.key = m.job_key and j.id = $1 order by group_id, member_id`,
      `select m.* from provisioning_pending_member m join provisioning_job j on j.key = m.job_key and j.id = $1 order by group_id, member_id`,
      `select e.* from provisioning_escrow e join provisioning_job j on j.key = e.job_key and j.id = $1 order by source_id`,
      `select w.* from provisioning_waiting_reference w join provisioning_job j on j.key = w.job_key and j.id = $1 order by source_id`,
      `select d.* from provisioning_departure d join provisioning_job j on j.key = d.job_key and j.id = $1 order by source_id`,
      `select g.* from provisioning_entitling_group g join provisioning_job j on j.key = g.job_key and j.id = $1 order by group_id`,
      `select to_jsonb(j) from provisioning_job j where j.id = $1`,
      `select c.id from provisioning_cycle c join provisioning_job j on j.key = c.job_key and j.id = $1 order by number`,
      `select id from provisioning_log where $1 <> '' order by id`,
      `select id from mail where $1 <> '' order by id`,
    ].map((text) => world.database.query({ text, values: [world.jobId] })),
  );
  const target = [...world.target.objects.values()].map((one) => [one.id, [...one.values], [...one.members]]);
  return JSON.stringify([tables, target], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** Ten users, all in one assigned group. */
async function createTeam(...options: Parameters<typeof createWorld>) {
  const world = await createWorld(...options);
  const users = await world.users(names('user', 10));
  const group = await world.group('Everyone', users);
  await world.assign(group);
  return { world, users, group };
}

async function change(world: World, id: ObjectId, attributes: Readonly<Record<string, string>>): Promise<void> {
  await world.store.directory.updateUser(id, { attributes: new Map(Object.entries(attributes)) });
}

describe('a preview', () => {
  test('of an initial cycle tells what would be made, and writes nothing but itself', async () => {
    const { world, group } = await createTeam();
    await using _ = world;
    world.target.plant('user', { userName: 'user3@contoso.example', title: 'Old' });
    await world.assign(...(await world.users(['off'], () => ({ accountEnabled: false }))));
    const before = await stateOf(world);
    const preview = await previewCycle(world.ports, world.jobId);
    expect(await stateOf(world)).toBe(before);
    // Eleven users: one look at the target; one group: one query.
    expect(world.target.takeRequests()).toEqual({ list: 1, find: 1 });
    expect(preview).toMatchObject({ state: 'succeeded', kind: 'initial', deletionGuard: { departures: 0 } });
    expect(counted(preview)).toEqual({ create: 10, update: 1, skip: 1 });
    const operations = await operationsOf(world, preview);
    expect(operations.find((one) => one.displayName === 'user3')?.changes).toContainEqual({
      attribute: 'externalId',
      old: null,
      new: operations.find((one) => one.displayName === 'user3')?.sourceId,
      reference: undefined,
    });
    expect(operations.find((one) => one.displayName === 'user3')?.targetId).toBeDefined();
    expect(operations.find((one) => one.displayName === 'user4')?.targetId).toBeUndefined();
    expect(operations.find((one) => one.displayName === 'off')).toMatchObject({ action: 'skip', changes: [] });
    expect(operations.find((one) => one.sourceId === group)).toMatchObject({
      action: 'create',
      members: { added: 10, removed: 0 },
    });
  });

  test('of an incremental cycle tells of movers, leavers, the purged and members, in both directions', async () => {
    const { world, users, group } = await createTeam();
    await using _ = world;
    await world.cycle();
    world.target.takeRequests();
    await change(world, users[0]!, { jobTitle: 'Engineer' });
    await world.store.directory.deleteUser(users[1]!);
    await world.store.directory.deleteUser(users[2]!);
    await world.store.directory.purge(users[2]!);
    const [joiner] = await world.users(['joiner']);
    await world.store.directory.addMembers(group, [joiner!]);
    await world.store.directory.removeMembers(group, [users[3]!]);
    await world.assign(users[3]!);
    const before = await stateOf(world);
    const preview = await previewCycle(world.ports, world.jobId);
    expect(await stateOf(world)).toBe(before);
    expect(sent(world)).toEqual({});
    const operations = await operationsOf(world, preview);
    expect(shortly(operations)).toEqual([
      'Everyone update MembersChanged',
      'joiner create Created',
      'user0 update Changed',
      'user1 disable SoftDeleted',
      'user2 delete HardDeleted',
      'user3 skip RedundantExport',
    ]);
    expect(operations.find((one) => one.displayName === 'user0')?.changes).toEqual([
      { attribute: 'title', old: null, new: 'Engineer', reference: undefined },
    ]);
    expect(operations.find((one) => one.sourceId === group)?.members).toEqual({ added: 1, removed: 1 });
    const { members } = await world.store.previews.listMembers({ previewId: preview.id, groupId: group, top: 10 });
    expect(members.map((one) => `${one.displayName} ${one.operation}`).toSorted()).toEqual([
      'joiner add',
      'user3 remove',
    ]);
  });

  test('names who would be the manager, and shows no redacted value', async () => {
    await using world = await createWorld({
      template: 'scim',
      schema: (schema) =>
        ({
          ...schema,
          synchronizationRules: schema.synchronizationRules.map((rule) => ({
            ...rule,
            objectMappings: rule.objectMappings.map((mapping) => ({
              ...mapping,
              attributeMappings: mapping.attributeMappings.map((one) =>
                one.targetAttributeName === 'title'
                  ? {
                      ...one,
                      source: { ...one.source, expression: 'Redact([jobTitle])', type: 'Function', name: 'Redact' },
                    }
                  : one,
              ),
            })),
          })),
        }) as typeof schema,
    });
    const [boss] = await world.users(['boss']);
    const [staff] = await world.users(['staff'], () => ({
      managerId: boss!,
      attributes: { jobTitle: 'Secret agent' },
    }));
    await world.assign(boss!, staff!);
    const preview = await previewCycle(world.ports, world.jobId);
    const operations = await operationsOf(world, preview);
    expect(operations.find((one) => one.displayName === 'staff')?.changes).toContainEqual({
      attribute: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
      old: null,
      new: null,
      reference: { id: boss, displayName: 'boss' },
    });
    expect(operations.find((one) => one.displayName === 'staff')?.changes).toContainEqual(
      expect.objectContaining({ attribute: 'title', new: '[Redact]' }),
    );
    const stored = await world.database.query<{ text: string }>({
      text: 'select o::text as text from provisioning_preview_operation o',
    });
    expect(stored.map((row) => row.text).join()).not.toContain('Secret agent');
  });

  test('says that the deletion guard would trip, and shows those it would hold back', async () => {
    const { world, group } = await createTeam({
      settings: { deletionGuard: { enabled: true, count: 500, percent: 20 } },
    });
    await using _ = world;
    await world.cycle();
    await world.unassign(group);
    const preview = await previewCycle(world.ports, world.jobId);
    expect(preview.deletionGuard).toEqual({ departures: 11, linked: 11, trips: true });
    expect(counted(preview)).toEqual({ disable: 10, delete: 1 });
    expect((await world.job()).quarantine).toBeUndefined();
  });

  test('shows failures with their reasons: two of the directory for one account', async () => {
    await using world = await createWorld();
    const users = await world.users(['twin', 'other']);
    await world.assign(...users);
    world.target.plant('user', { userName: 'other@contoso.example' });
    world.target.plant('user', { userName: 'OTHER@contoso.example' });
    const preview = await previewCycle(world.ports, world.jobId);
    expect(shortly(await operationsOf(world, preview))).toEqual([
      'other create DuplicateTargetEntries',
      'twin create Created',
    ]);
    expect(counted(preview)).toEqual({ create: 1, failed: 1 });
  });

  test('a job whose target refuses the token gives a failed preview, and is not quarantined by it', async () => {
    const { world } = await createTeam();
    await using _ = world;
    world.target.fault = () => modelError('Unauthorized', { scope: 'job', status: 401 });
    const preview = await previewCycle(world.ports, world.jobId);
    expect(preview).toMatchObject({ state: 'failed', error: { code: 'Unauthorized' } });
    expect((await world.job()).quarantine).toBeUndefined();
    expect(await world.store.jobs.list()).toHaveLength(1);
  });

  test('pages through its operations and filters them', async () => {
    const { world } = await createTeam();
    await using _ = world;
    const preview = await previewCycle(world.ports, world.jobId);
    const seen: string[] = [];
    let skipToken: string | undefined;
    do {
      const page = await world.store.previews.listOperations({
        previewId: preview.id,
        filter: { action: 'create', kind: 'user' },
        top: 3,
        ...(skipToken === undefined ? {} : { skipToken }),
      });
      expect(page.operations.length).toBeLessThanOrEqual(3);
      seen.push(...page.operations.map((one) => one.displayName));
      skipToken = page.next;
    } while (skipToken !== undefined);
    expect(seen).toEqual(names('user', 10));
    const found = await world.store.previews.listOperations({
      previewId: preview.id,
      filter: { displayNameContains: 'USER7' },
      top: 10,
    });
    expect(found.operations.map((one) => one.displayName)).toEqual(['user7']);
  });
});

describe('applying a preview', () => {
  test('does exactly what was planned, and ends as a cycle would have ended', async () => {
    const { world, users, group } = await createTeam();
    await using _ = world;
    const first = await applyPreview(world.ports, await previewCycle(world.ports, world.jobId));
    expect(first.application).toMatchObject({ state: 'succeeded', counts: { done: 11 } });
    expect(world.target.count('user')).toBe(10);
    expect(world.target.find1('group', 'displayName', 'Everyone')?.members.size).toBe(10);
    expect((await world.job()).watermark).toBe(await world.store.feed.head());
    await change(world, users[0]!, { jobTitle: 'Engineer' });
    await world.store.directory.deleteUser(users[1]!);
    await world.store.directory.removeMembers(group, [users[2]!]);
    const [joiner] = await world.users(['joiner']);
    await world.store.directory.addMembers(group, [joiner!]);
    const second = await applyPreview(world.ports, await previewCycle(world.ports, world.jobId));
    expect(second.application).toMatchObject({ state: 'succeeded', counts: { done: 5 } });
    expect(world.target.find1('user', 'userName', 'user0@contoso.example')?.values.get('title')).toBe('Engineer');
    expect(world.target.find1('user', 'userName', 'user1@contoso.example')?.values.get('active')).toBe(false);
    expect(world.target.find1('group', 'displayName', 'Everyone')?.members.size).toBe(10);
    world.target.takeRequests();
    expect((await world.cycle()).counts).toMatchObject({ objects: { users: 0, groups: 0 }, requests: 0 });
  });

  test('leaves alone who has changed since, says so, and the next cycle takes them', async () => {
    const { world, users } = await createTeam();
    await using _ = world;
    await world.cycle();
    await change(world, users[0]!, { jobTitle: 'Engineer' });
    await change(world, users[1]!, { jobTitle: 'Engineer' });
    await world.store.directory.deleteUser(users[2]!);
    await world.store.directory.deleteUser(users[3]!);
    const preview = await previewCycle(world.ports, world.jobId);
    await change(world, users[1]!, { jobTitle: 'Director' });
    await world.store.directory.restore(users[3]!);
    world.target.takeRequests();
    const applied = await applyPreview(world.ports, preview);
    expect(sent(world)).toEqual({ update: 2 });
    expect(applied.application).toMatchObject({ state: 'succeeded', counts: { done: 2, changed: 2 } });
    const told = (await operationsOf(world, applied)).map((one) => `${one.displayName} ${one.applied?.outcome}`);
    expect(told.toSorted()).toEqual(['user0 done', 'user1 changed', 'user2 done', 'user3 changed']);
    const title = (name: string) =>
      world.target.find1('user', 'userName', `${name}@contoso.example`)?.values.get('title');
    expect([title('user0'), title('user1')]).toEqual(['Engineer', undefined]);
    await world.cycle();
    expect(title('user1')).toBe('Director');
    expect((await world.store.jobs.status(world.jobId)).escrows).toBe(0);
  });

  test('sends nothing for an object that the target has got meanwhile, and gives the match back', async () => {
    const { world } = await createTeam();
    await using _ = world;
    const preview = await previewCycle(world.ports, world.jobId);
    world.target.plant('user', { userName: 'user5@contoso.example' });
    const applied = await applyPreview(world.ports, preview);
    expect(applied.application?.counts).toMatchObject({ changed: 2, done: 9 });
    expect(sent(world)['update']).toBeUndefined();
    expect(world.target.find1('user', 'userName', 'user5@contoso.example')?.values.size).toBe(1);
    expect((await world.store.links.list({ jobId: world.jobId, kind: 'user', top: 100 })).links).toHaveLength(9);
    const operations = await operationsOf(world, applied);
    expect(operations.find((one) => one.displayName === 'Everyone')?.applied).toEqual({
      outcome: 'changed',
      detail: '9 of 10 planned membership changes were made.',
    });
    await world.cycle();
    expect(world.target.find1('group', 'displayName', 'Everyone')?.members.size).toBe(10);
  });

  test('a cycle that ran in between has done it: nothing is left, nothing is sent twice', async () => {
    const { world, users } = await createTeam();
    await using _ = world;
    await world.cycle();
    await change(world, users[0]!, { jobTitle: 'Engineer' });
    const preview = await previewCycle(world.ports, world.jobId);
    await world.cycle();
    await change(world, users[1]!, { jobTitle: 'Director' });
    const { watermark } = await world.job();
    world.target.takeRequests();
    const applied = await applyPreview(world.ports, preview);
    expect(sent(world)).toEqual({});
    expect(applied.application).toMatchObject({ state: 'succeeded', counts: { done: 1 } });
    expect((await operationsOf(world, applied))[0]?.applied?.detail).toContain('nothing was sent');
    // What came after the preview still waits for the next cycle.
    expect((await world.job()).watermark).toBe(watermark);
    expect((await world.cycle()).counts).toMatchObject({ updated: 1 });
  });

  test('the deletion guard holds unless deletes are allowed', async () => {
    for (const allowsDeletes of [false, true]) {
      const { world, group } = await createTeam({
        settings: { deletionGuard: { enabled: true, count: 500, percent: 20 } },
      });
      await using _ = world;
      await world.cycle();
      await world.unassign(group);
      const preview = await previewCycle(world.ports, world.jobId);
      world.target.takeRequests();
      const applied = await applyPreview(world.ports, preview, { allowsDeletes });
      expect(applied.application?.counts).toEqual(allowsDeletes ? { done: 11 } : { skipped: 11 });
      expect(sent(world)).toEqual(allowsDeletes ? { update: 10, delete: 1 } : {});
      expect((await world.job()).quarantine?.reason).toBe(allowsDeletes ? undefined : 'TooManyDeletes');
    }
  });

  test('memberships are compared one by one: what was not planned waits for the next cycle', async () => {
    const { world, users, group } = await createTeam();
    await using _ = world;
    await world.assign(...users);
    await world.cycle();
    const members = () => world.target.find1('group', 'displayName', 'Everyone')!.members;
    const account = (name: string) => world.target.find1('user', 'userName', `${name}@contoso.example`)!.id;
    const [late, later] = await world.users(['late', 'later']);
    await world.assign(late!, later!);
    await world.cycle();
    await world.store.directory.addMembers(group, [late!]);
    await world.store.directory.removeMembers(group, [users[0]!, users[1]!]);
    const preview = await previewCycle(world.ports, world.jobId);
    await world.store.directory.addMembers(group, [later!, users[1]!]);
    await world.store.directory.removeMembers(group, [users[2]!]);
    const applied = await applyPreview(world.ports, preview);
    expect((await operationsOf(world, applied))[0]?.applied).toEqual({
      outcome: 'changed',
      detail: '2 of 3 planned membership changes were made.',
    });
    expect(members().has(account('late'))).toBe(true);
    expect(members().has(account('later'))).toBe(false);
    expect(members().has(account('user0'))).toBe(false);
    expect(members().has(account('user1'))).toBe(true);
    expect(members().has(account('user2'))).toBe(true);
    await world.cycle();
    expect(members().has(account('later'))).toBe(true);
    expect(members().has(account('user2'))).toBe(false);
    expect(members().size).toBe(10);
  });

  test.each(['efficient', 'entra'] as const)(
    'a group that is compared in full gets the planned members only, in profile %s',
    async (profile) => {
      const { world, users, group } = await createTeam({ settings: { profile } });
      await using _ = world;
      const [late] = await world.users(['late']);
      await world.assign(late!, ...users);
      const preview = await previewCycle(world.ports, world.jobId);
      await world.store.directory.addMembers(group, [late!]);
      await world.store.directory.removeMembers(group, [users[0]!]);
      const members = () =>
        [...world.target.find1('group', 'displayName', 'Everyone')!.members]
          .map((id) => String(world.target.objects.get(id)?.values.get('userName')).split('@')[0]!)
          .toSorted();
      const applied = await applyPreview(world.ports, preview);
      expect(applied.application?.counts).toEqual({ done: 11, changed: 1 });
      expect(members()).toEqual(names('user', 10).slice(1));
      await world.cycle();
      expect(members()).toEqual(['late', ...names('user', 10).slice(1)]);
    },
  );

  test('with mappings that were edited meanwhile, nothing that comes out different is sent', async () => {
    const { world, users } = await createTeam();
    await using _ = world;
    await world.cycle();
    await change(world, users[0]!, { jobTitle: 'Engineer' });
    await change(world, users[1]!, { city: 'Oslo' });
    const preview = await previewCycle(world.ports, world.jobId);
    const { schema } = await world.job();
    const upperCase = {
      ...schema,
      synchronizationRules: schema.synchronizationRules.map((rule) => ({
        ...rule,
        objectMappings: rule.objectMappings.map((mapping) => ({
          ...mapping,
          attributeMappings: mapping.attributeMappings.map((one) =>
            one.targetAttributeName === 'title'
              ? {
                  ...one,
                  source: { type: 'Function', name: 'ToUpper', expression: 'ToUpper([jobTitle])', parameters: [] },
                }
              : one,
          ),
        })),
      })),
    } as typeof schema;
    await world.store.jobs.putSchema(world.jobId, upperCase);
    world.target.takeRequests();
    const applied = await applyPreview(world.ports, preview);
    expect(sent(world)).toEqual({ update: 1 });
    expect(applied.application?.counts).toMatchObject({ done: 1, changed: 1 });
    // The edited mappings still make the next cycle an initial one.
    expect((await world.job()).watermark).toBeUndefined();
    expect(await world.cycle()).toMatchObject({ kind: 'initial', counts: { updated: 1 } });
  });

  test('links what the target holds already, as a cycle does', async () => {
    const { world, group } = await createTeam();
    await using _ = world;
    await world.cycle();
    await world.store.jobs.restart(world.jobId, ['ConnectorDataStore']);
    const preview = await previewCycle(world.ports, world.jobId);
    expect(counted(preview)).toMatchObject({ skip: 10 });
    await applyPreview(world.ports, preview);
    expect((await world.store.jobs.status(world.jobId)).synchronizedEntryCount).toEqual({ users: 10, groups: 1 });
    expect(world.target.objects.get((await world.store.links.find(world.jobId, group))!.targetId)?.members.size).toBe(
      10,
    );
  });

  test('gives new ids and times as they were planned', async () => {
    await using world = await createWorld({
      schema: (schema) =>
        ({
          ...schema,
          synchronizationRules: schema.synchronizationRules.map((rule) => ({
            ...rule,
            objectMappings: rule.objectMappings.map((mapping) => ({
              ...mapping,
              attributeMappings: mapping.attributeMappings.map((one) =>
                one.targetAttributeName === 'title'
                  ? {
                      ...one,
                      source: {
                        type: 'Function',
                        name: 'Join',
                        expression: 'Join(" ", Guid(), Now())',
                        parameters: [],
                      },
                    }
                  : one,
              ),
            })),
          })),
        }) as typeof schema,
    });
    await world.assign(...(await world.users(names('user', 3))));
    const preview = await previewCycle(world.ports, world.jobId);
    world.clock.advance(3_600_000);
    const applied = await applyPreview(world.ports, preview);
    expect(applied.application?.counts).toEqual({ done: 3 });
    const titles = [...world.target.objects.values()].map((one) => one.values.get('title'));
    expect(new Set(titles).size).toBe(3);
  });

  test('only once, and only after its end', async () => {
    const { world } = await createTeam();
    await using _ = world;
    const preview = await previewCycle(world.ports, world.jobId);
    await applyPreview(world.ports, preview);
    await expect(applyPreview(world.ports, preview)).rejects.toMatchObject({ code: 'provisioning.preview_applied' });
    const open = await world.store.previews.request(world.jobId, undefined);
    await expect(applyPreview(world.ports, open)).rejects.toMatchObject({ code: 'provisioning.preview_not_ready' });
    await expect(previewCycle(world.ports, world.jobId)).rejects.toMatchObject({
      code: 'provisioning.preview_running',
    });
    await world.store.previews.delete(open.id);
    expect(await world.store.previews.list(world.jobId)).toHaveLength(1);
  });
});

const ended = (world: World, id: string) =>
  waitFor(async () => {
    // Time goes on, and with it the leases of who is dead.
    world.clock.advance(200);
    const preview = await world.store.previews.get(id);
    return preview?.state === 'succeeded' && preview;
  });

const applied = (world: World, id: string) =>
  waitFor(async () => {
    world.clock.advance(200);
    const application = (await world.store.previews.get(id))?.application;
    return (application?.state === 'succeeded' || application?.state === 'failed') && application;
  });

describe('a worker', () => {
  test('makes a preview of a job that is switched off, and applies it, without starting the job', async () => {
    const { world } = await createTeam();
    await using _ = world;
    await using _worker = startWorker(world);
    const { id, copyId } = await world.store.previews.request(world.jobId, undefined);
    expect(await world.store.jobs.get(copyId)).toBeUndefined();
    expect(await world.store.jobs.list()).toHaveLength(1);
    expect(counted(await ended(world, id))).toEqual({ create: 11 });
    await world.store.previews.requestApply(id, { by: undefined, allowsDeletes: false });
    expect(await applied(world, id)).toMatchObject({ state: 'succeeded', counts: { done: 11 } });
    expect(await world.job()).toMatchObject({ scheduleState: 'Disabled' });
    expect(world.target.count('user')).toBe(10);
    const copies = await world.database.query({ text: 'select id from provisioning_job where preview_id is not null' });
    expect(copies).toEqual([]);
  });

  test('goes on with a preview and with its application where a killed one was', async () => {
    await using world = await createWorld({ settings: { profile: 'entra' } });
    await world.assign(...(await world.users(names('user', 120))));
    const { id } = await world.store.previews.request(world.jobId, undefined);
    const killedAfter = async (commits: number) => {
      const { cycles } = world.store;
      let isDead = false;
      // Nothing that a killed process had in hand is committed or given back.
      const never = () => new Promise<never>(() => {});
      const dying = {
        ...world.ports,
        cycles: {
          ...cycles,
          commit(...args: Parameters<typeof cycles.commit>) {
            commits -= 1;
            isDead ||= commits < 0;
            return isDead ? never() : cycles.commit(...args);
          },
          renew: (...args: Parameters<typeof cycles.renew>) => (isDead ? never() : cycles.renew(...args)),
          takePage: (...args: Parameters<typeof cycles.takePage>) => (isDead ? never() : cycles.takePage(...args)),
          release: async () => {},
        },
      };
      const worker = createWorker(dying, { workerId: 'dying', pollMs: 50, pageSize: 10 });
      void worker.run(new AbortController().signal);
      await waitFor(() => isDead);
      world.clock.advance(60_000);
    };
    await killedAfter(2);
    expect(await world.store.previews.get(id)).toMatchObject({ state: 'running' });
    {
      await using _ = startWorker(world, { workerId: 'second' });
      expect(counted(await ended(world, id))).toEqual({ create: 120 });
    }
    await world.store.previews.requestApply(id, { by: undefined, allowsDeletes: false });
    await killedAfter(2);
    await using _ = startWorker(world, { workerId: 'third' });
    const application = await applied(world, id);
    expect(application.state).toBe('succeeded');
    expect(world.target.count('user')).toBe(120);
    // A create whose answer was never committed is found again, which is another operation than the planned one.
    const { done = 0, changed = 0 } = application.counts;
    expect(done + changed).toBe(120);
    await world.cycle();
    expect(world.target.count('user')).toBe(120);
    expect((await world.store.jobs.status(world.jobId)).synchronizedEntryCount.users).toBe(120);
  });

  test('lets the plan go before what is left of the cycle of a paused job', async () => {
    await using world = await createWorld();
    await world.assign(...(await world.users(names('user', 100))));
    const creates = holdCreates(world);
    creates.letThrough(15);
    {
      await using _ = startWorker(world, { ports: creates.ports });
      await world.store.jobs.start(world.jobId);
      await waitFor(() => creates.held > 0);
      await world.store.jobs.pause(world.jobId);
      creates.letThrough(100);
    }
    const made = world.target.count('user');
    expect(made).toBeLessThan(100);
    expect((await world.store.jobs.status(world.jobId)).running).toBeDefined();
    await using _ = startWorker(world);
    const { id } = await world.store.previews.request(world.jobId, undefined);
    expect(counted(await ended(world, id))['create']).toBe(100 - made);
    await world.store.previews.requestApply(id, { by: undefined, allowsDeletes: false });
    expect(await applied(world, id)).toMatchObject({ state: 'succeeded', counts: { done: 100 - made } });
    expect(world.target.count('user')).toBe(100);
    expect(await world.job()).toMatchObject({ scheduleState: 'Paused' });
  });

  test('previews that are past their time go with all that they hold', async () => {
    const { world } = await createTeam();
    await using _ = world;
    const preview = await previewCycle(world.ports, world.jobId);
    world.clock.advance(6 * 86_400_000);
    await world.store.cycles.maintain(new Date(world.clock.now()));
    expect(await world.store.previews.get(preview.id)).toBeDefined();
    world.clock.advance(2 * 86_400_000);
    await world.store.cycles.maintain(new Date(world.clock.now()));
    expect(await world.store.previews.list(world.jobId)).toEqual([]);
    const rows = await world.database.query({ text: 'select 1 from provisioning_preview_operation' });
    expect(rows).toEqual([]);
  });

  test('deleting a preview that is being made ends it', async () => {
    await using world = await createWorld({ target: { latencyMs: 20 }, settings: { profile: 'entra' } });
    await world.assign(...(await world.users(names('user', 100))));
    const { id } = await world.store.previews.request(world.jobId, undefined);
    await using _ = startWorker(world);
    await waitFor(async () => ((await world.store.previews.get(id))?.pages.done ?? 0) > 0);
    await world.store.previews.delete(id);
    const copies = await world.database.query({ text: 'select id from provisioning_job where preview_id is not null' });
    expect(copies).toEqual([]);
  });
});

test.each(['efficient', 'entra'] as const)(
  'managers and members are planned and applied in profile %s',
  async (profile) => {
    await using world = await createWorld({ template: 'scim', settings: { profile } });
    const [boss, late] = await world.users(['boss', 'late']);
    const staff = await world.users(names('staff', 3), () => ({ managerId: boss! }));
    const group = await world.group('Everyone', [boss!, ...staff]);
    await world.assign(group);
    const first = await applyPreview(world.ports, await previewCycle(world.ports, world.jobId));
    expect(first.application?.counts).toEqual({ done: 5 });
    const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';
    const user = (name: string) => world.target.find1('user', 'userName', `${name}@contoso.example`);
    expect(user('staff0')?.values.get(manager)).toBe(user('boss')?.id);
    // Another manager, who comes into scope with the same plan; and one whose manager changes after it.
    await world.store.directory.addMembers(group, [late!]);
    for (const id of staff.slice(0, 2)) await world.store.directory.updateUser(id, { managerId: late! });
    const preview = await previewCycle(world.ports, world.jobId);
    await world.store.directory.updateUser(staff[1]!, { managerId: null });
    const second = await applyPreview(world.ports, preview);
    expect(user('staff0')?.values.get(manager)).toBe(user('late')?.id);
    expect(user('staff1')?.values.get(manager)).toBe(user('boss')?.id);
    expect(second.application?.counts).toMatchObject({ done: 3, changed: 1 });
    expect(world.target.find1('group', 'displayName', 'Everyone')?.members.size).toBe(5);
  },
);

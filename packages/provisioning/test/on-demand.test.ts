import { waitFor } from '@joinery/testkit';
import { expect, test } from 'vitest';
import { createProvisioningService } from '../src/index.ts';
import { holdCreates } from './workers.ts';
import { createWorld, names } from './world.ts';

test('provision on demand takes one user through the pipeline with its trace, without a cycle', async () => {
  await using world = await createWorld();
  const [ann] = await world.users(['ann']);
  await world.assign(ann!);
  const service = createProvisioningService(world.ports);
  const { entry } = await service.provisionOnDemand(await world.job(), { kind: 'user', id: ann! });
  expect(entry).toMatchObject({ action: 'create', outcome: 'success', cycleId: undefined });
  expect(entry.steps.map((step) => step.type)).toEqual(['import', 'scoping', 'matching', 'processing', 'export']);
  expect(entry.modifiedProperties).toContainEqual({
    displayName: 'userName',
    oldValue: null,
    newValue: 'ann@contoso.example',
  });
  const again = await service.provisionOnDemand(await world.job(), { kind: 'user', id: ann! });
  expect(again.entry).toMatchObject({ outcome: 'skipped', reason: 'RedundantExport' });
  // The cycle that follows finds it done.
  expect((await world.cycle()).counts).toMatchObject({ created: 0, updated: 0, skipped: 1, requests: 0 });
});

test('provision on demand of a group exports all linked members, and given ones are provisioned first', async () => {
  await using world = await createWorld();
  const users = await world.users(names('user', 6));
  const group = await world.group('Team', users);
  await world.assign(group);
  const service = createProvisioningService(world.ports);
  const first = await service.provisionOnDemand(await world.job(), {
    kind: 'group',
    id: group,
    memberIds: users.slice(0, 2),
  });
  expect(first.entry).toMatchObject({ action: 'create', outcome: 'success' });
  expect(world.target.find1('group', 'displayName', 'Team')!.members.size).toBe(2);
  await world.cycle();
  expect(world.target.find1('group', 'displayName', 'Team')!.members.size).toBe(6);
});

test('provision on demand disables an unassigned user at once', async () => {
  await using world = await createWorld();
  const [ann] = await world.users(['ann']);
  await world.assign(ann!);
  await world.cycle();
  await world.unassign(ann!);
  const { entry } = await createProvisioningService(world.ports).provisionOnDemand(await world.job(), {
    kind: 'user',
    id: ann!,
  });
  expect(entry).toMatchObject({ action: 'disable', outcome: 'success' });
  expect(world.target.find1('user', 'userName', 'ann@contoso.example')!.values.get('active')).toBe(false);
});

test('provision on demand holds its objects as long as the target takes, and no longer', async () => {
  await using world = await createWorld();
  const [ann] = await world.users(['ann']);
  await world.assign(ann!);
  const creates = holdCreates(world);
  const running = createProvisioningService(creates.ports).provisionOnDemand(await world.job(), {
    kind: 'user',
    id: ann!,
  });
  await waitFor(() => creates.held === 1);
  const lockedByOthers = () => world.store.links.lockObjects(world.jobId, [ann!], 'other', 1_000);
  const begun = world.clock.now();
  for (let passed = 40_000; passed <= 120_000; passed += 40_000) {
    world.clock.advance(begun + passed - world.clock.now());
    await waitFor(async () => {
      const [lock] = await world.database.query<{ until: Date }>({
        text: 'select until from provisioning_object_lock',
      });
      return lock!.until.getTime() > world.clock.now() + 40_000;
    });
    expect(await lockedByOthers()).toEqual(new Set());
  }
  creates.letThrough(1);
  expect((await running).entry).toMatchObject({ action: 'create', outcome: 'success' });
  expect(await lockedByOthers()).toEqual(new Set([ann!]));
});

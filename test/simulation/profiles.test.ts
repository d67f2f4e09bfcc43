import { expect, test } from 'vitest';
import type { RequestProfile } from '@joinery/provisioning';
import type { Database } from '@joinery/store';
import { memberIds, valueAt, type Resource } from './application-resources.ts';
import { everyone, isInScope } from './model.ts';
import { managerAttribute, mappedAttributes, settingOf } from './setting.ts';
import { settle } from './settle.ts';
import { aDatabase } from './test-database.ts';
import { createWorld, type World } from './world.ts';

/** What the application holds of each object of the directory, with the directory's ids in place of its own. */
function endState({ model, application }: World): ReadonlyMap<string, unknown> {
  const all = [...application.users.values(), ...application.groups.values()];
  const sourceOf = new Map(all.map((one) => [one.id, String(one['externalId'])]));
  const show = (resource: Resource): unknown => ({
    name: resource['userName'] ?? resource['displayName'],
    active: resource['active'],
    values: Object.values(mappedAttributes).map((path) => valueAt(resource, path) ?? null),
    members: memberIds(resource)
      .map((id) => sourceOf.get(id))
      .toSorted(),
  });
  const states = new Map<string, unknown>();
  for (const one of everyone(model)) {
    const resource = all.find((each) => each['externalId'] === one.id);
    const manager = one.kind === 'user' && one.managerId !== undefined ? model.users.get(one.managerId) : undefined;
    // Entra never clears a manager: it is compared where there is one to have.
    const hasManager = isInScope(model, one) && manager !== undefined && isInScope(model, manager);
    const managerId = resource && hasManager ? valueAt(resource, managerAttribute) : undefined;
    states.set(one.id, resource && { ...(show(resource) as object), manager: sourceOf.get(String(managerId)) });
  }
  return states;
}

/** A plain history: one change after the other, each one provisioned before the next. */
async function runHistory(database: Database, seed: number, profile: RequestProfile): Promise<World> {
  const drawn = settingOf(seed, { profile });
  const setting = { ...drawn, job: { ...drawn.job, onClearedValue: 'clear' as const }, planted: 0, workers: 1 };
  const world = await createWorld(database, { setting, withFaults: false });
  await world.store.jobs.start(world.jobId);
  await settle(world);
  for (let change = 0; change < 12; change += 1) {
    await world.operations.change();
    await settle(world);
  }
  for (const worker of world.workers) await world.scheduler.kill(worker.actor, () => false);
  return world;
}

test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  'profiles efficient and entra end in the same state, seed %i',
  async (seed) => {
    await using database = await aDatabase();
    const efficient = await runHistory(database, seed, 'efficient');
    const wanted = endState(efficient);
    const entra = await runHistory(database, seed, 'entra');
    expect(efficient.problems).toEqual([]);
    expect(entra.problems).toEqual([]);
    expect(wanted.size).toBeGreaterThan(4);
    expect(endState(entra)).toEqual(wanted);
  },
  120_000,
);

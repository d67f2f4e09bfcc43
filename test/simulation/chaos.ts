import { brandId, type ObjectId } from '@joinery/base';
import type { ResetScope } from '@joinery/provisioning';
import { memberIds } from './application-resources.ts';
import { everyone, forgetLinks } from './model.ts';
import type { Random } from './random.ts';
import type { Actor } from './scheduler.ts';
import { provisionOnDemand, startWorker } from './workers.ts';
import type { World } from './world.ts';

const resetScopes: readonly ResetScope[] = [
  'Watermark',
  'Escrows',
  'QuarantineState',
  'ConnectorDataStore',
  'Full',
  'ForceDeletes',
  'None',
];

const strange =
  (world: World) =>
  (actor: Actor, error: unknown): void => {
    world.problems.push(`${actor.name} met ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };

/** A new worker process. */
export function hire(world: World): void {
  world.workers.push(startWorker(`worker${world.workers.length + 1}`, world, strange(world)));
}

/** What an administrator does who drops links: what was exported before is not ours to remove any more. */
async function restart(world: World, scopes: readonly ResetScope[]): Promise<void> {
  const drops = scopes.includes('ConnectorDataStore') || scopes.includes('Full');
  // Whoever is found again by name only, and has another by then, is somebody new: nobody can know better.
  if (drops && everyone(world.model).some((one) => one.names.size > 1)) return;
  world.trace.add(`the administrator restarts with ${scopes.join(', ')}`);
  await world.store.jobs.restart(world.jobId, scopes);
  if (scopes.includes('Escrows')) world.hasGivenUp = true;
  if (!drops) return;
  world.operations.stopRenaming();
  world.linksDroppedAt = world.scheduler.now;
  forgetLinks(world.model);
  for (const group of world.application.groups.values()) {
    const tolerated = world.tolerated.get(group.id) ?? new Set();
    for (const id of memberIds(group)) tolerated.add(id);
    world.tolerated.set(group.id, tolerated);
  }
}

const weights = {
  nothing: 10,
  kill: 5,
  stop: 1,
  jump: 3,
  pause: 1,
  start: 2,
  restart: 2,
  saveSecrets: 1,
  onDemand: 2,
} as const;

/** Something that is no change of the directory. */
async function disturb(world: World, random: Random, serial: number): Promise<void> {
  const { store, jobId, trace, scheduler, faults } = world;
  const alive = world.workers.filter((worker) => worker.actor.isAlive);
  switch (random.weighted(weights)) {
    case 'nothing':
      return;
    case 'kill':
      if (alive.length > 0) await scheduler.kill(random.pick(alive).actor, () => faults.arrives());
      return;
    case 'stop':
      if (alive.length > 0) random.pick(alive).stop();
      return;
    case 'jump':
      return scheduler.jump(random.pick([1_500, 25_000, 25_000, 3_600_000]));
    case 'pause':
      trace.add('the administrator pauses');
      return store.jobs.pause(jobId);
    case 'start':
      trace.add('the administrator starts');
      return store.jobs.start(jobId);
    case 'restart':
      return restart(world, random.chance(0.2) ? [] : [random.pick(resetScopes)]);
    case 'saveSecrets': {
      const job = await store.jobs.get(jobId);
      if (job !== undefined) await store.jobs.putSecrets(job.servicePrincipalId, new Map([['SecretToken', 'new']]));
      return;
    }
    case 'onDemand': {
      const { kind, id } = random.pick(everyone(world.model));
      const subject = { kind, id: brandId<ObjectId>(id) };
      provisionOnDemand(`on-demand${serial}`, world, jobId, subject, strange(world));
    }
  }
}

/** Changes of the directory and disturbances, with the workers getting on a random way between them. */
export async function runChaos(world: World, random: Random): Promise<void> {
  const { setting, scheduler, trace } = world;
  await world.store.jobs.start(world.jobId);
  for (let round = 0; round < setting.rounds; round += 1) {
    const alive = world.workers.filter((worker) => worker.actor.isAlive).length;
    for (let missing = alive; missing < setting.workers; missing += 1) hire(world);
    const changes = random.below(5);
    for (let change = 0; change < changes; change += 1) {
      trace.add(`the directory changes: ${await world.operations.change()}`);
      for (let step = random.below(12); step > 0; step -= 1) await scheduler.step();
    }
    await disturb(world, random, round);
    for (let step = random.below(90); step > 0; step -= 1) await scheduler.step();
  }
}

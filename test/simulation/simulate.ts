import type { EnginePorts } from '@joinery/provisioning';
import type { Database } from '@joinery/store';
import { runChaos } from './chaos.ts';
import { problemsOf } from './expectations.ts';
import { unloggedChanges } from './log-check.ts';
import { createRandom } from './random.ts';
import { settingOf } from './setting.ts';
import { settle } from './settle.ts';
import { createWorld, type World } from './world.ts';

export interface SimulationOptions {
  readonly breakPorts?: ((ports: EnginePorts) => EnginePorts) | undefined;
  readonly print?: ((line: string) => void) | undefined;
}

export interface SimulationResult {
  /** Empty: the application is as the directory and the rules want it, and the log tells of each change. */
  readonly problems: readonly string[];
  /** Of everything that happened, in order. */
  readonly hash: string;
  readonly steps: number;
}

/** Pages in hand go on for as long as their requests take. */
const inHandMaxMs = 300_000;

async function judge(world: World): Promise<readonly string[]> {
  const { linksDroppedAt } = world;
  const forgottenUntil = linksDroppedAt === undefined ? -Infinity : linksDroppedAt + inHandMaxMs;
  return [
    ...world.problems,
    ...problemsOf({ ...world, toleratedMembers: world.tolerated, linksWereDropped: linksDroppedAt !== undefined }),
    ...(await unloggedChanges(world.database, world.application, forgottenUntil)),
  ];
}

/** Runs one seed on an emptied database: chaos first, and then, once all goes well, the question what came of it. */
export async function simulate(
  database: Database,
  seed: number,
  options: SimulationOptions = {},
): Promise<SimulationResult> {
  const world = await createWorld(database, { ...options, setting: settingOf(seed), withFaults: true });
  await runChaos(world, createRandom(seed, 'chaos'));
  world.faults.isOn = false;
  await settle(world);
  const problems = await judge(world);
  for (const worker of world.workers) await world.scheduler.kill(worker.actor, () => false);
  for (const problem of problems) world.trace.add(problem);
  return { problems, hash: world.trace.hash(), steps: world.scheduler.steps };
}

/** How to see what happened. */
export function replayOf(seed: number): string {
  return `npm run soak -- simulation 1 ${seed} --trace`;
}

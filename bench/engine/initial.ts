import type { JobSettings } from '@joinery/provisioning';
import type { BenchServer } from '../lib/postgres.ts';
import { startProgram, type Program } from '../lib/program.ts';
import { fixed, type Figure } from '../lib/report.ts';
import { median } from '../lib/statistics.ts';
import type { WorkspaceServerReady } from '../server/workspace-server.ts';
import { createJob, fillDirectory, openCenter, type BenchCenter, type TargetAddress } from './center.ts';
import type { CycleRun, EngineWorkerOptions } from './engine-worker.ts';
import type { SlowTargetReady, TargetCounts } from './slow-target.ts';

const latencyMs = 50;

export function startWorker(options: EngineWorkerOptions): Promise<Program<undefined>> {
  return startProgram<undefined>('engine/engine-worker.ts', options);
}

/** A cycle whose objects were not all provisioned measures nothing. */
export function expectComplete(run: CycleRun, objects: number): void {
  if (run.state === 'succeeded' && run.failed === 0 && run.objects === objects) return;
  throw new Error(`the cycle must provision ${objects} objects: ${JSON.stringify({ ...run, rssBytes: undefined })}`);
}

interface Prepared {
  readonly center: BenchCenter;
  readonly jobId: string;
  readonly databaseUrl: string;
}

async function prepare(
  postgres: BenchServer,
  target: TargetAddress,
  size: Parameters<typeof fillDirectory>[1],
  settings: Partial<JobSettings>,
): Promise<Prepared> {
  const databaseUrl = await postgres.newDatabase('center');
  const center = openCenter(databaseUrl, target);
  await fillDirectory(center.database, size);
  return { center, jobId: await createJob(center, settings), databaseUrl };
}

interface InitialRun {
  readonly run: CycleRun;
  readonly counts: TargetCounts;
  readonly idealSeconds: number;
}

/** The worker is a service: it has provisioned 500 users for another application before, so that its start is not measured. */
async function runInitial(postgres: BenchServer, inFlight: number): Promise<InitialRun> {
  await using slow = await startProgram<SlowTargetReady>('engine/slow-target.ts', { latencyMs });
  const target = { tenantUrl: slow.ready.tenantUrl, token: 'none' };
  const before = 500;
  const size = { to: 10_000, groups: 100, groupSize: 50 };
  const settings = { concurrency: inFlight };
  const { center, jobId: otherJobId, databaseUrl } = await prepare(postgres, target, { to: before }, settings);
  await using worker = await startWorker({ databaseUrl, target });
  expectComplete(await worker.ask<CycleRun>('cycle', otherJobId), before);
  await slow.ask<TargetCounts>('takeCounts');
  await fillDirectory(center.database, { ...size, from: before + 1 });
  const run = await worker.ask<CycleRun>('cycle', await createJob(center, settings));
  const counts = await slow.ask<TargetCounts>('takeCounts');
  await center.database.close();
  expectComplete(run, size.to + size.groups);
  return { run, counts, idealSeconds: (counts.requests * latencyMs) / inFlight / 1000 };
}

/** 10,000 users and 100 groups of 50, three times: time against the ideal, CPU, and requests per object of profile `efficient`. */
export async function measureInitial(postgres: BenchServer): Promise<readonly Figure[]> {
  const inFlight = 32;
  const runs: InitialRun[] = [];
  for (let round = 0; round < 3; round += 1) runs.push(await runInitial(postgres, inFlight));
  const ratioOf = ({ run, idealSeconds }: InitialRun): number => run.seconds / idealSeconds;
  const sorted = runs.toSorted((a, b) => ratioOf(a) - ratioOf(b));
  const [best, middle, worst] = sorted as [InitialRun, InitialRun, InitialRun];
  const { run, counts, idealSeconds } = middle;
  const ratio = ratioOf(middle);
  const cpu = median(runs.map((one) => one.run.cpuMs / one.run.objects));
  const perObject = counts.requests / run.objects;
  return [
    {
      name: `initial cycle of 10,000 users and 100 groups of 50, ${latencyMs} ms, ${inFlight} in flight: time against the ideal, median of 3`,
      measured: `${fixed(ratio)} × (${fixed(ratioOf(best))} to ${fixed(ratioOf(worst))}; ${fixed(run.seconds, 1)} s of ${fixed(idealSeconds, 1)} s; at most ${counts.inFlightMax} in flight, answered after ${fixed(counts.meanMs, 1)} ms on average)`,
      mustReach: '≤ 1.15 ×',
      isReached: ratio <= 1.15,
    },
    {
      name: "worker's CPU per provisioned object",
      measured: `${fixed(cpu)} ms`,
      mustReach: '≤ 1 ms',
      isReached: cpu <= 1,
    },
    {
      name: 'requests per object, profile efficient, empty target',
      measured: `${fixed(perObject, 3)} (${Object.entries(counts.byKind)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', ')})`,
      mustReach: '≤ 1.1',
      isReached: perObject <= 1.1,
    },
  ];
}

/** The same objects into our own workspace, which takes bulk requests. */
export async function measureRequests(postgres: BenchServer): Promise<readonly Figure[]> {
  await using workspace = await startProgram<WorkspaceServerReady>('server/workspace-server.ts', {
    databaseUrl: await postgres.newDatabase('workspace'),
  });
  const target = workspace.ready;
  const size = { to: 10_000, groups: 100, groupSize: 50 };
  const { center, jobId, databaseUrl } = await prepare(postgres, target, size, { concurrency: 32, bulk: true });
  await using worker = await startWorker({ databaseUrl, target });
  const run = await worker.ask<CycleRun>('cycle', jobId);
  await center.database.close();
  expectComplete(run, size.to + size.groups);
  const perObject = run.requests / run.objects;
  return [
    {
      name: 'requests per object, profile efficient, our own workspace (bulk)',
      measured: `${fixed(perObject, 3)} (${fixed(run.seconds, 1)} s)`,
      mustReach: '≤ 0.05',
      isReached: perObject <= 0.05,
    },
  ];
}

/** Memory of the worker over an initial cycle, and whether it is flat: the last third against the first. */
export async function measureMemory(postgres: BenchServer, users: number): Promise<readonly Figure[]> {
  await using fast = await startProgram<SlowTargetReady>('engine/slow-target.ts', { latencyMs: 0 });
  const target = { tenantUrl: fast.ready.tenantUrl, token: 'none' };
  const { center, jobId, databaseUrl } = await prepare(postgres, target, { to: users }, { concurrency: 32 });
  await using worker = await startWorker({ databaseUrl, target });
  const run = await worker.ask<CycleRun>('cycle', jobId);
  await center.database.close();
  expectComplete(run, users);
  const third = Math.floor(run.rssBytes.length / 3);
  const highest = Math.max(...run.rssBytes);
  const growth = median(run.rssBytes.slice(-third)) / median(run.rssBytes.slice(0, third));
  return [
    {
      name: `memory (RSS) of a worker in an initial cycle of ${fixed(users, 0)} users, highest`,
      measured: `${fixed(highest / 2 ** 20, 0)} MB (last third ${fixed(growth)} × the first; ${fixed(users / run.seconds, 0)} users/s)`,
      mustReach: '≤ 400 MB, flat',
      isReached: highest <= 400 * 2 ** 20 && growth <= 1.25,
    },
  ];
}

async function runWithWorkers(postgres: BenchServer, workers: number, users: number): Promise<number> {
  await using slow = await startProgram<SlowTargetReady>('engine/slow-target.ts', { latencyMs });
  const target = { tenantUrl: slow.ready.tenantUrl, token: 'none' };
  const { center, jobId, databaseUrl } = await prepare(postgres, target, { to: users }, { concurrency: 16 * workers });
  const { jobs } = center.store;
  const [job] = await jobs.list();
  if (job === undefined || job.id !== jobId) throw new Error('the job is not there');
  const running: Program<undefined>[] = [];
  for (let index = 0; index < workers; index += 1) running.push(await startWorker({ databaseUrl, target }));
  for (const worker of running) await worker.ask('work');
  const begun = performance.now();
  await jobs.start(job.id);
  let ended: readonly { readonly state: string }[] = [];
  while (ended.length === 0) {
    await new Promise((next) => setTimeout(next, 50));
    ended = (await jobs.listCycles(job.id, 1)).filter(({ state }) => state !== 'running');
  }
  const seconds = (performance.now() - begun) / 1000;
  const { requests } = await slow.ask<TargetCounts>('takeCounts');
  for (const worker of running) await worker.stop();
  await center.database.close();
  if (ended[0]?.state !== 'succeeded' || requests < users) throw new Error(`the cycle ended ${ended[0]?.state}`);
  return seconds;
}

/** One worker and two on the same work, in turn. */
export async function measureScaleOut(postgres: BenchServer): Promise<readonly Figure[]> {
  const users = 10_000;
  const times = { one: [] as number[], two: [] as number[] };
  for (let round = 0; round < 2; round += 1) {
    times.one.push(await runWithWorkers(postgres, 1, users));
    times.two.push(await runWithWorkers(postgres, 2, users));
  }
  const one = Math.min(...times.one);
  const two = Math.min(...times.two);
  return [
    {
      name: `two workers against one, ${latencyMs} ms, 16 in flight each, ${fixed(users, 0)} users`,
      measured: `${fixed(one / two)} × (${fixed(one, 1)} s → ${fixed(two, 1)} s)`,
      mustReach: '≥ 1.7 ×',
      isReached: one / two >= 1.7,
    },
  ];
}

import type { BenchServer } from '../lib/postgres.ts';
import { startProgram, type Program } from '../lib/program.ts';
import { fixed, type Figure } from '../lib/report.ts';
import { median } from '../lib/statistics.ts';
import { changeTitles, createJob, fillDirectory, openCenter, pretendProvisioned, type BenchCenter } from './center.ts';
import type { CycleRun } from './engine-worker.ts';
import { expectComplete, startWorker } from './initial.ts';
import type { SlowTargetReady } from './slow-target.ts';

const changes = 100;
const rounds = 9;

interface Directory {
  readonly users: number;
  readonly center: BenchCenter;
  readonly jobId: string;
  readonly worker: Program<undefined>;
  readonly seconds: number[];
}

async function fill(postgres: BenchServer, users: number, tenantUrl: string): Promise<Directory> {
  const target = { tenantUrl, token: 'none' };
  const databaseUrl = await postgres.newDatabase('center');
  const center = openCenter(databaseUrl, target);
  const begun = performance.now();
  await fillDirectory(center.database, { to: 1 });
  const jobId = await createJob(center, { concurrency: 32 });
  const worker = await startWorker({ databaseUrl, target });
  // The one that the other links are copied from.
  expectComplete(await worker.ask<CycleRun>('cycle', jobId), 1);
  await fillDirectory(center.database, { from: 2, to: users });
  await pretendProvisioned(center.database, users);
  console.log(`${fixed(users, 0)} provisioned users filled in ${fixed((performance.now() - begun) / 1000, 1)} s`);
  return { users, center, jobId, worker, seconds: [] };
}

/** 100 changes in a directory of 10,000 and of a million, in turn, by a target that answers at once. */
export async function measureIncremental(postgres: BenchServer, largest: number): Promise<readonly Figure[]> {
  await using fast = await startProgram<SlowTargetReady>('engine/slow-target.ts', { latencyMs: 0 });
  const directories: Directory[] = [];
  for (const users of [10_000, largest]) directories.push(await fill(postgres, users, fast.ready.tenantUrl));
  for (let round = 0; round < rounds; round += 1) {
    for (const { users, center, jobId, worker, seconds } of directories) {
      const numbers = Array.from({ length: changes }, (_, index) => 1 + ((round * 7919 + index * 104729) % users));
      await changeTitles(center.database, numbers, `Changed ${round}`);
      const run = await worker.ask<CycleRun>('cycle', jobId);
      expectComplete(run, changes);
      if (run.kind !== 'incremental') throw new Error(`the cycle was ${run.kind}`);
      // The first prepares statements.
      if (round > 0) seconds.push(run.seconds);
    }
  }
  for (const { center, worker } of directories) {
    await worker.stop();
    await center.database.close();
  }
  const [small = 0, large = 0] = directories.map(({ seconds }) => median(seconds));
  return [
    {
      name: `incremental cycle with ${changes} changes, directory of ${fixed(largest, 0)} against 10,000`,
      measured: `${fixed(large / small)} × (${fixed(small * 1000, 0)} → ${fixed(large * 1000, 0)} ms)`,
      mustReach: '≤ 1.5 ×',
      isReached: large / small <= 1.5,
    },
  ];
}

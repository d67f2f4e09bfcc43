import { brandId, type JobId } from '@joinery/base';
import type { BenchServer } from '../lib/postgres.ts';
import { startProgram, type Program } from '../lib/program.ts';
import { fixed, type Figure } from '../lib/report.ts';
import { timesOf, type Times } from '../lib/statistics.ts';
import { changeTitles, createJob, fillDirectory, openCenter, type BenchCenter } from './center.ts';
import { startWorker } from './initial.ts';
import type { SlowTargetReady } from './slow-target.ts';

const latencyMs = 50;
const users = 10_000;
const idleChanges = 40;

interface Setting {
  readonly center: BenchCenter;
  readonly slow: Program<SlowTargetReady>;
}

/** Milliseconds from the commit of a change of one user to the answer of the target that was sent it. */
async function changeOne({ center, slow }: Setting, n: number, label: string): Promise<number> {
  const title = `mark ${label}-${n} end`;
  const answered = slow.ask<number>('whenAnswered', title);
  await changeTitles(center.database, [n], title);
  const committed = Date.now();
  return Math.max(0, (await answered) - committed);
}

function figure(name: string, times: Times, limitSeconds: number): Figure {
  return {
    name,
    measured: `${fixed(times.p99 / 1000)} s (p50 ${fixed(times.p50 / 1000)} s, ${times.count} changes)`,
    mustReach: `≤ ${limitSeconds} s`,
    isReached: times.p99 <= limitSeconds * 1000,
  };
}

/** A change in the directory until it is committed at the target: while nothing else happens, and beside an initial cycle. */
export async function measureLatency(postgres: BenchServer): Promise<readonly Figure[]> {
  await using slow = await startProgram<SlowTargetReady>('engine/slow-target.ts', { latencyMs });
  const target = { tenantUrl: slow.ready.tenantUrl, token: 'none' };
  const databaseUrl = await postgres.newDatabase('center');
  const center = openCenter(databaseUrl, target);
  await fillDirectory(center.database, { to: users });
  const jobId = brandId<JobId>(await createJob(center, { concurrency: 16, onChange: true }));
  await using worker = await startWorker({ databaseUrl, target });
  const { jobs } = center.store;
  await worker.ask('work');
  await jobs.start(jobId);
  const setting = { center, slow };
  const isRunning = async (): Promise<boolean> => {
    const [cycle] = await jobs.listCycles(jobId, 1);
    return cycle === undefined || cycle.state === 'running';
  };
  // Beside the initial cycle, as long as it runs: one change every 300 ms, whatever became of the ones before.
  const beside: Promise<number>[] = [];
  for (let n = 1; n < users; n += 97) {
    if (!(await isRunning())) break;
    beside.push(changeOne(setting, n, 'busy'));
    await new Promise((next) => setTimeout(next, 300));
  }
  const busy = timesOf(await Promise.all(beside));
  while (await isRunning()) await new Promise((next) => setTimeout(next, 200));
  const idle: number[] = [];
  for (let index = 0; index < idleChanges; index += 1) {
    idle.push(await changeOne(setting, 1 + index * 101, 'idle'));
    // Not in step with the engine's own clocks.
    await new Promise((next) => setTimeout(next, Math.random() * 700));
  }
  await worker.stop();
  await center.database.close();
  return [
    figure('change in the directory → committed at the target, idle: p99', timesOf(idle), 2),
    figure(`the same while an initial cycle of ${fixed(users, 0)} users runs: p99`, busy, 10),
  ];
}

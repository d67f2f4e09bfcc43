/** A worker of the engine as a program: runs one cycle when asked, or works on whatever is due until told to stop. */
import { randomUUID } from 'node:crypto';
import { brandId, type JobId } from '@joinery/base';
import { createWorker, runCycle } from '@joinery/provisioning';
import { ownUsage, programOptions, serveProgram, type Usage } from '../lib/program.ts';
import { openCenter, type TargetAddress } from './center.ts';

export interface EngineWorkerOptions {
  readonly databaseUrl: string;
  readonly target: TargetAddress;
}

export interface CycleRun {
  readonly state: string;
  readonly kind: string;
  readonly seconds: number;
  readonly cpuMs: number;
  readonly objects: number;
  readonly requests: number;
  readonly failed: number;
  /** Twice a second while the cycle ran. */
  readonly rssBytes: readonly number[];
}

const { databaseUrl, target } = programOptions<EngineWorkerOptions>();
const { database, ports } = openCenter(databaseUrl, target);
const stopping = new AbortController();
let working: Promise<void> = Promise.resolve();

async function cycle(jobId: string): Promise<CycleRun> {
  const rssBytes: number[] = [];
  const sampling = setInterval(() => rssBytes.push(process.memoryUsage.rss()), 500);
  const before: Usage = ownUsage();
  const begun = performance.now();
  const done = await runCycle(ports, brandId<JobId>(jobId)).finally(() => clearInterval(sampling));
  const { counts } = done;
  return {
    state: done.state,
    kind: done.kind,
    seconds: (performance.now() - begun) / 1000,
    cpuMs: ownUsage().cpuMs - before.cpuMs,
    objects: counts.objects.users + counts.objects.groups,
    requests: counts.requests,
    failed: counts.failed,
    rssBytes,
  };
}

serveProgram(
  undefined,
  {
    cycle,
    work() {
      const worker = createWorker(ports, {
        workerId: randomUUID(),
        onError: (error) => process.stderr.write(`worker: ${String(error)}\n`),
      });
      working = worker.run(stopping.signal);
      return true;
    },
  },
  async () => {
    stopping.abort();
    await working;
    await database.close();
  },
);

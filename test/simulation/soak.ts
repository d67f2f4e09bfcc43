/*
 * The deterministic simulation by seeds, over two processes:
 *
 *   node test/simulation/soak.ts [COUNT] [FIRST SEED] [--trace]
 *
 * A seed that fails is printed with its problems and the command that replays it; with `--trace` every step is printed.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@joinery/store';
import { createTemplates } from '../testkit/src/templates.ts';
import { openSimulationDatabase } from './simulation-database.ts';
import { replayOf, simulate } from './simulate.ts';

const processes = 2;

interface Share {
  readonly serverUrl: string;
  readonly template: string;
  readonly count: number;
  readonly first: number;
  readonly stride: number;
  readonly trace: boolean;
}

/** Runs every `stride`-th seed. Answers how many failed. */
async function runShare(share: Share): Promise<number> {
  await using database = await openSimulationDatabase({ serverUrl: share.serverUrl, name: share.template });
  const began = performance.now();
  let failed = 0;
  let steps = 0;
  for (let index = 0; index < share.count; index += 1) {
    const seed = share.first + index * share.stride;
    const result = await simulate(database, seed, share.trace ? { print: (line) => console.log(line) } : {});
    steps += result.steps;
    if (result.problems.length > 0) {
      failed += 1;
      console.log(`seed ${seed} failed:\n  ${result.problems.join('\n  ')}\n  ${replayOf(seed)}`);
    }
    if ((index + 1) % 250 === 0) {
      const seconds = (performance.now() - began) / 1000;
      console.log(`${index + 1} of ${share.count} seeds, ${failed} failed, ${steps} steps, ${seconds.toFixed(0)} s`);
    }
  }
  return failed;
}

/** A process of its own: the engine's loops of one seed never see another's. */
function forkShare(share: Share): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--share', JSON.stringify(share)]);
    let failed: number | undefined;
    child.on('message', (message) => (failed = Number(message)));
    child.on('error', reject);
    child.on('exit', (code) =>
      failed === undefined ? reject(new Error(`a process of the simulation ended with ${code}`)) : resolve(failed),
    );
  });
}

async function main(args: readonly string[]): Promise<void> {
  const trace = args.includes('--trace');
  const [count = 10_000, first = 1] = args.filter((argument) => !argument.startsWith('--')).map(Number);
  const directory = await mkdtemp(join(tmpdir(), `joinery-test-${process.pid}-`));
  await chmod(directory, 0o755);
  const server = await openEmbedded({ directory, name: 'workspace', durable: false });
  const began = performance.now();
  try {
    const templates = createTemplates(server.url);
    const { serverUrl, name } = await templates.ready('center');
    const common = { serverUrl, template: name, trace };
    const shares = Array.from({ length: Math.min(processes, count) }, (_, index) => ({
      ...common,
      first: first + index,
      stride: processes,
      count: Math.floor((count - index + processes - 1) / processes),
    }));
    const failed = (await Promise.all(shares.map(forkShare))).reduce((sum, one) => sum + one, 0);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(`${count} seeds from ${first}: ${failed} failed, in ${seconds} s`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

const [mode, text] = process.argv.slice(2);
if (mode === '--share') {
  // Written by `forkShare`.
  process.send?.(await runShare(JSON.parse(text ?? '') as Share));
  process.disconnect();
} else await main(process.argv.slice(2));

/*
 * The provisioning engine against a target that answers after a fixed time: how near an initial cycle comes to the ideal, what it
 * costs the worker, how many requests it takes, how soon a change arrives, what grows with the directory, and what a second
 * worker brings.
 *
 *   npm run bench -- engine [--part NAME] [--users N] [--memory-users N]
 *
 * Parts: initial, requests, incremental, latency, memory, scale-out; all by default. Of a part that was not asked for the result keeps
 * what it measured last on the same machine; each part says when that was.
 * `--users` is the large directory of the incremental part (1,000,000), `--memory-users` that of the memory part (100,000; the
 * figure is meant for 1,000,000).
 */
import { parseArgs } from 'node:util';
import { startPostgres } from './lib/postgres.ts';
import { lastDetails, report, type Figure } from './lib/report.ts';
import { measureIncremental } from './engine/incremental.ts';
import { measureInitial, measureMemory, measureRequests, measureScaleOut } from './engine/initial.ts';
import { measureLatency } from './engine/latency.ts';

const { values } = parseArgs({
  options: {
    part: { type: 'string', multiple: true },
    users: { type: 'string', default: '1000000' },
    'memory-users': { type: 'string', default: '100000' },
  },
  strict: false,
});

interface Details extends Readonly<Record<string, unknown>> {
  /** `at`: when the part was measured, ISO 8601. */
  readonly parts: Readonly<Record<string, { readonly figures: readonly Figure[]; readonly at: string }>>;
}

await using postgres = await startPostgres();
const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  initial: () => measureInitial(postgres),
  requests: () => measureRequests(postgres),
  incremental: () => measureIncremental(postgres, Number(values.users)),
  latency: () => measureLatency(postgres),
  memory: () => measureMemory(postgres, Number(values['memory-users'])),
  'scale-out': () => measureScaleOut(postgres),
};
const asked = Array.isArray(values.part) ? values.part.map(String) : Object.keys(parts);
const measured = new Map(Object.entries(lastDetails<Partial<Details>>('engine')?.parts ?? {}));
for (const name of asked) {
  const part = parts[name];
  if (part === undefined) throw new Error(`there is no part ${name}; there are ${Object.keys(parts).join(', ')}`);
  const begun = performance.now();
  measured.set(name, { figures: await part(), at: new Date().toISOString() });
  console.log(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}
const present = Object.keys(parts).flatMap((name) => {
  const one = measured.get(name);
  return one === undefined ? [] : [[name, one] as const];
});
report({
  name: 'engine',
  processes: [
    'worker: one process (two where it says so) as `joinery center --role worker` runs it',
    'target: one process that answers after a fixed time and keeps nothing',
    `${postgres.version}, fsync on`,
  ],
  figures: present.flatMap(([, { figures }]) => figures),
  details: { parts: Object.fromEntries(present) } satisfies Details,
});

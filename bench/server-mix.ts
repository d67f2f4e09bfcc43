/*
 * Entra's request mix against the workspace (validation, change feed, request log and fsync on), the same SQL statements issued
 * directly through the driver by the same generator, and a bare `node:http` server: rounds in turn, 8 requests in flight. Every
 * object is read back and compared; a wrong answer of ours ends the run with 1.
 *
 *   npm run bench -- server-mix [--rounds N]
 */
import { parseArgs } from 'node:util';
import { fixed, formatTable, report } from './lib/report.ts';
import { startPostgres } from './lib/postgres.ts';
import { ownUsage, startProgram } from './lib/program.ts';
import { timesOf } from './lib/statistics.ts';
import { directTarget } from './server/direct-target.ts';
import { kinds, type Kind } from './server/entra-requests.ts';
import { httpTarget } from './server/http-target.ts';
import { mixSize, runMix, type MixTarget } from './server/mix.ts';
import type { WorkspaceServerReady } from './server/workspace-server.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, prof: { type: 'string' } },
  strict: false,
});
const rounds = Number(values.rounds);
const prof = typeof values.prof === 'string' ? ['--cpu-prof', `--cpu-prof-dir=${values.prof}`] : [];

interface Entry {
  readonly target: MixTarget;
  readonly isChecked: boolean;
  /** CPU of the server's process so far, milliseconds. */
  readonly cpuMs: () => Promise<number>;
  requests: number;
  seconds: number;
  generatorCpuMs: number;
  serverCpuMs: number;
  postgresCpuMs: number;
  readonly durations: Map<Kind, number[]>;
}

function entryOf(target: MixTarget, isChecked: boolean, cpuMs: () => Promise<number>): Entry {
  return {
    target,
    isChecked,
    cpuMs,
    requests: 0,
    seconds: 0,
    generatorCpuMs: 0,
    serverCpuMs: 0,
    postgresCpuMs: 0,
    durations: new Map(),
  };
}

async function measure(entry: Entry, prefix: string, counts: boolean): Promise<void> {
  const before = ownUsage().cpuMs;
  const serverBefore = await entry.cpuMs();
  const postgresBefore = postgres.cpuMs() ?? 0;
  const round = await runMix(entry.target, prefix);
  if (entry.isChecked && round.mistakes.size > 0) {
    const mistakes = [...round.mistakes].map(([text, count]) => `${count} × ${text}`);
    throw new Error(`${entry.target.name} answered wrongly:\n${mistakes.join('\n')}`);
  }
  if (!counts) return;
  entry.requests += round.requests;
  entry.seconds += round.seconds;
  entry.generatorCpuMs += ownUsage().cpuMs - before;
  entry.serverCpuMs += (await entry.cpuMs()) - serverBefore;
  entry.postgresCpuMs += (postgres.cpuMs() ?? 0) - postgresBefore;
  for (const [kind, times] of round.durations) {
    entry.durations.set(kind, [...(entry.durations.get(kind) ?? []), ...times]);
  }
}

const rate = ({ requests, seconds }: Entry): number => requests / seconds;
const percent = (share: number): string => `${fixed(share * 100, 1)} %`;

await using postgres = await startPostgres();
await using workspace = await startProgram<WorkspaceServerReady>(
  'server/workspace-server.ts',
  { databaseUrl: await postgres.newDatabase('workspace') },
  prof,
);
await using bare = await startProgram<WorkspaceServerReady>('server/bare-server.ts', {});
const direct = await directTarget(await postgres.newDatabase('workspace'), mixSize.inFlight);
const ours = httpTarget('workspace', workspace.ready.tenantUrl, workspace.ready.token);
const nothing = httpTarget('bare node:http', bare.ready.tenantUrl, bare.ready.token);

const workspaceEntry = entryOf(ours, true, async () => (await workspace.usage()).cpuMs);
const directEntry = entryOf(direct, true, async () => 0);
const bareEntry = entryOf(nothing, false, async () => (await bare.usage()).cpuMs);
const entries = [workspaceEntry, directEntry, bareEntry];

for (const entry of entries) await measure(entry, 'warm-0', false);
for (let index = 1; index <= rounds; index += 1) {
  // Each in turn goes first, so that what changes with time falls on all.
  const order = entries.map((_, place) => entries[(place + index) % entries.length]);
  for (const entry of order) if (entry !== undefined) await measure(entry, `round-${index}`, true);
}

const traces = await workspace.ask<{ changes: number; requests: number }>('countTraces');
const sent = workspaceEntry.requests;
if (traces.changes < sent / 2 || traces.requests < sent) {
  throw new Error(`the change feed (${traces.changes}) or the request log (${traces.requests}) is not on`);
}
const share = rate(workspaceEntry) / rate(directEntry);
const times = Object.fromEntries(
  entries.map((entry) => [
    entry.target.name,
    Object.fromEntries(
      kinds.flatMap((kind) => (entry.durations.has(kind) ? [[kind, timesOf(entry.durations.get(kind) ?? [])]] : [])),
    ),
  ]),
);

console.log(
  formatTable([
    ['request, ms', ...entries.flatMap(({ target }) => [`p50 ${target.name}`, 'p99'])],
    ...kinds
      .filter((kind) => workspaceEntry.durations.has(kind))
      .map((kind) => [
        kind,
        ...entries.flatMap(({ durations }) => {
          const { p50, p99 } = timesOf(durations.get(kind) ?? []);
          return [fixed(p50), fixed(p99)];
        }),
      ]),
    ['CPU per request, ms: generator', ...entries.flatMap((e) => [fixed(e.generatorCpuMs / e.requests, 3), ''])],
    ['CPU per request, ms: server', ...entries.flatMap((e) => [fixed(e.serverCpuMs / e.requests, 3), ''])],
    ['CPU per request, ms: PostgreSQL', ...entries.flatMap((e) => [fixed(e.postgresCpuMs / e.requests, 3), ''])],
  ]),
);

report({
  name: 'server-mix',
  processes: [
    `generator: ${mixSize.inFlight} requests in flight, ${rounds} rounds of ${sent / rounds} requests for each target, in turn`,
    'workspace: one process as `joinery workspace` runs it, rate limit off; PostgreSQL beside it',
    'bare node:http: one process, fixed answers',
    `${postgres.version}, fsync on, one server for all`,
  ],
  figures: [
    {
      name: 'workspace against the same SQL statements issued directly',
      measured: percent(share),
      mustReach: '≥ 30 %',
      isReached: share >= 0.3,
    },
    { name: 'workspace, requests/s', measured: fixed(rate(workspaceEntry), 0) },
    { name: 'the same SQL statements directly, requests/s', measured: fixed(rate(directEntry), 0) },
    { name: 'bare node:http, requests/s', measured: fixed(rate(bareEntry), 0) },
    { name: 'workspace against bare node:http', measured: percent(rate(workspaceEntry) / rate(bareEntry)) },
  ],
  details: { postgres: postgres.version, times },
});
ours.close();
nothing.close();
await direct.close();

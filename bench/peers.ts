/*
 * Entra's request mix against the workspace and against SCIM servers of others from npm, side by side: the same generator, the
 * same objects, rounds in turn. What each answers wrongly is recorded in words; a request that is refused counts as a request,
 * so a server that refuses much looks faster than it is. The peers keep everything in memory; the workspace keeps it in
 * PostgreSQL with fsync on.
 *
 *   npm run bench -- peers [--rounds N]
 */
import { parseArgs } from 'node:util';
import { installPeers, peerNames, startPeer, type Peer } from '../test/interop/peers/start-peer.ts';
import { startPostgres } from './lib/postgres.ts';
import { startProgram } from './lib/program.ts';
import { fixed, formatTable, report } from './lib/report.ts';
import { timesOf } from './lib/statistics.ts';
import { kinds, type Kind } from './server/entra-requests.ts';
import { httpTarget, type HttpTarget } from './server/http-target.ts';
import { mixSize, runMix } from './server/mix.ts';
import { probe } from './server/probes.ts';
import type { WorkspaceServerReady } from './server/workspace-server.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } }, strict: false });
const rounds = Number(values.rounds);
const size = { ...mixSize, users: 240, groups: 2 };

interface Entry {
  readonly name: string;
  readonly tenantUrl: string;
  readonly token: string;
  readonly target: HttpTarget;
  requests: number;
  seconds: number;
  readonly durations: Map<Kind, number[]>;
  readonly mistakes: Map<string, number>;
}

function entryOf(name: string, tenantUrl: string, token: string): Entry {
  const target = httpTarget(name, tenantUrl, token);
  return { name, tenantUrl, token, target, requests: 0, seconds: 0, durations: new Map(), mistakes: new Map() };
}

async function measure(entry: Entry, prefix: string): Promise<void> {
  const round = await runMix(entry.target, prefix, size);
  entry.requests += round.requests;
  entry.seconds += round.seconds;
  for (const [kind, times] of round.durations) {
    entry.durations.set(kind, [...(entry.durations.get(kind) ?? []), ...times]);
  }
  for (const [text, count] of round.mistakes) entry.mistakes.set(text, (entry.mistakes.get(text) ?? 0) + count);
}

installPeers();
await using postgres = await startPostgres();
await using workspace = await startProgram<WorkspaceServerReady>('server/workspace-server.ts', {
  databaseUrl: await postgres.newDatabase('workspace'),
});
const peers: Peer[] = [];
const entries = [entryOf('workspace', workspace.ready.tenantUrl, workspace.ready.token)];
for (const name of peerNames) {
  const peer = await startPeer(name);
  peers.push(peer);
  entries.push(entryOf(`${name} ${peer.version}`, peer.tenantUrl, peer.token));
}

const wrong = new Map<Entry, readonly string[]>();
try {
  for (const entry of entries) wrong.set(entry, await probe(entry.tenantUrl, entry.token));
  for (let index = 1; index <= rounds; index += 1) {
    const order = entries.map((_, place) => entries[(place + index) % entries.length]);
    for (const entry of order) if (entry !== undefined) await measure(entry, `round-${index}`);
  }
} finally {
  for (const { target } of entries) target.close();
  for (const peer of peers) await peer.stop();
}

/** All that is wrong with a server, in words. */
const wordsOf = (entry: Entry): readonly string[] => [
  ...[...entry.mistakes].map(([text, count]) => `${text} (${count} times)`),
  ...(wrong.get(entry) ?? []),
];

const [ours] = entries;
if (ours !== undefined && wordsOf(ours).length > 0) {
  throw new Error(`the workspace answered wrongly:\n${wordsOf(ours).join('\n')}`);
}
const rate = ({ requests, seconds }: Entry): number => requests / seconds;
const table = [
  ['p50, ms', ...entries.map(({ name }) => name)],
  ...kinds
    .filter((kind) => ours?.durations.has(kind))
    .map((kind) => [kind, ...entries.map(({ durations }) => fixed(timesOf(durations.get(kind) ?? []).p50))]),
];
console.log(formatTable(table));
for (const entry of entries.slice(1)) {
  console.log(`\n${entry.name}:`);
  for (const words of wordsOf(entry)) console.log(`  ${words}`);
}
report({
  name: 'peers',
  processes: [
    `generator: ${size.inFlight} requests in flight, ${rounds} rounds of ${(ours?.requests ?? 0) / rounds} requests for each server, in turn`,
    `workspace: one process, all on; ${postgres.version}, fsync on`,
    'each peer: one process, storage in memory',
  ],
  figures: entries.map((entry) => ({ name: `${entry.name}, requests/s`, measured: fixed(rate(entry), 0) })),
  details: {
    servers: entries.map((entry) => ({
      name: entry.name,
      requestsPerSecond: rate(entry),
      mistakes: wordsOf(entry),
      times: Object.fromEntries([...entry.durations].map(([kind, times]) => [kind, timesOf(times)])),
    })),
  },
});

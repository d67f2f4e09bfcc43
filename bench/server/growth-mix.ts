/** The request mix on servers that hold different numbers of users, in turn, and the memory of the largest one meanwhile. */
import type { Program } from '../lib/program.ts';
import { fixed, formatTable, type Figure } from '../lib/report.ts';
import { timesOf } from '../lib/statistics.ts';
import { kinds, type Kind } from './entra-requests.ts';
import { httpTarget } from './http-target.ts';
import { mixSize, runMix } from './mix.ts';
import type { WorkspaceServerReady } from './workspace-server.ts';

export interface SizedServer {
  readonly users: number;
  readonly program: Program<WorkspaceServerReady>;
}

interface Entry extends SizedServer {
  readonly durations: Map<Kind, number[]>;
  highestRssBytes: number;
}

/** Short rounds, so that what the machine does meanwhile falls on all alike. */
const size = { ...mixSize, users: 120, groups: 4 };
const warmUpRounds = 4;
const sampleMs = 100;

async function watchMemory(entry: Entry, running: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = running.finally(() => (isOver = true)).catch(() => {});
  while (!isOver) {
    entry.highestRssBytes = Math.max(entry.highestRssBytes, (await entry.program.usage()).rssBytes);
    await Promise.race([end, new Promise((next) => setTimeout(next, sampleMs))]);
  }
}

async function runRound(entry: Entry, prefix: string, counts: boolean): Promise<void> {
  const { tenantUrl, token } = entry.program.ready;
  const target = httpTarget(`${entry.users} users`, tenantUrl, token);
  const running = runMix(target, prefix, size);
  await watchMemory(entry, running);
  const round = await running;
  target.close();
  if (round.mistakes.size > 0) throw new Error([...round.mistakes.keys()].join('\n'));
  if (!counts) return;
  for (const [kind, times] of round.durations) {
    entry.durations.set(kind, [...(entry.durations.get(kind) ?? []), ...times]);
  }
}

/** Servers from the smallest to the largest. */
export async function measureMix(servers: readonly SizedServer[], rounds: number): Promise<readonly Figure[]> {
  const entries = servers.map((server): Entry => ({ ...server, durations: new Map(), highestRssBytes: 0 }));
  const [smallest] = entries;
  const largest = entries.at(-1);
  if (smallest === undefined || largest === undefined) throw new Error('there are no servers');
  for (let index = 0; index < rounds + warmUpRounds; index += 1) {
    for (const place of entries.keys()) {
      const entry = entries[(place + index) % entries.length];
      if (entry !== undefined) await runRound(entry, `round-${index}`, index >= warmUpRounds);
    }
  }
  const p50 = (entry: Entry, kind: Kind): number => timesOf(entry.durations.get(kind) ?? []).p50;
  const measured = kinds.filter((kind) => largest.durations.has(kind));
  const growths = measured.map((kind) => p50(largest, kind) / p50(smallest, kind));
  console.log(
    formatTable([
      ['p50, ms', ...entries.map(({ users }) => `${fixed(users, 0)} users`), 'growth'],
      ...measured.map((kind, index) => [
        kind,
        ...entries.map((entry) => fixed(p50(entry, kind))),
        `${fixed(growths[index] ?? 0)} ×`,
      ]),
    ]),
  );
  const worst = Math.max(...growths);
  return [
    {
      name: `request mix, p50 of each kind, ${fixed(largest.users, 0)} users against ${fixed(smallest.users, 0)}: the kind that grows most`,
      measured: `${fixed(worst)} × (${measured[growths.indexOf(worst)]})`,
      mustReach: '≤ 1.3 ×',
      isReached: worst <= 1.3,
    },
    {
      name: `memory of the server (RSS) under the mix with ${fixed(largest.users, 0)} users, highest`,
      measured: `${fixed(largest.highestRssBytes / 2 ** 20, 0)} MB`,
      mustReach: '≤ 200 MB',
      isReached: largest.highestRssBytes <= 200 * 2 ** 20,
    },
  ];
}

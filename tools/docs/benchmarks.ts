import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { heading, sections, table, type Page } from './page.ts';

interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}
type TimesByKind = Readonly<Record<string, Times>>;

/** `bench/results/NAME.json`, as `bench/lib/report.ts` writes it. */
interface Result {
  readonly machine: Readonly<Record<'processor' | 'platform' | 'node' | 'at', string>> &
    Readonly<Record<'cores' | 'memoryGiB', number>>;
  readonly processes: readonly string[];
  readonly figures: readonly {
    readonly name: string;
    readonly measured: string;
    readonly mustReach?: string;
    readonly isReached?: boolean;
  }[];
  readonly details: Readonly<Record<string, unknown>>;
}

const folder = resolve(import.meta.dirname, '../../bench/results');

const programs: readonly { readonly name: string; readonly title: string; readonly text: string }[] = [
  {
    name: 'server-mix',
    title: 'SCIM server, request mix of Entra',
    text: 'For each user a look-up by userName that finds nobody, POST, later GET by id and three PATCH requests (title, active as the text `"False"`, the locality of the work address); for each group a look-up, POST, members one by one and 100 at a time, GET without members, and removals. Everything is read back and compared. The statements of the second column are those that the server issues for the same requests, sent through the driver by the generator itself, without HTTP, schema, PATCH and request log.',
  },
  {
    name: 'server-growth',
    title: 'SCIM server, growth',
    text: 'The slowest part of a listing is the largest median of a run of pages, against requests for the first page that are made in between.',
  },
  {
    name: 'engine',
    title: 'Provisioning engine',
    text: 'The ideal time of a cycle is requests × latency ÷ requests in flight.',
  },
  { name: 'expressions', title: 'Expressions', text: 'See [Expressions](expressions.md).' },
  { name: 'mapping', title: 'Mappings', text: 'A schema of 40 attribute mappings.' },
  {
    name: 'peers',
    title: 'SCIM servers of others',
    text: 'The same mix against packages of npm, each behind the few lines of server that its documentation asks for, with storage in memory; the workspace keeps its data in PostgreSQL with fsync on. A request that is refused or ignored counts like any other, so a server that does less is faster.',
  },
];

function read(name: string): Result | undefined {
  const file = resolve(folder, `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result) : undefined;
}

const verdict = (isReached: boolean | undefined): string =>
  isReached === undefined ? '' : isReached ? 'reached' : '**not reached**';

function timesTable(times: Readonly<Record<string, TimesByKind>>): string {
  const names = Object.keys(times);
  const kinds = Object.keys(times[names[0] ?? ''] ?? {});
  const cell = (value: Times | undefined): string =>
    value === undefined ? '' : `${value.p50.toFixed(2)} / ${value.p99.toFixed(2)}`;
  return table(
    ['p50 / p99 of a request, ms', ...names],
    kinds.map((kind) => [kind, ...names.map((name) => cell(times[name]?.[kind]))]),
  );
}

interface PeerServer {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly mistakes: readonly string[];
  readonly times: TimesByKind;
}

function peerSections(servers: readonly PeerServer[]): readonly string[] {
  const lists = servers.map(({ name, mistakes }) =>
    mistakes.length === 0
      ? `**${name}**: all answers as expected.`
      : `**${name}**:\n\n${mistakes.map((words) => `- ${words}`).join('\n')}`,
  );
  return [
    timesTable(Object.fromEntries(servers.map(({ name, times }) => [name, times]))),
    '### What each answered wrongly',
    'In the mix, with the number of times, and to some single questions (filters, duplicates, removals, paths through `__proto__`).',
    ...lists,
  ];
}

function programSections({ name, title, text }: (typeof programs)[number]): readonly string[] {
  const result = read(name);
  if (result === undefined) return [`## ${title}`, text, 'No result yet.'];
  const { machine, processes, figures, details } = result;
  const { processor, cores, memoryGiB, platform, node, at } = machine;
  return [
    `## ${title}`,
    text,
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}; ${at.slice(0, 10)}. Processes: ${processes.join('; ')}.`,
    table(
      ['Figure', 'Measured', 'Must reach', ''],
      figures.map((figure) => [figure.name, figure.measured, figure.mustReach ?? '', verdict(figure.isReached)]),
    ),
    ...(name === 'server-mix' ? [timesTable(details['times'] as Readonly<Record<string, TimesByKind>>)] : []),
    ...(name === 'peers' ? peerSections(details['servers'] as readonly PeerServer[]) : []),
  ];
}

export const benchmarksPage: Page = {
  path: 'docs/reference/benchmarks.md',
  print: () =>
    sections(
      heading('Benchmarks'),
      'What `npm run bench` measured last: always side by side in one run, as ratios and as growth, since absolute numbers are those of one machine. Each program prints its machine and writes `bench/results/NAME.json`; `npm run docs` makes this page from them. `npm run bench -- NAME` runs one program; the head of `bench/NAME.ts` names its flags.',
      ...programs.map(programSections),
    ),
};

/*
 * What grows with the number of users, and what must not: the request mix on 1,000, 100,000 and 1,000,000 users, rounds in turn;
 * listing to the end and deep pages; one member more or less in a group of 100 and of 100,000; memory of the server.
 *
 *   npm run bench -- server-growth [--users N] [--rounds N]
 */
import { parseArgs } from 'node:util';
import { startPostgres } from './lib/postgres.ts';
import { startProgram, type Program } from './lib/program.ts';
import { fixed, report, type Figure } from './lib/report.ts';
import { fillUsers } from './server/fill-users.ts';
import { measureMix, type SizedServer } from './server/growth-mix.ts';
import { measureDeepPages, measureListing, measureMembers } from './server/growth-paging.ts';
import type { WorkspaceServerReady } from './server/workspace-server.ts';

const { values } = parseArgs({
  options: { users: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '30' } },
  strict: false,
});
const largest = Number(values.users);
const sizes = [...new Set([1_000, Math.min(100_000, largest), largest])];

const startServer = (databaseUrl: string): Promise<Program<WorkspaceServerReady>> =>
  startProgram<WorkspaceServerReady>('server/workspace-server.ts', { databaseUrl });

await using postgres = await startPostgres();

async function fill(users: number): Promise<string> {
  const databaseUrl = await postgres.newDatabase('workspace');
  // Makes the tenant.
  await (await startServer(databaseUrl)).stop();
  const begun = performance.now();
  await fillUsers(databaseUrl, users);
  console.log(`${fixed(users, 0)} users filled in ${fixed((performance.now() - begun) / 1000, 1)} s`);
  return databaseUrl;
}

const databases: { readonly users: number; readonly databaseUrl: string }[] = [];
for (const users of sizes) databases.push({ users, databaseUrl: await fill(users) });
const figures: Figure[] = [];

const big = databases.at(-1);
if (big === undefined) throw new Error('there are no sizes');
const server = await startServer(big.databaseUrl);
const filled = { ...big, ...server.ready };
for (const measure of [measureListing, measureDeepPages, measureMembers]) figures.push(...(await measure(filled)));
// What listing leaves in the heap is not to be counted under the mix.
await server.stop();

const servers: SizedServer[] = [];
for (const { users, databaseUrl } of databases) servers.push({ users, program: await startServer(databaseUrl) });
figures.unshift(...(await measureMix(servers, Number(values.rounds))));
for (const { program } of servers) await program.stop();

report({
  name: 'server-growth',
  processes: [
    'generator: 8 requests in flight for the mix, one for the rest',
    `workspace: one process per size (${sizes.map((users) => fixed(users, 0)).join(', ')} users), all on`,
    `${postgres.version}, fsync on, one server for all`,
  ],
  figures,
  details: {},
});

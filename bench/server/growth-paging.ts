/** Listing many users to the end, pages at random depth, and one member more or less in groups of very different size. */
import { openHttpConnection, type HttpConnection } from '../lib/http-connection.ts';
import { fixed, type Figure } from '../lib/report.ts';
import { timesOf } from '../lib/statistics.ts';
import { filledUserId, fillGroup } from './fill-users.ts';
import { listAll, pagers, type Listing } from './listing.ts';

export interface FilledServer {
  readonly users: number;
  readonly databaseUrl: string;
  readonly tenantUrl: string;
  readonly token: string;
}

const pageSize = 500;
const deepPages = 200;
const memberRounds = 300;

function connect({ tenantUrl, token }: FilledServer): { readonly connection: HttpConnection; readonly path: string } {
  const { origin, pathname } = new URL(tenantUrl);
  return { connection: openHttpConnection(origin, { authorization: `Bearer ${token}` }), path: pathname };
}

function listingFigure(name: string, users: number, listing: Listing): Figure {
  const { growth, firstMs, p99Ms, maxMs, pages } = listing;
  return {
    name: `listing ${fixed(users, 0)} users by ${name}, ${pageSize} a page: slowest part against the first page`,
    measured: `${fixed(growth)} × (first ${fixed(firstMs, 1)} ms; p99 ${fixed(p99Ms, 1)}, slowest ${fixed(maxMs, 1)} of ${pages} pages)`,
    mustReach: '≤ 2 ×',
    isReached: growth <= 2,
  };
}

export async function measureListing(server: FilledServer): Promise<readonly Figure[]> {
  const { connection, path } = connect(server);
  const figures: Figure[] = [];
  for (const [name, pager] of Object.entries(pagers)) {
    const listing = await listAll(connection, `${path}/Users`, pager(pageSize), { total: server.users });
    figures.push(listingFigure(name, server.users, listing));
  }
  connection.close();
  return figures;
}

export async function measureDeepPages(server: FilledServer): Promise<readonly Figure[]> {
  const { connection, path } = connect(server);
  const times: number[] = [];
  for (let index = 0; index < deepPages; index += 1) {
    const startIndex = 1 + Math.floor(Math.random() * (server.users - 100));
    const begun = performance.now();
    const { status, text } = await connection.request('GET', `${path}/Users?startIndex=${startIndex}&count=100`);
    times.push(performance.now() - begun);
    const [first] = (JSON.parse(text) as { Resources: readonly { id: string }[] }).Resources;
    if (status !== 200 || first?.id !== filledUserId(startIndex)) {
      throw new Error(`the page of startIndex=${startIndex} begins with ${first?.id}`);
    }
  }
  connection.close();
  const { p50, p99 } = timesOf(times);
  return [
    {
      name: `random deep startIndex among ${fixed(server.users, 0)}, 100 a page: p99`,
      measured: `${fixed(p99, 1)} ms (p50 ${fixed(p50, 1)})`,
      mustReach: '≤ 50 ms',
      isReached: p99 <= 50,
    },
  ];
}

export async function measureMembers(server: FilledServer): Promise<readonly Figure[]> {
  const { connection, path } = connect(server);
  async function send(method: string, at: string, body: unknown): Promise<string> {
    const { status, text } = await connection.request(method, path + at, JSON.stringify(body));
    if (status >= 300) throw new Error(`${method} ${at} answered ${status}: ${text.slice(0, 300)}`);
    return text;
  }
  const sizes = [100, Math.min(100_000, server.users / 2)] as const;
  const groups: { readonly id: string; readonly add: number[]; readonly remove: number[] }[] = [];
  for (const members of sizes) {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    const made = await send('POST', '/Groups', { schemas, displayName: `Group of ${members}` });
    const { id } = JSON.parse(made) as { id: string };
    await fillGroup(server.databaseUrl, id, members);
    groups.push({ id, add: [], remove: [] });
  }
  for (let index = 0; index < memberRounds; index += 1) {
    const value = [{ value: filledUserId(server.users - index) }];
    for (const group of groups) {
      for (const op of ['add', 'remove'] as const) {
        const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
        const begun = performance.now();
        await send('PATCH', `/Groups/${group.id}`, { schemas, Operations: [{ op, path: 'members', value }] });
        // The first ones prepare statements.
        if (index >= memberRounds / 10) group[op].push(performance.now() - begun);
      }
    }
  }
  connection.close();
  return (['add', 'remove'] as const).map((op): Figure => {
    const [small = 0, large = 0] = groups.map((group) => timesOf(group[op]).p50);
    return {
      name: `${op} one member, group of ${fixed(sizes[1], 0)} against one of 100: p50`,
      measured: `${fixed(large / small)} × (${fixed(small)} → ${fixed(large)} ms)`,
      mustReach: '≤ 1.5 ×',
      isReached: large / small <= 1.5,
    };
  });
}

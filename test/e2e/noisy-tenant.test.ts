/** One tenant floods a workspace that is a process of its own; another one, with its ordinary work, must not notice. */
import { createTenant, createTenantToken } from '@joinery/workspace';
import { createWorkspaceDatabase } from '@joinery/testkit';
import { describe, expect, test } from 'vitest';
import { createScimClient, enterprise, type ScimClient } from '../../apps/workspace/test/client.ts';
import { startWorkspace } from './halves.ts';

/** In flight at once: more than a tenant may have in work and waiting together. */
const floodWidth = 600;
const quietRounds = 12;
const mebibyte = 1024 * 1024;
/** What waits has no body read: read as they come, 600 of them would be 150 MiB, and several times that once they are parsed. */
const filler = 'x'.repeat(mebibyte / 4);

interface Flood {
  /** Answers by status so far. */
  readonly counts: ReadonlyMap<number, number>;
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

function flood(scim: ScimClient): Flood {
  const counts = new Map<number, number>();
  const problems: string[] = [];
  let isOn = true;
  let made = 0;
  const one = async (): Promise<void> => {
    while (isOn) {
      const { status, headers } = await scim.send('POST', '/Users', {
        body: `{"userName":"noisy-${(made += 1)}","filler":"${filler}"}`,
      });
      counts.set(status, (counts.get(status) ?? 0) + 1);
      // Refused clients come back at once, yet leave the machine to those that are served.
      if (status === 429) await new Promise((next) => setTimeout(next, 100));
      if (status === 429 && !(Number(headers.get('retry-after')) >= 1)) problems.push('429 without Retry-After');
    }
  };
  const all = Promise.all(Array.from({ length: floodWidth }, one));
  return {
    counts,
    problems,
    async stop() {
      isOn = false;
      await all;
    },
  };
}

/** What Entra does for a person: look, create, read, change, with a group beside it. Each status as it comes. */
async function quietWork(scim: ScimClient, round: number, statuses: number[]): Promise<void> {
  const noted = async (answer: ReturnType<ScimClient['get']>): Promise<string> => {
    const { status, body } = await answer;
    statuses.push(status);
    return String(body['id']);
  };
  await noted(scim.get(`/Users?filter=${encodeURIComponent(`userName eq "quiet-${round}"`)}`));
  const id = await noted(scim.post('/Users', { userName: `quiet-${round}`, [enterprise]: { department: 'D' } }));
  await noted(scim.get(`/Users/${id}`));
  await noted(scim.patch(`/Users/${id}`, { op: 'Replace', path: 'title', value: 'Fellow' }));
  const group = await noted(scim.post('/Groups', { displayName: `quiet ${round}` }));
  await noted(scim.patch(`/Groups/${group}`, { op: 'Add', path: 'members', value: [{ value: id }] }));
}
const quietRequests = 6;

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

const served = (counts: ReadonlyMap<number, number>): number => counts.get(201) ?? 0;

describe.each([
  ['without a rate limit, by the turns of admission alone', '0'],
  ['with a rate limit', '50'],
])('%s', (_name, rateLimit) => {
  test('every request of the quiet tenant succeeds, and only the noisy one is refused', async () => {
    await using database = await createWorkspaceDatabase();
    await using workspace = await startWorkspace(['--database', database.url, '--rate-limit', rateLimit]);
    const beside = { store: { database } };
    await createTenant(beside, 'Noisy');
    const tokenOf = async (tenant: string) =>
      (await createTenantToken(beside, { tenant, name: 'token', expires: '2099-01-01T00:00:00Z' })).token;
    const tenantUrl = `${workspace.url}/scim/v2`;
    const quiet = createScimClient(tenantUrl, await tokenOf('Contoso'));
    const noisy = flood(createScimClient(tenantUrl, await tokenOf('Noisy')));
    try {
      while (noisy.counts.size === 0) await new Promise((next) => setTimeout(next, 20));
      const before = await residentBytes(workspace.url);
      const noisyBefore = served(noisy.counts);
      const statuses: number[] = [];
      let most = before;
      for (let round = 0; round < quietRounds; round++) {
        await quietWork(quiet, round, statuses);
        most = Math.max(most, await residentBytes(workspace.url));
      }
      console.log({
        most: most / mebibyte,
        before: before / mebibyte,
        counts: noisy.counts,
        noisyServed: served(noisy.counts) - noisyBefore,
      });
      const noisyServed = served(noisy.counts) - noisyBefore;

      expect(statuses).toEqual(Array.from({ length: quietRounds }, () => [200, 201, 200, 200, 201, 204]).flat());
      // While a request of the quiet tenant is under way the noisy one gets no more than its places in work, twice over.
      expect(noisyServed).toBeLessThanOrEqual(quietRounds * quietRequests * 32);
      expect(noisy.counts.get(429)).toBeGreaterThan(0);
      expect([...noisy.counts.keys()].filter((status) => status !== 201 && status !== 429)).toEqual([]);
      expect(noisy.problems).toEqual([]);
      expect(Math.round(most / mebibyte)).toBeLessThan(700);
    } finally {
      await noisy.stop();
    }
    // And the flood is over with the last request: nothing of it waits on.
    expect((await quiet.get('/Users?count=1')).body['totalResults']).toBe(quietRounds);
    expect(workspace.process.stderr()).not.toContain('SCIM request failed');
  }, 300_000);
});

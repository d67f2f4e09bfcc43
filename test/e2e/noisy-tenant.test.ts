/** One tenant floods a workspace that is a process of its own; another one, with its ordinary work, must not notice. */
import { Agent, request } from 'node:http';
import { createWorkspaceDatabase, waitFor } from '@joinery/testkit';
import { createTenant, createTenantToken } from '@joinery/workspace';
import { expect, test } from 'vitest';
import { createScimClient, enterprise, type ScimClient } from '../../apps/workspace/test/client.ts';
import { startWorkspace } from './halves.ts';

const quietRounds = 12;
const mebibyte = 1024 * 1024;

/** Statuses of the answers so far, and what was wrong with them. */
interface Flood {
  readonly statuses: readonly number[];
  readonly problems: readonly string[];
  readonly ended: Promise<unknown>;
}

/** As many requests at once, each on a connection of its own. */
function flood(
  count: number,
  target: { readonly url: string; readonly method: string; readonly token: string },
  body?: Buffer,
): Flood {
  const statuses: number[] = [];
  const problems: string[] = [];
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const { url, method, token } = target;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  const one = (): Promise<void> =>
    new Promise((done) => {
      const sent = request(
        url,
        { method, agent, headers: { ...headers, 'content-length': body?.length ?? 0 } },
        (answer) => {
          const { statusCode = 0 } = answer;
          statuses.push(statusCode);
          if (statusCode === 429 && !(Number(answer.headers['retry-after']) >= 1))
            problems.push('429 without Retry-After');
          answer.resume().on('close', done);
        },
      );
      // A refused request is answered before its body was taken, and its connection closed.
      sent.on('error', () => done());
      sent.end(body);
    });
  return { statuses, problems, ended: Promise.all(Array.from({ length: count }, one)) };
}

/** What Entra does for a person: look, create, read, change, with a group beside it. */
async function quietWork(scim: ScimClient): Promise<void> {
  for (let round = 0; round < quietRounds; round++) {
    const name = `quiet-${round}`;
    const statuses: number[] = [];
    const noted = async (answer: ReturnType<ScimClient['get']>): Promise<string> => {
      const { status, body } = await answer;
      statuses.push(status);
      return String(body['id']);
    };
    await noted(scim.get(`/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`));
    const id = await noted(scim.post('/Users', { userName: name, [enterprise]: { department: 'D' } }));
    await noted(scim.get(`/Users/${id}`));
    await noted(scim.patch(`/Users/${id}`, { op: 'Replace', path: 'title', value: 'Fellow' }));
    const group = await noted(scim.post('/Groups', { displayName: name }));
    await noted(scim.patch(`/Groups/${group}`, { op: 'Add', path: 'members', value: [{ value: id }] }));
    expect(statuses, name).toEqual([200, 201, 200, 200, 201, 204]);
  }
}

async function residentMebibytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / mebibyte;
}

async function aWorkspaceOfTwo(rateLimit: string) {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createWorkspaceDatabase());
  const workspace = stack.use(await startWorkspace(['--database', database.url, '--rate-limit', rateLimit]));
  const beside = { store: { database } };
  await createTenant(beside, 'Noisy');
  const tokenOf = async (tenant: string) =>
    (await createTenantToken(beside, { tenant, name: 'token', expires: '2099-01-01T00:00:00Z' })).token;
  const tenantUrl = `${workspace.url}/scim/v2`;
  const quiet = createScimClient(tenantUrl, await tokenOf('Contoso'));
  return { stack, database, workspace, tenantUrl, quiet, noisyToken: await tokenOf('Noisy') };
}

test('requests of one tenant that all hang in the database, and fill every place it has, do not hold up another', async () => {
  const { stack, database, workspace, tenantUrl, quiet, noisyToken } = await aWorkspaceOfTwo('0');
  await using _all = stack;
  const id = await createScimClient(tenantUrl, noisyToken).create('/Users', { userName: 'contended' });
  const before = await residentMebibytes(workspace.url);
  // Half a mebibyte each: what waits is not read, or it would be 300 MiB and several times that when parsed.
  const value = { title: 'changed', filler: 'x'.repeat(mebibyte / 2) };
  const body = Buffer.from(JSON.stringify({ Operations: [{ op: 'replace', value }] }));
  let noisy: Flood | undefined;
  await database.transaction(async (session) => {
    await session.query({ text: 'select from resource where id = $1 for update', values: [id] });
    noisy = flood(600, { url: `${tenantUrl}/Users/${id}`, method: 'PATCH', token: noisyToken }, body);
    const { statuses } = noisy;
    // Eight in work, 500 waiting; the others are refused at once, though their connections may end before the answer is seen.
    await waitFor(() => statuses.length > 0, 120_000);
    await quietWork(quiet);
    expect(new Set(statuses)).toEqual(new Set([429]));
    expect(await residentMebibytes(workspace.url)).toBeLessThan(before + 200);
  });
  await noisy?.ended;
  const served = noisy?.statuses.filter((status) => status === 200).length;
  expect(served).toBe(508);
  expect(noisy?.statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  expect(noisy?.problems).toEqual([]);
  expect((await createScimClient(tenantUrl, noisyToken).get(`/Users/${id}`)).body).toMatchObject({ title: 'changed' });
}, 300_000);

test('the rate limit of one tenant is spent by that tenant alone', async () => {
  const { stack, tenantUrl, quiet, noisyToken } = await aWorkspaceOfTwo('50');
  await using _all = stack;
  const noisy = flood(400, { url: `${tenantUrl}/Users?count=1`, method: 'GET', token: noisyToken });
  await quietWork(quiet);
  await noisy.ended;
  expect(noisy.statuses).toHaveLength(400);
  expect(new Set(noisy.statuses)).toEqual(new Set([200, 429]));
  expect(noisy.problems).toEqual([]);
}, 300_000);

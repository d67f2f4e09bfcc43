/** Every dialogue of `test/interop`, played by its client against the workspace over HTTP, each in a tenant of its own. */
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { brandId, type TenantId } from '@joinery/base';
import { createWorkspaceStore } from '@joinery/store/workspace';
import { waitFor } from '@joinery/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aWorkspace, type TestWorkspace } from '../../apps/workspace/test/test-workspace.ts';
import { readDialogues, type Dialogue } from './dialogue.ts';
import { replay, withOurIds, type Replay } from './replay.ts';

const dialogues = readDialogues();
const played = dialogues.filter(({ server }) => server !== undefined);
const replays = new Map<string, Replay>();
const tolerated = new Map<string, readonly string[]>();

let running: TestWorkspace;
beforeAll(async () => {
  running = await aWorkspace();
  const waiting = [...played];
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await play(next);
    }),
  );
  const logged = await waitFor(async () => {
    const expected = [...replays.values()].flatMap(({ requestIds }) => requestIds);
    const rows = await running.database.query<{ request_id: string; tolerated: string[] }>({
      text: 'select request_id, tolerated from request_log where request_id = any($1)',
      values: [expected],
    });
    return rows.length >= expected.length ? new Map(rows.map((row) => [row.request_id, row.tolerated])) : undefined;
  });
  for (const [file, { requestIds }] of replays) {
    const entries = requestIds.flatMap((id) => logged.get(id) ?? []);
    tolerated.set(file, [...new Set(entries.map((entry) => entry.replace(/:.*/s, '')))].toSorted());
  }
});
afterAll(() => running?.stop());

async function play(dialogue: Dialogue): Promise<void> {
  const tenant = await running.createTenant(dialogue.file);
  const { settings } = dialogue.server ?? {};
  if (settings !== undefined) {
    const store = createWorkspaceStore(running.database, { newId: () => crypto.randomUUID() });
    const acceptsUnknownMembers = settings.acceptUnknownMembers;
    await store.schemas.set(brandId<TenantId>(tenant.id), { isStrict: false, acceptsUnknownMembers });
  }
  const token = await running.newToken({ tenant: dialogue.file });
  replays.set(dialogue.file, await replay(dialogue, running.tenantUrl, token));
}

/** PATCH may answer either, RFC 7644 §3.5.2. */
const sameOutcome = (method: string, theirs: number, ours: number): boolean =>
  theirs === ours || (method === 'PATCH' && [200, 204].includes(theirs) && [200, 204].includes(ours));

describe.each(played)('$file: $name', ({ file, exchange, server }) => {
  const done = (): Replay => {
    const found = replays.get(file);
    if (found === undefined) throw new Error(`${file} was not played`);
    return found;
  };

  test('is answered as the client expects', () => {
    exchange.forEach(({ request, response }, index) => {
      const answer = done().answers[index];
      const outcome = `${request.method} ${request.path}: ${answer?.status} ${answer?.text}`;
      expect(sameOutcome(request.method, response.status, answer?.status ?? 0), outcome).toBe(true);
      const total = response.body?.['totalResults'];
      if (total !== undefined) expect(answer?.body['totalResults']).toBe(total);
      if (answer?.text !== '') expect(answer?.headers.get('content-type')).toMatch(/^application\/scim\+json/);
    });
  });

  if (server?.then !== undefined) {
    const { then } = server;
    test('has the effect that the client means', () => {
      then.forEach(({ status = 200, body = {}, absent = [] }, index) => {
        const answer = done().readBack[index];
        expect(answer?.status, answer?.text).toBe(status);
        expect(answer?.body).toMatchObject(withOurIds(body, done().ids) as object);
        for (const name of absent) expect(answer?.body).not.toHaveProperty([name]);
      });
    });
  }

  test('and what was tolerated in it is in the request log by name', () => {
    expect(tolerated.get(file)).toEqual([...(server?.tolerated ?? [])].toSorted());
  });
});

test('every file says where it comes from', () => {
  for (const { file, origin, address, exchange } of dialogues) {
    expect(['recorded', 'documented', 'reported'], file).toContain(origin);
    expect(address, file).toMatch(/^(https:\/\/|RFC \d)/);
    expect(exchange.length, file).toBeGreaterThan(0);
  }
});

test('every dialogue is played, but those whose answer is a faulty one', () => {
  const left = dialogues.filter(({ server }) => server === undefined).map(({ file }) => file);
  expect(left).toEqual(['entra/get-group-with-members.json']);
});

/** No client is known to send it; numbers are read by the rule of booleans. Its cases are in packages/scim/test/cases. */
const withoutClient = ['value.number_as_text'];

test('every tolerance in the code is reached by a dialogue', () => {
  const root = resolve(import.meta.dirname, '../..');
  const code = globSync(['packages/scim/src/**/*.ts', 'packages/service-provider/src/**/*.ts'], { cwd: root })
    .filter((path) => !path.endsWith('.test.ts'))
    .map((path) => readFileSync(resolve(root, path), 'utf8'))
    .join('\n');
  const names = [...code.matchAll(/(?:\.note\(|tolerated\.add\()\s*'([a-z_]+\.[a-z_]+)'/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(20);
  const reached = new Set([...tolerated.values()].flat());
  expect([...new Set(names)].filter((name) => name !== undefined && !reached.has(name))).toEqual(withoutClient);
});

/** Bounded fuzzing over HTTP: whatever is sent is answered as SCIM, never as a fault of the server, and touches no prototype. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ScimAnswer, ScimClient } from './client.ts';
import { aWorkspace, type TestWorkspace } from './test-workspace.ts';

/** The bounded run is the same each time; `npm run soak` takes a new seed, which a failure prints. */
const runs = process.env['JOINERY_SOAK'] === undefined ? { numRuns: 150, seed: 20_260_601 } : { numRuns: 5_000 };

vi.setConfig({ testTimeout: 3_600_000 });

let running: TestWorkspace;
let scim: ScimClient;
let userId: string;
let groupId: string;
beforeAll(async () => {
  running = await aWorkspace({ rateLimit: { perSecond: 0, burst: 1 } });
  scim = running.scim;
  userId = await scim.create('/Users', { userName: 'target' });
  groupId = await scim.create('/Groups', { displayName: 'target' });
});
afterAll(() => running.stop());

function expectAnswered(answer: ScimAnswer): void {
  expect(answer.status).toBeGreaterThanOrEqual(200);
  expect(answer.status, answer.text).toBeLessThan(500);
  if (answer.text !== '') expect(answer.body['schemas']).toEqual([expect.stringContaining('urn:ietf:params:scim:')]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}

/** The words of filters and paths, whole and broken, with what attackers and faulty clients put between them. */
const word = fc.constantFrom(
  'userName',
  'emails',
  'emails.value',
  'name.familyName',
  'members',
  'members.value',
  'groups',
  'active',
  'meta.created',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
  'urn:',
  ':',
  '.',
  '..',
  '__proto__',
  'constructor',
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'le',
  'pr',
  'and',
  'or',
  'not',
  'EQ',
  '(',
  ')',
  '[',
  ']',
  '"',
  '\\',
  ' ',
  '  ',
  ',',
  '"a"',
  '"\\u0000"',
  "' or 1=1 --",
  '"%"',
  '"_"',
  'true',
  'null',
  '1',
  '-1e999',
  '"2026-01-01T00:00:00Z"',
  '$1',
  '😀',
);
const phrase = fc.array(fc.oneof({ weight: 6, arbitrary: word }, { weight: 1, arbitrary: fc.string() }), {
  maxLength: 14,
});
const text = fc.oneof(
  phrase.map((words) => words.join(' ')),
  phrase.map((words) => words.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.nat({ max: 400 }).map((depth) => `${'('.repeat(depth)}userName pr${')'.repeat(depth)}`),
  fc.nat({ max: 400 }).map((terms) => Array(terms).fill('title eq "x"').join(' or ')),
);
const name = fc.constantFrom(
  'value',
  'type',
  'primary',
  'display',
  '$ref',
  'op',
  'path',
  'members',
  'polluted',
  '__proto__',
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, -1, 1.5, '', 'x', '__proto__', 'bulkId:a', 'bulkId:'),
    fc.string({ unit: 'binary', maxLength: 10 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries) as unknown),
  ),
})).value;
const op = fc.constantFrom('add', 'replace', 'remove', 'Add', 'Replace', 'REMOVE', 'move', '', null, 1);
const operation = fc.oneof(fc.record({ op, path: text, value: json }, { requiredKeys: ['op'] }), json);

describe('fuzzing', () => {
  test('of filters, sortBy, attributes and cursors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('/Users', '/Groups'), text, text, text, async (path, filter, sortBy, other) => {
        const query = new URLSearchParams({ filter: filter.toWellFormed() });
        expectAnswered(await scim.get(`${path}?${query}`));
        const more = new URLSearchParams({ sortBy: sortBy.toWellFormed(), attributes: other.toWellFormed() });
        expectAnswered(await scim.get(`${path}?${more}`));
        expectAnswered(await scim.get(`${path}?${new URLSearchParams({ cursor: other.toWellFormed() })}`));
        expectAnswered(await scim.post(`${path}/.search`, { filter, sortBy, attributes: [other] }));
      }),
      runs,
    );
  });

  test('of PATCH bodies and their paths', async () => {
    const bodies = fc.oneof(
      fc.array(operation, { maxLength: 4 }).map((Operations): unknown => ({ Operations })),
      json,
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        for (const path of [`/Users/${userId}`, `/Groups/${groupId}`]) {
          expectAnswered(await scim.send('PATCH', path, { body: JSON.stringify(body) }));
        }
      }),
      runs,
    );
    expect((await scim.get(`/Users/${userId}`)).status).toBe(200);
  });

  test('of POST and PUT bodies', async () => {
    await fc.assert(
      fc.asyncProperty(json, json, async (one, two) => {
        const body = { userName: one, displayName: two, members: one, emails: two, name: one };
        expectAnswered(await scim.send('POST', '/Users', { body: JSON.stringify(body) }));
        expectAnswered(await scim.send('PUT', `/Groups/${groupId}`, { body: JSON.stringify(body) }));
        expectAnswered(await scim.send('POST', '/Groups', { body: JSON.stringify(one) }));
      }),
      runs,
    );
  });

  test('of bulk requests', async () => {
    const bulkOperation = fc.record(
      {
        method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'post', 'GET', ''),
        path: fc.oneof(
          fc.constantFrom(
            '/Users',
            '/Groups',
            '/Users/bulkId:a',
            '/Groups/bulkId:b',
            '/Bulk',
            '/Me',
            '//',
            '/Users/%00',
          ),
          text,
        ),
        bulkId: fc.constantFrom('a', 'b', 'c', '__proto__', ''),
        version: fc.constantFrom('W/"1"', '*', 'x'),
        data: fc.oneof(
          json,
          fc.record({ userName: fc.string(), displayName: fc.string(), members: json }),
          fc.record({ Operations: fc.array(operation, { maxLength: 2 }) }),
        ),
      },
      { requiredKeys: [] },
    );
    const bodies = fc.record(
      {
        Operations: fc.array(fc.oneof(bulkOperation, json), { maxLength: 6 }),
        failOnErrors: fc.constantFrom(0, 1, 2, null, -1, 'x'),
      },
      { requiredKeys: ['Operations'] },
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const answer = await scim.send('POST', '/Bulk', { body: JSON.stringify(body) });
        expectAnswered(answer);
        const results = (answer.body['Operations'] ?? []) as { status: string }[];
        for (const { status } of results) expect(Number(status)).toBeLessThan(500);
      }),
      runs,
    );
  });

  test('of text that is no JSON', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      json.map((value) => JSON.stringify(value).slice(0, -1)),
      fc.constantFrom(
        '[',
        '{"a":',
        '{"a":1,"a":2}',
        '{"a":1,"a":1}',
        '"',
        '\uFEFF{}',
        '1e999',
        '{"__proto__":{"polluted":1}}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (body) => {
        for (const path of ['/Users', '/Bulk', '/Users/.search']) {
          expectAnswered(await scim.send('POST', path, { body: body.toWellFormed() }));
        }
      }),
      runs,
    );
  });
});

test('none of it was a fault of the server', () => {
  expect(running.logged()).not.toContain('SCIM request failed');
});

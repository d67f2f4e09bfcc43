import type { Json } from '@joinery/base';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  applyPatch,
  evaluateFilter,
  groupType,
  parseFilter,
  parsePatch,
  parsePath,
  parseProjection,
  presentResource,
  printFilter,
  readFilter,
  readResource,
  replaceResource,
  ScimError,
  splitMembers,
  userType,
  type ResourceAttributes,
} from '../src/index.ts';
import { filters, hostileJson, operations, userAttributes } from './arbitraries.ts';
import { customType } from './custom-type.ts';

const types = [userType, groupType, customType];

const isSoak = process.env['JOINERY_SOAK'] !== undefined;
if (isSoak) vi.setConfig({ testTimeout: 3_600_000 });
/** So many in the bounded run, thirty times as many in `npm run soak`. */
const runs = (count: number): { readonly numRuns: number } => ({ numRuns: isSoak ? count * 30 : count });

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) deepFreeze(each);
  }
  return value;
}

/** Runs what may be refused; anything else that is thrown fails the test. */
function orRefusal<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

function withoutPositions(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) => (key === 'start' || key === 'end' ? undefined : each)),
  );
}

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { x?: unknown }).x).toBeUndefined();
  expect(({} as { y?: unknown }).y).toBeUndefined();
});

describe('filters', () => {
  test('parse(print(tree)) is the tree', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const parsed = parseFilter(printFilter(filter));
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
        expect(withoutPositions(parsed.value)).toEqual(withoutPositions(filter));
      }),
      runs(1000),
    );
  });

  test('no text crashes the parsers, and every problem lies in the text', () => {
    const pieces = fc.constantFrom(
      'emails',
      '[',
      ']',
      '(',
      ')',
      ' ',
      '"',
      "'",
      '.',
      'eq',
      'and',
      'not',
      '\\',
      'pr',
      '1',
      ':',
      'ü',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(pieces, { maxLength: 25 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const parsed of [parseFilter(text), parsePath(text)]) {
          if (parsed.ok) continue;
          for (const { start, end } of parsed.problems) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(start).toBeLessThanOrEqual(text.length);
          }
        }
        for (const type of types) {
          orRefusal(() => readFilter(text, type));
          orRefusal(() => parseProjection(type, text));
        }
      }),
      runs(3000),
    );
  });

  test('a checked filter prints to a filter that decides the same', () => {
    const leaf = fc.constantFrom(
      'title eq "b"',
      'title ne "A"',
      'name.givenName sw "l"',
      'active eq true',
      'emails.value eq "b"',
      'emails[type eq "work" and value ne "b"]',
      'emails[primary eq false]',
      'roles pr',
      'department co "U"',
      'manager eq "a"',
      'externalId gt "B"',
      'addresses[type eq "work"].locality eq "Lund"',
    );
    const texts = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.tuple(tie('node'), fc.constantFrom('and', 'or'), tie('node')).map(([a, op, b]) => `(${a}) ${op} (${b})`),
        tie('node').map((node) => `not (${node})`),
      ),
    })).node;
    fc.assert(
      fc.property(texts, userAttributes, (text, user) => {
        const filter = readFilter(text, userType);
        const result = evaluateFilter(filter, user);
        expect(evaluateFilter(readFilter(printFilter(filter), userType), user)).toBe(result);
        expect(evaluateFilter(readFilter(`not (${text})`, userType), user)).toBe(!result);
      }),
      runs(1000),
    );
  });
});

function patch(
  from: ResourceAttributes,
  op: string,
  operation: { path: string; value: Json },
): ReturnType<typeof applyPatch> {
  const body = deepFreeze({ Operations: [{ op, ...operation }] });
  return applyPatch(userType, from, parsePatch(userType, body).operations);
}

describe('PATCH', () => {
  test.each(['replace', 'add'])('%s twice is once, and nothing given is changed', (op) => {
    fc.assert(
      fc.property(userAttributes, operations, (user, operation) => {
        // An add to one of several elements chooses by `primary`, which is just what it may change.
        fc.pre(op === 'replace' || operation.path !== 'emails.primary');
        const before = deepFreeze(user);
        const once = orRefusal(() => patch(before, op, operation));
        if (once === undefined) return;
        const twice = patch(deepFreeze(once.attributes), op, operation);
        expect(twice.attributes).toEqual(once.attributes);
        expect(twice.changed).toBe(false);
      }),
      runs(3000),
    );
  });

  test('a sequence leaves at most one primary value, no empty value and the other attributes alone', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('Add', 'Replace', 'Remove'), operations), { maxLength: 5 });
    fc.assert(
      fc.property(userAttributes, steps, (user, sequence) => {
        const Operations = sequence.map(([op, { path, value }]) => ({ op, path, value }));
        const { operations: parsed } = parsePatch(userType, { Operations });
        const applied = orRefusal(() => applyPatch(userType, deepFreeze(user), parsed));
        if (applied === undefined) return;
        const { attributes } = applied;
        for (const name of ['emails', 'roles']) {
          const elements = (attributes[name] ?? []) as readonly { primary?: boolean }[];
          expect(elements.filter((element) => element.primary === true).length).toBeLessThanOrEqual(1);
        }
        expect(JSON.stringify(attributes)).not.toMatch(/null|\[\]|\{\}/);
        const named = new Set(sequence.map(([, { path }]) => path.split(/[[.:]/)[0]));
        for (const name of ['title', 'name', 'emails', 'addresses', 'externalId']) {
          if (!named.has(name)) expect(attributes[name]).toEqual(user[name]);
        }
      }),
      runs(2000),
    );
  });

  test('no body crashes, touches a prototype or brings in a name that no schema has', () => {
    const body = fc.oneof(
      hostileJson,
      fc.array(hostileJson, { maxLength: 3 }).map((Operations) => ({ Operations })),
    );
    const single = fc
      .record({ op: fc.constantFrom('add', 'replace', 'remove'), path: hostileJson, value: hostileJson })
      .map((operation) => ({ Operations: [operation] }));
    const noPath = fc
      .record({ op: fc.constantFrom('add', 'replace'), value: hostileJson })
      .map((operation) => ({ Operations: [operation] }));
    fc.assert(
      fc.property(fc.oneof(body, single, noPath), (given) => {
        for (const type of types) {
          orRefusal(() => {
            const { rest } = splitMembers(parsePatch(type, deepFreeze(given)).operations);
            expectKnownNames(applyPatch(type, deepFreeze({ userName: 'b', displayName: 'b' }), rest).attributes);
          });
        }
      }),
      runs(4000),
    );
  });
});

const knownNames = new Set(
  types
    .flatMap((type) => [type.schema, ...type.extensions.map(({ schema }) => schema)])
    .flatMap((schema) => [
      schema.id,
      'externalId',
      ...schema.attributes.flatMap((attribute) => [
        attribute.name,
        ...(attribute.subAttributes ?? []).map(({ name }) => name),
      ]),
    ]),
);

function expectKnownNames(value: Json | undefined): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    for (const name of Object.keys(value)) expect(knownNames).toContain(name);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  }
  for (const each of Object.values(value)) expectKnownNames(each as Json);
}

describe('reading', () => {
  test('no body crashes, touches a prototype or brings in a name that no schema has', () => {
    fc.assert(
      fc.property(hostileJson, fc.constantFrom('create' as const, 'replace' as const), (body, mode) => {
        for (const type of types) {
          const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
          const valid = isObject ? { ...body, userName: 'b', displayName: 'g' } : body;
          for (const each of [body, valid]) {
            orRefusal(() => expectKnownNames(readResource(type, deepFreeze(each), mode).attributes));
          }
        }
      }),
      runs(3000),
    );
  });

  test('a resource that is read and put back unchanged is unchanged', () => {
    fc.assert(
      fc.property(userAttributes, (attributes) => {
        const presented = presentResource(
          userType,
          deepFreeze({
            id: 'x',
            type: 'User',
            version: 1,
            created: new Date(0),
            lastModified: new Date(0),
            attributes,
            groups: [{ id: 'g', display: 'G', direct: true }],
          }),
          { baseUrl: 'https://example.com' },
        );
        const read = readResource(userType, deepFreeze(presented), 'replace');
        expect(read.tolerated).toEqual([]);
        expect(replaceResource(userType, attributes, read)).toEqual(attributes);
      }),
      runs(1000),
    );
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json, JsonObject } from '@joinery/base';
import {
  evaluateFilter,
  presentForFilter,
  readFilter,
  readResourceType,
  readSchemaExtension,
  resourceTypesWith,
  userType,
  type ResourceType,
} from '@joinery/scim';
import type { StoredResource } from '@joinery/service-provider/ports';
import { anActor, aQuery, aWorkspace, everything, type Workspace } from './fixture.ts';

const urn = 'urn:example:x:Badge';
const attributes = [
  { name: 'text' },
  { name: 'exact', caseExact: true },
  { name: 'onRequest', returned: 'request' },
  { name: 'number', type: 'integer' },
  { name: 'rate', type: 'decimal' },
  { name: 'at', type: 'dateTime' },
  { name: 'flag', type: 'boolean' },
  { name: 'words', multiValued: true },
  {
    name: 'parts',
    type: 'complex',
    multiValued: true,
    subAttributes: [{ name: 'value' }, { name: 'size', type: 'integer' }],
  },
  { name: 'one', type: 'complex', subAttributes: [{ name: 'left' }, { name: 'right', caseExact: true }] },
];
const none = { extensions: [], resourceTypes: [] };
const extension = readSchemaExtension({ id: urn, name: 'Badge', resourceType: 'User', attributes }, none);
const [extendedUser = userType] = resourceTypesWith({ extensions: [extension], resourceTypes: [] });
const device = readResourceType(
  { name: 'Device', endpoint: '/Devices', schema: { id: 'urn:example:x:Device', name: 'Device', attributes } },
  none,
);

const word = fc.constantFrom('', 'a', 'A', 'ab', 'ß', 'SS', 'k', '\u212a', '%', "'", '\u{1f600}');
const instants = ['2024-01-01T00:00:00Z', '2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00.5', '2023-12-31T23:59:59Z'];
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const compact = (value: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined));

const values = fc
  .record({
    text: optional(word),
    exact: optional(word),
    onRequest: optional(word),
    number: optional(fc.integer({ min: -2, max: 10 })),
    rate: optional(fc.constantFrom(0.5, 2, 10)),
    at: optional(fc.constantFrom(...instants)),
    flag: optional(fc.boolean()),
    words: optional(fc.array(word, { minLength: 1, maxLength: 3 })),
    parts: optional(
      fc.array(fc.record({ value: optional(word), size: optional(fc.integer({ min: 0, max: 3 })) }).map(compact), {
        minLength: 1,
        maxLength: 3,
      }),
    ),
    one: optional(fc.record({ left: optional(word), right: optional(word) }).map(compact)),
  })
  .map(compact);

const texts = ['text', 'exact', 'onRequest', 'words', 'parts.value', 'one.left', 'one.right'];
const numbers = ['number', 'rate', 'parts.size'];
const orders = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];

/** Filters whose paths begin with `prefix`. */
function filters(prefix: string): fc.Arbitrary<string> {
  const path = (names: readonly string[]): fc.Arbitrary<string> =>
    fc.constantFrom(...names).map((name) => prefix + name);
  const leaf = fc.oneof(
    fc
      .tuple(path(texts), fc.constantFrom(...orders, 'co', 'sw', 'ew'), word)
      .map(([at, operator, value]) => `${at} ${operator} ${JSON.stringify(value)}`),
    fc
      .tuple(path(numbers), fc.constantFrom(...orders), fc.constantFrom('-1', '0', '0.5', '2', '3', '10'))
      .map((parts) => parts.join(' ')),
    fc
      .tuple(path(['at']), fc.constantFrom(...orders), fc.constantFrom(...instants))
      .map(([at, operator, value]) => `${at} ${operator} "${value}"`),
    fc.tuple(path(['flag']), fc.constantFrom('eq', 'ne'), fc.boolean()).map((parts) => parts.join(' ')),
    path([...texts, ...numbers, 'at', 'flag', 'one', 'parts']).map((at) => `${at} pr`),
    fc
      .tuple(word, fc.integer({ min: 0, max: 3 }))
      .map(([value, size]) => `${prefix}parts[value eq ${JSON.stringify(value)} and size ge ${size}]`),
    fc.constantFrom(`schemas eq "${urn}"`, `schemas ne "${urn}"`, 'schemas eq "urn:example:x:Device"'),
  );
  return fc.oneof(
    leaf,
    fc.tuple(leaf, fc.constantFrom('and', 'or'), leaf).map((parts) => parts.join(' ')),
    leaf.map((inner) => `not (${inner})`),
  );
}

let workspace: Workspace;
beforeAll(async () => {
  workspace = await aWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** Thirty resources of the type, and what the core finds among them, against what SQL finds. */
async function compare(type: ResourceType, made: (values: JsonObject, index: number) => JsonObject, prefix: string) {
  const resources: StoredResource[] = [];
  for (const [index, each] of fc.sample(values, { numRuns: 30, seed: 7 }).entries()) {
    const created = await workspace.store.resources.create(workspace.tenant, type.name, made(each, index), [], anActor);
    const read = await workspace.store.resources.get(workspace.tenant, type.name, created.id, everything);
    if (read !== undefined) resources.push(read);
  }
  expect(resources).toHaveLength(30);
  await fc.assert(
    fc.asyncProperty(filters(prefix), async (text) => {
      const filter = readFilter(text, type);
      const expected = resources.filter((each) => evaluateFilter(filter, presentForFilter(type, each)));
      const query = aQuery({ filter, resourceType: type, count: 100 });
      const page = await workspace.store.resources.list(workspace.tenant, type.name, query);
      expect(page.resources.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
      expect(page.totalResults).toBe(expected.length);
    }),
    { numRuns: 250 },
  );
}

test("a filter over a tenant's extension finds in SQL what the core finds", () =>
  compare(extendedUser, (each, index) => ({ userName: `user-${index}`, [urn]: each }), `${urn}:`));

test("a filter over a tenant's own type finds in SQL what the core finds", () => compare(device, (each) => each, ''));

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json, JsonObject } from '@joinery/base';
import {
  checkFilter,
  evaluateFilter,
  groupType,
  parseFilter,
  presentResource,
  userType,
  type CheckedFilter,
  type ResourceType,
} from '@joinery/scim';
import type { ResourceTypeName, StoredResource } from '@joinery/service-provider/ports';
import { anActor, aQuery, asMembers, aWorkspace, everything, type Workspace } from './fixture.ts';

// A small alphabet with the traps of folding and of pattern matching: final sigma, sharp s, Kelvin sign, composed and
// decomposed letters, astral characters against the private-use area, %, _, \ and quotes.
const letters = [
  'a',
  'A',
  'b',
  'ß',
  'ss',
  'σ',
  'ς',
  'Σ',
  'k',
  'K',
  'å',
  'a\u030a',
  '\u{1f600}',
  '\ue000',
  '%',
  '_',
  '\\',
  '"',
  "'",
  ' ',
];
const word = fc.array(fc.constantFrom(...letters), { maxLength: 3 }).map((parts) => parts.join(''));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

function compact(value: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

const mail = fc
  .record({
    value: optional(word),
    type: optional(fc.constantFrom('work', 'Work', 'home')),
    primary: optional(fc.boolean()),
  })
  .map(compact);
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const userAttributes = fc
  .record({
    displayName: optional(word),
    externalId: optional(word),
    title: optional(word),
    active: optional(fc.boolean()),
    profileUrl: optional(word),
    name: optional(fc.record({ givenName: optional(word), familyName: optional(word) }).map(compact)),
    emails: optional(fc.array(mail, { maxLength: 3 })),
    x509Certificates: optional(
      fc.array(
        word.map((value) => ({ value })),
        { maxLength: 2 },
      ),
    ),
    [enterprise]: optional(
      fc
        .record({
          employeeNumber: optional(word),
          manager: optional(fc.record({ value: word }).map(compact)),
        })
        .map(compact),
    ),
  })
  .map(compact);

const textPaths = [
  'userName',
  'displayName',
  'externalId',
  'title',
  'profileUrl',
  'name.givenName',
  'name.familyName',
  'emails',
  'emails.value',
  'emails.type',
  'id',
  'meta.resourceType',
  'meta.version',
  'meta.location',
  `${enterprise}:employeeNumber`,
  `${enterprise}:manager`,
];
const binaryPaths = ['x509Certificates.value'];
const presentPaths = [
  ...textPaths,
  ...binaryPaths,
  'active',
  'name',
  'emails.primary',
  'meta',
  'schemas',
  enterprise + ':manager.value',
];
const quoted = (text: string) => JSON.stringify(text);

const leaf = (paths: readonly string[], values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...paths), fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'), values)
      .map(([path, operator, value]) => `${path} ${operator} ${quoted(value)}`),
    fc
      .tuple(fc.constantFrom(...paths), fc.constantFrom('eq', 'ne'))
      .map(([path, operator]) => `${path} ${operator} null`),
  );
const userLeaf = (values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    leaf(textPaths, values),
    fc.constantFrom(...presentPaths).map((path) => `${path} pr`),
    fc
      .tuple(fc.constantFrom('active', 'emails.primary'), fc.constantFrom('eq', 'ne'), fc.boolean())
      .map(([path, operator, value]) => `${path} ${operator} ${value}`),
    fc
      .tuple(fc.constantFrom('eq', 'ne'), values)
      .map(([operator, value]) => `x509Certificates.value ${operator} ${quoted(value)}`),
    fc
      .tuple(
        fc.constantFrom('eq', 'ne'),
        fc.constantFrom(enterprise, 'urn:ietf:params:scim:schemas:core:2.0:User', 'urn:x'),
      )
      .map(([operator, urn]) => `schemas ${operator} ${quoted(urn)}`),
    leaf(['value', 'type'], values).map((inner) => `emails[${inner}]`),
    fc
      .tuple(
        leaf(['value', 'type'], values),
        fc.constantFrom('and', 'or'),
        fc.constantFrom('primary eq true', 'primary ne true', 'value pr', 'not (type eq "work")'),
      )
      .map(([inner, operator, other]) => `emails[${inner} ${operator} ${other}]`),
  );

function trees(leaves: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaves,
      fc
        .tuple(tie('tree'), fc.constantFrom('and', 'or'), tie('tree'))
        .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
      tie('tree').map((inner) => `not (${inner})`),
    ),
  })).tree;
}

let workspace: Workspace;
const users: StoredResource[] = [];
const groups: StoredResource[] = [];

beforeAll(async () => {
  workspace = await aWorkspace();
  const { resources } = workspace.store;
  const samples = fc.sample(userAttributes, { numRuns: 60, seed: 20_261_124 });
  for (const [index, attributes] of samples.entries()) {
    const userName = `${index}${letters[index % letters.length]}`;
    await resources.create(workspace.tenant, 'User', { ...attributes, userName }, [], anActor);
  }
  const ids = (await resources.list(workspace.tenant, 'User', aQuery())).resources.map(({ id }) => id);
  const inner: string[] = [];
  for (const [index, displayName] of ['Straße', 'ΣΊΣΥΦΟΣ', 'K', 'plain', 'empty'].entries()) {
    const members = index === 4 ? [] : [...ids.slice(index * 3, index * 3 + 4), ...inner.slice(0, index % 2)];
    const group = await resources.create(workspace.tenant, 'Group', { displayName }, asMembers(members), anActor);
    inner.push(group.id);
  }
  users.push(...(await resources.list(workspace.tenant, 'User', aQuery({ include: everything }))).resources);
  groups.push(...(await resources.list(workspace.tenant, 'Group', aQuery({ include: everything }))).resources);
});
afterAll(() => workspace[Symbol.asyncDispose]());

function read(text: string, type: ResourceType): CheckedFilter | undefined {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.problems)}`);
  const checked = checkFilter(parsed.value, type);
  return checked.ok ? checked.value : undefined;
}

async function expectSame(typeName: ResourceTypeName, text: string, stored: readonly StoredResource[]): Promise<void> {
  const type = typeName === 'User' ? userType : groupType;
  const filter = read(text, type);
  // An operator that does not fit its attribute's type is refused before it reaches the store.
  if (filter === undefined) return;
  const page = await workspace.store.resources.list(workspace.tenant, typeName, aQuery({ filter }));
  const expected = stored.filter((resource) =>
    evaluateFilter(filter, presentResource(type, resource, { baseUrl: '' })),
  );
  expect({ text, ids: page.resources.map(({ id }) => id), total: page.totalResults }).toEqual({
    text,
    ids: expected.map(({ id }) => id),
    total: expected.length,
  });
}

test('a filter over users finds in SQL what the core finds', async () => {
  const stored = users.flatMap(({ attributes }) => [
    attributes['userName'],
    attributes['displayName'],
    attributes['title'],
  ]);
  const values = fc.oneof(
    word,
    fc.constantFrom(...stored.filter((value) => typeof value === 'string')),
    fc.constantFrom('work', 'WORK', 'User', 'W/"1"', users[0]!.id, `/Users/${users[1]!.id}`),
  );
  await fc.assert(
    fc.asyncProperty(trees(userLeaf(values)), (text) => expectSame('User', text, users)),
    { numRuns: 400 },
  );
});

test('a filter over groups and their members finds in SQL what the core finds', async () => {
  const values = fc.oneof(
    word,
    fc.constantFrom('STRASSE', 'σίσυφος', 'k', 'user', 'Group', users[3]!.id, groups[0]!.id, groups[1]!.id),
  );
  const leaves = fc.oneof(
    leaf(['displayName', 'members', 'members.value', 'members.type', 'members.display', 'members.$ref', 'id'], values),
    fc.constantFrom('members pr', 'members.display pr', 'displayName pr'),
    leaf(['value', 'type', 'display'], values).map((inner) => `members[${inner}]`),
    fc
      .tuple(leaf(['value', 'type', '$ref'], values), fc.constantFrom('and', 'or'), leaf(['display', 'type'], values))
      .map(([left, operator, right]) => `members[${left} ${operator} ${right}]`),
  );
  await fc.assert(
    fc.asyncProperty(trees(leaves), (text) => expectSame('Group', text, groups)),
    { numRuns: 200 },
  );
});

test("a filter over a user's groups finds in SQL what the core finds", async () => {
  const values = fc.oneof(
    word,
    fc.constantFrom('direct', 'indirect', 'strasse', groups[0]!.id, groups[1]!.id, groups[4]!.id),
  );
  const leaves = fc.oneof(
    leaf(['groups', 'groups.value', 'groups.type', 'groups.display', 'groups.$ref'], values),
    fc.constant('groups pr'),
    leaf(['value', 'type', 'display'], values).map((inner) => `groups[${inner}]`),
  );
  await fc.assert(
    fc.asyncProperty(trees(leaves), (text) => expectSame('User', text, users)),
    { numRuns: 150 },
  );
});

test.each([
  'meta.created gt "2020-01-01T00:00:00Z"',
  'meta.lastModified ge "2020-01-01T00:00:00.1234567Z" and meta.lastModified le "2999-01-01T00:00:00+02:00"',
  'meta.created eq null or meta.lastModified lt "0001-01-03T00:00:00Z"',
])('instants: %s', async (text) => {
  await expectSame('User', text, users);
});

test('an instant between two milliseconds is neither of them', async () => {
  const at = users[5]!.lastModified.toISOString();
  const between = at.replace('Z', '0001Z');
  for (const operator of ['eq', 'ne', 'gt', 'ge', 'lt', 'le']) {
    await expectSame('User', `meta.lastModified ${operator} "${at}"`, users);
    await expectSame('User', `meta.lastModified ${operator} "${between}"`, users);
  }
});

import type { Json, JsonObject } from '@joinery/base';
import fc from 'fast-check';
import type { CompareOperator, Filter } from '../src/index.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const labels = ['work', 'home', 'other'] as const;

const attributePath = fc.oneof(
  fc.record({
    urn: fc.constantFrom(undefined, enterprise, 'urn:example:x.y:1.0:Z'),
    attribute: fc.stringMatching(/^[a-z][a-zA-Z0-9_-]{0,8}$/).filter((name) => name !== 'not'),
    sub: fc.option(fc.stringMatching(/^\$?[a-z][a-zA-Z]{0,6}$/), { nil: undefined }),
  }),
);
const operator = fc.constantFrom<CompareOperator>('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
);
const place = { start: fc.constant(0), end: fc.constant(0) };

/** Any filter tree that a text can stand for. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ node: Filter; inner: Filter; leaf: Filter }>((tie) => {
  const group = (node: fc.Arbitrary<Filter>): fc.Arbitrary<Filter>[] => [
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(node, { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: node }),
  ];
  const leaf = fc.oneof(
    fc.record({ kind: fc.constant('compare' as const), path: attributePath, operator, value, ...place }),
    fc.record({ kind: fc.constant('present' as const), path: attributePath, ...place }),
  );
  const valuePath = fc.record({
    kind: fc.constant('value-path' as const),
    path: attributePath,
    filter: tie('inner'),
    ...place,
  });
  return {
    leaf,
    inner: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, ...group(tie('inner'))),
    node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, valuePath, ...group(tie('node'))),
  };
}).node;

const text = fc.constantFrom('a', 'B', 'b', 'lund', 'ß', '1');
const element = fc.record(
  { value: text, type: fc.constantFrom(...labels), display: text, primary: fc.boolean() },
  { requiredKeys: ['value'] },
);

function onePrimary(elements: readonly { primary?: boolean }[]): Json {
  let isTaken = false;
  return elements.map((each) => {
    const primary = each.primary === true && !isTaken;
    isTaken ||= primary;
    return each.primary === undefined ? each : { ...each, primary };
  }) as Json; // records of JSON values
}

const list = fc.array(element, { minLength: 1, maxLength: 4 }).map(onePrimary);

/** Attributes of a user as `readResource` makes them. */
export const userAttributes: fc.Arbitrary<JsonObject> = fc.record(
  {
    userName: text,
    externalId: text,
    title: text,
    active: fc.boolean(),
    name: fc.record({ givenName: text, familyName: text }, { requiredKeys: ['givenName'] }),
    emails: list,
    roles: list,
    addresses: fc.array(fc.record({ type: fc.constantFrom(...labels), locality: text }), {
      minLength: 1,
      maxLength: 3,
    }),
    [enterprise]: fc.record(
      { department: text, manager: fc.record({ value: text, $ref: text }, { requiredKeys: ['value'] }) },
      { requiredKeys: ['department'] },
    ),
  },
  { requiredKeys: ['userName'] },
) as fc.Arbitrary<JsonObject>; // records of JSON values

const empty = fc.constantFrom<Json>(null, '', []);

const simplePath = fc.constantFrom('title', 'name.givenName', 'externalId', `${enterprise}:department`, 'manager');
const listPath = fc.constantFrom('emails', 'roles', 'phoneNumbers');
const label = fc.constantFrom(...labels);

/** Operations whose replace does not change what its own filter matches. */
export const operations: fc.Arbitrary<{ readonly path: string; readonly value: Json }> = fc.oneof(
  fc.record({ path: simplePath, value: fc.oneof(text, empty) }),
  fc.record({ path: fc.constantFrom('active', 'emails.primary'), value: fc.constantFrom<Json>(true, 'False', null) }),
  fc.record({ path: listPath, value: fc.oneof(list, empty, text) }),
  fc.record({ path: fc.constantFrom('emails.display', 'roles.value'), value: fc.oneof(text, empty) }),
  fc
    .record({ name: listPath, label, value: fc.oneof(text, empty) })
    .map((each) => ({ path: `${each.name}[type eq "${each.label}"].value`, value: each.value })),
  fc.record({ name: listPath, label, value: text, display: text }).map((each) => ({
    path: `${each.name}[type eq "${each.label}"]`,
    value: { value: each.value, display: each.display },
  })),
  fc.record({
    path: fc.constantFrom('emails[primary eq "True"].value', 'roles[primary eq true].display'),
    value: text,
  }),
  label.map((type) => ({ path: `addresses[type eq "${type}"].locality`, value: 'Lund' })),
);

const names = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'op',
  'path',
  'value',
  'Operations',
  'schemas',
  'userName',
  'name',
  'givenName',
  'emails',
  'roles',
  'type',
  'primary',
  'members',
  'active',
  'meta',
  'id',
  'manager',
  enterprise,
  'emails[type eq "work"].value',
  'name.__proto__',
);
const scalars = fc.constantFrom<Json>(
  null,
  true,
  '',
  'x',
  'True',
  0,
  -1.5,
  'add',
  'remove',
  'Replace',
  'title',
  'emails[value eq "x"]',
  'members',
  '__proto__.x',
  'constructor.prototype.x',
  '{"value":"x","__proto__":{"y":1}}',
  `${enterprise}:__proto__`,
);

/** JSON that looks like a request to the eye of a parser, with own properties named `__proto__`. */
export const hostileJson: fc.Arbitrary<unknown> = fc
  .letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      scalars,
      fc.array(tie('json'), { maxLength: 4 }),
      fc
        .array(fc.tuple(names, tie('json')), { maxLength: 6 })
        .map(
          (entries) =>
            JSON.parse(
              `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`).join()}}`,
            ) as Json,
        ),
    ),
  }))
  .json.map((json) => json as unknown);

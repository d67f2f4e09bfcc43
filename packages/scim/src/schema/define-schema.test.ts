import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScimError } from '../errors.ts';
import { noTenantSchemas, resourceTypesWith, uniqueValuesOf } from './tenant-schemas.ts';
import { readResourceType, readSchemaExtension, removedAttributes } from './define-schema.ts';

const extension = (...attributes: readonly object[]): object => ({
  id: 'urn:example:x:Badge',
  name: 'Badge',
  resourceType: 'User',
  attributes,
});

// Names that a definition has, and names that harm, so that random definitions get past the first checks.
const name = fc.oneof(
  fc.constantFrom(
    'name',
    'type',
    'id',
    'attributes',
    'subAttributes',
    '__proto__',
    'constructor',
    'toString',
    'members',
  ),
  fc.string(),
);
const value = fc.oneof(
  fc.constantFrom('string', 'complex', 'urn:example:x:Y', 'User', 'Group', true, null),
  fc.jsonValue(),
);
const attribute = fc.dictionary(name, value).map((rest) => ({ name: 'a', ...rest }));

test('no definition crashes or touches a prototype, and what is taken has names of attributes only', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.array(attribute).map((list) => extension(...list)),
      ),
      (given) => {
        for (const read of [readSchemaExtension, readResourceType]) {
          try {
            const taken = read(given, noTenantSchemas);
            for (const each of taken.schema.attributes) expect(each.name).toMatch(/^[a-z][\w-]*$/i);
          } catch (error) {
            expect(error).toBeInstanceOf(ScimError);
          }
        }
        expect(({} as Record<string, unknown>)['a']).toBeUndefined();
      },
    ),
    { numRuns: 2_000 },
  );
});

test('characteristics that are left out are those of RFC 7643 §2.2', () => {
  const { schema } = readSchemaExtension(extension({ name: 'plain' }), noTenantSchemas);
  expect(schema.attributes).toEqual([
    {
      name: 'plain',
      type: 'string',
      multiValued: false,
      description: 'plain',
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    },
  ]);
});

test('unique values are those of the schemas that a tenant added, each once and folded unless caseExact', () => {
  const badge = readSchemaExtension(
    extension(
      { name: 'no', uniqueness: 'server', multiValued: true },
      { name: 'code', uniqueness: 'global', caseExact: true },
    ),
    noTenantSchemas,
  );
  const [user, group] = resourceTypesWith({ extensions: [badge], resourceTypes: [] });
  if (user === undefined || group === undefined) throw new Error('no types');
  const urn = badge.schema.id;
  expect(uniqueValuesOf(user, { userName: 'Ada', [urn]: { no: ['B', 'b', 'ß', ''], code: 'Ab' } })).toEqual([
    { attribute: `${urn}:no`, value: 'b' },
    { attribute: `${urn}:no`, value: 'ss' },
    { attribute: `${urn}:code`, value: 'Ab' },
  ]);
  expect(uniqueValuesOf(user, { userName: 'Ada' })).toEqual([]);
  expect(uniqueValuesOf(group, { displayName: 'Team' })).toBeUndefined();
});

test('parts of a complex attribute with values stay', () => {
  const complex = (...names: readonly string[]): object => ({
    name: 'c',
    type: 'complex',
    subAttributes: names.map((each) => ({ name: each })),
  });
  const schemaOf = (definition: object) => readSchemaExtension(extension(definition), noTenantSchemas).schema;
  expect(removedAttributes(schemaOf(complex('a')), schemaOf(complex('a', 'b')))).toEqual([]);
  expect(() => removedAttributes(schemaOf(complex('a', 'b')), schemaOf(complex('a')))).toThrow('c.b');
  expect(removedAttributes(schemaOf({ name: 'gone' }), schemaOf({ name: 'new' }))).toEqual(['gone']);
});

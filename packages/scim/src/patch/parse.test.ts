import { describe, expect, test } from 'vitest';
import { ScimError } from '../errors.ts';
import { valuesMax } from '../schema/coerce.ts';
import { groupType, userType } from '../schema/resource-types.ts';
import { applyPatch } from './apply.ts';
import { splitMembers } from './members.ts';
import { attributeOperationsMax, operationsMax, parsePatch } from './parse.ts';

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

function errorOf(run: () => unknown): ScimError {
  try {
    run();
  } catch (error) {
    if (error instanceof ScimError) return error;
  }
  throw new Error('no ScimError');
}

describe('the envelope', () => {
  test.each([
    ['a list', []],
    ['text', 'x'],
    ['null', null],
    ['no Operations', { schemas: [patchOp] }],
    ['Operations that are no list', { Operations: {} }],
    ['an operation that is no object', { Operations: ['x'] }],
    ['an operation without op', { Operations: [{ path: 'title' }] }],
  ])('%s is invalidSyntax', (_, body) => {
    expect(errorOf(() => parsePatch(userType, body)).scimType).toBe('invalidSyntax');
  });

  test('names in any letter case and other schemas are tolerated', () => {
    const { operations, tolerated } = parsePatch(userType, {
      schemas: [],
      operations: [{ OP: 'Add', PATH: 'title', VALUE: 'A' }],
    });
    expect(operations).toMatchObject([{ op: 'add', index: 0, value: 'A' }]);
    expect(tolerated).toEqual(['patch.missing_schemas', 'patch.op_letter_case']);
  });

  test('an empty list of operations is a success that changes nothing', () => {
    const { operations, tolerated } = parsePatch(userType, { schemas: [patchOp], Operations: [] });
    expect(operations).toEqual([]);
    expect(tolerated).toEqual(['patch.no_operations']);
  });

  test('more operations than the limit are refused with the limit', () => {
    const body = { Operations: Array.from({ length: operationsMax + 1 }, () => ({ op: 'remove', path: 'title' })) };
    const error = errorOf(() => parsePatch(userType, body));
    expect(error.status).toBe(413);
    expect(error.message).toContain('10000');
  });

  test('objects without a path count by their names', () => {
    const value = Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [`emails[value eq "${index}"].type`, 'x']),
    );
    const body = { Operations: Array.from({ length: 12 }, () => ({ op: 'add', value })) };
    expect(errorOf(() => parsePatch(userType, body)).status).toBe(413);
  });
});

describe('a refusal', () => {
  test('names the operation and its path while parsing', () => {
    const body = {
      Operations: [
        { op: 'add', path: 'title', value: 'A' },
        { op: 'Add', path: 'active', value: 'x' },
      ],
    };
    const error = errorOf(() => parsePatch(userType, body));
    expect(error.message).toBe('Operations[1] (add active): active takes true or false, not a string.');
    expect(error.detail).toMatchObject({ operation: 1, path: 'active', attribute: 'active' });
  });

  test('names the operation and its path while applying', () => {
    const { operations } = parsePatch(userType, {
      Operations: [{ op: 'replace', path: 'emails[value co "x"].value', value: 'y' }],
    });
    const error = errorOf(() => applyPatch(userType, { userName: 'b' }, operations));
    expect(error.message).toMatch(/^Operations\[0\] \(replace emails\[value co "x"\]\.value\): No value of emails/);
    expect(error.detail).toMatchObject({ operation: 0 });
  });
});

test('what was tolerated is listed once each', () => {
  const { tolerated } = parsePatch(userType, {
    schemas: [patchOp],
    Operations: [
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Replace', path: 'active', value: 'True' },
      { op: 'Add', path: 'manager', value: [{ $ref: null, value: 'm' }] },
      { op: 'Add', value: { nonsense: 1, id: 'x', password: 'p' } },
      { op: 'Remove', path: 'emails[type eq "work"].value', value: 'old' },
    ],
  });
  const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';
  expect(tolerated).toEqual([
    'patch.op_letter_case',
    'value.boolean_as_text: active',
    'path.unqualified_extension_attribute: manager',
    `value.list_for_single: ${manager}`.slice(0, 'value.list_for_single: '.length + 80),
    'body.unknown_attribute: nonsense',
    'patch.read_only_ignored: id',
    'body.write_only_dropped: password',
    'patch.value_on_remove: emails.value',
  ]);
});

test('removal of listed members is reported', () => {
  const { tolerated } = parsePatch(groupType, {
    schemas: [patchOp],
    Operations: [{ op: 'remove', path: 'members', value: [{ value: 'a' }] }],
  });
  expect(tolerated).toEqual(['patch.remove_by_value: members']);
});

test.each([
  ['lists', '[', ']'],
  ['objects', '{"value":', '}'],
  ['core schemas', '{"urn:ietf:params:scim:schemas:core:2.0:User":', '}'],
])('%s nested 100,000 deep do not exhaust the stack', (_, open, close) => {
  const value: unknown = JSON.parse(`${open.repeat(100_000)}1${close.repeat(100_000)}`);
  for (const path of [undefined, 'title', 'name', 'emails', 'members', 'urn:ietf:params:scim:schemas:core:2.0:User']) {
    for (const type of [userType, groupType]) {
      const body = { Operations: [{ op: 'add', value, ...(path === undefined ? {} : { path }) }] };
      try {
        applyPatch(type, { userName: 'b', displayName: 'b' }, splitMembers(parsePatch(type, body).operations).rest);
      } catch (error) {
        expect(error).toBeInstanceOf(ScimError);
      }
    }
  }
});

test('as many operations as are taken, with the longest filters on as many values as are kept, end soon', () => {
  const filter = Array.from({ length: 10 }, (_, index) => `value co "Ä${index}"`).join(' or ');
  const emails = Array.from({ length: valuesMax }, (_, index) => ({ value: `ö${index}@example.com` }));
  const Operations = Array.from({ length: attributeOperationsMax }, () => ({
    op: 'remove',
    path: `emails[${filter}]`,
  }));
  const { operations } = parsePatch(userType, { Operations });
  expect(applyPatch(userType, { userName: 'b', emails }, operations).changed).toBe(false);
  expect(() => parsePatch(userType, { Operations: [{ op: 'remove', path: `emails[${filter} or type pr]` }] })).toThrow(
    'more than 10 terms',
  );
});

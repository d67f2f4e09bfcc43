import { expect, test } from 'vitest';
import type { DirectoryValue } from './objects.ts';
import { checkAttributes, checkUserPrincipalName, isGuid } from './rules.ts';

test.each(["o'brien+test@contoso.com", 'ann_fabrikam.com#EXT#@contoso.onmicrosoft.com', 'åsa@example.org', 'a@b'])(
  'userPrincipalName: %s',
  (value) => expect(() => checkUserPrincipalName(value)).not.toThrow(),
);

test.each([
  '',
  'ann',
  '@contoso.com',
  'ann@',
  'a@b@c',
  'a b@c',
  'a\u0000b@c',
  `${'a'.repeat(65)}@b`,
  `a@${'b'.repeat(256)}`,
])('no userPrincipalName: %j', (value) =>
  expect(() => checkUserPrincipalName(value)).toThrow(expect.objectContaining({ code: 'directory.invalid_value' })),
);

const check = (name: string, value: DirectoryValue | null, limits?: 'graph' | 'source') => () =>
  checkAttributes('user', new Map([[name, value]]), limits);

// Limits of https://learn.microsoft.com/graph/api/resources/user
test.each([
  ['employeeId', 16],
  ['givenName', 64],
  ['jobTitle', 128],
  ['displayName', 256],
  ['streetAddress', 1024],
  ['extensionAttribute1', 1024],
])('%s has at most %i characters', (name, limit) => {
  expect(check(name, 'x'.repeat(limit))).not.toThrow();
  expect(check(name, 'x'.repeat(limit + 1))).toThrow(expect.objectContaining({ detail: { attribute: name } }));
});

test("a source's values may be longer than Graph's, but not displayName", () => {
  expect(check('employeeId', 'x'.repeat(40), 'source')).not.toThrow();
  expect(check('displayName', 'x'.repeat(257), 'source')).toThrow();
  expect(check('costCenter', 'x'.repeat(16_385), 'source')).toThrow();
});

test('null clears any attribute', () => {
  expect(check('businessPhones', null)).not.toThrow();
  expect(check('onPremisesSyncEnabled', null)).not.toThrow();
});

test.each<[string, DirectoryValue]>([
  ['onPremisesSyncEnabled', 'true'],
  ['jobTitle', true],
  ['jobTitle', ['a']],
  ['otherMails', 'a@b'],
  ['employeeHireDate', 'soon'],
  ['', 'x'],
  ['IsSoftDeleted', true],
  ['telephoneNumber', '1'],
])('%s cannot be %j', (name, value) => {
  expect(check(name, value)).toThrow(expect.objectContaining({ code: 'directory.invalid_value' }));
});

test('a GUID has five groups of hexadecimal digits', () => {
  expect(isGuid('3F2504E0-4f89-41d3-9a0c-0305e82c3301')).toBe(true);
  expect(isGuid('3f2504e04f8941d39a0c0305e82c3301')).toBe(false);
  expect(isGuid('3f2504e0-4f89-41d3-9a0c-0305e82c330g')).toBe(false);
});

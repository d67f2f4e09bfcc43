import { expect, test } from 'vitest';
import {
  findAttribute,
  findAttributeByMappingName,
  groupAttributes,
  isDirectoryExtension,
  userAttributes,
} from './attributes.ts';

const extension = 'extension_0123456789abcdef0123456789abcdef_costCenter';

test.each([
  ['mobilePhone', 'mobile'],
  ['businessPhones', 'telephoneNumber'],
  ['officeLocation', 'physicalDeliveryOfficeName'],
  ['faxNumber', 'facsimileTelephoneNumber'],
  ['jobTitle', 'jobTitle'],
  ['extensionAttribute7', 'extensionAttribute7'],
  [extension, extension],
])('Graph %s is %s in mappings', (name, mappingName) => {
  expect(findAttribute('user', name)?.mappingName).toBe(mappingName);
  expect(findAttributeByMappingName('user', mappingName)?.name).toBe(name);
});

test.each([{ attributes: userAttributes }, { attributes: groupAttributes }])('names are unique', ({ attributes }) => {
  expect(new Set(attributes.map(({ name }) => name)).size).toBe(attributes.length);
  expect(new Set(attributes.map(({ mappingName }) => mappingName)).size).toBe(attributes.length);
});

test('names that are special in JavaScript are not attributes', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(findAttribute('user', name)).toBeUndefined();
    expect(findAttributeByMappingName('user', name)).toBeUndefined();
  }
});

test.each([
  [extension, true],
  ['extension_short_costCenter', false],
  ['extension_0123456789abcdef0123456789abcdef_', false],
  ['costCenter', false],
])('%s is a directory extension: %s', (name, expected) => {
  expect(isDirectoryExtension(name)).toBe(expected);
});

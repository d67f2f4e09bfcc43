import { expect, test } from 'vitest';
import type { ObjectId } from '@joinery/base';
import { groupForMappings, mappingAttributes, originalAddress, userForMappings } from './mapping-view.ts';
import type { DirectoryUser, DirectoryValue } from './objects.ts';

// The B2B source rule, entra-provisioning §4.8.
test.each([
  ['ann@contoso.com', 'ann@contoso.com'],
  ['ann_fabrikam.com#EXT#@contoso.onmicrosoft.com', 'ann@fabrikam.com'],
  ['ann_b_fabrikam.com#ext#@contoso.onmicrosoft.com', 'ann_b@fabrikam.com'],
  ['nounderscore#EXT#@contoso.onmicrosoft.com', 'nounderscore#EXT#@contoso.onmicrosoft.com'],
  ['_fabrikam.com#EXT#@contoso.onmicrosoft.com', '_fabrikam.com#EXT#@contoso.onmicrosoft.com'],
])('%s was made from %s', (userPrincipalName, original) => {
  expect(originalAddress(userPrincipalName)).toBe(original);
});

const user: DirectoryUser = {
  kind: 'user',
  id: '11111111-1111-4111-8111-111111111111' as ObjectId,
  userPrincipalName: 'ann@contoso.com',
  accountEnabled: false,
  managerId: undefined,
  createdDateTime: new Date('2026-01-05T09:00:00Z'),
  deletedDateTime: undefined,
  attributes: new Map<string, DirectoryValue>([
    ['businessPhones', []],
    ['mobilePhone', '+46'],
    ['objectId', 'not this'],
  ]),
};

test('attributes have their mapping name beside their own, and nothing overrides the object itself', () => {
  const view = userForMappings(user);
  expect(view.get('mobile')).toBe('+46');
  expect(view.get('mobilePhone')).toBe('+46');
  expect(view.has('telephoneNumber')).toBe(false);
  expect(view.get('objectId')).toBe(user.id);
  expect(view.get('accountEnabled')).toBe(false);
  expect(userForMappings(user, 'hr-1').get('objectId')).toBe('hr-1');
});

test('a group shows its name and state', () => {
  const { id, createdDateTime } = user;
  const group = {
    kind: 'group',
    id,
    displayName: 'Sales',
    securityEnabled: true,
    createdDateTime,
    deletedDateTime: undefined,
    attributes: new Map(),
  } as const;
  expect(Object.fromEntries(groupForMappings(group))).toEqual({
    objectId: id,
    displayName: 'Sales',
    securityEnabled: true,
    createdDateTime: '2026-01-05T09:00:00.000Z',
  });
});

// Every source attribute of the default mappings, entra-provisioning §4.9 and design §2.
test('the mapping editor offers what the default mappings read', () => {
  const names = new Set(mappingAttributes.user.map(({ name }) => name));
  for (const name of [
    'IsSoftDeleted userPrincipalName displayName givenName surname jobTitle mail mailNickname employeeId department manager',
    'telephoneNumber mobile facsimileTelephoneNumber streetAddress postalCode physicalDeliveryOfficeName proxyAddresses',
    'preferredLanguage city state country objectId extensionAttribute15',
  ]
    .join(' ')
    .split(' ')) {
    expect(names, name).toContain(name);
  }
  expect(new Set(mappingAttributes.group.map(({ name }) => name))).toContain('members');
  expect(names.size).toBe(mappingAttributes.user.length);
});

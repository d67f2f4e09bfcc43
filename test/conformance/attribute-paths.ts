import type { Json, JsonObject } from '@joinery/base';
import { core, enterprise } from '../../apps/workspace/test/client.ts';

/** Attributes as an Entra mapping names them, two values each: what the checkers of Microsoft send for a user. */
export const userPaths: readonly (readonly [path: string, before: string, after: string])[] = [
  ['displayName', 'BOVDOUUFPFGU', 'QMRXHBGTWJUA'],
  ['title', 'XTFHLODQ', 'JHNWUCPK'],
  ['externalId', 'd3f1b9', '8c20aa'],
  ['preferredLanguage', 'lt-LT', 'sv-SE'],
  ['nickName', 'PQDW', 'LKSM'],
  ['userType', 'Employee', 'Contractor'],
  ['locale', 'LNGW', 'WDQA'],
  ['timezone', 'EHUFRJDCZSGR', 'UJVOWIQAMMCO'],
  ['profileUrl', 'https://one.example/p', 'https://two.example/p'],
  ['name.formatted', 'Fo One', 'Fo Two'],
  ['name.familyName', 'Fa', 'Fb'],
  ['name.givenName', 'Gi', 'Gj'],
  ['name.middleName', 'Mi', 'Mj'],
  ['name.honorificPrefix', 'Dr', 'Prof'],
  ['name.honorificSuffix', 'III', 'IV'],
  ['emails[type eq "work"].value', 'a@Contoso.com', 'b@Contoso.com'],
  ['emails[type eq "other"].value', 'x@Contoso.com', 'y@Contoso.com'],
  ['phoneNumbers[type eq "work"].value', '42-555 0001', '42-555 0002'],
  ['phoneNumbers[type eq "mobile"].value', '+46 (0)70', '+46 (0)72'],
  ['phoneNumbers[type eq "fax"].value', '3', '4'],
  ['addresses[type eq "work"].formatted', 'F\nG', 'F\nH'],
  ['addresses[type eq "work"].streetAddress', 'S 0012', 'S 0013'],
  ['addresses[type eq "work"].locality', 'Lund', 'Malmö'],
  ['addresses[type eq "work"].region', 'R', 'Q'],
  ['addresses[type eq "work"].postalCode', '01234', '00987'],
  ['addresses[type eq "work"].country', 'SE', 'DK'],
  ['addresses[type eq "other"].formatted', 'Office 1', 'Office 2'],
  ['roles[primary eq "True"].display', 'IH', 'IJ'],
  ['roles[primary eq "True"].value', 'KS', 'KT'],
  ['roles[primary eq "True"].type', 'NZ', 'NY'],
  [`${enterprise}:employeeNumber`, '00017', '00018'],
  [`${enterprise}:costCenter`, 'C', 'D'],
  [`${enterprise}:organization`, 'O', 'P'],
  [`${enterprise}:division`, 'V', 'W'],
  [`${enterprise}:department`, 'D', 'E'],
];

/** A whole user with the values of `userPaths` before they are changed. */
export const fullUser = (userName: string): JsonObject => ({
  schemas: [core, enterprise],
  userName,
  active: true,
  displayName: 'BOVDOUUFPFGU',
  title: 'XTFHLODQ',
  externalId: 'd3f1b9',
  preferredLanguage: 'lt-LT',
  nickName: 'PQDW',
  userType: 'Employee',
  locale: 'LNGW',
  timezone: 'EHUFRJDCZSGR',
  profileUrl: 'https://one.example/p',
  name: {
    formatted: 'Fo One',
    familyName: 'Fa',
    givenName: 'Gi',
    middleName: 'Mi',
    honorificPrefix: 'Dr',
    honorificSuffix: 'III',
  },
  emails: [
    { type: 'work', value: 'a@Contoso.com', primary: true },
    { type: 'other', value: 'x@Contoso.com' },
  ],
  phoneNumbers: [
    { type: 'work', value: '42-555 0001' },
    { type: 'mobile', value: '+46 (0)70' },
    { type: 'fax', value: '3' },
  ],
  addresses: [
    {
      type: 'work',
      formatted: 'F\nG',
      streetAddress: 'S 0012',
      locality: 'Lund',
      region: 'R',
      postalCode: '01234',
      country: 'SE',
    },
    { type: 'other', formatted: 'Office 1' },
  ],
  roles: [{ primary: 'True', type: 'NZ', value: 'KS', display: 'IH' }],
  [enterprise]: { employeeNumber: '00017', costCenter: 'C', organization: 'O', division: 'V', department: 'D' },
});

/** The value at a mapping's path, read without the code under test: one name, one `[name eq "value"]`, one sub-attribute. */
export function valueAt(resource: JsonObject, path: string): Json | undefined {
  const [, urn, rest = ''] = /^(?:(urn:.*):)?([^:]+)$/.exec(path) ?? [];
  const [, name = '', filterName, filterValue = '', sub] =
    /^(\w+)(?:\[(\w+) eq "(\w+)"\])?(?:\.(\w+))?$/.exec(rest) ?? [];
  const holder = urn === undefined || urn === core ? resource : ((resource[urn] ?? {}) as JsonObject);
  const value = holder[name];
  if (filterName === undefined) return sub === undefined ? value : (value as JsonObject | undefined)?.[sub];
  const elements = ((value ?? []) as readonly JsonObject[]).filter(
    (element) => String(element[filterName]).toLowerCase() === filterValue.toLowerCase(),
  );
  return sub === undefined ? elements[0] : elements[0]?.[sub];
}

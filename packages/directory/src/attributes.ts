/** One attribute of users or groups that is kept in `attributes`, i.e. without a field of its own in `DirectoryUser`. */
export interface AttributeDefinition {
  /** Graph's name: the key in `DirectoryAttributes`. */
  readonly name: string;
  /** The name by which attribute mappings and scoping filters know it. */
  readonly mappingName: string;
  readonly type: 'string' | 'boolean' | 'dateTime';
  readonly multiValued: boolean;
  /** Set by the directory or an import, not by administrators. */
  readonly readOnly: boolean;
  /** Characters (UTF-16 units) of one value. */
  readonly lengthMax: number;
}

type Details = Partial<Omit<AttributeDefinition, 'name' | 'lengthMax'>>;

function attribute(name: string, lengthMax: number, details: Details = {}): AttributeDefinition {
  return { name, mappingName: name, type: 'string', multiValued: false, readOnly: false, lengthMax, ...details };
}

function extensionAttributes(): readonly AttributeDefinition[] {
  return Array.from({ length: 15 }, (_, index) => attribute(`extensionAttribute${index + 1}`, 1024));
}

/**
 * User attributes with Graph's names and limits; `extensionAttribute1…15` stand inside `onPremisesExtensionAttributes`
 * on Graph's wire. @see https://learn.microsoft.com/graph/api/resources/user
 */
export const userAttributes: readonly AttributeDefinition[] = [
  attribute('displayName', 256),
  attribute('givenName', 64),
  attribute('surname', 64),
  attribute('mail', 320),
  attribute('mailNickname', 64),
  attribute('otherMails', 250, { multiValued: true }),
  attribute('proxyAddresses', 1024, { multiValued: true }),
  attribute('imAddresses', 320, { multiValued: true, mappingName: 'sipProxyAddress' }),
  attribute('jobTitle', 128),
  attribute('department', 64),
  attribute('companyName', 64),
  attribute('employeeId', 16),
  attribute('employeeType', 64),
  attribute('employeeHireDate', 64, { type: 'dateTime' }),
  attribute('employeeLeaveDateTime', 64, { type: 'dateTime' }),
  attribute('userType', 64),
  attribute('streetAddress', 1024),
  attribute('city', 128),
  attribute('state', 128),
  attribute('postalCode', 40),
  attribute('country', 128),
  attribute('usageLocation', 2),
  attribute('preferredLanguage', 64),
  attribute('officeLocation', 128, { mappingName: 'physicalDeliveryOfficeName' }),
  attribute('businessPhones', 64, { mappingName: 'telephoneNumber', multiValued: true }),
  attribute('mobilePhone', 64, { mappingName: 'mobile' }),
  attribute('faxNumber', 64, { mappingName: 'facsimileTelephoneNumber' }),
  attribute('onPremisesImmutableId', 256, { mappingName: 'immutableId' }),
  attribute('onPremisesSamAccountName', 256, { readOnly: true }),
  attribute('onPremisesUserPrincipalName', 320, { readOnly: true }),
  attribute('onPremisesDomainName', 256, { readOnly: true }),
  attribute('onPremisesDistinguishedName', 1024, { readOnly: true }),
  attribute('onPremisesSecurityIdentifier', 256, { readOnly: true }),
  attribute('onPremisesSyncEnabled', 5, { mappingName: 'dirSyncEnabled', type: 'boolean', readOnly: true }),
  ...extensionAttributes(),
];

/** @see https://learn.microsoft.com/graph/api/resources/group */
export const groupAttributes: readonly AttributeDefinition[] = [
  attribute('description', 1024),
  attribute('mail', 320),
  attribute('mailNickname', 64),
  attribute('mailEnabled', 5, { type: 'boolean' }),
  attribute('proxyAddresses', 1024, { multiValued: true }),
  attribute('groupTypes', 64, { multiValued: true }),
  attribute('visibility', 64),
  attribute('preferredLanguage', 64),
  attribute('onPremisesImmutableId', 256, { mappingName: 'immutableId' }),
  attribute('onPremisesSamAccountName', 256, { readOnly: true }),
  attribute('onPremisesDomainName', 256, { readOnly: true }),
  attribute('onPremisesSecurityIdentifier', 256, { readOnly: true }),
  attribute('onPremisesSyncEnabled', 5, { mappingName: 'dirSyncEnabled', type: 'boolean', readOnly: true }),
];

const byName = {
  user: new Map(userAttributes.map((definition) => [definition.name, definition])),
  group: new Map(groupAttributes.map((definition) => [definition.name, definition])),
};
const byMappingName = {
  user: new Map(userAttributes.map((definition) => [definition.mappingName, definition])),
  group: new Map(groupAttributes.map((definition) => [definition.mappingName, definition])),
};

const directoryExtension = /^extension_[0-9a-f]{32}_[A-Za-z_][A-Za-z0-9_]{0,127}$/i;

/** A directory extension, `extension_<appId without dashes>_<name>`; its name is case-sensitive. */
export function isDirectoryExtension(name: string): boolean {
  return directoryExtension.test(name);
}

/** By Graph's name; directory extensions have a definition too. Undefined for attributes of an import's own. */
export function findAttribute(kind: 'user' | 'group', name: string): AttributeDefinition | undefined {
  return byName[kind].get(name) ?? (isDirectoryExtension(name) ? attribute(name, 256) : undefined);
}

/** By the name that attribute mappings use. */
export function findAttributeByMappingName(kind: 'user' | 'group', name: string): AttributeDefinition | undefined {
  return byMappingName[kind].get(name) ?? (isDirectoryExtension(name) ? attribute(name, 256) : undefined);
}

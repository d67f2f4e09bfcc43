/** An extension of the tenant's users with every type and characteristic that a definition may have. */
export const consulting = {
  id: 'urn:contoso:scim:schemas:1.0:Consulting',
  name: 'Consulting',
  description: 'What a consultancy knows of its people.',
  resourceType: 'User',
  attributes: [
    { name: 'badge', type: 'string', uniqueness: 'server' },
    { name: 'grade', type: 'string', required: true, canonicalValues: ['Junior', 'Senior', 'Partner'] },
    { name: 'code', type: 'string', caseExact: true },
    { name: 'hired', type: 'dateTime', mutability: 'immutable' },
    { name: 'left', type: 'dateTime' },
    { name: 'level', type: 'integer' },
    { name: 'share', type: 'decimal' },
    { name: 'billable', type: 'boolean' },
    { name: 'profile', type: 'reference', referenceTypes: ['external'] },
    { name: 'picture', type: 'binary' },
    { name: 'note', type: 'string', returned: 'request' },
    { name: 'rank', type: 'string', mutability: 'readOnly' },
    { name: 'secret', type: 'string', mutability: 'writeOnly', returned: 'never' },
    { name: 'skills', type: 'string', multiValued: true },
    { name: 'office', type: 'complex', subAttributes: [{ name: 'city' }, { name: 'floor', type: 'integer' }] },
    {
      name: 'projects',
      type: 'complex',
      multiValued: true,
      subAttributes: [{ name: 'value' }, { name: 'type' }, { name: 'primary', type: 'boolean' }],
    },
  ],
} as const;

/** A resource type of the tenant. */
export const device = {
  name: 'Device',
  endpoint: '/Devices',
  description: 'A device of the company.',
  schema: {
    id: 'urn:contoso:scim:schemas:1.0:Device',
    name: 'Device',
    attributes: [
      { name: 'displayName', type: 'string', required: true },
      { name: 'serialNumber', type: 'string', uniqueness: 'server', caseExact: true },
      { name: 'slots', type: 'integer' },
      { name: 'owner', type: 'complex', subAttributes: [{ name: 'value' }, { name: 'since', type: 'dateTime' }] },
    ],
  },
} as const;

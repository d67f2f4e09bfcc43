import { coreUserSchema, type Attribute, type ResourceType } from '../src/index.ts';

function attribute(name: string, type: Attribute['type'], more: Partial<Attribute> = {}): Attribute {
  return {
    name,
    type,
    multiValued: false,
    description: name,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...more,
  };
}

/** A resource type with an extension of a tenant: every type of attribute that the core schemas lack. */
export const customType: ResourceType = {
  name: 'Consultant',
  endpoint: '/Consultants',
  description: 'Consultant',
  schema: coreUserSchema,
  extensions: [
    {
      required: false,
      schema: {
        id: 'urn:example:params:scim:schemas:extension:consulting:1.0:Consultant',
        name: 'Consulting',
        description: 'Consulting',
        attributes: [
          attribute('level', 'integer'),
          attribute('rate', 'decimal'),
          attribute('hired', 'dateTime'),
          attribute('skills', 'string', { multiValued: true }),
          attribute('badge', 'string', { mutability: 'immutable', caseExact: true }),
          attribute('secret', 'string', { mutability: 'writeOnly', returned: 'never' }),
          attribute('notes', 'string', { returned: 'request' }),
        ],
      },
    },
  ],
};

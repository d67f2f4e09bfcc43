import { attribute, text, type Exceptions } from './attribute.ts';
import type { Attribute, AttributeType, Schema } from './characteristics.ts';
import { urns } from './urns.ts';

const fixed: Exceptions = { mutability: 'readOnly' };
const needed: Exceptions = { mutability: 'readOnly', required: true };

function flag(name: string, description: string): Attribute {
  return attribute(name, 'boolean', description, needed);
}

function feature(name: string, description: string, more: readonly Attribute[] = []): Attribute {
  const subAttributes = [flag('supported', 'Whether the operation is supported.'), ...more];
  return attribute(name, 'complex', description, { ...needed, subAttributes });
}

function count(name: string, description: string, exceptions: Exceptions = needed): Attribute {
  return attribute(name, 'integer', description, exceptions);
}

function address(name: string, description: string): Attribute {
  return attribute(name, 'reference', description, { ...fixed, referenceTypes: ['external'] });
}

const serviceProviderConfigSchema: Schema = {
  id: urns.serviceProviderConfig,
  name: 'Service Provider Configuration',
  description: "What the service provider supports of SCIM's features",
  attributes: [
    address('documentationUri', "The address of the service provider's documentation for people."),
    feature('patch', 'Changes by PATCH.'),
    feature('bulk', 'Bulk requests.', [
      count('maxOperations', 'The greatest number of operations in one request.'),
      count('maxPayloadSize', 'The greatest size of a request in bytes.'),
    ]),
    feature('filter', 'Filters.', [count('maxResults', 'The greatest number of resources in one answer.')]),
    feature('changePassword', 'Changes of passwords.'),
    feature('sort', 'Sorting.'),
    feature('etag', 'Versions of resources as ETags.'),
    attribute('pagination', 'complex', 'Ways to page through lists.', {
      ...fixed,
      subAttributes: [
        flag('cursor', 'Whether paging by cursor is supported.'),
        flag('index', 'Whether paging by startIndex is supported.'),
        text('defaultPaginationMethod', 'The method when a request names none.', {
          ...fixed,
          canonicalValues: ['cursor', 'index'],
        }),
        count('defaultPageSize', 'The number of resources on a page when a request names none.', fixed),
        count('maxPageSize', 'The greatest number of resources on a page.', fixed),
        count('cursorTimeout', 'How many seconds a cursor lives.', fixed),
      ],
    }),
    attribute('authenticationSchemes', 'complex', 'The ways to authenticate.', {
      ...needed,
      multiValued: true,
      subAttributes: [
        text('type', 'The kind of scheme.', {
          ...needed,
          canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
        }),
        text('name', "The scheme's name.", needed),
        text('description', 'A description of the scheme.', needed),
        address('specUri', 'The address of the specification.'),
        address('documentationUri', 'The address of documentation on its use.'),
        attribute('primary', 'boolean', 'Whether this is the preferred scheme.', fixed),
      ],
    }),
  ],
};

const resourceTypeSchema: Schema = {
  id: urns.resourceType,
  name: 'Resource Type',
  description: 'A type of resource and where it is served',
  attributes: [
    text('id', "The resource type's identifier, equal to its name.", { ...fixed, caseExact: true }),
    text('name', "The resource type's name, as in meta.resourceType.", needed),
    text('description', 'A description for people.', fixed),
    attribute('endpoint', 'reference', "The endpoint's path, relative to the base.", {
      ...needed,
      referenceTypes: ['uri'],
    }),
    attribute('schema', 'reference', 'The URN of the base schema.', { ...needed, referenceTypes: ['uri'] }),
    attribute('schemaExtensions', 'complex', 'The extensions of the base schema.', {
      ...fixed,
      multiValued: true,
      subAttributes: [
        attribute('schema', 'reference', 'The URN of the extension.', { ...needed, referenceTypes: ['uri'] }),
        flag('required', 'Whether every resource must have the extension.'),
      ],
    }),
  ],
};

function keyword(name: string, description: string, canonicalValues: readonly string[]): Attribute {
  return text(name, description, { ...fixed, canonicalValues });
}

const attributeTypes: readonly AttributeType[] = [
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'reference',
  'binary',
  'complex',
];

const characteristics: readonly Attribute[] = [
  text('name', "The attribute's name.", { ...needed, caseExact: true }),
  text('type', "The attribute's type.", { ...needed, canonicalValues: attributeTypes }),
  flag('multiValued', 'Whether the attribute has several values.'),
  text('description', 'A description for people.', fixed),
  attribute('required', 'boolean', 'Whether every resource must have the attribute.', fixed),
  text('canonicalValues', 'Suggested values.', { ...fixed, multiValued: true, caseExact: true }),
  attribute('caseExact', 'boolean', 'Whether text is compared with its letter case.', fixed),
  keyword('mutability', 'Whether and when the attribute can be changed.', [
    'readOnly',
    'readWrite',
    'immutable',
    'writeOnly',
  ]),
  keyword('returned', 'When the attribute is returned.', ['always', 'never', 'default', 'request']),
  keyword('uniqueness', 'Whether a value may occur twice.', ['none', 'server', 'global']),
  text('referenceTypes', 'The resource types that a reference may name.', {
    ...fixed,
    multiValued: true,
    caseExact: true,
  }),
];

const schemaSchema: Schema = {
  id: urns.schema,
  name: 'Schema',
  description: 'The attributes of a kind of resource',
  attributes: [
    text('id', 'The URN of the schema.', { ...needed, caseExact: true }),
    text('name', "The schema's name.", fixed),
    text('description', 'A description for people.', fixed),
    attribute('attributes', 'complex', 'The attributes and their characteristics.', {
      ...needed,
      multiValued: true,
      subAttributes: [
        ...characteristics,
        attribute('subAttributes', 'complex', 'The attributes inside a complex attribute.', {
          ...fixed,
          multiValued: true,
          subAttributes: characteristics,
        }),
      ],
    }),
  ],
};

/** The schemas of the discovery endpoints' own bodies, RFC 7643 §8.7.2 and RFC 9865 §4. */
export const serviceSchemas: readonly Schema[] = [serviceProviderConfigSchema, resourceTypeSchema, schemaSchema];

import { attribute, text } from './attribute.ts';
import type { Attribute } from './characteristics.ts';

/** The attributes of every resource, RFC 7643 §3.1. */
export const commonAttributes: readonly Attribute[] = [
  attribute('schemas', 'reference', "The URNs of the resource's schemas.", {
    multiValued: true,
    required: true,
    returned: 'always',
    referenceTypes: ['uri'],
  }),
  text('id', "The service provider's identifier of the resource; never used again.", {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  text('externalId', "The provisioning client's identifier of the resource.", { caseExact: true }),
  attribute('meta', 'complex', 'Facts about the resource, kept by the service provider.', {
    mutability: 'readOnly',
    subAttributes: [
      text('resourceType', "The resource type's name.", { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'dateTime', 'When the resource was created.', { mutability: 'readOnly' }),
      attribute('lastModified', 'dateTime', 'When the resource last changed.', { mutability: 'readOnly' }),
      attribute('location', 'reference', "The resource's address.", {
        mutability: 'readOnly',
        referenceTypes: ['uri'],
      }),
      text('version', "The resource's version, equal to its ETag.", { caseExact: true, mutability: 'readOnly' }),
    ],
  }),
];

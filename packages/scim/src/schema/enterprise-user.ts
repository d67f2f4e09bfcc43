import { attribute, text } from './attribute.ts';
import type { Schema } from './characteristics.ts';
import { urns } from './urns.ts';

/** RFC 7643 §4.3 and §8.7.1, with `manager.value` comparing case-exactly (erratum 8472). */
export const enterpriseUserSchema: Schema = {
  id: urns.enterpriseUser,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    text('employeeNumber', 'The identifier that the organization gave the user.'),
    text('costCenter', 'The name of a cost center.'),
    text('organization', 'The name of an organization.'),
    text('division', 'The name of a division.'),
    text('department', 'The name of a department.'),
    attribute('manager', 'complex', "The user's manager.", {
      subAttributes: [
        text('value', "The id of the manager's User resource.", { caseExact: true }),
        attribute('$ref', 'reference', "The address of the manager's User resource.", { referenceTypes: ['User'] }),
        text('displayName', "The manager's displayName.", { mutability: 'readOnly' }),
      ],
    }),
  ],
};

import { attribute, text } from './attribute.ts';
import type { Schema } from './characteristics.ts';
import { urns } from './urns.ts';

/** RFC 7643 §4.2 and §8.7.1, with a required `displayName` (erratum 5368) and `members.display` (erratum 6011). */
export const coreGroupSchema: Schema = {
  id: urns.coreGroup,
  name: 'Group',
  description: 'Group',
  attributes: [
    text('displayName', 'The name of the group; unique in the tenant, ignoring case.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('members', 'complex', 'The members of the group.', {
      multiValued: true,
      subAttributes: [
        text('value', "The member's id.", { mutability: 'immutable', caseExact: true }),
        attribute('$ref', 'reference', "The member's address.", {
          mutability: 'immutable',
          referenceTypes: ['User', 'Group'],
        }),
        text('type', "The member's resource type.", { mutability: 'immutable', canonicalValues: ['User', 'Group'] }),
        text('display', "The member's name.", { mutability: 'readOnly' }),
      ],
    }),
  ],
};

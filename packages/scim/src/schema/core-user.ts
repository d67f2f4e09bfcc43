import { attribute, label, plural, primary, text } from './attribute.ts';
import type { Schema } from './characteristics.ts';
import { urns } from './urns.ts';

/**
 * RFC 7643 §4.1 and §8.7.1 with its errata: `groups.$ref` refers to groups only (8471), complex attributes have no
 * uniqueness (6004), and `addresses.primary`, which the RFC's listing forgets and its examples use.
 */
export const coreUserSchema: Schema = {
  id: urns.coreUser,
  name: 'User',
  description: 'User Account',
  attributes: [
    text('userName', 'The identifier that the user signs in with; unique in the tenant, ignoring case.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('name', 'complex', "The components of the user's name.", {
      subAttributes: [
        text('formatted', 'The full name, formatted for display.'),
        text('familyName', 'The family name, or last name.'),
        text('givenName', 'The given name, or first name.'),
        text('middleName', 'The middle names.'),
        text('honorificPrefix', 'The title before the name.'),
        text('honorificSuffix', 'The suffix after the name.'),
      ],
    }),
    text('displayName', 'The name of the user, suitable for display.'),
    text('nickName', 'The casual way to address the user.'),
    attribute('profileUrl', 'reference', "The address of the user's online profile.", {
      referenceTypes: ['external'],
    }),
    text('title', "The user's title, such as Vice President."),
    text('userType', 'The relation between the organization and the user, such as Contractor.'),
    text('preferredLanguage', "The user's preferred languages, as in Accept-Language."),
    text('locale', "The user's default location for currency, dates and numbers, such as en-US."),
    text('timezone', "The user's time zone, in IANA form such as Europe/Stockholm."),
    attribute('active', 'boolean', 'Whether the user may use the application.'),
    text('password', 'Accepted and never kept or returned: passwords are not managed over SCIM here.', {
      mutability: 'writeOnly',
      returned: 'never',
    }),
    plural('emails', 'E-mail addresses.', text('value', 'An e-mail address.'), ['work', 'home', 'other']),
    plural('phoneNumbers', 'Telephone numbers.', text('value', 'A telephone number, kept as sent.'), [
      'work',
      'home',
      'mobile',
      'fax',
      'pager',
      'other',
    ]),
    plural('ims', 'Instant messaging addresses.', text('value', 'An instant messaging address.'), [
      'aim',
      'gtalk',
      'icq',
      'xmpp',
      'msn',
      'skype',
      'qq',
      'yahoo',
    ]),
    plural(
      'photos',
      'Addresses of photos of the user.',
      attribute('value', 'reference', 'The address of a photo.', { referenceTypes: ['external'] }),
      ['photo', 'thumbnail'],
    ),
    attribute('addresses', 'complex', 'Postal addresses.', {
      multiValued: true,
      subAttributes: [
        text('formatted', 'The full address, formatted for a label.'),
        text('streetAddress', 'Street, house number, box and the like.'),
        text('locality', 'The city or locality.'),
        text('region', 'The state or region.'),
        text('postalCode', 'The postal code.'),
        text('country', 'The country, an ISO 3166-1 alpha-2 code.'),
        label(['work', 'home', 'other']),
        primary(),
      ],
    }),
    attribute('groups', 'complex', 'The groups that the user belongs to; changed through the groups.', {
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [
        text('value', "The group's id.", { mutability: 'readOnly', caseExact: true }),
        attribute('$ref', 'reference', "The group's address.", { mutability: 'readOnly', referenceTypes: ['Group'] }),
        text('display', "The group's name.", { mutability: 'readOnly' }),
        text('type', 'Whether the membership is direct or through a nested group.', {
          mutability: 'readOnly',
          canonicalValues: ['direct', 'indirect'],
        }),
      ],
    }),
    plural('entitlements', 'Things that the user is entitled to.', text('value', 'An entitlement.'), []),
    plural('roles', 'Roles of the user, such as Student or Administrator.', text('value', 'A role.'), []),
    plural(
      'x509Certificates',
      'Certificates issued to the user.',
      attribute('value', 'binary', 'A DER certificate in base64.'),
      [],
    ),
  ],
};

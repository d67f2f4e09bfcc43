/** What an administrator does about an error code of the provisioning log. */
const actions: ReadonlyMap<string, string> = new Map([
  [
    'Conflict',
    'Another object of the target has one of these values. Correct the value, or make the matching property find that object.',
  ],
  [
    'EntryConflict',
    'Another object of the target has one of these values. Correct the value, or make the matching property find that object.',
  ],
  [
    'DuplicateTargetEntries',
    'Several objects of the target have this matching value. Remove the duplicates in the target, or choose a matching property that is unique there.',
  ],
  [
    'DuplicateSourceEntries',
    'Two objects of the directory match the same target object. Give one of them another matching value, or take it out of scope.',
  ],
  [
    'MandatoryFieldsMissing',
    'Fill the source attribute that feeds the named target attribute, or give its mapping a default value.',
  ],
  [
    'SchemaPropertyCanOnlyAcceptValue',
    'Map a single-valued source attribute, or pick one value in an expression (Item, Join).',
  ],
  ['AttributeMappingError', 'Correct the expression of the named target attribute; test it in the expression builder.'],
  ['InvalidValue', 'Correct the source value or the mapping so that it fits the type of the target attribute.'],
  ['ChangedSincePreview', 'Nothing: the next cycle brings the object up to date. Make another preview to see how.'],
  [
    'ChangeIgnored',
    'The target answered success and kept what it had. Try the other form of requests (the flag aadOptscim062020 in the tenant URL, or the other request profile), take the attribute out of the mapping, or tell the operator of the target.',
  ],
  [
    'BooleanKeptAsText',
    'Add the flag aadOptscim062020 to the tenant URL, or choose the request profile efficient: both send Booleans as such. Then look in the target whether disabled accounts are disabled.',
  ],
  [
    'BadRequest',
    'Read the message of the target. Where it refuses a Boolean that came as text, add the flag aadOptscim062020 to the tenant URL or choose the request profile efficient; else correct the value or its mapping.',
  ],
  [
    'MembersNotShown',
    'Look in the target whether the group has its members. If not, try the other form of requests (the flag aadOptscim062020 in the tenant URL, or the other request profile).',
  ],
  [
    'BulkNotUsable',
    'Nothing: the rest was sent in single requests. Switch bulk requests off for the job if every cycle says so.',
  ],
  ['InvalidAnchor', 'The linked object was removed in the target. It is matched again, or created again, by itself.'],
  [
    'TooManyRequests',
    'The target limits requests. The object is tried again by itself; lower the requests per second of the job if this goes on.',
  ],
  ['Unauthorized', 'Renew the secret token of the application and test the connection.'],
  [
    'InsufficientRights',
    'Give the account behind the secret token the right to manage users and groups in the target.',
  ],
  [
    'NotPermitted',
    'The target does not permit this operation on the object; look at its rules for protected accounts.',
  ],
  [
    'MethodNotAllowed',
    'The target does not offer this operation; take it out of the target object actions of the mapping.',
  ],
  ['UnprocessableEntity', 'The target refused a value. Compare the modified properties with what the target accepts.'],
  ['SchemaAttributeNotFound', 'The target does not know one of the mapped attributes; remove or correct its mapping.'],
  ['Timeout', 'The target did not answer in time. The object is tried again by itself.'],
  [
    'InternalServerError',
    'The target failed. The object is tried again by itself; tell the operator of the target if this goes on.',
  ],
  ['WebExceptionProtocolError', 'The connection to the target broke. The object is tried again by itself.'],
  [
    'SystemForCrossDomainIdentityManagementServiceIncompatible',
    'The target answered something that is not SCIM. Check the tenant URL.',
  ],
  [
    'TooManyDeletes',
    'Check why so many objects leave. Allow the deletions, or bring the objects back into scope and restart.',
  ],
]);

export function recommendedAction(code: string): string {
  return (
    actions.get(code) ??
    'Read the message of the target, correct the object or the mapping, and provision the object on demand to see the result.'
  );
}

/** What an administrator does about a refused request, by the error code of the request log. */
const help: ReadonlyMap<string, string> = new Map([
  [
    'scim.invalid_token',
    'Create or rotate a token on the Tokens page and enter its secret in your identity provider. Check that the whole secret was copied.',
  ],
  [
    'scim.unauthorized',
    'The request carried no token. Enter the token in the field "Secret Token" of your identity provider.',
  ],
  ['scim.insufficient_scope', 'The token may only read. Create one that may read and write.'],
  [
    'scim.forbidden',
    'A rule of this workspace forbids this; the error says which. See Provisioning rules, or leave the person or group out in your identity provider.',
  ],
  [
    'scim.uniqueness',
    'Another person or group here has this value already. Look for it by search; then either delete one of the two in your directory, or match on this attribute so that your identity provider takes over the existing one.',
  ],
  [
    'scim.not_found',
    'Your identity provider remembers somebody who is not here any more. Provision this person or group on demand; if that does not help, restart provisioning, which matches everyone again.',
  ],
  [
    'scim.unknown_route',
    'The Tenant URL in your identity provider is incomplete or has too much. Copy it again from the overview.',
  ],
  [
    'scim.method_not_allowed',
    'This kind of request does not exist in SCIM at this address. Check the Tenant URL for additions.',
  ],
  [
    'scim.invalid_filter',
    'The search of your identity provider cannot be understood. Check the matching attribute in its attribute mapping.',
  ],
  [
    'scim.invalid_path',
    'An attribute in the attribute mapping does not exist in SCIM. Compare the target attribute with the set-up guide.',
  ],
  [
    'scim.invalid_value',
    'A value does not fit its attribute. The error names it; correct it in your directory, or the expression in the attribute mapping.',
  ],
  [
    'scim.invalid_syntax',
    'The request is no valid SCIM message. If it comes from your own program, compare it with RFC 7644.',
  ],
  [
    'scim.no_target',
    'The change names a value that is not there, for example an address of a type the person does not have. Provision the person on demand, or map the attribute without the filter in brackets.',
  ],
  ['scim.mutability', 'The attribute is set by this workspace. Remove it from the attribute mapping.'],
  [
    'scim.precondition_failed',
    'Somebody else changed the same person or group meanwhile. Your identity provider tries again by itself.',
  ],
  [
    'scim.invalid_version',
    'The version in the request is not one of this workspace. Your identity provider should read the resource again.',
  ],
  ['scim.payload_too_large', 'The request is too large. Let your identity provider send members in smaller portions.'],
  ['scim.uri_too_long', 'The search is too long. Match on fewer or shorter attributes.'],
  ['scim.unsupported_media_type', 'The request must be sent as application/scim+json or application/json.'],
  ['scim.too_many', 'The search would have to look at too many people one by one. Match on userName or externalId.'],
  [
    'scim.too_many_requests',
    'Your identity provider was faster than the limit allows. It waits and tries again by itself.',
  ],
  ['scim.unavailable', 'The workspace was busy or being maintained. Your identity provider tries again by itself.'],
  ['scim.sensitive', 'Searches with personal data must be sent with POST to .search.'],
  [
    'scim.invalid_cursor',
    'The list changed its meaning while it was read. Your identity provider starts it again by itself.',
  ],
  ['scim.expired_cursor', 'Reading the list took too long. Your identity provider starts it again by itself.'],
  ['scim.invalid_count', 'The page size in the request is not a number that is allowed here.'],
  ['scim.not_implemented', 'This part of SCIM is not offered here; the answer of /ServiceProviderConfig says what is.'],
  [
    'scim.internal',
    'The fault is on this side. Ask whoever runs the workspace to look up the request ID in the log of the server.',
  ],
]);

const byStatus: ReadonlyMap<number, string> = new Map([
  [401, 'Create or rotate a token and enter its secret in your identity provider.'],
  [403, 'The error says whether the token may only read, or a provisioning rule forbids this.'],
  [404, 'Check the Tenant URL, or provision the person or group again.'],
  [429, 'Your identity provider waits and tries again by itself.'],
]);

export function helpFor(code: string | null, status: number): string {
  const known = (code === null ? undefined : help.get(code)) ?? byStatus.get(status);
  if (known !== undefined) return known;
  if (status >= 500) return help.get('scim.internal') ?? '';
  return 'The error says what was wrong. Correct the attribute mapping or the value in your directory.';
}

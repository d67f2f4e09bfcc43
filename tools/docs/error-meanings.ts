/**
 * What a code means, where the sources make its message of parts that no reader of them could put together. `retry` is
 * given for the codes that are made of parts too.
 */
export const errorMeanings: ReadonlyMap<string, { readonly meaning: string; readonly retry?: string }> = new Map(
  Object.entries({
    'cli.invalid_plan': { meaning: 'The file of --apply-plan is not the output of provision --plan --json.' },
    'config.incomplete': { meaning: 'Of two settings that belong together, one is missing; give both.' },
    'connector.address_refused': {
      meaning: 'The host of the target is not public, or could not be resolved; allow it by name if you trust it.',
    },
    'connector.conflict': {
      meaning: 'Another object of the target has the same unique value; change it or the matching attribute.',
      retry: 'after-change',
    },
    'connector.forbidden': {
      meaning: 'The credentials lack the right to do this in the target.',
      retry: 'after-change',
    },
    'connector.invalid_tenant_url': { meaning: 'The Tenant URL is none that may be called.', retry: 'after-change' },
    'connector.invalid_token_endpoint': {
      meaning: 'The token endpoint is no URL that may be called.',
      retry: 'after-change',
    },
    'connector.method_not_allowed': { meaning: 'The target does not support this operation.', retry: 'after-change' },
    'connector.not_implemented': { meaning: 'The target does not support this operation.', retry: 'after-change' },
    'connector.precondition_failed': { meaning: 'The object changed in the target meanwhile.', retry: 'later' },
    'connector.rate_limited': { meaning: 'The target asks for fewer requests.', retry: 'later' },
    'connector.rejected': {
      meaning: 'The target did not accept the object; check its values and mappings.',
      retry: 'after-change',
    },
    'connector.target_failed': { meaning: 'The target had an error of its own.', retry: 'later' },
    'connector.too_large': {
      meaning: 'The request was too large for the target; lower the members per request.',
      retry: 'after-change',
    },
    'expression.invalid_source': {
      meaning: 'The source of a mapping is no tree of functions, attributes and constants.',
    },
    'expression.syntax': { meaning: 'Something else is expected at this place of the expression.' },
    'filter.too_long': { meaning: 'The filter is too long.' },
    'graph.bad_request': { meaning: 'The request has another form than the API expects; the message says where.' },
    'graph.forbidden': { meaning: 'The roles of the caller do not allow this.' },
    'graph.internal': { meaning: 'The server had an error of its own; its log has the details.' },
    'graph.too_many_requests': { meaning: 'Too many requests; wait as long as Retry-After says.' },
    'graph.unauthenticated': { meaning: 'The request has no valid session or token.' },
    'oauth.invalid_client': {
      meaning: 'The client is not known, or its credentials are wrong.',
      retry: 'after-change',
    },
    'oauth.invalid_request': {
      meaning: 'The token request lacks a parameter or has a wrong one.',
      retry: 'after-change',
    },
    'oauth.invalid_scope': {
      meaning: 'The scope that was asked for is none that the client has.',
      retry: 'after-change',
    },
    'oauth.slow_down': { meaning: 'Too many token requests; wait as long as Retry-After says.', retry: 'later' },
    'oauth.temporarily_unavailable': { meaning: 'No token can be given out at the moment.', retry: 'later' },
    'oauth.unsupported_grant_type': { meaning: 'Only the grant client_credentials is given.', retry: 'after-change' },
    'path.invalid': { meaning: 'The path is none that RFC 7644 knows; the message says where.' },
    'path.too_long': { meaning: 'The path is too long.' },
    'provisioning.not_found': { meaning: 'What the provisioning request names does not exist.' },
    'provisioning.schema_shape': {
      meaning: 'A member of the synchronization schema has another shape than Graph gives it.',
    },
    'scim.expired_cursor': { meaning: 'The cursor is too old; begin the list again (RFC 9865).' },
    'scim.forbidden': { meaning: 'The credential does not allow this.' },
    'scim.invalid_count': { meaning: 'The count is none that a page can have (RFC 9865).' },
    'scim.invalid_cursor': { meaning: 'The cursor is none that this list gave out (RFC 9865).' },
    'scim.invalid_filter': { meaning: 'The filter is not valid (invalidFilter, RFC 7644 §3.12).' },
    'scim.invalid_path': { meaning: 'The path of a PATCH operation is not valid (invalidPath).' },
    'scim.invalid_syntax': { meaning: 'The body is no message of this kind (invalidSyntax).' },
    'scim.invalid_value': { meaning: 'A value is missing or does not fit its attribute (invalidValue).' },
    'scim.invalid_version': { meaning: 'The protocol version is not supported (invalidVers).' },
    'scim.method_not_allowed': { meaning: 'This address does not take this method.' },
    'scim.mutability': { meaning: 'The attribute cannot be changed (mutability).' },
    'scim.no_target': { meaning: 'The path matches no value that could be changed (noTarget).' },
    'scim.not_found': { meaning: 'There is no such resource or address.' },
    'scim.not_implemented': { meaning: 'The operation is not supported.' },
    'scim.payload_too_large': { meaning: 'The body is larger than the endpoint takes.' },
    'scim.precondition_failed': { meaning: 'The resource has another version than If-Match names.' },
    'scim.sensitive': {
      meaning: 'The filter holds what must not stand in an address; send it to /.search (sensitive).',
    },
    'scim.too_many': { meaning: 'The filter yields more than the endpoint gives out (tooMany).' },
    'scim.too_many_requests': {
      meaning: 'The tenant sends more requests than its limit; wait as long as Retry-After says.',
    },
    'scim.unauthorized': { meaning: 'The credential is missing, wrong, expired or for another audience.' },
    'scim.unavailable': { meaning: 'The server cannot answer at the moment; wait as long as Retry-After says.' },
    'scim.unsupported_media_type': { meaning: 'The body is not application/scim+json or application/json.' },
    'scim.uri_too_long': { meaning: 'The address is longer than the endpoint takes; use /.search.' },
    'scope.regex_invalid': { meaning: 'The operand is no regular expression.' },
    'scope.regex_unsupported': { meaning: 'The regular expression uses what cannot run in linear time.' },
    'scope.unknown_operator': {
      meaning: 'No filter evaluates this operator; the message names a near one, or what to write instead.',
    },
    'scope.unsupported_groups': {
      meaning:
        'The filter has inputFilterGroups or categoryFilterGroups, which are not evaluated; move their clauses to groups.',
    },
    'workspace.csrf_refused': { meaning: 'The request does not come from the console that the session belongs to.' },
    'workspace.invalid_input': { meaning: 'A value of the request is missing or not valid; the message names it.' },
    'workspace.schema_in_use': {
      meaning: 'Resources have values of the schema, the attribute or the type; remove them before its definition.',
      retry: 'after-change',
    },
  }),
);

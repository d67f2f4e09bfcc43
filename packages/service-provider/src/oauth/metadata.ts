import type { JsonObject } from '@joinery/base';

/** Authorization server metadata, RFC 8414 §2: says only what is served. */
export function authorizationServerMetadata(options: {
  readonly issuer: string;
  readonly tokenEndpoint: string;
}): JsonObject {
  return {
    issuer: options.issuer,
    token_endpoint: options.tokenEndpoint,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    scopes_supported: ['scim.read', 'scim.write'],
  };
}

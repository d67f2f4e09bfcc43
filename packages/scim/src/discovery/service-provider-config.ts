import type { JsonObject } from '@joinery/base';
import { urns } from '../schema/urns.ts';

export interface AuthenticationScheme {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest';
  readonly name: string;
  readonly description: string;
  readonly specUri?: string;
  readonly documentationUri?: string;
  readonly primary?: boolean;
}

export interface ServiceProviderOptions {
  /** With scheme and path, without trailing slash: `https://host/scim/v2`. */
  readonly baseUrl: string;
  readonly documentationUri?: string | undefined;
  readonly filterMaxResults: number;
  readonly defaultPageSize: number;
  readonly maxPageSize: number;
  /** One per method that is really enabled; bearer tokens when absent. */
  readonly authenticationSchemes?: readonly AuthenticationScheme[];
  /** Absent: not supported, and announced so. Sizes in bytes. */
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSize: number };
  /** Absent: not supported, and announced so. Cursors live this many seconds. */
  readonly cursor?: { readonly cursorTimeout: number };
}

/** The scheme that every service provider of ours has. */
export const bearerToken: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'OAuth Bearer Token',
  description: 'A bearer token that an administrator of the tenant created.',
  specUri: 'https://www.rfc-editor.org/info/rfc6750',
  primary: true,
};

/** The body of `/ServiceProviderConfig`, RFC 7643 §5, with the `pagination` of RFC 9865 §4. Says only what is served. */
export function serviceProviderConfig(options: ServiceProviderOptions): JsonObject {
  const { bulk, cursor } = options;
  return {
    schemas: [urns.serviceProviderConfig],
    ...(options.documentationUri === undefined ? {} : { documentationUri: options.documentationUri }),
    patch: { supported: true },
    bulk: bulk === undefined ? { supported: false, maxOperations: 0, maxPayloadSize: 0 } : { supported: true, ...bulk },
    filter: { supported: true, maxResults: options.filterMaxResults },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: cursor !== undefined,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: options.defaultPageSize,
      maxPageSize: options.maxPageSize,
      ...cursor,
    },
    authenticationSchemes: (options.authenticationSchemes ?? [bearerToken]).map((scheme) => ({ ...scheme })),
    meta: {
      resourceType: 'ServiceProviderConfig',
      location: `${options.baseUrl}/ServiceProviderConfig`,
    },
  };
}

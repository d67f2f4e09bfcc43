import { createHash } from 'node:crypto';
import type { JsonObject } from '@joinery/base';
import {
  bearerToken,
  listResponse,
  resourceTypesOf,
  schemasOf,
  serviceProviderConfig,
  type AuthenticationScheme,
  type ResourceType,
} from '@joinery/scim';
import { bulkOperationsMax } from '../bulk/bulk-request.ts';
import { cursorTimeout } from '../resources/cursor.ts';
import { pageSizeDefault, pageSizeMax } from '../resources/list-request.ts';

/** A discovery body with the tag that changes only with it. */
export interface DiscoveryDocument {
  readonly body: JsonObject;
  /** The body as it is sent. */
  readonly text: string;
  readonly etag: string;
}

/** All discovery bodies. */
export interface DiscoveryDocuments {
  readonly serviceProviderConfig: DiscoveryDocument;
  readonly resourceTypes: DiscoveryDocument;
  readonly schemas: DiscoveryDocument;
  /** By lower-case id (`user`). */
  readonly resourceTypeById: ReadonlyMap<string, DiscoveryDocument>;
  /** By lower-case URN. */
  readonly schemaById: ReadonlyMap<string, DiscoveryDocument>;
}

export function toDocument(body: JsonObject): DiscoveryDocument {
  const text = JSON.stringify(body);
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return { body, text, etag: `W/"${digest}"` };
}

function toList(bodies: readonly JsonObject[]): DiscoveryDocument {
  return toDocument(listResponse({ resources: bodies, totalResults: bodies.length, startIndex: 1 }));
}

function byId(bodies: readonly JsonObject[]): ReadonlyMap<string, DiscoveryDocument> {
  return new Map(bodies.map((body) => [String(body['id']).toLowerCase(), toDocument(body)]));
}

function clientCredentials(tokenEndpoint: string): AuthenticationScheme {
  return {
    type: 'oauth2',
    name: 'OAuth 2.0 Client Credentials',
    description: `Access tokens from ${tokenEndpoint}, for a client secret or a JWT client assertion (RFC 7523).`,
    specUri: 'https://www.rfc-editor.org/info/rfc6749',
  };
}

export function createDiscoveryDocuments(
  types: readonly ResourceType[],
  options: {
    readonly baseUrl: string;
    readonly tokenEndpoint?: string;
    readonly documentationUri?: string;
    readonly bulkBytesMax: number;
  },
): DiscoveryDocuments {
  const resourceTypes = resourceTypesOf(types, options.baseUrl);
  const schemas = schemasOf(types, options.baseUrl);
  return {
    serviceProviderConfig: toDocument(
      serviceProviderConfig({
        baseUrl: options.baseUrl,
        documentationUri: options.documentationUri,
        authenticationSchemes: [
          bearerToken,
          ...(options.tokenEndpoint === undefined ? [] : [clientCredentials(options.tokenEndpoint)]),
        ],
        filterMaxResults: pageSizeMax,
        defaultPageSize: pageSizeDefault,
        maxPageSize: pageSizeMax,
        bulk: { maxOperations: bulkOperationsMax, maxPayloadSize: options.bulkBytesMax },
        cursor: { cursorTimeout },
      }),
    ),
    resourceTypes: toList(resourceTypes),
    schemas: toList(schemas),
    resourceTypeById: byId(resourceTypes),
    schemaById: byId(schemas),
  };
}

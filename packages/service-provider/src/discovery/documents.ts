import { createHash } from 'node:crypto';
import type { JsonObject } from '@joinery/base';
import {
  bearerToken,
  listResponse,
  resourceTypesOf,
  schemasOf,
  serviceProviderConfig,
  type AuthenticationScheme,
} from '@joinery/scim';
import { bulkOperationsMax } from '../bulk/bulk-request.ts';
import { cursorTimeout } from '../resources/cursor.ts';
import { endpoints } from '../resources/endpoint.ts';
import { pageSizeDefault, pageSizeMax } from '../resources/list-request.ts';

/** A discovery body with the tag that changes only with it. */
export interface DiscoveryDocument {
  readonly body: JsonObject;
  readonly etag: string;
}

/** All discovery bodies; they are the same for every tenant, so they are made once. */
export interface DiscoveryDocuments {
  readonly serviceProviderConfig: DiscoveryDocument;
  readonly resourceTypes: DiscoveryDocument;
  readonly schemas: DiscoveryDocument;
  /** By lower-case id (`user`). */
  readonly resourceTypeById: ReadonlyMap<string, DiscoveryDocument>;
  /** By lower-case URN. */
  readonly schemaById: ReadonlyMap<string, DiscoveryDocument>;
}

function toDocument(body: JsonObject): DiscoveryDocument {
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22);
  return { body, etag: `W/"${digest}"` };
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

export function createDiscoveryDocuments(options: {
  readonly baseUrl: string;
  readonly tokenEndpoint: string | undefined;
  readonly documentationUri: string | undefined;
  readonly bulkBytesMax: number;
}): DiscoveryDocuments {
  const types = endpoints.map((endpoint) => endpoint.type);
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

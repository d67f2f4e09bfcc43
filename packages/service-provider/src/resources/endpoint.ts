import {
  groupType,
  isProjected,
  notFound,
  parseProjection,
  userType,
  type ResourceType,
  type ScimError,
} from '@joinery/scim';
import type { Exchange } from '../exchange.ts';
import type { Include, ResourceTypeName } from '../ports.ts';
import { firstMembersOf, membersPerPage } from './stream-members.ts';

/** A resource type as it is served. */
export interface Endpoint {
  readonly name: ResourceTypeName;
  readonly type: ResourceType;
}

export const endpoints: readonly Endpoint[] = [
  { name: 'User', type: userType },
  { name: 'Group', type: groupType },
];

export function endpointsOf(types: readonly ResourceType[]): readonly Endpoint[] {
  return types.map((type) => ({ name: type.name, type }));
}

/** The endpoint with the schemas of the exchange's tenant. */
export function endpointFor(exchange: Exchange, endpoint: Endpoint): Endpoint {
  return exchange.profile.endpoints.get(endpoint.name) ?? endpoint;
}

export type Projection = ReturnType<typeof parseProjection>;

/** `attributes` and `excludedAttributes` of the query, RFC 7644 §3.9. */
export function projectionOf(exchange: Exchange, endpoint: Endpoint): Projection {
  return parseProjection(endpoint.type, exchange.query.list('attributes'), exchange.query.list('excludedAttributes'));
}

/** For writes that answer without the resource. */
export const nothing: Include = { members: false, groups: false };

/** What the store must read beside the row. `excludedAttributes=members` never reads the member list. */
export function includeOf(endpoint: Endpoint, projection: Projection): Include {
  return {
    members: endpoint.name === 'Group' && isProjected(projection, 'members'),
    groups: endpoint.name === 'User' && isProjected(projection, 'groups'),
  };
}

/** `includeOf` for the answer that holds one resource: a group with its first members, the others are streamed. */
export function readableOf(exchange: Exchange, endpoint: Endpoint, projection: Projection): Include {
  return firstMembersOf(exchange.provider.options.resources, includeOf(endpoint, projection), membersPerPage);
}

/** The same answer for an unknown, a deleted and another tenant's id. */
export function resourceNotFound(endpoint: Endpoint, id: string): ScimError {
  return notFound({ resourceType: endpoint.name, id });
}

import { describeOpenApi, discover, discoverOne, refuseFilter } from './discovery/answer.ts';
import { createResource } from './resources/create.ts';
import { deleteResource } from './resources/delete.ts';
import { endpoints, type Endpoint } from './resources/endpoint.ts';
import { listResources, searchResources } from './resources/list.ts';
import { listEverything, searchEverything } from './resources/list-everything.ts';
import { modifyResource } from './resources/modify.ts';
import { readResourceById } from './resources/read.ts';
import { replaceResourceById } from './resources/replace.ts';
import type { Method, Route } from './router.ts';
import type { Step } from './exchange.ts';
import { runBulk } from './bulk/bulk.ts';
import { admit } from './steps/admit.ts';
import { loadProfile } from './steps/load-profile.ts';
import { admitAnyone, authenticate } from './steps/authenticate.ts';
import { limitRate } from './steps/limit-rate.ts';
import { refuseAsNotImplemented } from './steps/not-implemented.ts';
import { readBody, readBulkBody } from './steps/read-body.ts';

const row = (method: Method, path: string, ...steps: readonly Step[]): Route => ({
  method,
  path,
  steps,
  isPublic: steps[0] === admitAnyone,
});

const reading = [authenticate('scim.read'), limitRate, admit, loadProfile];
const writing = [authenticate('scim.write'), limitRate, admit, loadProfile];

const withBody: ReadonlySet<Method> = new Set<Method>(['POST', 'PUT', 'PATCH']);

/** The writing rows of one resource type, as bulk requests use them. */
export const writeRows = (endpoint: Endpoint): readonly Route[] => {
  const path = endpoint.type.endpoint;
  return [
    row('POST', path, createResource(endpoint)),
    row('PUT', `${path}/{id}`, replaceResourceById(endpoint)),
    row('PATCH', `${path}/{id}`, modifyResource(endpoint)),
    row('DELETE', `${path}/{id}`, deleteResource(endpoint)),
  ];
};

/** What a bulk request may contain, each step as in the request of its own but for credential, limits and body. */
export const bulkOperations: readonly Route[] = endpoints.flatMap(writeRows);

/** The rows of one resource type, built in or added by a tenant. */
export const resourceRows = (endpoint: Endpoint): readonly Route[] => {
  const path = endpoint.type.endpoint;
  return [
    row('GET', path, ...reading, listResources(endpoint)),
    row('POST', `${path}/.search`, ...reading, readBody, searchResources(endpoint)),
    row('GET', `${path}/{id}`, ...reading, readResourceById(endpoint)),
    ...writeRows(endpoint).map(({ method, path: at, steps }) =>
      row(method, at, ...writing, ...(withBody.has(method) ? [readBody] : []), ...steps),
    ),
  ];
};

const everyMethod: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * The whole protocol, RFC 7644 §3.2; types that a tenant added have the rows of `resourceRows` for its credentials. Methods that a path has no row for are 405, paths without a row 404, both behind
 * `unrouted`; HEAD goes by the row of GET, OPTIONS answers from this table.
 */
export const routes: readonly Route[] = [
  row('GET', '/ServiceProviderConfig', admitAnyone, refuseFilter, discover('serviceProviderConfig')),
  // The name in Microsoft's older Postman collection.
  row('GET', '/serviceConfiguration', admitAnyone, refuseFilter, discover('serviceProviderConfig')),
  row('GET', '/openapi.json', admitAnyone, loadProfile, describeOpenApi),
  row('GET', '/ResourceTypes', ...reading, refuseFilter, discover('resourceTypes')),
  row('GET', '/ResourceTypes/{id}', ...reading, refuseFilter, discoverOne('resourceTypeById')),
  row('GET', '/Schemas', ...reading, refuseFilter, discover('schemas')),
  row('GET', '/Schemas/{id}', ...reading, refuseFilter, discoverOne('schemaById')),
  ...endpoints.flatMap(resourceRows),
  row('GET', '/', ...reading, listEverything),
  row('POST', '/.search', ...reading, readBody, searchEverything),
  row('POST', '/Bulk', ...writing, readBulkBody, runBulk),
  // Credentials are those of services: no user is behind them (RFC 7644 §3.11).
  ...everyMethod.map((method) => row(method, '/Me', ...reading, refuseAsNotImplemented('/Me'))),
];

/** What runs before a path without a row is denied: 401 without a live token. */
export const unrouted: readonly Step[] = reading;
/** The same for a method without a row; a path that anyone may read tells anyone its methods. */
export const unroutedPublic: readonly Step[] = [admitAnyone];

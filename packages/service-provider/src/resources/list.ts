import {
  invalidPath,
  listResponse,
  parsePath,
  parseProjection,
  presentResource,
  readFilter,
  resolvePath,
} from '@joinery/scim';
import { credentialOf, type Exchange, type Step, type Answer } from '../exchange.ts';
import type { ResourceQuery } from '../ports.ts';
import { answerJson } from '../present.ts';
import { includeOf, type Endpoint } from './endpoint.ts';
import { listRequestOfBody, listRequestOfQuery, type ListRequest } from './list-request.ts';

function sortOf(endpoint: Endpoint, request: ListRequest): ResourceQuery['sort'] {
  if (request.sortBy === undefined) return undefined;
  const parsed = parsePath(request.sortBy);
  const path = parsed.ok ? resolvePath(parsed.value, endpoint.type) : undefined;
  if (path !== undefined) return { path, descending: request.descending };
  throw invalidPath({ detail: `sortBy names no attribute of ${endpoint.name}.`, attribute: 'sortBy' });
}

/** 200 also for no hits: a 404 here puts Entra's provisioning job into quarantine. */
async function answerList(exchange: Exchange, endpoint: Endpoint, request: ListRequest): Promise<Answer> {
  const { tenantId } = credentialOf(exchange);
  const { resources, baseUrl } = exchange.provider.options;
  const projection = parseProjection(endpoint.type, request.attributes, request.excludedAttributes);
  const page = await resources.list(tenantId, endpoint.name, {
    filter: request.filter === undefined ? undefined : readFilter(request.filter, endpoint.type),
    sort: sortOf(endpoint, request),
    startIndex: request.startIndex,
    count: request.count,
    include: includeOf(endpoint, projection),
  });
  return answerJson(
    200,
    listResponse({
      resources: page.resources.map((resource) => presentResource(endpoint.type, resource, { baseUrl, projection })),
      totalResults: page.totalResults,
      startIndex: request.startIndex,
    }),
  );
}

/** `GET /Users?filter=…`, RFC 7644 §3.4.2. */
export function listResources(endpoint: Endpoint): Step {
  return (exchange) => answerList(exchange, endpoint, listRequestOfQuery(exchange));
}

/** `POST /Users/.search`, RFC 7644 §3.4.3. */
export function searchResources(endpoint: Endpoint): Step {
  return (exchange) => answerList(exchange, endpoint, listRequestOfBody(exchange));
}

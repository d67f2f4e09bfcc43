import { invalidPath, parsePath, parseProjection, readFilter, resolvePath } from '@joinery/scim';
import { credentialOf, type Exchange, type Step, type Answer } from '../exchange.ts';
import type { ResourceQuery } from '../ports.ts';
import type { CursorBinding } from './cursor.ts';
import { endpointFor, includeOf, type Endpoint } from './endpoint.ts';
import { answerResources, firstMembersOf, membersPerListed } from './stream-members.ts';
import { listRequestOfBody, listRequestOfQuery, type ListRequest } from './list-request.ts';

/** RFC 7644 §3.4.2.3: an attribute, or a sub-attribute of a complex one; several values sort by the primary one, else the first. */
function sortOf(endpoint: Endpoint, request: ListRequest): ResourceQuery['sort'] {
  if (request.sortBy === undefined) return undefined;
  const parsed = parsePath(request.sortBy);
  if (parsed.ok && parsed.value.filter !== undefined) {
    throw invalidPath({ detail: 'sortBy takes an attribute without a value filter.', attribute: 'sortBy' });
  }
  const path = parsed.ok ? resolvePath(parsed.value, endpoint.type) : undefined;
  if (path === undefined) {
    throw invalidPath({ detail: `sortBy names no attribute of ${endpoint.name}.`, attribute: 'sortBy' });
  }
  if (path.attribute.type === 'complex' && !path.attribute.multiValued && path.sub === undefined) {
    const detail = `sortBy must name a sub-attribute of ${path.attribute.name}.`;
    throw invalidPath({ detail, attribute: 'sortBy' });
  }
  return { path, descending: request.descending };
}

/** What the pages of one cursor have in common; `count` is checked on its own, since its error has a keyword of its own. */
function bindingOf(exchange: Exchange, endpoint: Endpoint, request: ListRequest): CursorBinding {
  const { tenantId, id } = credentialOf(exchange);
  const { filter, sortBy, descending, attributes, excludedAttributes } = request;
  const query = [endpoint.name, filter, sortBy, String(descending), attributes, excludedAttributes];
  return { tenantId, credentialId: id, query };
}

function cursorOf(exchange: Exchange, binding: CursorBinding, request: ListRequest): ResourceQuery['cursor'] {
  if (request.cursor === undefined) return undefined;
  if (request.cursor === '') return { after: undefined };
  const { cursors, options } = exchange.provider;
  return { after: cursors.open(request.cursor, binding, { count: request.count, nowMs: options.clock.now() }).after };
}

/** 200 also for no hits: a 404 here puts Entra's provisioning job into quarantine. */
async function answerList(exchange: Exchange, endpoint: Endpoint, request: ListRequest): Promise<Answer> {
  const { tenantId } = credentialOf(exchange);
  const { cursors, options } = exchange.provider;
  const projection = parseProjection(endpoint.type, request.attributes, request.excludedAttributes);
  const binding = bindingOf(exchange, endpoint, request);
  const cursor = cursorOf(exchange, binding, request);
  const page = await options.resources.list(tenantId, endpoint.name, {
    resourceType: endpoint.type,
    filter:
      request.filter === undefined ? undefined : readFilter(request.filter, endpoint.type, exchange.profile.isStrict),
    sort: sortOf(endpoint, request),
    startIndex: request.startIndex,
    count: request.count,
    include: firstMembersOf(options.resources, includeOf(endpoint, projection), membersPerListed),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const envelope = {
    totalResults: page.totalResults,
    itemsPerPage: page.resources.length,
    ...(cursor === undefined ? { startIndex: request.startIndex } : {}),
    ...(page.next === undefined
      ? {}
      : { nextCursor: cursors.seal({ after: page.next, count: request.count }, binding, options.clock.now()) }),
  };
  return answerResources(exchange, endpoint, { resources: page.resources, projection, envelope });
}

/** `GET /Users?filter=…`, RFC 7644 §3.4.2. */
export function listResources(endpoint: Endpoint): Step {
  return (exchange) => answerList(exchange, endpointFor(exchange, endpoint), listRequestOfQuery(exchange));
}

/** `POST /Users/.search`, RFC 7644 §3.4.3. */
export function searchResources(endpoint: Endpoint): Step {
  return (exchange) => answerList(exchange, endpointFor(exchange, endpoint), listRequestOfBody(exchange));
}

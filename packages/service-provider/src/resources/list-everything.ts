import { invalidValue, notImplemented, parseProjection, readFilterAcross } from '@joinery/scim';
import { credentialOf, type Answer, type Exchange, type Step } from '../exchange.ts';
import { includeOf } from './endpoint.ts';
import { listRequestOfBody, listRequestOfQuery, type ListRequest } from './list-request.ts';
import { answerPresented, firstMembersOf, membersPerListed, type Presented } from './stream-members.ts';

/** One order over several types is that of the types, each in its own default order; there are no sort keys common to all. */
function refuseOrder({ sortBy, cursor }: ListRequest): void {
  if (sortBy !== undefined) {
    throw invalidValue({
      detail: 'A query over all resource types is not sorted; query one type.',
      attribute: 'sortBy',
    });
  }
  if (cursor !== undefined) {
    const detail = 'A query over all resource types has pages by startIndex only; query one type.';
    throw invalidValue({ detail, attribute: 'cursor' });
  }
}

/** Users, then groups, then resources of the tenant's own types; one list of the store for each type. */
async function answerEverything(exchange: Exchange, request: ListRequest): Promise<Answer> {
  refuseOrder(request);
  const { tenantId } = credentialOf(exchange);
  const { profile, provider } = exchange;
  const { resources } = provider.options;
  const endpoints = [...profile.endpoints.values()];
  const types = endpoints.map(({ type }) => type);
  const filters = request.filter === undefined ? undefined : readFilterAcross(request.filter, types, profile.isStrict);
  const found: Presented[] = [];
  let totalResults = 0;
  for (const [index, endpoint] of endpoints.entries()) {
    const projection = parseProjection(endpoint.type, request.attributes, request.excludedAttributes);
    const page = await resources.list(tenantId, endpoint.name, {
      resourceType: endpoint.type,
      filter: filters?.[index],
      sort: undefined,
      // Those of the types before are passed over already.
      startIndex: Math.max(1, request.startIndex - totalResults),
      count: request.count - found.length,
      include: firstMembersOf(resources, includeOf(endpoint, projection), membersPerListed),
    });
    for (const resource of page.resources) found.push({ presentation: { exchange, endpoint, projection }, resource });
    totalResults += page.totalResults;
  }
  return answerPresented(exchange, found, {
    totalResults,
    itemsPerPage: found.length,
    startIndex: request.startIndex,
  });
}

/** `POST /.search`, RFC 7644 §3.4.3. */
export const searchEverything: Step = (exchange) => answerEverything(exchange, listRequestOfBody(exchange));

/**
 * `GET /?filter=…`, RFC 7644 §3.4.2.1. Without a filter it is 501: a client whose Tenant URL is joined wrongly
 * (`…/?flag/Users`) must not take everybody for what it asked.
 */
export const listEverything: Step = (exchange) => {
  const request = listRequestOfQuery(exchange);
  if (request.filter !== undefined) return answerEverything(exchange, request);
  throw notImplemented({ detail: 'A query over all resource types needs a filter; /Users and /Groups do not.' });
};

import { presentResource } from '@joinery/scim';
import type { Answer, Exchange } from '../exchange.ts';
import type { StoredResource } from '../ports.ts';
import { answerChunks, answerEmpty, answerJson, resourceHeaders } from '../present.ts';
import type { Endpoint, Projection } from './endpoint.ts';
import { returnPreferenceOf } from './preference.ts';
import { mayHaveMore, membersPerPage, streamGroup } from './stream-members.ts';

export function locationOf(exchange: Exchange, endpoint: Endpoint, id: string): string {
  return `${exchange.provider.options.baseUrl}${endpoint.type.endpoint}/${id}`;
}

/** The answer that holds one resource. */
export function answerResource(
  exchange: Exchange,
  endpoint: Endpoint,
  answer: { readonly status: number; readonly resource: StoredResource; readonly projection: Projection },
): Answer {
  const { resource, projection, status } = answer;
  const { baseUrl, resources } = exchange.provider.options;
  const headers = {
    ...resourceHeaders(locationOf(exchange, endpoint, resource.id), resource.version),
    ...(returnPreferenceOf(exchange) === 'representation' ? { 'preference-applied': 'return=representation' } : {}),
  };
  if (resources.listMembers !== undefined && mayHaveMore(resource, membersPerPage)) {
    return answerChunks(status, streamGroup({ exchange, endpoint, projection }, resource), headers);
  }
  return answerJson(status, presentResource(endpoint.type, resource, { baseUrl, projection }), headers);
}

/** The answer to a write whose result the client does not want to read. */
export function answerMinimal(
  exchange: Exchange,
  endpoint: Endpoint,
  answer: { readonly status: number; readonly resource: Pick<StoredResource, 'id' | 'version'> },
): Answer {
  const preference = returnPreferenceOf(exchange);
  return answerEmpty(answer.status, {
    ...resourceHeaders(locationOf(exchange, endpoint, answer.resource.id), answer.resource.version),
    ...(preference === 'minimal' ? { 'preference-applied': 'return=minimal' } : {}),
  });
}

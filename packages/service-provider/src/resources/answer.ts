import { presentResource } from '@joinery/scim';
import type { Answer, Exchange } from '../exchange.ts';
import type { StoredResource } from '../ports.ts';
import { answerEmpty, answerJson, resourceHeaders } from '../present.ts';
import type { Endpoint, Projection } from './endpoint.ts';
import { returnPreferenceOf } from './preference.ts';

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
  const body = presentResource(endpoint.type, resource, { baseUrl: exchange.provider.options.baseUrl, projection });
  const preference = returnPreferenceOf(exchange);
  return answerJson(status, body, {
    ...resourceHeaders(locationOf(exchange, endpoint, resource.id), resource.version),
    ...(preference === 'representation' ? { 'preference-applied': 'return=representation' } : {}),
  });
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

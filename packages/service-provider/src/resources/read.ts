import { matchesEtag } from '@joinery/scim';
import { credentialOf, type Exchange, type Step } from '../exchange.ts';
import { answerEmpty, resourceHeaders } from '../present.ts';
import { answerResource, locationOf } from './answer.ts';
import { endpointFor, readableOf, projectionOf, resourceNotFound, type Endpoint } from './endpoint.ts';

/** `GET /Users/{id}`, RFC 7644 §3.4.1; 304 when `If-None-Match` names the version. */
export function readResourceById(builtIn: Endpoint): Step {
  return async (exchange) => {
    const endpoint = endpointFor(exchange, builtIn);
    const { tenantId } = credentialOf(exchange);
    const projection = projectionOf(exchange, endpoint);
    const include = readableOf(exchange, endpoint, projection);
    const resource = await exchange.provider.options.resources.get(tenantId, endpoint.name, exchange.id, include);
    if (resource === undefined) throw resourceNotFound(endpoint, exchange.id);
    if (isNotModified(exchange, resource.version)) {
      return answerEmpty(304, resourceHeaders(locationOf(exchange, endpoint, resource.id), resource.version));
    }
    return answerResource(exchange, endpoint, { status: 200, resource, projection });
  };
}

function isNotModified(exchange: Exchange, version: number): boolean {
  const header = exchange.request.headers.get('if-none-match');
  return header !== null && matchesEtag(header, version);
}

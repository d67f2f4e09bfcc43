import { readResource } from '@joinery/scim';
import { actorOf, credentialOf, type Step } from '../exchange.ts';
import { answerMinimal, answerResource } from './answer.ts';
import { readableOf, projectionOf, type Endpoint } from './endpoint.ts';
import { returnPreferenceOf } from './preference.ts';

/** `POST /Users`, RFC 7644 §3.3: 201 with the resource. A client's `id` and `meta` are ignored. */
export function createResource(endpoint: Endpoint): Step {
  return async (exchange) => {
    const { tenantId } = credentialOf(exchange);
    const { resources } = exchange.provider.options;
    const projection = projectionOf(exchange, endpoint);
    const read = readResource(endpoint.type, exchange.body, 'create');
    for (const name of read.tolerated) exchange.tolerated.add(name);
    const members = read.members ?? [];
    const created = await resources.create(tenantId, endpoint.name, read.attributes, members, actorOf(exchange));
    if (returnPreferenceOf(exchange) === 'minimal') {
      return answerMinimal(exchange, endpoint, { status: 201, resource: created });
    }
    const include = readableOf(exchange, endpoint, projection);
    const withMembers = members.length > 0 && include.members && created.members === undefined;
    const resource = withMembers ? await resources.get(tenantId, endpoint.name, created.id, include) : created;
    return answerResource(exchange, endpoint, { status: 201, resource: resource ?? created, projection });
  };
}

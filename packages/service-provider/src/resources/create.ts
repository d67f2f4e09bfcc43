import { readResource, uniqueValuesOf } from '@joinery/scim';
import { actorOf, credentialOf, type Step } from '../exchange.ts';
import { answerMinimal, answerResource } from './answer.ts';
import { endpointFor, readableOf, projectionOf, type Endpoint } from './endpoint.ts';
import { returnPreferenceOf } from './preference.ts';
import { knownMembers, leavingUnknown } from './unknown-members.ts';

/** `POST /Users`, RFC 7644 §3.3: 201 with the resource. A client's `id` and `meta` are ignored. */
export function createResource(builtIn: Endpoint): Step {
  return async (exchange) => {
    const endpoint = endpointFor(exchange, builtIn);
    const { tenantId } = credentialOf(exchange);
    const { resources } = exchange.provider.options;
    const projection = projectionOf(exchange, endpoint);
    const read = readResource(endpoint.type, exchange.body, 'create', exchange.profile.isStrict);
    for (const name of read.tolerated) exchange.tolerated.add(name);
    const members = read.members ?? [];
    const { attributes } = read;
    const unique = uniqueValuesOf(endpoint.type, attributes);
    const actor = actorOf(exchange);
    const created = await leavingUnknown(exchange, (unknown) =>
      resources.create(tenantId, endpoint.name, attributes, knownMembers(members, unknown), actor, unique),
    );
    if (returnPreferenceOf(exchange) === 'minimal') {
      return answerMinimal(exchange, endpoint, { status: 201, resource: created });
    }
    const include = readableOf(exchange, endpoint, projection);
    const withMembers = members.length > 0 && include.members && created.members === undefined;
    const resource = withMembers ? await resources.get(tenantId, endpoint.name, created.id, include) : created;
    return answerResource(exchange, endpoint, { status: 201, resource: resource ?? created, projection });
  };
}

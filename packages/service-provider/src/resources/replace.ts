import { readResource, replaceResource, uniqueValuesOf } from '@joinery/scim';
import { actorOf, credentialOf, type Step } from '../exchange.ts';
import type { ResourceChange, StoredResource } from '../ports.ts';
import { answerMinimal, answerResource } from './answer.ts';
import { endpointFor, readableOf, nothing, projectionOf, resourceNotFound, type Endpoint } from './endpoint.ts';
import { preconditionOf } from './precondition.ts';
import { returnPreferenceOf } from './preference.ts';
import { knownMembers, leavingUnknown } from './unknown-members.ts';

/** `PUT /Users/{id}`, RFC 7644 §3.5.1: never creates. A group's `members` left out are kept, `[]` clears them. */
export function replaceResourceById(builtIn: Endpoint): Step {
  return async (exchange) => {
    const endpoint = endpointFor(exchange, builtIn);
    const { tenantId } = credentialOf(exchange);
    const projection = projectionOf(exchange, endpoint);
    const precondition = preconditionOf(exchange);
    const read = readResource(endpoint.type, exchange.body, 'replace', exchange.profile.isStrict);
    for (const name of read.tolerated) exchange.tolerated.add(name);
    const minimal = returnPreferenceOf(exchange) === 'minimal';
    const include = minimal ? nothing : readableOf(exchange, endpoint, projection);
    const replaced = (current: StoredResource, unknown: ReadonlySet<string>): ResourceChange => {
      precondition?.(current.version);
      const attributes = replaceResource(endpoint.type, current.attributes, read);
      const unique = uniqueValuesOf(endpoint.type, attributes);
      const { members } = read;
      return {
        attributes,
        ...(unique === undefined ? {} : { unique }),
        ...(members === undefined ? {} : { members: [{ kind: 'replace', members: knownMembers(members, unknown) }] }),
      };
    };
    const { resources } = exchange.provider.options;
    const actor = actorOf(exchange);
    const written = await leavingUnknown(exchange, (unknown) =>
      resources.update(tenantId, endpoint.name, exchange.id, (now) => replaced(now, unknown), include, actor),
    );
    if (written === undefined) throw resourceNotFound(endpoint, exchange.id);
    if (minimal) return answerMinimal(exchange, endpoint, { status: 204, resource: written.resource });
    return answerResource(exchange, endpoint, { status: 200, resource: written.resource, projection });
  };
}

import { readResource, replaceResource } from '@joinery/scim';
import { actorOf, credentialOf, type Step } from '../exchange.ts';
import { answerMinimal, answerResource } from './answer.ts';
import { readableOf, nothing, projectionOf, resourceNotFound, type Endpoint } from './endpoint.ts';
import { preconditionOf } from './precondition.ts';
import { returnPreferenceOf } from './preference.ts';

/** `PUT /Users/{id}`, RFC 7644 §3.5.1: never creates. A group's `members` left out are kept, `[]` clears them. */
export function replaceResourceById(endpoint: Endpoint): Step {
  return async (exchange) => {
    const { tenantId } = credentialOf(exchange);
    const projection = projectionOf(exchange, endpoint);
    const precondition = preconditionOf(exchange);
    const read = readResource(endpoint.type, exchange.body, 'replace');
    for (const name of read.tolerated) exchange.tolerated.add(name);
    const minimal = returnPreferenceOf(exchange) === 'minimal';
    const written = await exchange.provider.options.resources.update(
      tenantId,
      endpoint.name,
      exchange.id,
      (current) => {
        precondition?.(current.version);
        const attributes = replaceResource(endpoint.type, current.attributes, read);
        return {
          attributes,
          ...(read.members === undefined ? {} : { members: [{ kind: 'replace', members: read.members }] }),
        };
      },
      minimal ? nothing : readableOf(exchange, endpoint, projection),
      actorOf(exchange),
    );
    if (written === undefined) throw resourceNotFound(endpoint, exchange.id);
    if (minimal) return answerMinimal(exchange, endpoint, { status: 204, resource: written.resource });
    return answerResource(exchange, endpoint, { status: 200, resource: written.resource, projection });
  };
}

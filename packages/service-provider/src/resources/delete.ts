import { actorOf, credentialOf, type Step } from '../exchange.ts';
import { answerEmpty } from '../present.ts';
import { resourceNotFound, type Endpoint } from './endpoint.ts';
import { preconditionOf } from './precondition.ts';

/** `DELETE /Users/{id}`, RFC 7644 §3.6: gone from every operation, its `userName` free again. */
export function deleteResource(endpoint: Endpoint): Step {
  return async (exchange) => {
    const { tenantId } = credentialOf(exchange);
    const { resources } = exchange.provider.options;
    const precondition = preconditionOf(exchange);
    const deleted = await resources.delete(tenantId, endpoint.name, exchange.id, precondition, actorOf(exchange));
    if (!deleted) throw resourceNotFound(endpoint, exchange.id);
    return answerEmpty(204);
  };
}

import { applyPatch, parsePatch, splitMembers, uniqueValuesOf, validateResource } from '@joinery/scim';
import { actorOf, credentialOf, type Exchange, type Step } from '../exchange.ts';
import type { ResourceChange, StoredResource } from '../ports.ts';
import { answerMinimal, answerResource } from './answer.ts';
import { endpointFor, readableOf, nothing, projectionOf, resourceNotFound, type Endpoint } from './endpoint.ts';
import { preconditionOf } from './precondition.ts';
import { returnPreferenceOf } from './preference.ts';
import { knownChanges, leavingUnknown } from './unknown-members.ts';

/**
 * All but groups answer with the resource; groups without, so that no member list is read or sent, unless `attributes`,
 * `excludedAttributes` (RFC 7644 §3.5.2) or `Prefer` asks for it.
 */
function wantsResource(exchange: Exchange, endpoint: Endpoint): boolean {
  const preference = returnPreferenceOf(exchange);
  if (preference !== undefined) return preference === 'representation';
  return endpoint.name !== 'Group' || exchange.query.has('attributes') || exchange.query.has('excludedAttributes');
}

/** The whole request as one change of the current state, or undefined when nothing is to be stored. */
function planChange(
  endpoint: Endpoint,
  exchange: Exchange,
): (current: StoredResource, unknown: ReadonlySet<string>) => ResourceChange | undefined {
  const precondition = preconditionOf(exchange);
  const { operations, tolerated } = parsePatch(endpoint.type, exchange.body, exchange.profile.isStrict);
  for (const name of tolerated) exchange.tolerated.add(name);
  const { members, rest } = splitMembers(operations);
  return (current, unknown) => {
    precondition?.(current.version);
    const memberChange = members.length === 0 ? {} : { members: knownChanges(members, unknown) };
    if (rest.length === 0) return members.length === 0 ? undefined : memberChange;
    const { attributes, changed } = applyPatch(endpoint.type, current.attributes, rest);
    if (!changed) return memberChange;
    validateResource(endpoint.type, attributes);
    const unique = uniqueValuesOf(endpoint.type, attributes);
    return { attributes, ...(unique === undefined ? {} : { unique }), ...memberChange };
  };
}

/** `PATCH /Users/{id}`, RFC 7644 §3.5.2: all operations or none, serialised per resource by the store. */
export function modifyResource(builtIn: Endpoint): Step {
  return async (exchange) => {
    const endpoint = endpointFor(exchange, builtIn);
    const { tenantId } = credentialOf(exchange);
    const projection = projectionOf(exchange, endpoint);
    const change = planChange(endpoint, exchange);
    const whole = wantsResource(exchange, endpoint);
    const include = whole ? readableOf(exchange, endpoint, projection) : nothing;
    const { resources } = exchange.provider.options;
    const actor = actorOf(exchange);
    const written = await leavingUnknown(exchange, (unknown) =>
      resources.update(tenantId, endpoint.name, exchange.id, (current) => change(current, unknown), include, actor),
    );
    if (written === undefined) throw resourceNotFound(endpoint, exchange.id);
    const { resource } = written;
    return whole
      ? answerResource(exchange, endpoint, { status: 200, resource, projection })
      : answerMinimal(exchange, endpoint, { status: 204, resource });
  };
}

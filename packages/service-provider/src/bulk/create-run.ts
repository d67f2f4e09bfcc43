import { etagOf, readResource, userType, type ResourceAttributes } from '@joinery/scim';
import { actorOf, credentialOf, type Exchange } from '../exchange.ts';
import { toScimError } from '../present.ts';
import { failed, type BulkResult } from './perform.ts';

/** So many consecutive creations go to the store at once. */
export const createRunMax = 250;

/**
 * Creates the users of consecutive operations that refer to nothing, by the store's `createUsers`: each with the outcome it
 * would have had alone.
 */
export async function createRun(exchange: Exchange, bodies: readonly unknown[]): Promise<readonly BulkResult[]> {
  const { resources, baseUrl, onFailure } = exchange.provider.options;
  const results: BulkResult[] = [];
  const wanted: { readonly position: number; readonly attributes: ResourceAttributes }[] = [];
  const fail = (position: number, error: unknown): void => {
    const failure = toScimError(error, exchange.requestId);
    if (failure.status >= 500) onFailure(error, exchange.requestId);
    results[position] = failed(failure, undefined);
  };
  const type = exchange.profile.endpoints.get('User')?.type ?? userType;
  bodies.forEach((body, position) => {
    try {
      const read = readResource(type, body, 'create', exchange.profile.isStrict);
      for (const name of read.tolerated) exchange.tolerated.add(name);
      wanted.push({ position, attributes: read.attributes });
    } catch (error) {
      fail(position, error);
    }
  });
  if (wanted.length === 0) return results;
  try {
    const users = wanted.map(({ attributes }) => attributes);
    const creations = await resources.createUsers?.(credentialOf(exchange).tenantId, users, actorOf(exchange));
    wanted.forEach(({ position }, index) => {
      const creation = creations?.[index];
      if (creation === undefined) throw new Error('invariant broken: a creation without an outcome');
      if ('failure' in creation) fail(position, creation.failure);
      else {
        const { id, version } = creation.created;
        const location = `${baseUrl}${type.endpoint}/${id}`;
        results[position] = { status: 201, location, version: etagOf(version), failure: undefined };
      }
    });
  } catch (error) {
    // One statement: nothing of it is stored.
    for (const { position } of wanted) fail(position, error);
  }
  return results;
}

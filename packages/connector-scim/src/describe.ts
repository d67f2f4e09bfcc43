import type { JsonObject } from '@joinery/base';
import type { TargetDescription } from '@joinery/connector-kit';
import { memberOf, parseJson } from './answer.ts';
import { isJsonObject } from './attribute-value.ts';
import type { ScimClient, ScimRequest } from './scim-client.ts';

/** What the connector needs to know of the target besides its port description. */
export interface TargetProperties {
  readonly description: TargetDescription;
  /** Cursor paging, RFC 9865. */
  readonly byCursor: boolean;
}

const defaultPageSize = 100;
const pageSizeMax = 1000;
/** Operations in one bulk request, whatever the target takes: its answer must come within the time of a request. */
const bulkOperationsMax = 100;
const bulkBytesMax = 1024 * 1024;

const configRequest: ScimRequest = {
  method: 'GET',
  path: '/ServiceProviderConfig',
  label: 'GET /ServiceProviderConfig',
  purpose: 'object',
};

/**
 * Reads `/ServiceProviderConfig` (RFC 7643 §5, RFC 9865 §3). A target without a usable one gets the defaults: pages of 100 by
 * startIndex, no bulk requests. Credentials that are refused, and a target that can't be reached, are errors as everywhere.
 */
export async function describeTarget(
  client: ScimClient,
  { membersPerRequestMax, isBulkWanted }: { readonly membersPerRequestMax: number; readonly isBulkWanted: boolean },
): Promise<TargetProperties> {
  const answer = await client.send(configRequest);
  const body = answer.status === 200 ? parseJson(answer.body) : undefined;
  const config = isJsonObject(body) ? body : {};
  const filter = memberOf(config, 'filter');
  const pagination = memberOf(config, 'pagination');
  const sizes = [
    isJsonObject(pagination) ? memberOf(pagination, 'maxPageSize') : undefined,
    isJsonObject(filter) ? memberOf(filter, 'maxResults') : undefined,
  ];
  const announced = sizes.find((size) => typeof size === 'number' && Number.isInteger(size) && size > 0);
  const listPageSize = typeof announced === 'number' ? Math.min(announced, pageSizeMax) : defaultPageSize;
  return {
    description: { membersPerRequestMax, bulk: isBulkWanted ? bulkOf(config) : undefined, listPageSize },
    byCursor: isJsonObject(pagination) && memberOf(pagination, 'cursor') === true,
  };
}

/** `bulk` of RFC 7643 §5, at most what one request of ours holds; undefined where it is not supported. */
function bulkOf(config: JsonObject): TargetDescription['bulk'] {
  const bulk = memberOf(config, 'bulk');
  if (!isJsonObject(bulk) || memberOf(bulk, 'supported') !== true) return undefined;
  const limitOf = (name: string, most: number): number => {
    const value = memberOf(bulk, name);
    return typeof value === 'number' && Number.isInteger(value) ? Math.min(value, most) : most;
  };
  const operationsMax = limitOf('maxOperations', bulkOperationsMax);
  const payloadBytesMax = limitOf('maxPayloadSize', bulkBytesMax);
  return operationsMax > 1 && payloadBytesMax > 0 ? { operationsMax, payloadBytesMax } : undefined;
}

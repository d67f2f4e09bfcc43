import type { JsonObject } from '@joinery/base';
import { urns } from '../schema/urns.ts';

/**
 * A ListResponse, RFC 7644 §3.4.2 and RFC 9865 §2. `Resources` is always there, also empty; `itemsPerPage` is the number
 * returned. A page found by cursor has `nextCursor` (but on the last page) and no `startIndex`.
 */
export function listResponse(page: {
  readonly resources: readonly JsonObject[];
  readonly totalResults?: number;
  readonly startIndex?: number;
  readonly itemsPerPage?: number;
  readonly nextCursor?: string;
}): JsonObject {
  return {
    schemas: [urns.listResponse],
    ...(page.totalResults === undefined ? {} : { totalResults: page.totalResults }),
    ...(page.startIndex === undefined ? {} : { startIndex: page.startIndex }),
    itemsPerPage: page.itemsPerPage ?? page.resources.length,
    ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
    Resources: page.resources,
  };
}

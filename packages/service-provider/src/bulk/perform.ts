import { methodNotAllowed, toErrorBody, unknownRoute, urns, type ScimError } from '@joinery/scim';
import type { JsonObject } from '@joinery/base';
import type { Answer, Exchange } from '../exchange.ts';
import { toScimError } from '../present.ts';
import { QueryParameters } from '../query-parameters.ts';
import type { RouteMatch } from '../router.ts';

/** What became of one operation. */
export interface BulkResult {
  readonly status: number;
  readonly location: string | undefined;
  readonly version: string | undefined;
  readonly failure: ScimError | undefined;
}

/** One operation with every reference resolved. */
export interface ReadyOperation {
  readonly method: string;
  /** Below the base path. */
  readonly path: string;
  readonly version: string | undefined;
  readonly data: unknown;
}

/** `path` as the table of routes has it: below the base path, also when it was sent with `/v2` in front or with the base URL. */
export function relativePath(path: string, baseUrl: string): string {
  const below = path.startsWith(baseUrl) ? path.slice(baseUrl.length) : path;
  const [pathname = ''] = below.split('?');
  return pathname.replace(/^\/?(?:v2(?=\/))?\/?/i, '/');
}

/** The RFC's example has the operations alone in the place of a PatchOp (RFC 7644 §3.7.3). */
function bodyOf({ method, data }: ReadyOperation): unknown {
  return method === 'PATCH' && Array.isArray(data) ? { schemas: [urns.patchOp], Operations: data } : data;
}

function subExchange(exchange: Exchange, operation: ReadyOperation, id: string): Exchange {
  const headers = new Map([
    ['prefer', 'return=minimal'],
    ...(operation.version === undefined ? [] : [['if-match', operation.version] as const]),
  ]);
  return {
    ...exchange,
    request: {
      method: operation.method,
      url: exchange.provider.options.baseUrl + operation.path,
      headers: { get: (name) => headers.get(name) ?? null },
      body: null,
    },
    query: new QueryParameters(new URLSearchParams()),
    id,
    body: bodyOf(operation),
  };
}

async function answerOf(exchange: Exchange, operation: ReadyOperation, match: RouteMatch): Promise<Answer> {
  if (match.kind === 'not-found') throw unknownRoute(operation.path);
  if (match.kind === 'method-not-allowed') throw methodNotAllowed({ method: operation.method, allow: match.allow });
  const own = subExchange(exchange, operation, match.id);
  for (const step of match.steps) {
    const answer = await step(own);
    if (answer !== undefined) return answer;
  }
  throw new Error('invariant broken: no step of a bulk operation answered');
}

/** Statuses as the operation has them alone, where a resource would be in the answer. */
const statuses: ReadonlyMap<string, number> = new Map([
  ['POST', 201],
  ['PUT', 200],
  ['PATCH', 200],
  ['DELETE', 204],
]);

export function failed(failure: ScimError, location: string | undefined): BulkResult {
  return { status: failure.status, location, version: undefined, failure };
}

function matchOperation({ provider, profile }: Exchange, { method, path }: ReadyOperation): RouteMatch {
  const match = provider.operations.match(method, path);
  if (match.kind !== 'not-found' || profile.operations === undefined) return match;
  return profile.operations.match(method, path);
}

/** Does one operation in a transaction of its own; every failure is a result. */
export async function perform(exchange: Exchange, operation: ReadyOperation): Promise<BulkResult> {
  const { provider, requestId } = exchange;
  const match = matchOperation(exchange, operation);
  const isNew = operation.method === 'POST' || match.kind === 'not-found';
  const location = isNew ? undefined : provider.options.baseUrl + operation.path;
  try {
    const { headers, status } = await answerOf(exchange, operation, match);
    return {
      status: statuses.get(operation.method) ?? status,
      location: headers['location'] ?? location,
      version: headers['etag'],
      failure: undefined,
    };
  } catch (error) {
    const failure = toScimError(error, requestId);
    if (failure.status >= 500) provider.options.onFailure(error, requestId);
    return failed(failure, location);
  }
}

/** The operation's entry in the BulkResponse, RFC 7644 §3.7: `status` is text, a failure has its Error body. */
export function presentResult(
  operation: { readonly method: string; readonly bulkId: string | undefined },
  result: BulkResult,
): JsonObject {
  return {
    ...(result.location === undefined ? {} : { location: result.location }),
    method: operation.method,
    ...(operation.bulkId === undefined ? {} : { bulkId: operation.bulkId }),
    ...(result.version === undefined ? {} : { version: result.version }),
    status: String(result.status),
    ...(result.failure === undefined ? {} : { response: toErrorBody(result.failure) }),
  };
}

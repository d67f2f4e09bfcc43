import type { JsonObject } from '@joinery/base';
import { invalidSyntax, payloadTooLarge, type ScimError } from '@joinery/scim';

/** Operations of one bulk request, announced in `/ServiceProviderConfig`. */
export const bulkOperationsMax = 1000;
/** The default of `bulkBytesMax`. */
export const bulkBytesDefault = 4 * 1024 * 1024;

export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const methods: ReadonlySet<string> = new Set<BulkMethod>(['POST', 'PUT', 'PATCH', 'DELETE']);

/** One operation as it was sent; `problem` says why it cannot be done at all, and then the rest is what could be read. */
export interface BulkOperation {
  readonly index: number;
  /** Upper case; echoed. */
  readonly method: string;
  readonly bulkId: string | undefined;
  readonly path: string;
  /** Acts as `If-Match`. */
  readonly version: string | undefined;
  readonly data: unknown;
  readonly problem: ScimError | undefined;
}

export interface BulkRequest {
  readonly operations: readonly BulkOperation[];
  /** Stops when so many operations have failed; undefined: never. */
  readonly failOnErrors: number | undefined;
}

type Members = ReadonlyMap<string, unknown>;

function lowerNames(value: unknown): Members | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value as JsonObject).map(([name, part]) => [name.toLowerCase(), part]));
}

function failOnErrorsOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value === 0 ? undefined : value;
  throw invalidSyntax({ detail: 'failOnErrors must be a whole number from 0.', attribute: 'failOnErrors' });
}

function textOf(members: Members, name: string): string | undefined {
  const value = members.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readOperation(value: unknown, index: number, seen: Set<string>): BulkOperation {
  const members: Members = lowerNames(value) ?? new Map<string, unknown>();
  const method = textOf(members, 'method')?.toUpperCase() ?? '';
  const bulkId = textOf(members, 'bulkid');
  const path = textOf(members, 'path') ?? '';
  const refusal = (detail: string): ScimError => invalidSyntax({ detail: `Operations[${index}] ${detail}` });
  let problem: ScimError | undefined;
  if (lowerNames(value) === undefined) problem = refusal('must be an object.');
  else if (!methods.has(method)) problem = refusal('must have a "method" of POST, PUT, PATCH or DELETE.');
  else if (path === '') problem = refusal('must have a "path" such as /Users or /Users/{id}.');
  else if (method === 'POST' && bulkId === undefined) problem = refusal('is a POST and must have a "bulkId".');
  else if (method === 'POST' && bulkId !== undefined && seen.has(bulkId)) {
    problem = refusal('has a "bulkId" that another POST of the request has.');
  }
  if (method === 'POST' && bulkId !== undefined) seen.add(bulkId);
  const version = textOf(members, 'version');
  return { index, method, bulkId, path, version, data: members.get('data'), problem };
}

/**
 * Reads a BulkRequest, RFC 7644 §3.7, names in any letter case. Throws `scim.invalid_syntax` where the envelope is wrong, and
 * `scim.payload_too_large` with the limit, before anything is done.
 */
export function readBulkRequest(body: unknown): BulkRequest {
  const members = lowerNames(body);
  const operations = members?.get('operations');
  if (members === undefined || !Array.isArray(operations)) {
    throw invalidSyntax({ detail: 'A bulk request is a JSON object with "Operations", a list.' });
  }
  if (operations.length > bulkOperationsMax) {
    const detail = `The request has ${operations.length} operations, which exceeds the maxOperations (${bulkOperationsMax}).`;
    throw payloadTooLarge({ detail });
  }
  const seen = new Set<string>();
  return {
    operations: operations.map((value: unknown, index) => readOperation(value, index, seen)),
    failOnErrors: failOnErrorsOf(members.get('failonerrors')),
  };
}

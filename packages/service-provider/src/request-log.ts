import { product } from '@joinery/base';
import { parseFilter, printFilter, type Filter, type ScimError } from '@joinery/scim';
import type { Exchange } from './exchange.ts';
import type { RequestLogEntry } from './ports.ts';

const pathLengthMax = 500;
const detailLengthMax = 2000;
const token = new RegExp(`${product.command}_[0-9A-Za-z]+`, 'g');

/** Parameters whose values say nothing of a person. */
const shown: ReadonlySet<string> = new Set(['startindex', 'count', 'sortby', 'sortorder']);
const attributeLists: ReadonlySet<string> = new Set(['attributes', 'excludedattributes']);

function maskTokens(text: string): string {
  return text.replace(token, `${product.command}_***`);
}

function maskLiterals(filter: Filter): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, operands: filter.operands.map(maskLiterals) };
    case 'not':
      return { ...filter, operand: maskLiterals(filter.operand) };
    case 'value-path':
      return { ...filter, filter: maskLiterals(filter.filter) };
    case 'compare':
      return typeof filter.value === 'string' ? { ...filter, value: '***' } : filter;
    case 'present':
      return filter;
  }
}

function maskFilter(text: string): string {
  const parsed = parseFilter(text);
  return parsed.ok ? printFilter(maskLiterals(parsed.value)) : '***';
}

function maskParameter(name: string, value: string): string {
  const key = name.toLowerCase();
  if (key === 'filter') return maskFilter(value);
  if (shown.has(key)) return value;
  if (attributeLists.has(key)) return value.replace(/\[[^\]]*\]?/g, '[***]');
  return value === '' ? '' : '***';
}

/** Path and query as the request log keeps them: the shape of filters, no literals of theirs, no tokens. */
export function maskUrl(pathname: string, parameters: URLSearchParams): string {
  const query = [...parameters].map(([name, value]) => {
    const masked = maskParameter(name, value);
    return masked === '' ? name : `${name}=${masked}`;
  });
  const text = query.length === 0 ? pathname : `${pathname}?${query.join('&')}`;
  return maskTokens(text).slice(0, pathLengthMax);
}

/** What the tenant's administrator sees of a request. */
export function logEntryOf(
  exchange: Exchange,
  answer: {
    readonly at: Date;
    readonly durationMs: number;
    readonly status: number;
    readonly failure: ScimError | undefined;
    readonly url: URL;
  },
): RequestLogEntry {
  return {
    at: answer.at,
    requestId: exchange.requestId,
    method: exchange.request.method.slice(0, 20),
    path: maskUrl(answer.url.pathname, answer.url.searchParams),
    status: answer.status,
    durationMs: answer.durationMs,
    credentialId: exchange.credential?.id,
    errorCode: answer.failure?.code,
    errorDetail: answer.failure && maskTokens(answer.failure.message).slice(0, detailLengthMax),
    tolerated: [...exchange.tolerated],
    ...(exchange.operations === undefined ? {} : { operations: exchange.operations }),
  };
}

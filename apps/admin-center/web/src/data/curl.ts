import type { Exchange } from '@joinery/graph-api/contract';

/** A word for a POSIX shell, whatever stands in it. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The request as a curl command for a POSIX shell. The credential is not in the log: the command takes it from the
 * variable TOKEN.
 */
export function curlOf(exchange: Pick<Exchange, 'method' | 'url' | 'requestHeaders' | 'requestBody'>): string {
  const headers = exchange.requestHeaders.map(({ name, value }) =>
    name.toLowerCase() === 'authorization' ? `-H "${name}: Bearer $TOKEN"` : `-H ${quote(`${name}: ${value}`)}`,
  );
  const body = exchange.requestBody === null ? [] : [`--data-raw ${quote(exchange.requestBody)}`];
  return [`curl -X ${exchange.method} ${quote(exchange.url)}`, ...headers, ...body].join(' \\\n  ');
}

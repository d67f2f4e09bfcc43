import { matchesEtag, preconditionFailed } from '@joinery/scim';
import type { Exchange } from '../exchange.ts';

/**
 * `If-Match` as a check of the version under the row's lock; undefined where the client sent none. Weak comparison, as all
 * SCIM examples use weak tags. Throws 412.
 */
export function preconditionOf(exchange: Exchange): ((version: number) => void) | undefined {
  const header = exchange.request.headers.get('if-match');
  if (header === null) return undefined;
  return (version) => {
    if (matchesEtag(header, version)) return;
    throw preconditionFailed({ detail: 'The resource is not at the version that If-Match names; read it again.' });
  };
}

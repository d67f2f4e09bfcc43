import { forbidden, notFound } from '@joinery/scim';
import type { Answer, Exchange, Step } from '../exchange.ts';
import { answerEmpty, answerText } from '../present.ts';
import type { DiscoveryDocument, DiscoveryDocuments } from './documents.ts';

/** RFC 7644 §4: a filter on discovery is refused, so that no client believes it was applied. */
export const refuseFilter: Step = (exchange) => {
  if (!exchange.query.has('filter')) return undefined;
  throw forbidden({ detail: 'Discovery endpoints take no filter.' });
};

function answerDocument(
  exchange: Exchange,
  document: DiscoveryDocument,
  more: Readonly<Record<string, string>> = {},
): Answer {
  const headers = { etag: document.etag, 'cache-control': 'private, no-cache', ...more };
  const known = exchange.request.headers.get('if-none-match')?.split(',') ?? [];
  if (known.some((tag) => tag.trim() === document.etag)) return answerEmpty(304, headers);
  return answerText(200, document.text, headers);
}

/** One of the three discovery endpoints. */
export function discover(name: 'serviceProviderConfig' | 'resourceTypes' | 'schemas'): Step {
  return (exchange) => answerDocument(exchange, exchange.profile.discovery[name]);
}

/** `/ResourceTypes/{id}` and `/Schemas/{urn}`, in any letter case. */
export function discoverOne(name: keyof Pick<DiscoveryDocuments, 'resourceTypeById' | 'schemaById'>): Step {
  return (exchange) => {
    const document = exchange.profile.discovery[name].get(exchange.id.toLowerCase());
    if (document !== undefined) return answerDocument(exchange, document);
    throw notFound({ resourceType: name === 'schemaById' ? 'Schema' : 'ResourceType', id: exchange.id });
  };
}

/** The OpenAPI document; with a credential that of its tenant. */
export const describeOpenApi: Step = (exchange) =>
  answerDocument(exchange, exchange.profile.openApi, { 'content-type': 'application/json; charset=utf-8' });

import { nextLink } from '../odata/query-options.ts';
import { ok, type Answer, type Call } from '../route.ts';

/** A list beside Graph, under `/joinery`: the same form without a context URL. */
export function presentList(call: Call<unknown>, value: readonly unknown[], next?: string): Answer {
  return ok({ ...(next === undefined ? {} : { '@odata.nextLink': nextLink(call.url, call.query, next) }), value });
}

import { nextLink } from '../odata/query-options.ts';
import type { Answer, Call } from '../route.ts';
import { ok } from '../route.ts';

export interface PresentedPage {
  readonly value: readonly unknown[];
  readonly next: string | undefined;
  readonly count?: number | undefined;
}

/** A page of a collection with its `@odata` annotations. `entity` names the collection in the context URL. */
export function presentPage(call: Call<unknown>, entity: string, { value, next, count }: PresentedPage): Answer {
  return ok({
    '@odata.context': `${call.root}/$metadata#${entity}`,
    ...(count === undefined ? {} : { '@odata.count': count }),
    ...(next === undefined ? {} : { '@odata.nextLink': nextLink(call.url, call.query, next) }),
    value,
  });
}

export function presentEntity(call: Call<unknown>, entity: string, value: object): object {
  return { '@odata.context': `${call.root}/$metadata#${entity}/$entity`, ...value };
}

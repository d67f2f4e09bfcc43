import type { KeysetPage, QueryValue } from '@joinery/ui';
import { api } from './api.ts';

/** One page of a collection, as OData writes it. */
export interface Collection<Row> {
  readonly '@odata.nextLink'?: string;
  readonly '@odata.count'?: number;
  readonly value: readonly Row[];
}

export const pageRows = 25;

/** A loader for `useKeysetPages`: the cursor is the link that the page before gave. */
export function pagesOf<Row>(path: string, query: Readonly<Record<string, QueryValue>> = {}) {
  return async (cursor: string | undefined, signal: AbortSignal): Promise<KeysetPage<Row>> => {
    const answer =
      cursor === undefined
        ? await api.get<Collection<Row>>(path, { query: { $top: pageRows, ...query }, signal })
        : await api.get<Collection<Row>>(localPath(cursor), { signal });
    return { rows: answer.value, next: answer['@odata.nextLink'], total: answer['@odata.count'] };
  };
}

/** Links of the API hold its public address; the console stays on the one it came from. */
function localPath(link: string): string {
  const { pathname, search } = new URL(link, location.origin);
  return `${pathname}${search}`;
}

/** A text inside a `$filter`. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `$search` of directory collections. */
export function searchWords(text: string): string {
  const words = text.trim().replaceAll('"', '');
  return words === '' ? '' : `"${words}"`;
}

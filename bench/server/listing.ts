/** Lists all users to the end and checks that each comes once, with the right total on every page. */
import type { HttpConnection } from '../lib/http-connection.ts';
import { median, percentile } from '../lib/statistics.ts';

export interface Listing {
  readonly pages: number;
  /** Median of the requests for the first page, milliseconds. */
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /**
   * Pages in a row against requests for the first page made in between, by their medians, the largest of all parts: what the
   * machine does meanwhile falls on both.
   */
  readonly growth: number;
}

interface Page {
  readonly totalResults: number;
  readonly nextCursor?: string;
  readonly Resources?: readonly { readonly id: string }[];
}

const partPages = 100;
/** Every so many pages the first page is asked for again. */
const firstEvery = 5;

export type Pager = (next: { readonly index: number; readonly cursor: string | undefined }) => string | undefined;

const byIndex: (count: number) => Pager =
  (count) =>
  ({ index }) =>
    `startIndex=${index * count + 1}&count=${count}`;
const byCursor: (count: number) => Pager =
  (count) =>
  ({ index, cursor }) =>
    index > 0 && cursor === undefined
      ? undefined
      : `cursor=${cursor === undefined ? '' : encodeURIComponent(cursor)}&count=${count}`;
export const pagers = { startIndex: byIndex, cursor: byCursor };

export async function listAll(
  connection: HttpConnection,
  path: string,
  pager: Pager,
  expected: { readonly total: number },
): Promise<Listing> {
  async function get(query: string): Promise<{ page: Page; ms: number }> {
    const begun = performance.now();
    const { status, text } = await connection.request('GET', `${path}?${query}`);
    const ms = performance.now() - begun;
    if (status !== 200) throw new Error(`${query}: answered ${status}: ${text.slice(0, 300)}`);
    return { page: JSON.parse(text) as Page, ms };
  }
  const firstQuery = pager({ index: 0, cursor: undefined }) ?? '';
  const first: number[] = [];
  // The first requests of all prepare statements.
  for (let index = 0; index < 10; index += 1) await get(firstQuery);
  const seen = new Set<string>();
  const times: number[] = [];
  let cursor: string | undefined;
  for (let index = 0; seen.size < expected.total; index += 1) {
    const query = pager({ index, cursor });
    if (query === undefined) break;
    const { page, ms } = await get(query);
    times.push(ms);
    if (index % firstEvery === 0) first.push((await get(firstQuery)).ms);
    if (page.totalResults !== expected.total) throw new Error(`${query}: totalResults is ${page.totalResults}`);
    const ids = page.Resources ?? [];
    if (ids.length === 0) break;
    for (const { id } of ids) seen.add(id);
    cursor = page.nextCursor;
  }
  if (seen.size !== expected.total) throw new Error(`the list has ${seen.size} of ${expected.total} users`);
  const parts = Array.from({ length: Math.max(1, Math.floor(times.length / partPages)) }, (_, index) => {
    const of = (all: readonly number[], size: number): number => median(all.slice(index * size, (index + 1) * size));
    return of(times, partPages) / of(first, partPages / firstEvery);
  });
  const sorted = times.toSorted((a, b) => a - b);
  return {
    pages: times.length,
    firstMs: median(first),
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    maxMs: sorted.at(-1) ?? 0,
    growth: Math.max(...parts),
  };
}

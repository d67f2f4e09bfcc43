import { keepPreviousData, useQuery, type QueryKey } from '@tanstack/react-query';
import { useState } from 'react';

/** One page of a list that the server pages by key: `next` is absent on the last one. */
export interface KeysetPage<Row> {
  readonly rows: readonly Row[];
  readonly next?: string | undefined;
  readonly total?: number | undefined;
}

export interface KeysetPages<Row> {
  /** Undefined until the first page is here. */
  readonly page: KeysetPage<Row> | undefined;
  readonly error: unknown;
  /** A page is on its way. */
  readonly isBusy: boolean;
  /** Position of the first row shown, from 1. */
  readonly from: number;
  readonly hasPrevious: boolean;
  previous(): void;
  next(): void;
  retry(): void;
}

interface Place {
  readonly of: string;
  /** The cursors of the pages up to the one shown; the first page has none. */
  readonly cursors: readonly (string | undefined)[];
  readonly from: readonly number[];
}

/**
 * Pages through a list of any length, one page in memory at a time. `key` names the list with its filters: another key
 * starts at the first page. `refetchMs` keeps the page shown fresh.
 */
export function useKeysetPages<Row>(options: {
  readonly key: QueryKey;
  readonly load: (cursor: string | undefined, signal: AbortSignal) => Promise<KeysetPage<Row>>;
  readonly refetchMs?: number;
  readonly enabled?: boolean;
}): KeysetPages<Row> {
  const of = JSON.stringify(options.key);
  const start: Place = { of, cursors: [undefined], from: [1] };
  const [saved, setPlace] = useState<Place>(start);
  const place = saved.of === of ? saved : start;
  const cursor = place.cursors.at(-1);
  const query = useQuery({
    queryKey: [...options.key, 'page', cursor ?? ''],
    queryFn: ({ signal }) => options.load(cursor, signal),
    placeholderData: keepPreviousData,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
  });
  const from = place.from.at(-1) ?? 1;
  return {
    page: query.data,
    error: query.error ?? undefined,
    isBusy: query.isFetching && (query.isPlaceholderData || query.data === undefined),
    from,
    hasPrevious: place.cursors.length > 1,
    previous() {
      setPlace({ of, cursors: place.cursors.slice(0, -1), from: place.from.slice(0, -1) });
    },
    next() {
      const { data } = query;
      if (data?.next === undefined || query.isPlaceholderData) return;
      setPlace({ of, cursors: [...place.cursors, data.next], from: [...place.from, from + data.rows.length] });
    },
    retry() {
      void query.refetch();
    },
  };
}

import { useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';

/**
 * Filters of a page in its address, so that they can be sent to somebody: one text per name, '' when absent. Setting replaces
 * the present history entry.
 */
export function useUrlState<Name extends string>(
  names: readonly Name[],
): readonly [Readonly<Record<Name, string>>, (change: Partial<Record<Name, string>>) => void] {
  const { history } = useRouter();
  const href = useRouterState({ select: (state) => state.location.href });
  const search = new URL(href, 'http://console').searchParams;
  const values = Object.fromEntries(names.map((name) => [name, search.get(name) ?? ''])) as Record<Name, string>;
  const set = useCallback(
    (change: Partial<Record<Name, string>>) => {
      const url = new URL(history.location.href, 'http://console');
      for (const [name, value] of Object.entries<string | undefined>(change)) {
        if (value === undefined || value === '') url.searchParams.delete(name);
        else url.searchParams.set(name, value);
      }
      history.replace(`${url.pathname}${url.search}${url.hash}`);
    },
    [history],
  );
  return [values, set];
}

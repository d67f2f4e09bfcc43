import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Page } from './page.tsx';
import { ErrorState, LoadingState } from './states.tsx';

/**
 * Shows a query's answer, or that it is loading, or why it failed. An answer at hand stays while it is renewed. `title` is
 * for a query that a whole page waits for: the page's heading until the answer gives one.
 */
export function QueryView<Answer>({
  query,
  title,
  children,
}: {
  query: UseQueryResult<Answer>;
  title?: string;
  children: (answer: Answer) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  const state = query.isError ? (
    <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <LoadingState />
  );
  return title === undefined ? state : <Page title={title}>{state}</Page>;
}

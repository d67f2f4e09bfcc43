import { createContext, useEffect, useState } from 'react';
import type { Marks } from '@joinery/workspace/contract';
import { queries } from './queries.ts';

export type LiveState = 'live' | 'connecting';

export const LiveContext = createContext<LiveState>('connecting');

/** Pages are read again at most this often while requests stream in. */
const quietMs = 1_500;
const retryMs = 5_000;

/** Everything that a request of a provisioning client may have changed. */
const afterRequests = [['tenant'], ['requests'], ['people'], ['groups'], ['oauth']];

/**
 * Follows the workspace while the page is in sight: when the server says that something changed, what is shown of it is
 * read again. A hidden page holds no connection, of which browsers allow few.
 */
export function useLive(): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    let source: EventSource | undefined;
    let marks: Marks | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const renew = createThrottle();

    function take(next: Marks): void {
      const before = marks;
      marks = next;
      setState('live');
      if (before === undefined) return;
      if (next.requests !== before.requests) renew(...afterRequests);
      if (next.tokens !== before.tokens) renew(['tokens']);
    }

    function open(): void {
      clearTimeout(retry);
      source?.close();
      source = undefined;
      if (document.visibilityState === 'hidden') return;
      const opened = new EventSource('/api/events');
      source = opened;
      opened.addEventListener('marks', (event) => {
        // The server writes what the contract says.
        take(JSON.parse(event.data) as Marks);
      });
      opened.addEventListener('error', () => {
        setState('connecting');
        if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
        // Refused: either the session has ended, which reading it shows, or the server is away.
        void queries.invalidateQueries({ queryKey: ['tenant'] });
        retry = setTimeout(open, retryMs);
      });
    }

    open();
    document.addEventListener('visibilitychange', open);
    return () => {
      document.removeEventListener('visibilitychange', open);
      clearTimeout(retry);
      source?.close();
      renew.stop();
    };
  }, []);
  return state;
}

type QueryKey = readonly string[];

function createThrottle(): ((...keys: readonly QueryKey[]) => void) & { stop(): void } {
  let waiting: QueryKey[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  function flush(): void {
    timer = undefined;
    if (waiting.length === 0) return;
    const keys = waiting;
    waiting = [];
    for (const queryKey of new Map(keys.map((key) => [key.join(' '), key])).values()) {
      void queries.invalidateQueries({ queryKey });
    }
    timer = setTimeout(flush, quietMs);
  }
  const renew = (...keys: readonly QueryKey[]): void => {
    waiting.push(...keys);
    if (timer === undefined) flush();
  };
  return Object.assign(renew, { stop: () => clearTimeout(timer) });
}

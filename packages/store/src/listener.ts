import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { translateError } from './errors.ts';

const firstRetryMs = 100;
const longestRetryMs = 5_000;
const connectTimeoutMs = 10_000;

/**
 * LISTEN over a connection of its own. The first connection must succeed; a lost one is made again with growing pauses
 * until `end` is called, and the listener then gets one empty payload, as notifications may have been missed.
 */
export async function openListener(
  config: pg.ClientConfig,
  place: string,
  channel: string,
  listener: (payload: string) => void,
): Promise<() => Promise<void>> {
  const ending = new AbortController();
  let client: pg.Client | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({ ...config, connectionTimeoutMillis: connectTimeoutMs });
    let lost = false;
    const onLost = (): void => {
      if (lost || client !== next) return;
      lost = true;
      client = undefined;
      void reconnect();
    };
    next.on('error', onLost);
    next.on('end', onLost);
    next.on('notification', (message) => listener(message.payload ?? ''));
    try {
      await next.connect();
      await next.query(`listen ${next.escapeIdentifier(channel)}`);
    } catch (error) {
      await next.end().catch(() => {});
      throw translateError(error, place);
    }
    client = next;
    if (ending.signal.aborted) await next.end();
  }

  async function reconnect(): Promise<void> {
    for (let pauseMs = firstRetryMs; !ending.signal.aborted; pauseMs = Math.min(pauseMs * 2, longestRetryMs)) {
      try {
        await sleep(pauseMs, undefined, { signal: ending.signal });
        await connect();
        if (!ending.signal.aborted) listener('');
        return;
      } catch {
        // Tried again after the next pause; the pool's queries report the outage to those who need to know.
      }
    }
  }

  await connect();
  return async () => {
    ending.abort();
    const last = client;
    client = undefined;
    await last?.end().catch(() => {});
  };
}

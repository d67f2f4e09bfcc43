import { StoreError, type Database, type Session } from '@joinery/store';
import type { Faults } from './faults.ts';
import type { Actor, Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** LISTEN and NOTIFY without a connection: who listens is told in a step of their own. */
export interface Notifications {
  listen(actor: Actor, channel: string, listener: (payload: string) => void): () => void;
  post(channel: string): void;
}

export function createNotifications(scheduler: Scheduler, faults: Faults): Notifications {
  const listeners = new Set<{ actor: Actor; channel: string; listener: (payload: string) => void }>();
  return {
    listen(actor, channel, listener) {
      const entry = { actor, channel, listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    post(channel) {
      for (const entry of listeners) {
        if (!entry.actor.isAlive) listeners.delete(entry);
        else if (entry.channel === channel && !faults.losesNotification()) {
          void scheduler.gate(entry.actor, 'notification', `is told of ${channel}`, async () => entry.listener(''));
        }
      }
    },
  };
}

/** Which channels a statement notifies; the function of the change feed does so by itself. */
function channelsOf(text: string): readonly string[] {
  const named = [...text.matchAll(/pg_notify\('(\w+)'/g)].map((match) => match[1] as string);
  return text.includes('append_directory_changes(') ? [...named, 'directory_changed'] : named;
}

const nameOf = (statement: { readonly name?: string; readonly text: string }): string =>
  statement.name ?? statement.text.trim().replaceAll(/\s+/g, ' ').slice(0, 50);

function lost(when: string): StoreError {
  return new StoreError({
    code: 'store.unavailable',
    message: `The connection was lost ${when} the statement.`,
    retry: 'later',
  });
}

/** Notes which channels the statements of a session notify, for the time of its commit. */
function noting(session: Session, channels: Set<string>): Session {
  return {
    query(statement) {
      for (const channel of channelsOf(statement.text)) channels.add(channel);
      return session.query(statement);
    },
  };
}

/** A database whose notifications are posted as soon as they are committed. */
export function notifyingDatabase(real: Database, notifications: Notifications): Database {
  const post = (channels: ReadonlySet<string>): void => {
    for (const channel of channels) notifications.post(channel);
  };
  return {
    ...real,
    async query(statement) {
      const channels = new Set<string>();
      const rows = await noting(real, channels).query(statement);
      post(channels);
      return rows as never;
    },
    async transaction(work) {
      const channels = new Set<string>();
      const result = await real.transaction((session) => work(noting(session, channels)));
      post(channels);
      return result;
    },
  };
}

/** The database as one actor reaches it: each statement and each transaction is a step, and the connection may break. */
export function gatedDatabase(
  real: Database,
  actor: Actor,
  world: {
    readonly scheduler: Scheduler;
    readonly faults: Faults;
    readonly notifications: Notifications;
    readonly trace: Trace;
  },
): Database {
  const { scheduler, faults, notifications, trace } = world;
  const notifying = notifyingDatabase(real, notifications);

  async function withFaults<T>(work: () => Promise<T>): Promise<T> {
    const fault = faults.database();
    if (fault !== 'none') trace.add(`  the connection is ${fault}`);
    if (fault === 'lost-before') throw lost('before');
    const result = await work();
    if (fault === 'lost-after') throw lost('after');
    return result;
  }

  return {
    url: real.url,
    query: (statement) =>
      scheduler.gate(actor, 'database', nameOf(statement), () => withFaults(() => notifying.query(statement))),
    transaction: (work) =>
      scheduler.gate(actor, 'database', 'transaction', () =>
        withFaults(() =>
          notifying.transaction((session) =>
            work({
              query(statement) {
                trace.add(`  ${nameOf(statement)}`);
                return session.query(statement);
              },
            }),
          ),
        ),
      ),
    listen: async (channel, listener) => {
      const end = notifications.listen(actor, channel, listener);
      return async () => end();
    },
    close: async () => {},
  };
}

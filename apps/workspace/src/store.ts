import { randomUUIDv7 } from 'node:crypto';
import type { Clock } from '@joinery/base';
import { openStore, type Database } from '@joinery/store';
import { createWorkspaceStore, type WorkspaceStore } from '@joinery/store/workspace';

/** A data folder for the embedded PostgreSQL, a PostgreSQL URL, or an open database, which is left open. */
export type StoreLocation =
  { readonly directory: string } | { readonly databaseUrl: string } | { readonly database: Database };

export interface OpenWorkspaceStore extends WorkspaceStore {
  readonly database: Database;
}

/**
 * Opens the workspace's store. `attach`: beside a running server. Closing it writes what waits in batches. Throws
 * `StoreError`.
 */
export async function openWorkspaceStore(
  location: StoreLocation,
  options: { readonly clock: Clock; readonly attach: boolean; readonly onNotice?: (message: string) => void },
): Promise<OpenWorkspaceStore> {
  const { clock, ...rest } = options;
  const opened =
    'database' in location
      ? { database: location.database, stop: () => Promise.resolve() }
      : await openStore({ name: 'workspace', ...location, ...rest });
  const store = createWorkspaceStore(opened.database, { newId: randomUUIDv7, clock });
  return {
    ...store,
    database: opened.database,
    async close() {
      try {
        await store.close();
      } finally {
        await opened.stop();
      }
    },
  };
}

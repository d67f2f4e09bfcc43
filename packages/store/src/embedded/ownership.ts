import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StoreError } from '../errors.ts';
import { clusterUrl } from './postmaster.ts';
import type { Cluster } from './cluster.ts';

/** Who holds a data folder: a server for as long as it runs, or a command-line tool for a moment. */
export type OwnerKind = 'server' | 'tool';

/** The session whose advisory lock makes this process the owner of the data folder. */
export interface Ownership {
  /** Resolves when the session is lost: the server died or was stopped. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

// Two-part key: "JOIN" as ASCII, and 1 for the data folder.
const lockKeys = '1246710094, 1';
const retryMs = 50;
/** A killed owner's session ends when the server sees the closed connection. */
const serverPatienceMs = 1_500;
/** A tool gives the folder back when it is done. */
const toolPatienceMs = 60_000;

async function holder(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and (l.classid, l.objid) = (${lockKeys})`,
  );
  return rows[0]?.name;
}

/** Takes the lock. Throws `store.in_use` when another process keeps it, the driver's error when the server goes away. */
export async function takeOwnership(
  cluster: Cluster,
  port: number,
  kind: OwnerKind,
  directory: string,
): Promise<Ownership> {
  const client = new pg.Client({
    connectionString: clusterUrl(cluster, port, 'postgres'),
    application_name: `joinery ${kind}, process ${process.pid}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  try {
    await client.connect();
    const began = Date.now();
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${lockKeys}) as taken`);
      if (rows[0]?.taken === true) return { lost, release: () => client.end().catch(() => {}) };
      const name = await holder(client);
      const patienceMs = name?.startsWith('joinery tool') === true ? toolPatienceMs : serverPatienceMs;
      if (Date.now() - began > patienceMs) throw inUse(directory, name);
      await sleep(retryMs);
    }
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

function inUse(directory: string, name: string | undefined): StoreError {
  const by = name?.match(/process \d+/)?.[0];
  return new StoreError({
    code: 'store.in_use',
    message: `The data folder ${directory} is in use by another process${by === undefined ? '' : ` (${by})`}; stop that one, or choose another folder with --data.`,
    detail: { directory },
    retry: 'after-change',
  });
}
